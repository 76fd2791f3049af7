package planning

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast"
)

func TestAWeekKeepsEveryContactInWeeksOfAnyLength(t *testing.T) {
	t.Parallel()
	loc := location(t, "America/New_York")
	for _, start := range []string{"2026-11-23", "2026-03-02", "2026-03-09", "2026-10-26"} {
		in, plan, findings := planWorld(loc, date(start))
		if blocked(findings) {
			t.Fatalf("week of %s: %v", start, findings)
		}
		for g, group := range plan.Groups {
			s := wrapcast.Stream{
				Queue: in.Directory.PlanningGroups[g].Routes[0].Queue,
				Media: in.Directory.PlanningGroups[g].Routes[0].Media,
			}
			if len(group.Offered) != 768 || len(group.HandleSeconds) != 768 {
				t.Fatalf("%s: %d and %d values", group.Name, len(group.Offered), len(group.HandleSeconds))
			}
			for _, span := range daysOf(plan.Start, loc, 768) {
				want := handledOn(in.Forecast, s, span.day) * in.Recent.conversion(s)
				if span.count < span.of { // the array ends inside the day
					want *= sumOf(in.Recent.shares(s, span.day)[:span.count])
				}
				got := sumOf(group.Offered[span.first : span.first+span.count])
				if math.Abs(got-want) > 0.005+1e-9 {
					t.Errorf("week of %s, %s on %s: %.4f contacts planned, want %.4f", start, group.Name, span.day, got, want)
				}
			}
		}
	}
}

func handledOn(f wrapcast.Forecast, s wrapcast.Stream, day wrapcast.Date) float64 {
	sum := 0.0
	for _, leaf := range f.Leaves {
		if leaf.Leaf.Stream() == s {
			sum += leaf.Mean[day-f.From]
		}
	}
	return sum
}

func blocked(findings []wrapcast.Finding) bool {
	return slices.ContainsFunc(findings, func(f wrapcast.Finding) bool { return f.Severity == wrapcast.Blocking })
}

func TestAPlanPutsTheTruthBack(t *testing.T) {
	t.Parallel()
	loc := location(t, "America/New_York")
	_, plan, _ := planWorld(loc, date("2026-11-16"))
	for g, s := range []wrapcast.Stream{billingVoice, billingEmail, nightVoice} {
		w := world[s]
		planned, wrong := 0.0, 0.0
		for i, n := range plan.Groups[g].Offered {
			local := quarterHour(plan.Start, loc, i).In(loc)
			truth := w.rate(local.Weekday(), local.Hour()*4+local.Minute()/15)
			if truth == 0 && n != 0 {
				t.Errorf("%v: %g contacts planned at %s, when it is closed", s, n, local)
			}
			planned, wrong = planned+truth, wrong+math.Abs(n-truth)
		}
		if wrong/planned > 0.15 {
			t.Errorf("%v: quarter-hours are %.1f %% off in sum, want at most 15 %%", s, 100*wrong/planned)
		}
	}
}

func TestTheEighthDayIsForecastNotCopied(t *testing.T) {
	t.Parallel()
	loc := location(t, "America/New_York")
	in, _, _ := planWorld(loc, date("2026-11-23"))
	for l := range in.Forecast.Leaves { // the Monday after is a holiday
		in.Forecast.Leaves[l].Mean[date("2026-11-30")-in.Forecast.From] = 0
	}
	plan, _ := Week(in, date("2026-11-23"))
	for _, g := range plan.Groups {
		if first, eighth := sumOf(g.Offered[:96]), sumOf(g.Offered[672:]); eighth != 0 || first == 0 {
			t.Errorf("%s: %g contacts on the first day, %g on the eighth", g.Name, first, eighth)
		}
	}
}

