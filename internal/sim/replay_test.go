package sim_test

import (
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim"
)

// replay serves a contact log with its clock at the noon after its last day.
func replay(t *testing.T, path string, kinds ...sim.Kind) (*world, *sim.Log) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	log, err := sim.ReadLog(f)
	if err != nil {
		t.Fatal(err)
	}
	return start(t, sim.Options{Log: log, Kinds: kinds, Clock: newClock(log.Noon()).clock(), RequestsPerMinute: 100_000}), log
}

// rows counts the rows of a plain contact log by queue, code and source, without the simulator's help.
func rows(t *testing.T, path string) (all int, byLeaf map[string]int) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(strings.NewReader(string(text)))
	byLeaf = map[string]int{}
	for first := true; ; first = false {
		record, err := r.Read()
		if err == io.EOF {
			return all, byLeaf
		}
		if err != nil {
			t.Fatal(err)
		}
		if !first {
			all++
			byLeaf[record[1]+"|"+record[2]+"|"+mediaOf[record[3]]]++
		}
	}
}

// mediaOf is the table of ReadLog's documentation, for the sources of the committed log.
var mediaOf = map[string]string{"Constituent Call": "voice", "Self Service": "chat", "Citizens Connect App": "message",
	"Employee Generated": "email", "Twitter": "message", "Fax": "message"}

// handledOverHTTP asks for everything from the log's first day to its noon, a chunk at a time, and counts by names.
func handledOverHTTP(t *testing.T, w *world, log *sim.Log) (all int, byLeaf map[string]int) {
	t.Helper()
	names := map[string]string{}
	for _, path := range []string{"/api/v2/routing/queues?pageSize=100", "/api/v2/routing/wrapupcodes/divisionviews?includeState=ActiveAndDeleted&pageSize=100"} {
		for path != "" {
			p := decode[page](w.get(path).ok(200))
			for _, e := range p.Entities {
				names[e.ID] = e.Name
			}
			path = p.NextURI
		}
	}
	byLeaf = map[string]int{}
	for from := log.Start().Midnight(time.UTC); from.Before(log.Noon()); from = from.AddDate(0, 0, 31) {
		r := w.aggregates("interval", interval(from, from.AddDate(0, 0, 31)), "granularity", `"PT15M"`, "groupBy", `["queueId","wrapUpCode"]`)
		for _, g := range r.Results {
			queue, code := names[g.Group["queueId"]], names[g.Group["wrapUpCode"]]
			if queue == "" || code == "" {
				t.Fatalf("group %v has no names", g.Group)
			}
			for _, d := range g.Data {
				n := int(*d.Metrics[0].Stats.Count)
				byLeaf[queue+"|"+code+"|"+g.Group["mediaType"]] += n
				all += n
			}
		}
	}
	return all, byLeaf
}

func TestCommittedLogIsReplayedRowByRow(t *testing.T) {
	t.Parallel()
	const path = "testdata/contacts.csv"
	w, log := replay(t, path)
	want, wantLeaves := rows(t, path)
	got, gotLeaves := handledOverHTTP(t, w, log)
	if got != want || log.Contacts() != want || compact(t, gotLeaves) != compact(t, wantLeaves) {
		t.Errorf("the log has %d rows, %d were read, %d found: %v, want %v", want, log.Contacts(), got, gotLeaves, wantLeaves)
	}
	truth := w.GroundTruth()
	if truth.Contacts != want || truth.WithoutCode != 0 || truth.Abandoned != 0 || truth.Offered != want {
		t.Errorf("the truth says %d contacts, %d without a code, %d abandoned, %d offered", truth.Contacts, truth.WithoutCode, truth.Abandoned, truth.Offered)
	}
	for _, c := range w.Directory().Codes {
		if c.Deleted || c.ID.IsSystem() {
			t.Errorf("code %s was added to the log", c.Name)
		}
	}
}

