package heads

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/staffing"
)

const testPaths = 200

// world is a planning group's week: its plan, and the paths of its days.
func world(perQuarter float64) (wrapcast.GroupPlan, []wrapcast.GroupPaths) {
	rng := rand.New(rand.NewPCG(7, 11))
	plan := wrapcast.GroupPlan{Group: "g", Name: "Billing", Offered: make([]float64, 7*96), HandleSeconds: make([]float64, 7*96)}
	start, _ := wrapcast.ParseDate("2026-12-07")
	var days []wrapcast.GroupPaths
	for d := range 7 {
		day := wrapcast.GroupPaths{Group: "g", Day: start + wrapcast.Date(d), Offered: make([][]float64, 96),
			Seconds: make([][]float64, 96)}
		busy := make([]float64, testPaths)
		for k := range busy {
			busy[k] = math.Exp(0.2*rng.NormFloat64() - 0.02)
		}
		for c, share := range []float64{0.5, 0.3, 0.2} {
			r := wrapcast.ReasonPaths{Code: wrapcast.CodeID(rune('a' + c)), Expected: make([]float64, 96)}
			for k := range busy {
				r.Day = append(r.Day, share*busy[k]*40*perQuarter*240)
			}
			day.Reasons = append(day.Reasons, r)
		}
		for q := range 96 {
			day.Offered[q], day.Seconds[q] = make([]float64, testPaths), make([]float64, testPaths)
			plan.HandleSeconds[d*96+q] = 240
			if q < 32 || q >= 72 {
				continue
			}
			plan.Offered[d*96+q] = perQuarter
			for k := range busy {
				day.Offered[q][k] = math.Max(0, math.Round(perQuarter*busy[k]+math.Sqrt(perQuarter)*rng.NormFloat64()))
				day.Seconds[q][k] = day.Offered[q][k] * 240
			}
			for c, share := range []float64{0.5, 0.3, 0.2} {
				day.Reasons[c].Expected[q] = share * perQuarter * 240
			}
		}
		days = append(days, day)
	}
	return plan, days
}

// counted counts the heads of a group's week.
func counted(t *testing.T, service groupService, plan wrapcast.GroupPlan, days []wrapcast.GroupPaths) Group {
	t.Helper()
	table, err := staffing.NewRequirement(service.Goal, service.Patience)
	if err != nil {
		t.Fatal(err)
	}
	start, _ := wrapcast.ParseDate("2026-12-07")
	g := &group{id: plan.Group, name: plan.Name, service: service, table: table, zone: time.UTC, certainty: 0.95, cost: 30,
		names: map[wrapcast.CodeID]string{"a": "Refund"}}
	g.begin(start, plan)
	for _, day := range days {
		g.add(day)
	}
	g.end()
	return g.document()
}

func voice() groupService {
	return groupService{Service: DefaultRules().Service, source: SourceDefault, atOnce: 1, channel: wrapcast.Voice}
}

// What is counted is what a short script makes of the same paths: agents by Erlang's formula for what is expected, and
// the share of paths that so many suffice in.
func TestHeadsAreWhatAScriptMakesOfThePaths(t *testing.T) {
	plan, days := world(12)
	got := counted(t, voice(), plan, days)
	agents := func(contacts, seconds float64) int {
		if contacts == 0 {
			return 0
		}
		for n := int(seconds/900) + 1; ; n++ {
			b := 1.0
			for i := 1; i <= n; i++ {
				b = seconds / 900 * b / (float64(i) + seconds/900*b)
			}
			a, handle := seconds/900, seconds/contacts
			if wait := b / (1 - a/float64(n)*(1-b)); 1-wait*math.Exp(-(float64(n)-a)*20/handle) >= 0.8 {
				return n
			}
		}
	}
	hours := 0.0
	for i, interval := range got.Intervals {
		paths, q := days[i/96], i%96
		want := agents(plan.Offered[i], plan.Offered[i]*plan.HandleSeconds[i])
		var needs []int
		for k, n := range paths.Offered[q] {
			needs = append(needs, agents(n, paths.Seconds[q][k]))
		}
		slices.Sort(needs)
		surer := func(share float64) int { return max(want, needs[int(math.Ceil(share*testPaths))-1]) }
		if interval.Mean != float64(want) || interval.P80 != wrapcast.Measure(surer(0.8)) ||
			interval.P90 != wrapcast.Measure(surer(0.9)) || interval.Surer != wrapcast.Measure(surer(0.95)) {
			t.Fatalf("%s: %+v, want %d, %d, %d, %d", interval.Start, interval, want, surer(0.8), surer(0.9), surer(0.95))
		}
		sum := 0.0
		for _, r := range interval.Reasons {
			sum += r.Heads
		}
		if math.Abs(sum-interval.Mean) > 1e-9 {
			t.Fatalf("%s: reasons add up to %v of %v", interval.Start, sum, interval.Mean)
		}
		hours += float64(want) / 4
	}
	week := got.Weeks[0]
	if len(got.Intervals) != 7*96 || len(got.Days) != 7 || week.Hours != hours || math.Abs(week.RosteredHours-hours/0.7) > 1e-9 {
		t.Errorf("%d quarter-hours, week %+v, want %v hours", len(got.Intervals), week, hours)
	}
	if got.Intervals[0].Start != "2026-12-07T00:00:00Z" || got.Intervals[0].Mean != 0 || got.Intervals[32].Mean == 0 {
		t.Errorf("the week begins with %+v", got.Intervals[0])
	}
}

