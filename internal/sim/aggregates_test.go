package sim_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim"
)

// results is the answer of an aggregates query as a client reads it.
type results struct {
	Results []struct {
		Group map[string]string
		Data  []struct {
			Interval string
			Metrics  []struct {
				Metric string
				Stats  stats
			}
			Views []struct {
				Name  string
				Stats stats
			}
		}
	}
}

type stats struct {
	Count, Sum, Max, Min   *int64
	Ratio, Target          *float64
	Numerator, Denominator *int64
}

// total sums up the count of a metric over groups that pass the test.
func (r results) total(metric string, wanted func(group map[string]string) bool) (count, sum int64) {
	for _, g := range r.Results {
		if !wanted(g.Group) {
			continue
		}
		for _, d := range g.Data {
			for _, m := range d.Metrics {
				if m.Metric == metric {
					count += *m.Stats.Count
					if m.Stats.Sum != nil {
						sum += *m.Stats.Sum
					}
				}
			}
		}
	}
	return count, sum
}

func all(map[string]string) bool { return true }

func (w *world) aggregates(fields ...string) results {
	w.t.Helper()
	return decode[results](w.send(request{method: "POST", path: aggregates, body: query(fields...)}).ok(200))
}

func interval(from, to time.Time) string {
	const layout = "2006-01-02T15:04:05.000Z"
	return fmt.Sprintf("%q", from.UTC().Format(layout)+"/"+to.UTC().Format(layout))
}

// history is the whole of a small organisation's: 60 days, which takes two queries.
func history(w *world) [][2]time.Time {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		w.t.Fatal(err)
	}
	from := w.Start().Midnight(zone)
	middle := from.AddDate(0, 0, 30)
	return [][2]time.Time{{from, middle}, {middle, now.Add(time.Hour)}}
}

func TestEveryContactIsFoundOnceAtItsLeaf(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]sim.Options{
		"measured": {},
		"lively":   lively(),
		"outbound": {Kinds: []sim.Kind{sim.KindOutbound}, Disturbances: sim.FullDisturbances(), Queues: 3, Codes: 6, History: 60},
		"all kinds": {Kinds: []sim.Kind{sim.KindSkills, sim.KindOutbound, sim.KindDivisions, sim.KindTwoUnits, sim.KindBusyWeek}, Queues: 5, Codes: 12, History: 60,
			Disturbances: sim.FullDisturbances(), Switches: sim.Switches{AnalyticsDivisions: sim.GrantAll}},
		"invented": {History: 60, Size: sim.Size{Agents: 30, Queues: 12, Codes: 9, Leaves: 50, Handled: 150}},
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); everyContactIsFoundOnce(t, o) })
	}
}

func everyContactIsFoundOnce(t *testing.T, o sim.Options) {
	t.Helper()
	w := start(t, o)
	truth := w.GroundTruth()
	if truth.Contacts < 3000 || truth.WithoutCode == 0 || truth.Abandoned == 0 {
		t.Fatalf("the organisation is too quiet to test on: %+v", truth)
	}
	found := map[wrapcast.Leaf]int{}
	offered, abandoned := 0, 0
	detail := wrapcast.Detail{}
	for _, d := range w.Directories() {
		detail = detail.And(d.Detail())
	}
	for _, span := range history(w) {
		r := w.aggregates("interval", interval(span[0], span[1]), "granularity", `"PT15M"`,
			"groupBy", `["queueId","wrapUpCode","direction","requestedLanguageId","requestedRoutingSkillId"]`,
			"metrics", `["tHandle","nOffered","tAbandon"]`, "flattenMultivaluedDimensions", "true")
		for _, g := range r.Results {
			leaf := wrapcast.Leaf{Code: wrapcast.CodeID(g.Group["wrapUpCode"])}.In(detail.Reduce(streamOf(g.Group)))
			for _, d := range g.Data {
				for _, m := range d.Metrics {
					switch n := int(*m.Stats.Count); m.Metric {
					case "tHandle":
						found[leaf] += n
					case "nOffered":
						offered += n
					case "tAbandon":
						abandoned += n
					}
				}
			}
		}
	}
	if !maps.Equal(found, truth.Leaves) {
		t.Errorf("found %d leaves, there are %d", len(found), len(truth.Leaves))
	}
	if offered != truth.Offered || abandoned != truth.Abandoned {
		t.Errorf("found %d offered and %d abandoned, there were %d and %d", offered, abandoned, truth.Offered, truth.Abandoned)
	}
}

