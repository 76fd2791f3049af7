package steps_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys"
	"github.com/wrapcast/wrapcast/internal/planning"
	"github.com/wrapcast/wrapcast/internal/sim"
)

// position is one position of one of the reference's switches S1 to S17: how the platform may be, since no public
// source says how it is.
type position struct {
	name     string
	switches sim.Switches
	// heartbeat is how often sockets show that they live; 0 is as usual.
	heartbeat time.Duration
	// wrapcast is how it is set where the platform is not as is likeliest.
	wrapcast func(*genesys.Config)
	// rule is how long a week's arrays are.
	rule planning.LengthRule
	// also looks at more than the run.
	also func(*testing.T, *chaosWorld)
	// ends is how the run may end; nil is calmly.
	ends func(*chaosWorld) error
}

func positions() []position {
	s := func(name string, w sim.Switches) position { return position{name: name, switches: w} }
	byMetric := func(metric string) func(*genesys.Config) {
		return func(c *genesys.Config) { c.VolumeMetric = metric }
	}
	counted := func(name, metric string, uncoded ...string) position {
		p := s(name, sim.Switches{UncodedMetrics: append([]string{}, uncoded...)})
		p.wrapcast = byMetric(metric)
		return p
	}
	length := func(name string, r planning.LengthRule, p sim.LengthRule) position {
		return position{name: name, switches: sim.Switches{ImportLength: p}, rule: r}
	}
	return append(firstQueries(), []position{
		{name: "a wrong secret is 400", switches: sim.Switches{WrongSecretStatus: 400}, also: wrongSecret},
		{name: "a wrong secret is 401", switches: sim.Switches{WrongSecretStatus: 401}, also: wrongSecret},
		s("nothing found is {}", sim.Switches{}),
		s("nothing found is an empty list", sim.Switches{EmptyResultsList: true}),
		counted("every metric of an agent carries the code", "", "nTransferred"),
		counted("connections do not", "tHandle", "nConnected", "nTransferred", "nBlindTransferred"),
		counted("neither do connections nor talk time", "", "nConnected", "tTalk", "tTalkComplete"),
		counted("contacts are counted by talk time", "tTalkComplete", "nConnected"),
		s("at most five days", sim.Switches{MaxDays: 5}),
		s("at most five days, said as bad.request", sim.Switches{MaxDays: 5, CeilingCode: "bad.request"}),
		s("at most 500 buckets", sim.Switches{MaxBuckets: 500}),
		s("at most 300 rows", sim.Switches{MaxRows: 300}),
		s("at most 300 rows, said as bad.request", sim.Switches{MaxRows: 300, CeilingCode: "bad.request"}),
		s("no ceilings", sim.Switches{MaxDays: -1, MaxBuckets: -1, MaxRows: -1}),
		s("pages of at most 100, larger ones refused", sim.Switches{MaxPageSize: 100}),
		s("pages of at most 100, larger ones cut", sim.Switches{MaxPageSize: 100, ClampPageSize: true}),
		s("pages of at most 200", sim.Switches{MaxPageSize: 200}),
		s("the default code is listed", sim.Switches{ListDefaultCode: true}),
		s("the default code is not listed", sim.Switches{}),
		length("eight days of 96", "", sim.EightDays),
		length("seven days of 96", planning.SevenDays, sim.SevenDays),
		length("what really passes", planning.Elapsed, sim.Elapsed),
		{name: "a bad import is refused at once", switches: sim.Switches{ImportLength: sim.SevenDays}, ends: refusedImport},
		{name: "a bad import is refused later", switches: sim.Switches{ImportLength: sim.SevenDays, RefuseImportByNotification: true}, ends: refusedImport},
		s("a good import, where bad ones are refused later", sim.Switches{RefuseImportByNotification: true}),
		s("no ceiling for imports", sim.Switches{}),
		{name: "a ceiling that the platform tells", switches: sim.Switches{MaxImportBytes: 1000}, ends: refusedImport},
		{name: "a ceiling that is known", switches: sim.Switches{MaxImportBytes: 1000}, ends: refusedImport,
			wrapcast: func(c *genesys.Config) { c.MaxImportBytes = 1000 }},
		s("a time zone for good", sim.Switches{}),
		{name: "a time zone that changes", switches: sim.Switches{ChangeableTimeZone: true}, also: moved},
		s("rate headers", sim.Switches{}),
		s("no rate headers", sim.Switches{NoRateHeaders: true}),
		{name: "a heartbeat of another kind", switches: sim.Switches{HeartbeatBody: `{"topicName":"v2.heartbeat"}`}, heartbeat: time.Millisecond},
		{name: "a heartbeat that is no JSON", switches: sim.Switches{HeartbeatBody: "beat"}, heartbeat: time.Millisecond},
		s("own permissions: roles only", sim.Switches{OwnPermissions: sim.TellRoles}),
		s("large data at a signed address", sim.Switches{MaxInlineValues: 1}),
	}...)
}