func TestTheWallClockOfAnArrayPartsFromItsIndexWhereTheClocksChange(t *testing.T) {
	t.Parallel()
	loc := location(t, "America/New_York")
	for start, shift := range map[string]int{"2026-11-23": 0, "2026-03-02": -4, "2026-10-26": 4} {
		_, plan, _ := planWorld(loc, date(start))
		voice := plan.Groups[0].Offered // open from 08:00 on; the second Monday follows the change on Sunday
		second := voice[672+shift : min(672+shift+72, 768)]
		if opens := slices.IndexFunc(second, func(n float64) bool { return n > 0 }); opens != 32 {
			t.Errorf("week of %s: the eighth day opens %d quarter-hours after its midnight, want 32", start, opens)
		}
	}
}

func TestHandleTimeFollowsTheMixOfCodes(t *testing.T) {
	t.Parallel()
	in, _, _ := planWorld(location(t, "UTC"), date("2026-11-23"))
	friday := int(date("2026-11-27") - in.Forecast.From)
	leaf := func(code wrapcast.CodeID, before, after, seconds float64) wrapcast.LeafForecast {
		l := wrapcast.LeafForecast{Leaf: wrapcast.Leaf{Queue: "billing", Code: code, Media: wrapcast.Voice}}
		for i := range in.Forecast.Days {
			volume := before
			if i >= friday {
				volume = after
			}
			l.Mean, l.HandleSeconds = append(l.Mean, volume), append(l.HandleSeconds, seconds)
		}
		return l
	}
	in.Forecast.Leaves = []wrapcast.LeafForecast{leaf("password", 90, 10, 120), leaf("fraud", 10, 90, 900)}
	plan, _ := Week(in, date("2026-11-23"))
	for day, want := range map[int]float64{0: 0.9*120 + 0.1*900, 3: 0.9*120 + 0.1*900, 4: 0.1*120 + 0.9*900} {
		if got := plan.Groups[0].HandleSeconds[96*day+48]; math.Abs(got-want) > 0.01 {
			t.Errorf("noon of day %d: %g s a contact, want %g", day, got, want)
		}
	}
}

func TestEmptyQuarterHoursHaveTheGroupsHandleTimeAndEmptyGroupsTheUnits(t *testing.T) {
	t.Parallel()
	in, _, _ := planWorld(location(t, "UTC"), date("2026-11-23"))
	in.Directory.PlanningGroups = append(in.Directory.PlanningGroups, wrapcast.PlanningGroup{
		ID: "new", Name: "New line", Routes: []wrapcast.Route{{Queue: "new", Media: wrapcast.Voice}}})
	plan, findings := Week(in, date("2026-11-23"))
	if got := plan.Groups[0].HandleSeconds[0]; plan.Groups[0].Offered[0] != 0 || math.Abs(got-300) > 0.01 {
		t.Errorf("billing voice at midnight: %g s, want the group's 300", got)
	}
	contacts, seconds := 0.0, 0.0
	for _, g := range plan.Groups {
		n, s := workload(g.Offered, g.HandleSeconds)
		contacts, seconds = contacts+n, seconds+s
	}
	last := plan.Groups[len(plan.Groups)-1]
	if sumOf(last.Offered) != 0 || math.Abs(last.HandleSeconds[10]-seconds/contacts) > 0.01 {
		t.Errorf(
			"a group without history: %g contacts of %g s, want 0 of %.2f",
			sumOf(last.Offered),
			last.HandleSeconds[10],
			seconds/contacts,
		)
	}
	if f := findingOf(findings, "no-history"); f.Place != "New line" || f.Severity != wrapcast.Warning {
		t.Errorf("findings %v", findings)
	}
}

