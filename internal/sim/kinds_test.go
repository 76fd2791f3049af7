package sim_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim"
)

func TestKindsAreReadAndNamed(t *testing.T) {
	t.Parallel()
	var names []string
	for _, k := range sim.Kinds() {
		names = append(names, string(k))
		if !strings.Contains(sim.KindHelp(), string(k)) {
			t.Errorf("the help does not name %s", k)
		}
	}
	names = slices.DeleteFunc(names, func(name string) bool { return name == string(sim.KindNoUnit) })
	got, err := sim.ParseKinds(" " + strings.Join(names, " , ") + ",")
	if err != nil || len(got) != len(names) {
		t.Errorf("all kinds are read as %v, %v", got, err)
	}
	for _, bad := range []string{"haunted", "plain,haunted", "Plain", "no-unit,two-units"} {
		if _, err := sim.ParseKinds(bad); err == nil {
			t.Errorf("%q is a kind", bad)
		}
	}
	if _, err := sim.New(sim.Options{Clock: newClock(now).clock(), Kinds: []sim.Kind{"haunted"}}); err == nil {
		t.Error("an organisation of an unknown kind was made")
	}
}

func TestEverySwitchHasItsName(t *testing.T) {
	t.Parallel()
	set := map[string]string{"wrong-secret": "401", "own-permissions": "roles", "empty-list": "true", "uncoded-metrics": "tTalk+tAcw", "max-days": "3",
		"max-quarter-hours": "24h", "max-buckets": "7", "max-rows": "8", "ceiling-code": "invalid.date", "ceiling-status": "413", "retention-days": "90",
		"max-page": "77", "clamp-pages": "true", "default-code": "true", "ceiling-body": "garbled", "import-size-status": "413", "heartbeat-every": "5s", "interval-offset": "+0000", "no-division-views": "true", "forecast-data": "odd", "callback-direction": "outbound", "skills-as-list": "true", "values-as-lists": "true", "unskilled-agents": "true", "analytics-divisions": "none", "queue-divisions": "some", "forbid-units": "true", "import-length": "elapsed", "refuse-by-notification": "true",
		"max-import-bytes": "1000", "changeable-time-zone": "true", "max-inline": "10", "rate-headers": "false", "heartbeat": "{}"}
	named := 0
	for _, line := range strings.Split(strings.TrimSpace(sim.SwitchHelp()), "\n") {
		name, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		var s, before sim.Switches
		if err := s.Set(name, set[name]); err != nil || compact(t, s) == compact(t, before) {
			t.Errorf("%s=%s: %v, %+v", name, set[name], err, s)
		}
		if _, err := sim.New(sim.Options{Clock: newClock(now).clock(), Switches: s}.Small()); err != nil {
			t.Errorf("%s=%s: %v", name, set[name], err)
		}
		named++
	}
	if named != len(set) {
		t.Errorf("%d switches are listed, %d known here", named, len(set))
	}
}

// The documentation has every kind and every switch, with what the help says of it.
func TestTheDocumentationHasKindsAndSwitches(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/SIMULATOR.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range sim.Kinds() {
		if !strings.Contains(string(text), "\n| `"+string(k)+"` |") {
			t.Errorf("no row for the kind %s", k)
		}
	}
	for _, line := range strings.Split(strings.TrimSpace(sim.SwitchHelp()), "\n") {
		name, about, _ := strings.Cut(strings.TrimSpace(line), " ")
		about = strings.TrimSpace(about)
		colon := strings.LastIndex(about, ": ")
		if row := "\n| `" + name + "` | " + about[colon+2:] + " | " + about[:colon] + " |\n"; !strings.Contains(string(text), row) {
			t.Errorf("no row%s", row)
		}
	}
}

func TestPermissionsAreRead(t *testing.T) {
	t.Parallel()
	without := func(prefix string) []string {
		return slices.DeleteFunc(sim.Needed(), func(p string) bool { return strings.HasPrefix(p, prefix) })
	}
	for text, want := range map[string][]string{
		"none":                            {},
		"routing:queue:view, a:b:c":       {"routing:queue:view", "a:b:c"},
		"+routing:queue:search":           append(sim.Needed(), "routing:queue:search"),
		"-wfm:*":                          without("wfm:"),
		"-wfm:shortTermForecast:*,+x:y:z": append(without("wfm:shortTermForecast:"), "x:y:z"),
		"-wfm:shortTermForecast:view":     without("wfm:shortTermForecast:view"),
	} {
		if got, err := sim.ParsePermissions(text); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q is %v, %v", text, got, err)
		}
	}
	for _, bad := range []string{"", "a", "a:b", "a::c", "+wfm:*", "wfm:*", "a:b:c,+d:e:f", "a:b:c,", "-"} {
		if got, err := sim.ParsePermissions(bad); err == nil {
			t.Errorf("%q is %v", bad, got)
		}
	}
}