func TestReplayedTimesKeepToTheClocks(t *testing.T) {
	t.Parallel()
	w, _ := replay(t, "testdata/contacts.csv")
	arrivals := func(from, to string) int {
		n, _ := w.aggregates("interval", fmt.Sprintf("%q", from+"/"+to), "metrics", `["nOffered"]`).total("nOffered", all)
		return int(n)
	}
	// 02:00, 02:15, 02:30 and 02:59:59 on 2024-03-10 never were: they come between 03:00 and 04:00 local, 07:00 and
	// 08:00 UTC.
	if n := arrivals("2024-03-10T07:00:00Z", "2024-03-10T08:00:00Z"); n < 4 {
		t.Errorf("%d contacts arrive in the hour after the jump", n)
	}
	// 01:00 to 01:59 on 2024-11-03 are the first of the two hours, in summer time; nothing is in the second.
	if first, second := arrivals("2024-11-03T05:00:00Z", "2024-11-03T06:00:00Z"), arrivals("2024-11-03T06:00:00Z", "2024-11-03T07:00:00Z"); first < 5 || second != 0 {
		t.Errorf("%d contacts arrive in the first of the two hours, %d in the second", first, second)
	}
	if before, after := arrivals("2024-11-03T04:59:59Z", "2024-11-03T05:00:00Z"), arrivals("2024-11-03T07:00:00Z", "2024-11-03T07:00:01Z"); before != 1 || after != 1 {
		t.Errorf("at the edges of the two hours arrive %d and %d", before, after)
	}
}

func TestReplayIsCompleteAtNoonAndNotBefore(t *testing.T) {
	t.Parallel()
	f, err := os.Open("testdata/contacts.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	log, err := sim.ReadLog(f)
	if err != nil {
		t.Fatal(err)
	}
	last := log.Noon().Add(-12 * time.Hour) // midnight: the two of 23:59:59 are still being handled
	s, err := sim.New(sim.Options{Log: log, Clock: newClock(last).clock()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if n := s.GroundTruth().Contacts; n >= log.Contacts() {
		t.Errorf("at midnight %d of %d contacts are complete", n, log.Contacts())
	}
	if got := wrapcast.DateOf(log.Noon().UTC()); got != log.End()+1 {
		t.Errorf("noon is on %s", got)
	}
}

// The real log, where it is at hand.
func TestRealLogIsReplayedWhole(t *testing.T) {
	t.Parallel()
	path := os.Getenv("WRAPCAST_CONTACTS")
	if path == "" {
		t.Skip("WRAPCAST_CONTACTS names no contact log")
	}
	w, log := replay(t, path)
	got, leaves := handledOverHTTP(t, w, log)
	codes := map[string]bool{}
	for leaf := range leaves {
		codes[strings.Split(leaf, "|")[1]] = true
	}
	if got != log.Contacts() || got != w.GroundTruth().Contacts || len(codes) != len(w.Directory().Codes) {
		t.Errorf("%d rows, %d contacts found over HTTP under %d codes", log.Contacts(), got, len(codes))
	}
}

// A replay of a log is of any kind too: what the log has is all there, beside what is added to it.
func TestAReplayIsOfAnyKind(t *testing.T) {
	t.Parallel()
	const path = "testdata/contacts.csv"
	all, _ := rows(t, path)
	w, log := replay(t, path, sim.KindSkills, sim.KindOutbound, sim.KindTwoUnits, sim.KindBusyWeek, sim.KindSevenDays)
	truth := w.GroundTruth()
	if callbacks := truth.Contacts - truth.Reasons.Outbound - all; truth.Reasons.Outbound == 0 || callbacks < 0 || callbacks > all/5 {
		t.Errorf("the log has %d contacts, the replay %d, %d of them outbound", all, truth.Contacts, truth.Reasons.Outbound)
	}
	end := log.Noon()
	r := w.aggregates("interval", interval(end.Add(-7*24*time.Hour), end), "granularity", `"PT15M"`, "groupBy", `["requestedLanguageId"]`)
	if len(w.Directories()) != 2 || len(w.Forecasts()) == 0 || len(r.Results) == 0 {
		t.Errorf("%d units, %d forecasts, %d groups", len(w.Directories()), len(w.Forecasts()), len(r.Results))
	}
}