func TestWhatCannotBePlacedIsNamed(t *testing.T) {
	t.Parallel()
	week := date("2026-11-23")
	for _, c := range []struct {
		name     string
		change   func(in *WeekInput)
		code     string
		severity wrapcast.Severity
		place    string
		message  string
	}{
		{"contacts of no planning group", func(*WeekInput) {}, "no-planning-group", wrapcast.Warning, "Tiny / message",
			"contacts of the 8 days belong to no planning group"},
		{"a skill that no contact has", func(in *WeekInput) { in.Directory.PlanningGroups[1].Routes[0].Skills = []wrapcast.SkillID{"gold"} },
			"no-history", wrapcast.Warning, "billing email", "with these skills: it is planned with no contacts"},
		{"a language that no contact has", func(in *WeekInput) { in.Directory.PlanningGroups[2].Routes[0].Language = "es" },
			"no-history", wrapcast.Warning, "night voice", "in this language: it is planned with no contacts"},
		{"one route in two groups",
			func(in *WeekInput) { in.Directory.PlanningGroups[1].Routes = in.Directory.PlanningGroups[0].Routes },
			"route-twice", wrapcast.Blocking, "billing email", "Billing / voice leads to billing voice as well"},
		{"a forecast that ends too soon", func(in *WeekInput) { in.Forecast.Days = 10 },
			"days-missing", wrapcast.Blocking, "2026-11-23",
			"the week needs 2026-11-23 to 2026-11-30, the forecast has 2026-11-20 to 2026-11-29"},
		{"no recent patterns", func(in *WeekInput) { in.Recent = nil }, "no-patterns", wrapcast.Blocking, "", "were learned"},
		{"a forecast that begins too late", func(in *WeekInput) { in.Forecast.From = week + 1 }, "days-missing",
			wrapcast.Blocking, "2026-11-23", "the week needs"},
		{"a forecast in another zone", func(in *WeekInput) { in.Forecast.TimeZone = "Europe/Berlin" }, "other-zone",
			wrapcast.Blocking, "Boston", "Europe/Berlin"},
		{"a negative forecast", func(in *WeekInput) { in.Forecast.Leaves[0].Mean[4] = -1 }, "bad-number", wrapcast.Blocking,
			"", "1 values"},
		{"an infinite forecast", func(in *WeekInput) { in.Forecast.Leaves[0].Mean[4] = math.Inf(1) }, "bad-number",
			wrapcast.Blocking, "", "1 values"},
		{"a forecast that is no number", func(in *WeekInput) { in.Forecast.Leaves[0].Mean[4] = math.NaN() }, "bad-number",
			wrapcast.Blocking, "", "1 values"},
		{"a leaf without its last days", func(in *WeekInput) { in.Forecast.Leaves[0].Mean = in.Forecast.Leaves[0].Mean[:9] },
			"bad-number", wrapcast.Blocking, "", "2 values"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in, _, _ := planWorld(location(t, "UTC"), week)
			c.change(&in)
			plan, findings := Week(in, week)
			f := findingOf(findings, c.code)
			if f.Severity != c.severity || f.Place != c.place || !strings.Contains(f.Message, c.message) {
				t.Errorf("%+v; want %s %s at %q: %q", findings, c.severity, c.code, c.place, c.message)
			}
			soundGroups(t, plan)
		})
	}
}

func soundGroups(t interface{ Fatalf(string, ...any) }, plan wrapcast.WeekPlan) {
	for _, g := range plan.Groups {
		for i := range g.Offered {
			for _, v := range []float64{g.Offered[i], g.HandleSeconds[i]} {
				if !(v >= 0) || math.IsInf(v, 1) {
					t.Fatalf("%s, quarter-hour %d: %g contacts of %g s", g.Name, i, g.Offered[i], g.HandleSeconds[i])
				}
			}
		}
	}
}