// streamOf reads a flattened group as what came by one queue and channel.
func streamOf(group map[string]string) wrapcast.Stream {
	s := wrapcast.Stream{Queue: wrapcast.QueueID(group["queueId"]), Media: wrapcast.MediaType(group["mediaType"]), Language: wrapcast.LanguageID(group["requestedLanguageId"])}
	if group["direction"] == "outbound" {
		s.Direction = wrapcast.Outbound
	}
	for id := range strings.SplitSeq(group["requestedRoutingSkillId"], ",") {
		s.Skills = wrapcast.NewSkillSet(append(s.Skills.IDs(), wrapcast.SkillID(id))...)
	}
	return s
}

// Whatever intervals, granularity, grouping and filters the history is cut by, the parts sum to what was handled.
func TestAnyPartitionSumsToTheTruth(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{Queues: 3, Codes: 6, History: 8, RequestsPerMinute: 1_000_000, Kinds: []sim.Kind{sim.KindSkills, sim.KindOutbound}})
	truth := w.GroundTruth()
	from, to := now.AddDate(0, 0, -9), now.Add(time.Hour)
	rapid.Check(t, func(t *rapid.T) {
		cuts := []time.Time{from}
		for cuts[len(cuts)-1].Before(to) {
			step := time.Duration(rapid.IntRange(6*60, 12*24*60).Draw(t, "minutes")) * time.Minute
			cuts = append(cuts, minTime(cuts[len(cuts)-1].Add(step), to))
		}
		groupBy := rapid.SampledFrom([]string{`[]`, `["queueId"]`, `["wrapUpCode"]`, `["userId","wrapUpCode"]`, `["purpose","direction","teamId"]`,
			`["mediaType","queueId","wrapUpCode","userId"]`, `["requestedLanguageId"]`, `["divisionId","outboundCampaignId"]`,
			`["queueId","originatingDirection","requestedLanguageId"]`}).Draw(t, "groupBy")
		granularity := rapid.SampledFrom([]string{``, `"PT15M"`, `"PT37M"`, `"P1D"`, `"P1DT12H"`, `"P1W"`}).Draw(t, "granularity")
		zone := rapid.SampledFrom([]string{``, `"America/New_York"`, `"Asia/Kolkata"`}).Draw(t, "zone")
		code := string(w.Directory().Codes[rapid.IntRange(0, len(w.Directory().Codes)-1).Draw(t, "code")].ID)
		halves := []string{fmt.Sprintf(`{"type":"or","predicates":[{"dimension":"wrapUpCode","value":%q}]}`, code),
			fmt.Sprintf(`{"type":"or","predicates":[%s{"dimension":"wrapUpCode","operator":"notExists"}]}`, others(w, code))}
		var count int64
		for i := 1; i < len(cuts); i++ {
			for _, filter := range halves {
				n, _ := w.aggregates("interval", interval(cuts[i-1], cuts[i]), "groupBy", groupBy, "granularity", granularity,
					"timeZone", zone, "filter", filter).total("tHandle", all)
				count += n
			}
		}
		if int(count) != truth.Contacts {
			t.Fatalf("the parts sum to %d contacts, %d were handled", count, truth.Contacts)
		}
	})
}

