package calendar

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
)

// The years that are compared.
const judgedFrom, judgedTo = 2021, 2030

// TestASecondSourceAgreesWithEveryRegion compares the public holidays of every region over ten years with those of npm's
// date-holidays, which judge/check installs. What differs must stand in judge/exceptions.txt, with the reason, and what
// stands there must differ.
func TestASecondSourceAgreesWithEveryRegion(t *testing.T) {
	t.Parallel()
	if os.Getenv("WRAPCAST_HOLIDAYS") != "required" {
		t.Skip("make conformance runs it")
	}
	regions := HolidayRegions()
	theirs := secondSource(t, regions)
	judge := readExceptions(t)
	for _, r := range regions {
		days, known := theirs[r.Region]
		if !known {
			judge.differ(r.Region, "unknown", "", 0)
			continue
		}
		ours := resolved(t, wrapcast.Calendar{Holidays: []string{r.Region}}, fmt.Sprintf("%d-01-01", judgedFrom),
			fmt.Sprintf("%d-12-31", judgedTo))
		judge.compare(r.Region, ours, days)
	}
	judge.report(t)
}

// secondSource asks for the holidays of regions: their names by day; "?" stands before one that is not for everybody.
func secondSource(t *testing.T, regions []HolidayRegion) (theirs map[string]map[string][]string) {
	t.Helper()
	args := []string{"judge/holidays.mjs", fmt.Sprint(judgedFrom), fmt.Sprint(judgedTo)}
	for _, r := range regions {
		args = append(args, r.Region)
	}
	out, err := exec.CommandContext(t.Context(), "node", args...).Output()
	if err != nil {
		t.Fatalf("node: %v; run internal/calendar/judge/check", err)
	}
	if err := json.Unmarshal(out, &theirs); err != nil {
		t.Fatal(err)
	}
	return theirs
}

// exception is a line of judge/exceptions.txt.
type exception struct {
	line    string
	regions []string
	side    string // "ours" or "theirs" alone has it; "unknown" is a region theirs does not know
	name    string
	in      func(year int) bool
	used    bool
}

// judgement collects what differs and no exception explains.
type judgement struct {
	exceptions  []*exception
	unexplained map[string][]string // days by what differs
}

func readExceptions(t *testing.T) *judgement {
	t.Helper()
	text, err := os.ReadFile("judge/exceptions.txt")
	if err != nil {
		t.Fatal(err)
	}
	j := &judgement{unexplained: map[string][]string{}}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		fields := strings.Split(line, "|")
		for i := range fields {
			fields[i] = strings.TrimSpace(fields[i])
		}
		if len(fields) != 5 || fields[4] == "" {
			t.Fatalf("exceptions.txt: %q is not REGIONS | SIDE | NAME | YEARS | REASON", line)
		}
		in, err := parseYears(fields[3])
		if err != nil {
			t.Fatalf("exceptions.txt: %q: %v", line, err)
		}
		j.exceptions = append(j.exceptions, &exception{line: line, regions: strings.Fields(fields[0]), side: fields[1],
			name: fields[2], in: in})
	}
	return j
}

// compare looks at every day that one side alone has.
func (j *judgement) compare(region string, ours *ResolvedCalendar, theirs map[string][]string) {
	for _, e := range ours.Events() {
		name := strings.TrimSuffix(e.Name, " (observed)")
		for _, day := range e.Days {
			if theirs[day.String()] == nil && !observedElsewhere(ours, e.Name, day) {
				j.differ(region, "ours", name, day)
			}
		}
	}
	for text, names := range theirs {
		day, err := wrapcast.ParseDate(text)
		if err != nil || ours.Names(day) != nil || day.Year() < judgedFrom || day.Year() > judgedTo {
			continue
		}
		if i := slices.IndexFunc(names, func(n string) bool { return n[0] != '?' }); i >= 0 {
			j.differ(region, "theirs", names[i], day)
		}
	}
}

// observedElsewhere tells whether a day is a weekend's holiday whose observed day is named too: theirs names that alone.
func observedElsewhere(ours *ResolvedCalendar, name string, day wrapcast.Date) bool {
	if w := day.Weekday(); w != time.Saturday && w != time.Sunday {
		return false
	}
	for d := day - 3; d <= day+3; d++ {
		if slices.Contains(ours.Names(d), name+" (observed)") {
			return true
		}
	}
	return false
}

func (j *judgement) differ(region, side, name string, day wrapcast.Date) {
	for _, e := range j.exceptions {
		if e.side == side && (e.name == "*" || e.name == name) && (side == "unknown" || e.in(day.Year())) &&
			slices.ContainsFunc(e.regions, func(r string) bool {
				prefix, all := strings.CutSuffix(r, "*")
				return r == region || all && strings.HasPrefix(region, prefix)
			}) {
			e.used = true
			return
		}
	}
	key := region + " | " + side + " | " + name
	j.unexplained[key] = append(j.unexplained[key], day.String())
}

func (j *judgement) report(t *testing.T) {
	t.Helper()
	for _, key := range slices.Sorted(maps.Keys(j.unexplained)) {
		days := j.unexplained[key]
		slices.Sort(days)
		t.Errorf("%s | %s", key, strings.Join(days, " "))
	}
	for _, e := range j.exceptions {
		if !e.used {
			t.Errorf("nothing differs any more: %s", e.line)
		}
	}
}