func TestAStretchAddsUpAndSurerIsMore(t *testing.T) {
	plan, days := world(12)
	got := counted(t, voice(), plan, days)
	for _, s := range append(slices.Clone(got.Days), got.Weeks...) {
		hours, surer := 0.0, 0.0
		for _, r := range s.Reasons {
			hours, surer = hours+r.Hours, surer+float64(r.Surer)
		}
		if math.Abs(hours-s.Hours) > 1e-6 || math.Abs(surer-(float64(s.HoursSurer)-s.Hours)) > 1e-6 {
			t.Errorf("%s: reasons have %v hours and %v of certainty: %+v", s.From, hours, surer, s)
		}
		if !(float64(s.HoursP80) > s.Hours && s.HoursP90 > s.HoursP80 && s.HoursSurer > s.HoursP90 &&
			float64(s.PeakP80) >= s.Peak && s.PeakSurer >= s.PeakP90) {
			t.Errorf("%s: surer is not more: %+v", s.From, s)
		}
		if s.Cost == nil || math.Abs(*s.Cost-s.Hours*30/0.7) > 1e-6 {
			t.Errorf("%s: cost %v of %v hours", s.From, s.Cost, s.Hours)
		}
	}
	if r := got.Weeks[0].Reasons[0]; r.Name != "Refund" || math.Abs(r.Hours/got.Weeks[0].Hours-0.5) > 1e-9 || r.TenPercent <= 0 {
		t.Errorf("the largest reason is %+v", r)
	}
	// Days that are busy by themselves are less than seven times as uncertain together.
	if part, whole := float64(got.Days[0].HoursP90)/got.Days[0].Hours, float64(got.Weeks[0].HoursP90)/got.Weeks[0].Hours; whole > part {
		t.Errorf("a day takes %v of what is expected, a week %v", part, whole)
	}
}

// Few contacts need somebody, though in most futures nobody comes in their quarter-hour.
func TestFewContactsNeedSomebody(t *testing.T) {
	plan, days := world(0.05)
	for _, i := range counted(t, voice(), plan, days).Intervals {
		if i.Contacts > 0 && (i.Mean != 1 || i.P80 < 1 || i.P90 < 1) {
			t.Fatalf("%+v", i)
		}
	}
}

func TestAForecastWithoutPathsHasNoCertainty(t *testing.T) {
	plan, _ := world(12)
	got := counted(t, voice(), plan, nil)
	if i := got.Intervals[40]; i.Mean == 0 || i.P80.Known() || got.Weeks[0].HoursP90.Known() || got.Weeks[0].Hours == 0 {
		t.Errorf("%+v, %+v", i, got.Weeks[0])
	}
}

// E-mail is levelled: fewer at the peak than if it were answered at once, and all of it is done.
func TestDeferredWorkIsLevelled(t *testing.T) {
	plan, days := world(12)
	mail := voice()
	mail.promise, mail.channel = 86_400, wrapcast.Email
	got, calls := counted(t, mail, plan, days), counted(t, voice(), plan, days)
	if got.Model != "deferred" || got.Weeks[0].Peak >= calls.Weeks[0].Peak {
		t.Errorf("%s: a peak of %v, answered at once %v", got.Model, got.Weeks[0].Peak, calls.Weeks[0].Peak)
	}
	work := 0.0
	for i, n := range plan.Offered {
		work += n * plan.HandleSeconds[i] / 3600
	}
	if got.Weeks[0].Hours < work || got.Weeks[0].Hours > 1.3*work {
		t.Errorf("%v hours for %v hours of work", got.Weeks[0].Hours, work)
	}
}