func minTime(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// others writes a predicate for every code but one, each with a comma behind.
func others(w *world, code string) string {
	var b strings.Builder
	for _, c := range w.Directory().Codes {
		if string(c.ID) != code {
			fmt.Fprintf(&b, `{"dimension":"wrapUpCode","value":%q},`, c.ID)
		}
	}
	return b.String()
}

func TestEachMetricIsStampedAtItsOwnTime(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	from := now.AddDate(0, 0, -20)
	to := now.AddDate(0, 0, -10)
	want := w.Extract(from, to)
	r := w.aggregates("interval", interval(from, to), "granularity", `"PT15M"`, "groupBy", `["queueId","wrapUpCode"]`,
		"metrics", `["tHandle","tAcw","nOffered","tAbandon"]`)
	var observations []wrapcast.Observation
	arrivals := map[wrapcast.Arrival]bool{}
	for _, g := range r.Results {
		for _, d := range g.Data {
			at, err := time.Parse("2006-01-02T15:04:05.000Z", d.Interval[:24])
			if err != nil || d.Interval[24] != '/' || !strings.HasSuffix(d.Interval, "Z") {
				t.Fatalf("interval %q is not two instants in UTC with milliseconds", d.Interval)
			}
			a := wrapcast.Arrival{Queue: wrapcast.QueueID(g.Group["queueId"]), Media: wrapcast.MediaType(g.Group["mediaType"]), Start: at}
			o := wrapcast.Observation{Leaf: wrapcast.Leaf{Queue: a.Queue, Code: wrapcast.CodeID(g.Group["wrapUpCode"]), Media: a.Media}, Start: at}
			for _, m := range d.Metrics {
				switch m.Metric {
				case "tHandle":
					o.Handled, o.HandleMs = int(*m.Stats.Count), *m.Stats.Sum
				case "tAcw":
					o.AfterCallMs = *m.Stats.Sum
				case "nOffered":
					a.Offered = int(*m.Stats.Count)
				case "tAbandon":
					a.Abandoned = int(*m.Stats.Count)
				}
			}
			if o.Handled > 0 {
				observations = append(observations, o)
			}
			if a.Offered+a.Abandoned > 0 {
				arrivals[a] = true
			}
		}
	}
	order := func(a, b wrapcast.Observation) int {
		return strings.Compare(fmt.Sprint(a.Start.Unix(), a.Leaf), fmt.Sprint(b.Start.Unix(), b.Leaf))
	}
	slices.SortFunc(observations, order)
	slices.SortFunc(want.Observations, order)
	if !slices.Equal(observations, want.Observations) {
		t.Errorf("%d observations found, %d expected, or they differ", len(observations), len(want.Observations))
	}
	if len(arrivals) != len(want.Arrivals) {
		t.Errorf("%d arrivals found, %d expected", len(arrivals), len(want.Arrivals))
	}
	for _, a := range want.Arrivals {
		if !arrivals[a] {
			t.Errorf("missing %+v", a)
		}
	}
}

func TestAnswersAreSparseAndLeaveAbsentDimensionsOut(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	day := time.Date(2026, 11, 16, 5, 0, 0, 0, time.UTC)
	r := w.aggregates("interval", interval(day, day.AddDate(0, 0, 1)), "granularity", `"PT15M"`,
		"groupBy", `["queueId","wrapUpCode","userId","teamId","divisionId"]`,
		"metrics", `["tHandle","tAcw","tHeld","nOffered","tAbandon","nConnected","oServiceLevel","tWait","nTransferred","tIvr"]`)
	queueSide := []string{"nOffered", "tAbandon", "oServiceLevel", "tWait"}
	seen := map[string]bool{}
	for _, g := range r.Results {
		if g.Group["mediaType"] == "" || g.Group["divisionId"] == "" {
			t.Fatalf("group %v lacks a dimension that is always there", g.Group)
		}
		if _, has := g.Group["teamId"]; has {
			t.Fatalf("group %v has a team: the agents have none", g.Group)
		}
		for name, value := range g.Group {
			if value == "" {
				t.Fatalf("group %v has an empty %s: it should be missing", g.Group, name)
			}
		}
		for _, d := range g.Data {
			if len(d.Metrics) == 0 {
				t.Fatalf("an empty bucket in %v", g.Group)
			}
			for _, m := range d.Metrics {
				seen[m.Metric] = true
				_, coded := g.Group["wrapUpCode"]
				_, agent := g.Group["userId"]
				if slices.Contains(queueSide, m.Metric) && (coded || agent) {
					t.Errorf("%s belongs to the queue, but is in %v", m.Metric, g.Group)
				}
				if m.Metric == "nConnected" && coded {
					t.Errorf("nConnected is in a group with a code: a leg connects before its code exists")
				}
				checkStats(t, m.Metric, m.Stats)
			}
		}
	}
	for _, silent := range []string{"nTransferred", "tIvr"} {
		if seen[silent] {
			t.Errorf("%s speaks, but nothing happened", silent)
		}
	}
	for _, loud := range []string{"tHandle", "tAcw", "nOffered", "nConnected", "oServiceLevel", "tWait"} {
		if !seen[loud] {
			t.Errorf("%s is silent", loud)
		}
	}
}

func checkStats(t *testing.T, metric string, s stats) {
	t.Helper()
	switch {
	case metric == "oServiceLevel":
		if s.Ratio == nil || s.Target == nil || *s.Denominator == 0 || *s.Ratio != float64(*s.Numerator)/float64(*s.Denominator) || s.Count != nil {
			t.Errorf("%s has stats %+v", metric, s)
		}
	case metric[0] == 'n':
		if s.Count == nil || *s.Count == 0 || s.Sum != nil || s.Max != nil {
			t.Errorf("%s has stats %+v", metric, s)
		}
	default:
		if s.Count == nil || *s.Count == 0 || s.Sum == nil || *s.Max < *s.Min || *s.Sum < *s.Max || *s.Sum > *s.Max**s.Count {
			t.Errorf("%s has stats %+v", metric, s)
		}
	}
}

func TestOpenPointsOfTheAggregatesAreSwitches(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 11, 16, 5, 0, 0, 0, time.UTC)
	span := interval(day, day.AddDate(0, 0, 1))
	future := query("interval", interval(now.AddDate(1, 0, 0), now.AddDate(1, 0, 1)))
	w := start(t, sim.Options{})
	if a := w.send(request{method: "POST", path: aggregates, body: future}); string(a.body) != "{}\n" {
		t.Errorf("nothing found is %s", a.body)
	}
	coded := func(g map[string]string) bool { return g["wrapUpCode"] != "" }
	if n, _ := w.aggregates("interval", span, "groupBy", `["wrapUpCode"]`, "metrics", `["tTalk"]`).total("tTalk", coded); n == 0 {
		t.Error("tTalk has no codes by default")
	}

	w = start(t, sim.Options{Switches: sim.Switches{EmptyResultsList: true, UncodedMetrics: []string{"nConnected", "tTalk"},
		MaxRows: 60, MaxDays: 7, CeilingCode: "bad.request"}})
	if a := w.send(request{method: "POST", path: aggregates, body: future}); string(a.body) != `{"results":[]}`+"\n" {
		t.Errorf("nothing found is %s", a.body)
	}
	r := w.aggregates("interval", span, "groupBy", `["wrapUpCode"]`, "metrics", `["tTalk"]`)
	if n, _ := r.total("tTalk", coded); n != 0 {
		t.Errorf("tTalk has %d with a code", n)
	}
	if n, _ := r.total("tTalk", all); n == 0 {
		t.Error("tTalk is gone altogether")
	}
	w.post(aggregates, query("interval", interval(day, day.AddDate(0, 0, 8)))).wants(400, "bad.request")
	w.post(aggregates, query("interval", span, "granularity", `"PT15M"`, "groupBy", `["userId","wrapUpCode"]`)).wants(400, "bad.request")
}