func TestSumsHoldForAnyForecastAndAnyGroups(t *testing.T) {
	t.Parallel()
	patterns := map[string]*RecentPatterns{}
	for _, zone := range []string{"America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"} {
		loc := location(t, zone)
		observations, arrivals := live(loc, date("2026-08-20"), date("2026-10-15"))
		patterns[zone] = LearnRecent(observations, arrivals, loc, RecentOptions{Until: date("2026-10-15")})
	}
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom([]string{"America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"}).Draw(t, "zone")
		week := date("2026-10-19") + wrapcast.Date(7*rapid.IntRange(-30, 3).Draw(t, "week"))
		in := WeekInput{Directory: wrapcast.Directory{BusinessUnit: unitIn(zone)}, Recent: patterns[zone],
			Forecast: wrapcast.Forecast{TimeZone: zone, From: week, Days: 9}}
		queues := []wrapcast.QueueID{"billing", "night", "tiny", "new"}
		media := []wrapcast.MediaType{wrapcast.Voice, wrapcast.Email}
		for i := range rapid.IntRange(0, 12).Draw(t, "leaves") {
			in.Forecast.Leaves = append(in.Forecast.Leaves, wrapcast.LeafForecast{
				Leaf: wrapcast.Leaf{
					Queue: rapid.SampledFrom(queues).Draw(t, "queue"),
					Code:  wrapcast.CodeID(fmt.Sprint(i)),
					Media: rapid.SampledFrom(media).Draw(t, "media"),
				},
				Mean:          rapid.SliceOfN(rapid.Float64Range(0, 3000), 9, 9).Draw(t, "mean"),
				HandleSeconds: rapid.SliceOfN(rapid.Float64Range(0, 3000), 9, 9).Draw(t, "seconds"),
			})
		}
		routed := map[wrapcast.Stream]bool{}
		for i := range rapid.IntRange(0, 3).Draw(t, "groups") {
			g := wrapcast.PlanningGroup{ID: wrapcast.PlanningGroupID(fmt.Sprint(i))}
			for range rapid.IntRange(0, 3).Draw(t, "routes") {
				s := wrapcast.Stream{
					Queue: rapid.SampledFrom(queues).Draw(t, "queue"),
					Media: rapid.SampledFrom(media).Draw(t, "media"),
				}
				if !routed[s] {
					routed[s] = true
					g.Routes = append(g.Routes, wrapcast.Route{Queue: s.Queue, Media: s.Media})
				}
			}
			in.Directory.PlanningGroups = append(in.Directory.PlanningGroups, g)
		}
		plan, findings := Week(in, week)
		soundGroups(t, plan)
		if blocked(findings) {
			t.Fatalf("%v", findings)
		}
		for _, span := range daysOf(week, in.Recent.loc, 768) {
			if span.count < span.of {
				continue
			}
			got, want := 0.0, 0.0
			for _, g := range plan.Groups {
				got += sumOf(g.Offered[span.first : span.first+span.count])
			}
			for s := range routed {
				want += handledOn(in.Forecast, s, span.day) * in.Recent.conversion(s)
			}
			if math.Abs(got-want) > 0.005*float64(len(plan.Groups))+1e-6 {
				t.Fatalf("%s: %.4f contacts planned, want %.4f", span.day, got, want)
			}
		}
	})
}

func TestEveryNumberHasAtMostTwoDecimals(t *testing.T) {
	t.Parallel()
	_, plan, _ := planWorld(location(t, "UTC"), date("2026-11-23"))
	for _, g := range plan.Groups {
		for i, v := range append(slices.Clone(g.Offered), g.HandleSeconds...) {
			if v != math.Round(v*100)/100 {
				t.Fatalf("%s: value %d is %v", g.Name, i, v)
			}
		}
	}
}

func TestTheArrayLengthIsASwitch(t *testing.T) {
	t.Parallel()
	in, long, _ := planWorld(location(t, "UTC"), date("2026-11-23"))
	in.QuarterHours = 672
	short, _ := Week(in, date("2026-11-23"))
	for g := range short.Groups {
		if !slices.Equal(short.Groups[g].Offered, long.Groups[g].Offered[:672]) {
			t.Errorf("%s: a shorter array holds other numbers", short.Groups[g].Name)
		}
	}
}