// TestAScriptCountsTheSame runs docs/verify-staff.mjs, which shares nothing with this program.
func TestAScriptCountsTheSame(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("WRAPCAST_BROWSER") == "required" { // make test has Node, as the dashboard needs it
			t.Fatal("Node must be installed")
		}
		t.Skip("Node is not installed")
	}
	plan, days := world(6)
	dir := t.TempDir()
	var paths strings.Builder
	paths.WriteString("start,path,contacts,handle_seconds\n")
	for _, day := range days {
		for q, row := range day.Offered {
			for k, contacts := range row {
				start := day.Day.Midnight(time.UTC).Add(time.Duration(q) * 15 * time.Minute).Format(time.RFC3339)
				fmt.Fprintf(&paths, "%s,%d,%v,%v\n", start, k, contacts, day.Seconds[q][k])
			}
		}
	}
	run := func(g Group) (code int, said string) {
		report, err := json.Marshal(Report{Paths: testPaths, Certainty: 0.95, CostPerHour: 30, Groups: []Group{g}})
		if err != nil {
			t.Fatal(err)
		}
		for name, content := range map[string]string{"heads.json": string(report), "paths.csv": paths.String()} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		c := exec.CommandContext(t.Context(), node, "../../docs/verify-staff.mjs", filepath.Join(dir, "heads.json"),
			filepath.Join(dir, "paths.csv"))
		out, _ := c.CombinedOutput()
		return c.ProcessState.ExitCode(), string(out)
	}
	impatient := voice()
	impatient.Patience, impatient.Goal = 90, staffing.Goal{Share: 0.8, Within: 20, ASA: 15, Abandoned: 0.05, Occupancy: 0.9}
	for _, service := range []groupService{voice(), impatient} {
		g := counted(t, service, plan, days)
		if code, said := run(g); code != 0 {
			t.Errorf("%+v: exit %d, %s", service, code, said)
		}
		g.Intervals[40].P90++
		if code, said := run(g); code != 1 || !strings.Contains(said, "2026-12-07T10:00:00Z p90") {
			t.Errorf("one head more in a quarter-hour: exit %d, %s", code, said)
		}
	}
}

func TestRulesOfGroups(t *testing.T) {
	r := DefaultRules()
	goal, away, level := staffing.Goal{Share: 0.9, Within: 30}, 0.4, 0.7
	template := &wrapcast.ServiceGoal{Template: "Phones", ServiceLevel: 0.9, Within: 30}
	r.Groups = []GroupRule{{Group: "billing", ServiceLevel: &level}, {Group: "chats", Shrinkage: &away}}
	chat := wrapcast.PlanningGroup{ID: "1", Name: "Chats", Routes: []wrapcast.Route{{Media: wrapcast.Email}, {Media: wrapcast.Chat}}, Goal: template}
	if s := r.of(chat); s.source != SourcePlatform || s.template != "Phones" || s.Goal != goal || s.atOnce != 2 || s.promise != 0 ||
		s.Shrinkage != away {
		t.Errorf("chat: %+v", s)
	}
	billing := wrapcast.PlanningGroup{ID: "2", Name: "Billing", Routes: []wrapcast.Route{{Media: wrapcast.Voice}}, Goal: template}
	if s := r.of(billing); s.template != "" || s.source != SourceSettings || s.Goal.Share != 0.7 || s.Goal.Within != 30 {
		t.Errorf("billing: %+v", s)
	}
	mail := wrapcast.PlanningGroup{ID: "3", Name: "Mail", Routes: []wrapcast.Route{{Media: wrapcast.Email}}, Goal: template}
	if s := r.of(mail); s.source != SourceDefault || s.promise != 86_400 {
		t.Errorf("mail, with the template of telephones: %+v", s)
	}
	mail.Goal = &wrapcast.ServiceGoal{Template: "Mail", ServiceLevel: 0.8, Within: 7200}
	if s := r.of(mail); s.source != SourcePlatform || s.promise != 7200 {
		t.Errorf("mail, within two hours: %+v", s)
	}
}

// BenchmarkWeek counts the heads of a planning group's week in 1,000 paths, which are given.
func BenchmarkWeek(b *testing.B) {
	plan, days := world(12)
	for d := range days {
		for q := range days[d].Offered {
			for range 4 {
				days[d].Offered[q] = append(days[d].Offered[q], days[d].Offered[q][:testPaths]...)
				days[d].Seconds[q] = append(days[d].Seconds[q], days[d].Seconds[q][:testPaths]...)
			}
		}
		for r := range days[d].Reasons {
			for range 4 {
				days[d].Reasons[r].Day = append(days[d].Reasons[r].Day, days[d].Reasons[r].Day[:testPaths]...)
			}
		}
	}
	start, _ := wrapcast.ParseDate("2026-12-07")
	b.ReportAllocs()
	for b.Loop() {
		table, _ := staffing.NewRequirement(DefaultRules().Service.Goal, 0)
		g := &group{service: voice(), table: table, zone: time.UTC, certainty: 0.95}
		g.begin(start, plan)
		for _, day := range days {
			g.add(day)
		}
		g.end()
	}
}