func TestDailyBucketsFollowTheClocks(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	r := w.aggregates("interval", `"2026-10-31T00:00:00-04:00/2026-11-03T00:00:00-05:00"`, "granularity", `"P1D"`, "timeZone", `"America/New_York"`)
	want := []string{"2026-10-31T04:00:00.000Z/2026-11-01T04:00:00.000Z", "2026-11-01T04:00:00.000Z/2026-11-02T05:00:00.000Z",
		"2026-11-02T05:00:00.000Z/2026-11-03T05:00:00.000Z"}
	var got []string
	for _, g := range r.Results {
		for _, d := range g.Data {
			if !slices.Contains(got, d.Interval) {
				got = append(got, d.Interval)
			}
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	// Without an offset the times are in the zone asked for, UTC where none is.
	a, _ := w.aggregates("interval", `"2026-11-01T00:00:00/2026-11-02T00:00:00"`, "timeZone", `"America/New_York"`).total("tHandle", all)
	b, _ := w.aggregates("interval", `"2026-11-01T04:00:00Z/2026-11-02T05:00:00Z"`).total("tHandle", all)
	if a != b || a == 0 {
		t.Errorf("a local day of 25 hours has %d contacts by local times and %d by instants", a, b)
	}
}

func TestNothingIsSeenBeforeItHappens(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	span := interval(now.Add(-time.Hour), now.Add(24*time.Hour))
	before, _ := w.aggregates("interval", span).total("tHandle", all)
	truth := w.GroundTruth().Contacts
	w.clock.move(2 * time.Hour)
	after, _ := w.aggregates("interval", span).total("tHandle", all)
	if after <= before {
		t.Errorf("two hours later there are %d contacts, before %d", after, before)
	}
	if more := w.GroundTruth().Contacts - truth; int64(more) != after-before {
		t.Errorf("the truth grew by %d, the answer by %d", more, after-before)
	}
}

func TestFiltersSelectWhatTheyName(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	day := time.Date(2026, 11, 16, 5, 0, 0, 0, time.UTC)
	span := interval(day, day.AddDate(0, 0, 7))
	count := func(filter string) int64 {
		n, _ := w.aggregates("interval", span, "filter", filter).total("tHandle", all)
		return n
	}
	by := func(dimension string) map[string]int64 {
		counts := map[string]int64{}
		for _, g := range w.aggregates("interval", span, "groupBy", fmt.Sprintf("[%q]", dimension)).Results {
			for _, d := range g.Data {
				counts[g.Group[dimension]] += *d.Metrics[0].Stats.Count
			}
		}
		return counts
	}
	for _, dimension := range []string{"queueId", "wrapUpCode", "userId", "mediaType", "purpose", "divisionId", "direction", "conversationId"} {
		checked := 0
		for value, n := range by(dimension) {
			if value == "" {
				continue
			}
			if got := count(predicate(fmt.Sprintf(`{"dimension":%q,"value":%q}`, dimension, value))); got != n {
				t.Errorf("%s %s: filtered %d, grouped %d", dimension, value, got, n)
			}
			if checked++; checked == 5 {
				break
			}
		}
	}
	everything := count("")
	codes := by("wrapUpCode")
	for filter, want := range map[string]int64{
		predicate(`{"dimension":"wrapUpCode","operator":"notExists"}`):                                                                  codes[""],
		predicate(`{"dimension":"wrapUpCode","operator":"exists"}`):                                                                     everything - codes[""],
		predicate(`{"dimension":"wrapUpCode","value":"ININ-WRAP-UP-TIMEOUT"}`):                                                          codes["ININ-WRAP-UP-TIMEOUT"],
		predicate(`{"dimension":"mediaCount","range":{"gte":0}}`):                                                                       0,
		predicate(`{"dimension":"requestedLanguageId","operator":"notExists"}`):                                                         everything,
		predicate(`{"dimension":"queueId","value":"nobody"}`):                                                                           0,
		`{"type":"or","predicates":[{"dimension":"wrapUpCode","operator":"exists"},{"dimension":"wrapUpCode","operator":"notExists"}]}`: everything,
		`{"type":"and","predicates":[{"dimension":"direction","value":"inbound"}],"clauses":[{"type":"or","predicates":[
			{"dimension":"mediaType","value":"voice"},{"dimension":"mediaType","value":"email"}]}]}`: by("mediaType")["voice"] + by("mediaType")["email"],
	} {
		if got := count(filter); got != want {
			t.Errorf("%s: got %d, want %d", filter, got, want)
		}
	}
	if codes[""] == 0 || codes["ININ-WRAP-UP-TIMEOUT"] == 0 || codes[string(wrapcast.DefaultCode)] == 0 {
		t.Errorf("contacts without a code, timed out and with the default code: %d, %d, %d", codes[""], codes["ININ-WRAP-UP-TIMEOUT"], codes[string(wrapcast.DefaultCode)])
	}
}

func TestViewsCountWhatLiesInTheirRange(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	r := w.aggregates("views", `[{"target":"tHandle","name":"short","function":"rangeBound","range":{"lt":300000}},
		{"target":"tHandle","name":"long","function":"rangeBound","range":{"gte":300000}}]`)
	var metric, views int64
	names := map[string]bool{}
	for _, g := range r.Results {
		for _, d := range g.Data {
			metric += *d.Metrics[0].Stats.Count
			for _, v := range d.Views {
				views += *v.Stats.Count
				names[v.Name] = true
			}
		}
	}
	if metric == 0 || metric != views || !names["short"] || !names["long"] {
		t.Errorf("%d contacts, %d in two views %v that leave nothing out", metric, views, names)
	}
}

func TestTopNKeepsTheLargestGroups(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	counts := func(r results) (n []int64) {
		for _, g := range r.Results {
			n = append(n, *g.Data[0].Metrics[0].Stats.Count)
		}
		return n
	}
	every := counts(w.aggregates("groupBy", `["userId"]`))
	slices.Sort(every)
	top := counts(w.aggregates("groupBy", `["userId"]`, "queryType", `"topN"`, "limit", "3"))
	bottom := counts(w.aggregates("groupBy", `["userId"]`, "queryType", `"bottomN"`, "limit", "3", "sortMetric", `{"name":"tHandle","function":"count"}`))
	slices.Sort(top)
	if !slices.Equal(top, every[len(every)-3:]) || !slices.Equal(bottom, every[:3]) {
		t.Errorf("of %v the top is %v and the bottom %v", every, top, bottom)
	}
}

func TestRankingGoesByTheFunctionAsked(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	values := func(r results, function string) (v []float64) {
		for _, g := range r.Results {
			s := g.Data[0].Metrics[0].Stats
			v = append(v, map[string]float64{"count": float64(*s.Count), "sum": float64(*s.Sum), "min": float64(*s.Min), "max": float64(*s.Max),
				"average": float64(*s.Sum) / float64(*s.Count)}[function])
		}
		return v
	}
	for _, function := range []string{"count", "sum", "min", "max", "average"} {
		every := values(w.aggregates("groupBy", `["userId"]`), function)
		slices.Sort(every)
		slices.Reverse(every)
		top := values(w.aggregates("groupBy", `["userId"]`, "queryType", `"topN"`, "limit", "4",
			"sortMetric", fmt.Sprintf(`{"name":"tHandle","function":%q}`, function)), function)
		if !slices.Equal(top, every[:4]) {
			t.Errorf("by %s the top is %v of %v", function, top, every)
		}
	}
}

func TestDeletedCodeHasAPastAndAName(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	var deleted wrapcast.Code
	for _, c := range w.Directory().Codes {
		if c.Deleted {
			deleted = c
		}
	}
	if deleted.ID == "" {
		t.Fatal("no code is deleted")
	}
	spans := history(w)
	var last time.Time
	total := int64(0)
	for _, span := range spans {
		r := w.aggregates("interval", interval(span[0], span[1]), "granularity", `"P1D"`, "timeZone", `"America/New_York"`,
			"filter", predicate(fmt.Sprintf(`{"dimension":"wrapUpCode","value":%q}`, deleted.ID)))
		for _, g := range r.Results {
			for _, d := range g.Data {
				at, _ := time.Parse(time.RFC3339, d.Interval[:24])
				last = maxTime(last, at)
				total += *d.Metrics[0].Stats.Count
			}
		}
	}
	if total == 0 || last.After(spans[1][1].AddDate(0, 0, -15)) || last.Before(spans[0][0].AddDate(0, 0, 15)) {
		t.Errorf("the deleted code has %d contacts, the last on %s; it should end in mid-history", total, last)
	}
	list := func(path string) map[string]string {
		names := map[string]string{}
		for _, e := range decode[struct{ Entities []struct{ ID, Name string } }](w.get(path).ok(200)).Entities {
			names[e.ID] = e.Name
		}
		return names
	}
	id := string(deleted.ID)
	if _, there := list("/api/v2/routing/wrapupcodes?pageSize=100")[id]; there {
		t.Error("the deleted code is in the plain listing")
	}
	if _, there := list("/api/v2/routing/wrapupcodes/divisionviews?id=" + id)[id]; there {
		t.Error("the deleted code is in the division views without being asked for")
	}
	for _, state := range []string{"Deleted", "ActiveAndDeleted"} {
		if name := list("/api/v2/routing/wrapupcodes/divisionviews?includeState=" + state + "&id=" + id)[id]; name != deleted.Name {
			t.Errorf("with includeState=%s its name is %q, want %q", state, name, deleted.Name)
		}
	}
	w.get("/api/v2/routing/wrapupcodes/"+id).wants(404, "resource.not.found")
	if got := w.get("/api/v2/routing/wrapupcodes/divisionviews/" + id).ok(200).text("name"); got != deleted.Name {
		t.Errorf("its division view is named %q", got)
	}
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func TestHiddenCodesAreCountedAndUnnamed(t *testing.T) {
	t.Parallel()
	plain, hiding := start(t, sim.Options{}), start(t, sim.Options{HiddenCodes: 1})
	total := func(w *world) int {
		return decode[struct{ Total int }](w.get("/api/v2/routing/wrapupcodes/divisionviews?includeState=ActiveAndDeleted").ok(200)).Total
	}
	if a, b := total(plain), total(hiding); b != a-1 {
		t.Errorf("%d codes are listed, %d of them when one is hidden", a, b)
	}
	if a, b := plain.GroundTruth(), hiding.GroundTruth(); !maps.Equal(a.Leaves, b.Leaves) {
		t.Error("hiding a code changed what was handled")
	}
}