func BenchmarkWeekOfFiveHundredGroups(b *testing.B) {
	loc := location(b, "America/New_York")
	observations, arrivals := live(loc, date("2026-09-25"), date("2026-11-20"))
	in := WeekInput{
		Directory: wrapcast.Directory{BusinessUnit: unitIn(loc.String())},
		Recent:    LearnRecent(observations, arrivals, loc, RecentOptions{Until: date("2026-11-20")}),
	}
	in.Forecast = outlook(loc.String(), date("2026-11-20"), 13)
	shape := in.Forecast.Leaves[0]
	in.Forecast.Leaves = nil
	for i := range 10000 {
		shape.Leaf = wrapcast.Leaf{
			Queue: wrapcast.QueueID(fmt.Sprint(i % 500)),
			Code:  wrapcast.CodeID(fmt.Sprint(i)),
			Media: wrapcast.Voice,
		}
		in.Forecast.Leaves = append(in.Forecast.Leaves, shape)
	}
	for i := range 500 {
		in.Directory.PlanningGroups = append(in.Directory.PlanningGroups, wrapcast.PlanningGroup{
			ID: wrapcast.PlanningGroupID(
				fmt.Sprint(i),
			), Routes: []wrapcast.Route{{Queue: wrapcast.QueueID(fmt.Sprint(i)), Media: wrapcast.Voice}}})
	}
	b.ReportAllocs()
	for b.Loop() {
		Week(in, date("2026-11-23"))
	}
}

// Where only what was offered, or only what was handled, is told apart by language, each for itself would be converted
// by what the other side does not know of it.
func TestHalfToldChannelsAreConvertedAsOne(t *testing.T) {
	t.Parallel()
	until := date("2026-11-20")
	german := wrapcast.Stream{Queue: "q", Media: wrapcast.Voice, Language: "de"}
	english := wrapcast.Stream{Queue: "q", Media: wrapcast.Voice, Language: "en"}
	untold := wrapcast.Stream{Queue: "q", Media: wrapcast.Voice}
	learn := func(handled, offered map[wrapcast.Stream]int) *RecentPatterns {
		var observations []wrapcast.Observation
		var arrivals []wrapcast.Arrival
		for day := until - 28; day < until; day++ {
			at := day.Midnight(time.UTC).Add(12 * time.Hour)
			for s, n := range handled {
				observations = append(observations, wrapcast.Observation{Leaf: wrapcast.Leaf{Code: "c"}.In(s), Start: at, Handled: n, HandleMs: int64(n) * 1000})
			}
			for s, n := range offered {
				arrivals = append(arrivals, wrapcast.Arrival{Start: at, Offered: n}.In(s))
			}
		}
		return LearnRecent(observations, arrivals, time.UTC, RecentOptions{Until: until})
	}
	told := map[wrapcast.Stream]int{german: 30, english: 60, untold: 10}
	for name, p := range map[string]*RecentPatterns{
		"handled untold":          learn(map[wrapcast.Stream]int{untold: 80}, told),
		"offered untold":          learn(map[wrapcast.Stream]int{german: 24, english: 48, untold: 8}, map[wrapcast.Stream]int{untold: 100}),
		"one never offered":       learn(map[wrapcast.Stream]int{german: 24, english: 48, untold: 8}, map[wrapcast.Stream]int{english: 100}),
		"both told, all the same": learn(map[wrapcast.Stream]int{german: 24, english: 48, untold: 8}, told),
	} {
		for _, s := range []wrapcast.Stream{german, english, untold} {
			want := 1.25
			if name == "one never offered" && s == english {
				want = 100.0 / 48
			}
			if got := p.conversion(s); math.Abs(got-want) > 0.03*want {
				t.Errorf("%s: %q is converted by %v, want %v", name, s.Language, got, want)
			}
		}
		if len(p.notes) != 0 {
			t.Errorf("%s: %+v", name, p.notes)
		}
	}
}