// A query for quarter-hours is answered over seven days and no more, one for hours as ever.
func TestSevenDaysAtTheQuarterHour(t *testing.T) {
	t.Parallel()
	monday := time.Date(2026, 11, 9, 5, 0, 0, 0, time.UTC)
	days := func(n int) string { return interval(monday, monday.AddDate(0, 0, n)) }
	w := start(t, sim.Options{Kinds: []sim.Kind{sim.KindSevenDays}})
	for _, fine := range []string{`"PT15M"`, `"PT5M"`, `"PT29M59S"`} {
		w.post(aggregates, query("interval", days(8), "granularity", fine)).wants(400, "constraint.validation")
	}
	weeks, _ := w.aggregates("interval", days(7), "granularity", `"PT15M"`).total("tHandle", all)
	more, _ := w.aggregates("interval", days(7), "granularity", `"PT30M"`).total("tHandle", all)
	if weeks == 0 || weeks != more {
		t.Errorf("seven days have %d contacts by the quarter-hour and %d by the half", weeks, more)
	}
	for _, coarse := range []string{`"PT30M"`, `"P1D"`, `""`} {
		w.post(aggregates, query("interval", days(8), "granularity", coarse)).ok(200)
	}
	start(t, sim.Options{}).post(aggregates, query("interval", days(8), "granularity", `"PT15M"`)).ok(200)
}

// How a query that asks for too much is refused nobody knows: every way can be had, and every length.
func TestHowTooMuchIsRefusedIsASwitch(t *testing.T) {
	t.Parallel()
	begin := time.Date(2026, 11, 9, 5, 0, 0, 0, time.UTC)
	day := query("interval", interval(begin, begin.AddDate(0, 0, 1)), "granularity", `"PT15M"`)
	hour := query("interval", interval(begin, begin.Add(time.Hour)), "granularity", `"PT15M"`)
	status := map[string]int{"request.entity.too.large": 413, "payload.too.large": 413, "request.timeout": 504}
	for _, code := range sim.CeilingCodes() {
		w := start(t, sim.Options{Switches: sim.Switches{MaxQuarterHours: time.Hour, CeilingCode: code}})
		w.post(aggregates, hour).ok(200)
		w.post(aggregates, day).wants(max(status[code], 400), code)
	}
	w := start(t, sim.Options{Switches: sim.Switches{MaxQuarterHours: -1, CeilingStatus: 413}})
	w.post(aggregates, hour).wants(413, "response.entity.too.large")

	for body, media := range map[sim.BodyOf]string{sim.GarbledBody: "application/json", sim.HTMLBody: "text/html; charset=utf-8", sim.EmptyBody: "text/plain"} {
		a := start(t, sim.Options{Switches: sim.Switches{MaxQuarterHours: time.Hour, CeilingBody: body}}).post(aggregates, day)
		if a.status != 400 || a.header.Get("Content-Type") != media || json.Valid(a.body) || (len(a.body) == 0) != (body == sim.EmptyBody) {
			t.Errorf("%s: %d %v %q", body, a.status, a.header, a.body)
		}
	}

	w = start(t, sim.Options{Switches: sim.Switches{RetentionDays: 14}})
	w.post(aggregates, day).ok(200)
	w.post(aggregates, query("interval", interval(begin.Add(-24*time.Hour), begin))).wants(400, "bad.request")
}

// Contacts keep their numbers where codes change: before the day they have the old codes, from it on the new ones.
func TestRecodedContactsChangeTheirCodesOnADay(t *testing.T) {
	t.Parallel()
	plain := start(t, sim.Options{Queues: 5, Codes: 60, History: 240})
	w := start(t, sim.Options{Queues: 5, Codes: 60, History: 240, Kinds: []sim.Kind{sim.KindRecoded}})
	changes := w.CodeChanges()
	if len(changes) < 3 || len(plain.CodeChanges()) != 0 {
		t.Fatalf("%d changes, %d in a plain organisation", len(changes), len(plain.CodeChanges()))
	}
	zone, err := time.LoadLocation(w.Directory().BusinessUnit.TimeZone)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := plain.GroundTruth(), w.GroundTruth(); a.Contacts != b.Contacts || a.WithoutCode != b.WithoutCode {
		t.Errorf("%d contacts, %d in a plain organisation", b.Contacts, a.Contacts)
	}
	for _, c := range changes {
		on := c.On.Midnight(zone)
		before, after := w.GroundTruthBetween(on.AddDate(0, 0, -60), on).Leaves, w.GroundTruthBetween(on, on.AddDate(0, 0, 60)).Leaves
		for _, id := range c.From {
			if contactsOf(before, id) == 0 || contactsOf(after, id) != 0 {
				t.Errorf("%s on %s: the code before has %d contacts, then %d", c.Kind, c.On, contactsOf(before, id), contactsOf(after, id))
			}
		}
		for _, to := range c.To {
			if contactsOf(before, to.Code) != 0 || contactsOf(after, to.Code) == 0 {
				t.Errorf("%s on %s: the code after has %d contacts, then %d", c.Kind, c.On, contactsOf(before, to.Code), contactsOf(after, to.Code))
			}
		}
	}
}

func contactsOf(leaves map[wrapcast.Leaf]int, code wrapcast.CodeID) (n int) {
	for leaf, contacts := range leaves {
		if leaf.Code == code {
			n += contacts
		}
	}
	return n
}