// firstQueries are what the platform may say to a first query that is too long, and how it may write its answers.
func firstQueries() (all []position) {
	const days = 24 * time.Hour
	for _, code := range sim.CeilingCodes() {
		all = append(all, position{name: "two days at 15 minutes, said as " + code,
			switches: sim.Switches{MaxQuarterHours: 2 * days, CeilingCode: code}})
	}
	for _, body := range []sim.BodyOf{sim.GarbledBody, sim.HTMLBody, sim.EmptyBody} {
		all = append(all, position{name: "a day at 15 minutes, said by a body that is " + string(body),
			switches: sim.Switches{MaxQuarterHours: days, CeilingBody: body}},
			position{name: "six hours at 15 minutes, said by 413 and a body that is " + string(body),
				switches: sim.Switches{MaxQuarterHours: 6 * time.Hour, CeilingStatus: 413, CeilingBody: body}})
	}
	return append(all, position{name: "seven days at 15 minutes", switches: sim.Switches{MaxQuarterHours: 7 * days}},
		position{name: "values as lists, offsets without a colon, nothing across divisions",
			switches: sim.Switches{ValuesAsLists: true, IntervalOffset: "+0000", NoDivisionViews: true}})
}

// TestWhateverThePlatformIsLikeTheRunIsRight does a whole run in each position of each switch. It ends with the figures
// of the run in the likeliest world, or with the one error that the position allows.
func TestWhateverThePlatformIsLikeTheRunIsRight(t *testing.T) {
	t.Parallel()
	likeliest := newChaosWorld(t, setting{})
	usual := likeliest.figures(t, likeliest.mustRun(t))
	for i, p := range positions() {
		if underRace && i%6 != 0 {
			continue // without the race detector all of them are done
		}
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			w := newChaosWorld(t, setting{switches: p.switches, heartbeat: p.heartbeat, client: p.wrapcast})
			w.spec.WeekLength = p.rule
			out, err := w.Run(t.Context(), w.spec)
			w.judge(t, out, err)
			if p.ends != nil {
				if wrapcast.KindOf(err) != wrapcast.Refused || out.Submissions[0].State != wrapcast.SubmissionFailed || p.ends(w) != nil {
					t.Errorf("it ended with %s", describe(out, err))
				}
				return
			}
			if err != nil {
				t.Fatalf("it ended with %s", describe(out, err))
			}
			w.figures(t, out).upTo(p.rule).sameAs(t, usual.upTo(p.rule))
			if p.also != nil {
				p.also(t, w)
			}
		})
	}
}

// upTo cuts the plan to seven days where that is the rule: the contacts of the week are the same. Handle times are not
// quite, where a quarter-hour is empty: it has the mean of all days.
func (f figures) upTo(r planning.LengthRule) figures {
	if r == planning.SevenDays {
		f.Plan = slices.Clone(f.Plan)
		for i := range f.Plan {
			f.Plan[i].Offered, f.Plan[i].HandleSeconds = f.Plan[i].Offered[:672], nil
		}
	}
	return f
}

// refusedImport says that the platform has taken nothing.
func refusedImport(w *chaosWorld) error {
	if n := len(w.sim.Forecasts()); n > 0 {
		return errLost
	}
	return nil
}

func wrongSecret(t *testing.T, w *chaosWorld) {
	t.Helper()
	client, err := genesys.New(genesys.Config{BaseURL: w.url, ClientID: w.sim.ClientID(), ClientSecret: "wrong", Clock: w.Clock})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	_, err = client.Organisation(t.Context())
	if wrapcast.KindOf(err) != wrapcast.Refused || !strings.Contains(wrapcast.Hint(err), "GENESYS_CLIENT_SECRET") {
		t.Errorf("a wrong secret: %v (%s)", err, wrapcast.Hint(err))
	}
}

// moved moves the business unit an hour to the west: the next run plans the same weeks by the other clock.
func moved(t *testing.T, w *chaosWorld) {
	t.Helper()
	const chicago = "America/Chicago"
	if err := w.sim.ChangeTimeZone(chicago); err != nil {
		t.Fatal(err)
	}
	out, err := w.Run(t.Context(), w.spec)
	if err != nil {
		t.Fatal(err)
	}
	if unit := out.Plans[0].Week.BusinessUnit; unit.TimeZone != chicago || out.Forecast.TimeZone != chicago {
		t.Errorf("planned in %s, forecast in %s", unit.TimeZone, out.Forecast.TimeZone)
	}
	if len(w.sim.Forecasts()) != 2 {
		t.Errorf("the platform has %d forecasts", len(w.sim.Forecasts()))
	}
}

// History that the platform no longer keeps is not there: the run goes on with what is, and says so in its result, in
// the report on the history and in the audit chain.
func TestHistoryThatThePlatformNoLongerKeepsIsSaid(t *testing.T) {
	t.Parallel()
	w := newChaosWorld(t, setting{switches: sim.Switches{RetentionDays: 16}})
	w.spec.DryRun = true
	for range 2 { // the second run says it too
		out, err := w.Run(t.Context(), w.spec)
		if err != nil {
			t.Fatal(err)
		}
		begins := out.Extract.Begins
		if begins == nil || !begins.After(out.Extract.From) || !strings.Contains(out.Extract.Answer, "bad.request") {
			t.Fatalf("the history begins at %v: %s", begins, out.Extract.Answer)
		}
		said := slices.ContainsFunc(out.Validation.Findings, func(f wrapcast.Finding) bool { return f.Code == "history-begins" })
		if first := out.Validation.From; !said || first < wrapcast.DateOf(*begins) || first > wrapcast.DateOf(*begins)+1 {
			t.Errorf("the report begins on %s: %+v", first, out.Validation.Findings)
		}
		if out.Forecast == nil {
			t.Error("nothing was forecast")
		}
	}
}