func TestGroupsOfLanguagesHaveTogetherWhatTheirQueueHas(t *testing.T) {
	t.Parallel()
	loc := location(t, "America/New_York")
	from, week := date("2026-11-20"), date("2026-11-23")
	route := func(language wrapcast.LanguageID, skills ...wrapcast.SkillID) wrapcast.PlanningGroup {
		return wrapcast.PlanningGroup{ID: wrapcast.PlanningGroupID("g-" + string(language) + string(wrapcast.NewSkillSet(skills...))),
			Routes: []wrapcast.Route{{Queue: "q", Media: wrapcast.Voice, Language: language, Skills: skills}}}
	}
	in := WeekInput{Directory: wrapcast.Directory{BusinessUnit: unitIn(loc.String()), PlanningGroups: []wrapcast.PlanningGroup{
		route("de"), route("", "tax"), route(""), route("de", "vip"), route("fr")}},
		Recent: LearnRecent(nil, nil, loc, RecentOptions{Until: from}), Forecast: wrapcast.Forecast{ID: "f", TimeZone: loc.String(), From: from, Days: 13}}
	streams := map[wrapcast.Stream]float64{
		{Queue: "q", Media: wrapcast.Voice}:                                  7,
		{Queue: "q", Media: wrapcast.Voice, Language: "de"}:                  5,
		{Queue: "q", Media: wrapcast.Voice, Language: "de", Skills: "tax"}:   3, // a tie: for German
		{Queue: "q", Media: wrapcast.Voice, Language: "en", Skills: "tax"}:   2,
		{Queue: "q", Media: wrapcast.Voice, Language: "de", Skills: "vip"}:   1,
		{Queue: "q", Media: wrapcast.Voice, Language: "es", Skills: "other"}: 4,
	}
	for s, n := range streams {
		in.Forecast.Leaves = append(in.Forecast.Leaves, wrapcast.LeafForecast{Leaf: wrapcast.Leaf{Code: "c"}.In(s),
			Mean: slices.Repeat([]float64{n}, 13), HandleSeconds: slices.Repeat([]float64{100}, 13)})
	}
	plan, findings := Week(in, week)
	want := map[wrapcast.PlanningGroupID]float64{"g-de": 8, "g-tax": 2, "g-": 11, "g-devip": 1, "g-fr": 0}
	for _, g := range plan.Groups {
		if got := sumOf(g.Offered) / 8; math.Abs(got-want[g.Group]) > 0.001 {
			t.Errorf("%s has %v contacts a day, want %v", g.Group, got, want[g.Group])
		}
	}
	if blocked(findings) || findingOf(findings, "no-history").Place != "g-fr" {
		t.Errorf("%+v", findings)
	}
	if tie := findingOf(findings, "route-tie"); tie.Severity != wrapcast.Warning || tie.Place != "queue q (not visible to this client) / voice / de / tax" ||
		tie.Message != "its contacts fit g-tax as well as g-de, and are planned for the latter" {
		t.Errorf("%+v", tie)
	}
	in.LeaveOut = []wrapcast.PlanningGroupID{"g-de"}
	plan, findings = Week(in, week)
	if len(plan.Groups) != 4 || len(plan.LeftOut) != 1 || plan.LeftOut[0].Offered != 64 || findingOf(findings, "left-out").Severity != wrapcast.Info {
		t.Errorf("left out: %+v, %+v", plan.LeftOut, findingOf(findings, "left-out"))
	}
	check := AutoPublishCheck{Plan: plan, Directory: in.Directory, Forecast: coherent(), Now: planNow}
	check.Forecast.MadeAt, check.Forecast.HistoryTo = planNow, date("2026-11-22")
	check.Diff.Groups = []wrapcast.GroupDiff{{Group: "g-de", Removed: true}}
	if stops := CheckAutoPublish(check, PublishLimits{}); blocked(stops) {
		t.Errorf("a group that is left out stops the plan: %+v", stops)
	}
}
