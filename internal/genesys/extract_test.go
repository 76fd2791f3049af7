package genesys

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast"
)

const aggregatesPath = "POST /api/v2/analytics/conversations/aggregates/query"

// analytics is a fake of the aggregates query over facts.
type analytics struct {
	observations []wrapcast.Observation
	arrivals     []wrapcast.Arrival
	// ceiling is the longest interval answered; 0: any.
	ceiling time.Duration
	// refusal is what is said to a longer one.
	refusal http.HandlerFunc
	// torn puts every fact into two groups that differ in a dimension nobody asked for.
	torn bool

	mu    sync.Mutex
	asked []wrapcast.Interval
}

func (a *analytics) answer(w http.ResponseWriter, r *http.Request) {
	var q aggregatesQuery
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
		refuse(400, "bad.request", err.Error())(w, r)
		return
	}
	var from, to time.Time
	var span wrapcast.Interval
	for i := range q.Interval {
		if q.Interval[i] == '/' {
			_ = from.UnmarshalText([]byte(q.Interval[:i]))
			_ = to.UnmarshalText([]byte(q.Interval[i+1:]))
			span = wrapcast.Interval{From: from, To: to}
		}
	}
	a.mu.Lock()
	a.asked = append(a.asked, span)
	a.mu.Unlock()
	if a.ceiling > 0 && to.Sub(from) > a.ceiling {
		a.refusal(w, r)
		return
	}
	answerJSON(w, 200, map[string]any{"results": a.results(q, span)})
}

func (a *analytics) results(q aggregatesQuery, span wrapcast.Interval) []any {
	var results []any
	emit := func(group map[string]any, at time.Time, metrics ...map[string]any) {
		if at.Before(span.From) || !at.Before(span.To) {
			return
		}
		for k, v := range group {
			if v == "" {
				delete(group, k) // a dimension that a record lacks is a missing key
			}
		}
		results = append(results, map[string]any{"group": group, "data": []any{map[string]any{
			"interval": at.UTC().Format("2006-01-02T15:04:05.000Z") + "/" + at.Add(wrapcast.QuarterHour).UTC().Format("2006-01-02T15:04:05.000Z"),
			"metrics":  metrics,
		}}})
	}
	byCode := slices.Contains(q.GroupBy, "wrapUpCode")
	for _, o := range a.observations {
		if !byCode {
			break
		}
		group := func() map[string]any {
			g := a.group(q, o.Leaf.Stream())
			g["wrapUpCode"] = string(o.Leaf.Code)
			return g
		}
		handle := map[string]any{"metric": "tHandle", "stats": map[string]any{"count": o.Handled, "sum": o.HandleMs, "max": 1, "min": 1}}
		acw := map[string]any{"metric": "tAcw", "stats": map[string]any{"count": 1, "sum": o.AfterCallMs}}
		if a.torn {
			other := group()
			other["purpose"] = "agent"
			emit(other, o.Start, acw)
			emit(group(), o.Start, handle)
			continue
		}
		emit(group(), o.Start, handle, acw)
	}
	for _, o := range a.observations {
		if !byCode {
			emit(a.group(q, o.Leaf.Stream()), o.Start,
				map[string]any{"metric": "tHandle", "stats": map[string]any{"count": o.Handled, "sum": o.HandleMs}},
				map[string]any{"metric": "nTransferred", "stats": map[string]any{"count": o.Handled / 2}})
		}
	}
	for _, v := range a.arrivals {
		if byCode {
			break
		}
		emit(a.group(q, v.Stream()), v.Start,
			map[string]any{"metric": "nOffered", "stats": map[string]any{"count": v.Offered}},
			map[string]any{"metric": "tAbandon", "stats": map[string]any{"count": v.Abandoned, "sum": 5000.5}})
	}
	return results
}

// group is what the query is answered for a stream; skills come as one text, in any order, where they are flattened.
func (a *analytics) group(q aggregatesQuery, s wrapcast.Stream) map[string]any {
	g := map[string]any{"queueId": string(s.Queue), "mediaType": string(s.Media)}
	if slices.Contains(q.GroupBy, "direction") {
		g["direction"] = s.Direction.Title()
	}
	if slices.Contains(q.GroupBy, "requestedLanguageId") {
		g["requestedLanguageId"] = string(s.Language)
	}
	if slices.Contains(q.GroupBy, "requestedRoutingSkillId") {
		ids := s.Skills.IDs()
		slices.Reverse(ids)
		var texts []string
		for _, id := range ids {
			texts = append(texts, string(id))
		}
		g["requestedRoutingSkillId"] = strings.Join(texts, ", ")
	}
	return g
}

// byQueue is what the facts come to by queue and channel: whatever was handled has a queue, with a code or without.
func (a *analytics) byQueue() ([]wrapcast.Arrival, []wrapcast.QueueHandled) {
	var rows []queueRow
	for _, v := range a.arrivals {
		rows = append(rows, queueRow{Arrival: v})
	}
	for _, o := range a.observations {
		rows = append(rows, queueRow{Arrival: wrapcast.Arrival{Start: o.Start}.In(o.Leaf.Stream()), handled: o.Handled, transferred: o.Handled / 2})
	}
	return byQueue(rows)
}

// drawFacts invents what an organisation handled between two instants.
func drawFacts(t *rapid.T, from time.Time, quarterHours int) *analytics {
	a := &analytics{}
	seen := map[string]bool{}
	for range rapid.IntRange(0, 60).Draw(t, "facts") {
		at := from.Add(time.Duration(rapid.IntRange(0, quarterHours-1).Draw(t, "at")) * wrapcast.QuarterHour)
		leaf := wrapcast.Leaf{
			Queue: rapid.SampledFrom([]wrapcast.QueueID{"", "q-1", "q-2"}).Draw(t, "queue"),
			Code:  rapid.SampledFrom([]wrapcast.CodeID{wrapcast.NoCode, "c-1", "ININ-WRAP-UP-TIMEOUT"}).Draw(t, "code"),
			Media: rapid.SampledFrom([]wrapcast.MediaType{wrapcast.Voice, wrapcast.Email, "unknown"}).Draw(t, "media"),

			Direction: rapid.SampledFrom([]wrapcast.Direction{wrapcast.Inbound, wrapcast.Inbound, wrapcast.Outbound}).Draw(t, "direction"),
		}
		if key := fmt.Sprint(leaf, at); !seen[key] {
			seen[key] = true
			a.observations = append(a.observations, wrapcast.Observation{Leaf: leaf, Start: at,
				Handled: rapid.IntRange(1, 500).Draw(t, "handled"), HandleMs: rapid.Int64Range(0, 1<<40).Draw(t, "ms"), AfterCallMs: rapid.Int64Range(0, 1<<30).Draw(t, "acw")})
		}
		if key := fmt.Sprint(leaf.Stream(), at); !seen[key] {
			seen[key] = true
			v := wrapcast.Arrival{Start: at, Offered: rapid.IntRange(1, 500).Draw(t, "offered"), Abandoned: rapid.IntRange(0, 9).Draw(t, "abandoned")}
			a.arrivals = append(a.arrivals, v.In(leaf.Stream()))
		}
	}
	return a
}

func TestWhateverThePlatformsCeilingNothingIsLostAndNothingCountedTwice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		from := time.Date(2026, 10, 30, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 95).Draw(rt, "from")) * wrapcast.QuarterHour)
		n := rapid.IntRange(1, 14*96).Draw(rt, "quarter-hours")
		facts := drawFacts(rt, from, n)
		facts.torn = rapid.Bool().Draw(rt, "torn")
		facts.ceiling = time.Duration(rapid.IntRange(24, 14*24).Draw(rt, "ceiling hours")) * time.Hour
		facts.refusal = refuse(400, "response.entity.too.large", "too many buckets")
		if rapid.Bool().Draw(rt, "slow rather than large") {
			facts.refusal = refuse(504, "request.timeout", "too slow")
		}
		p := newPlatform(t, map[string]http.HandlerFunc{aggregatesPath: facts.answer})
		defer p.Close()
		client := p.newClient(t, newFakeTime().clock(), nil)
		to := from.Add(time.Duration(n) * wrapcast.QuarterHour)
		e, err := client.Extract(t.Context(), from, to)
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(mergeObservations(facts.observations), e.Observations); diff != "" {
			rt.Fatalf("observations: %s", diff)
		}
		arrivals, handled := facts.byQueue()
		if diff := cmp.Diff(arrivals, e.Arrivals); diff != "" {
			rt.Fatalf("arrivals: %s", diff)
		}
		if diff := cmp.Diff(handled, e.QueueHandled); diff != "" {
			rt.Fatalf("handled by queue: %s", diff)
		}
		if !e.From.Equal(from) || !e.To.Equal(to) || e.ReadAt.IsZero() || e.Observations == nil && len(facts.observations) > 0 {
			rt.Fatalf("frame %v to %v, read at %v", e.From, e.To, e.ReadAt)
		}
	})
}

func TestWhatIsTooMuchHoweverShortIsAnError(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		refusal     http.HandlerFunc
		least, most int
		words       []string
	}{
		"too large": {refuse(400, "response.entity.too.large", "too many buckets"), 9, 9, // 7 days, 3, 1, then down to a quarter-hour
			[]string{"from 2026-11-01T00:00:00Z on were tried 7 days, 3 days, 1 day, 12 hours, 6 hours, 3 hours, 1.5 hours, 3 quarter-hours, 1 quarter-hour", "400 response.entity.too.large", "corr-42"}},
		"too slow": {refuse(504, "request.timeout", "too slow"), 4, 20, // 7 days, 1.5 days, and below a day each up to 8 times
			[]string{"7 days, 1.5 days", "504 request.timeout", "corr-42"}},
		"a 400 of any code": {refuse(400, "constraint.validation", "no"), 6, 6, // a week, a quarter-hour of it, one of yesterday; and without directions again
			[]string{"were tried 7 days, 1 quarter-hour", "400 constraint.validation: no (correlation id corr-42)", "api.volume_metric", "doctor"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			facts := &analytics{ceiling: time.Minute, refusal: c.refusal}
			p := newPlatform(t, map[string]http.HandlerFunc{aggregatesPath: facts.answer})
			from := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
			_, err := p.newClient(t, newFakeTime().clock(), nil).Extract(t.Context(), from, from.Add(8*day))
			mustFail(t, err, wrapcast.KindOf(err), c.words...)
			if n := len(facts.asked); n < c.least || n > c.most {
				t.Errorf("%d questions: %v", n, facts.asked)
			}
		})
	}
}

func TestAnAnswerLargerThanWeTakeIsAskedForInHalves(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	facts := &analytics{}
	for i := range 8 * 96 {
		facts.observations = append(facts.observations, wrapcast.Observation{Leaf: wrapcast.Leaf{Queue: "q", Code: "c", Media: "voice"},
			Start: from.Add(time.Duration(i) * wrapcast.QuarterHour), Handled: 1, HandleMs: 1000})
	}
	p := newPlatform(t, map[string]http.HandlerFunc{aggregatesPath: facts.answer})
	client := p.newClient(t, newFakeTime().clock(), func(c *Config) { c.MaxResponseBytes = 64 << 10 })
	e, err := client.Extract(t.Context(), from, from.Add(8*day))
	if err != nil || len(e.Observations) != 8*96 {
		t.Fatalf("%d observations, %v", len(e.Observations), err)
	}
}

func TestNothingFoundIsNothing(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	for name, body := range map[string]string{
		"{}":                      `{}`,
		"an empty list":           `{"results":[]}`,
		"null":                    `{"results":null}`,
		"other fields only":       `{"systemToOrganizationMappings":{"a":[1,2,{"b":null}]},"more":"x"}`,
		"a group without data":    `{"results":[{"group":{"mediaType":"voice"}}]}`,
		"data of null":            `{"results":[{"group":null,"data":null}]}`,
		"a bucket without metric": `{"results":[{"group":{},"data":[{"interval":"2026-11-01T00:00:00Z/2026-11-01T00:15:00Z"}]}]}`,
		"counts of zero":          `{"results":[{"group":{},"data":[{"interval":"2026-11-01T00:00:00Z/2026-11-01T00:15:00Z","metrics":[{"metric":"tHandle","stats":{"count":0,"sum":0}},{"metric":"nOffered","stats":{"count":0}}]}]}]}`,
		"time without a contact":  `{"results":[{"group":{},"data":[{"interval":"2026-11-01T00:00:00Z/2026-11-01T00:15:00Z","metrics":[{"metric":"tAcw","stats":{"sum":500}}]}]}]}`,
		"metrics nobody asked":    `{"results":[{"group":{},"data":[{"interval":"2026-11-01T00:00:00Z/2026-11-01T00:15:00Z","metrics":[{"metric":"tTalk","stats":{"count":7.5}},{"metric":null,"stats":{}}]}]}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, err := extractFrom(t, body, from, from.Add(day))
			if err != nil || len(e.Observations)+len(e.Arrivals) != 0 {
				t.Errorf("%+v, %v", e, err)
			}
		})
	}
}

func extractFrom(t *testing.T, body string, from, to time.Time) (wrapcast.Extract, error) {
	t.Helper()
	p := newPlatform(t, map[string]http.HandlerFunc{aggregatesPath: raw(200, "application/json", body)})
	return p.newClient(t, newFakeTime().clock(), func(c *Config) { c.MaxAttempts = 2 }).Extract(t.Context(), from, to)
}

func oneBucket(interval, metric, stats string) string {
	return `{"results":[{"group":{"queueId":"q","wrapUpCode":"c","mediaType":"voice"},"data":[{"interval":"` + interval +
		`","metrics":[{"metric":"` + metric + `","stats":` + stats + `}]}]}]}`
}

func TestInstantsAreComparedNotTheirSpelling(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	for name, interval := range map[string]string{
		"as the platform writes it": "2026-11-01T06:00:00.000Z/2026-11-01T06:15:00.000Z",
		"without milliseconds":      "2026-11-01T06:00:00Z/2026-11-01T06:15:00Z",
		"with an offset":            "2026-11-01T02:00:00.000-04:00/2026-11-01T02:15:00.000-04:00",
		"with two offsets":          "2026-11-01T06:00:00+00:00/2026-11-01T11:45:00+05:30",
		"offsets without a colon":   "2026-11-01T06:00:00.000+0000/2026-11-01T11:45:00.000+0530",
		"offsets of hours":          "2026-11-01T06:00:00+00/2026-11-01T02:15:00.000-04",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, err := extractFrom(t, oneBucket(interval, "tHandle", `{"count":3,"sum":12345.6}`), from, from.Add(day))
			want := wrapcast.Observation{Leaf: wrapcast.Leaf{Queue: "q", Code: "c", Media: "voice"}, Start: from.Add(6 * time.Hour), Handled: 3, HandleMs: 12346}
			if err != nil || len(e.Observations) != 1 || e.Observations[0] != want {
				t.Errorf("%+v, %v", e.Observations, err)
			}
		})
	}
}

// A dimension that can have several values may come as a list, also where there is one value only.
func TestAListForAGroupValueIsItsFirst(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	text := oneBucket("2026-11-01T06:00:00.000Z/2026-11-01T06:15:00.000Z", "tHandle", `{"count":3,"sum":5}`)
	for list, want := range map[string]wrapcast.CodeID{`["c"]`: "c", `["c","d"]`: "c", `[null]`: wrapcast.NoCode, `[]`: wrapcast.NoCode} {
		e, err := extractFrom(t, strings.Replace(text, `"wrapUpCode":"c"`, `"wrapUpCode":`+list, 1), from, from.Add(day))
		if err != nil || len(e.Observations) != 1 || e.Observations[0].Leaf.Code != want || e.Observations[0].Handled != 3 {
			t.Errorf("%s: %+v, %v", list, e.Observations, err)
		}
	}
}

func TestAnswersThatCannotBeTrueAreRefusedAndNotAskedForAgain(t *testing.T) {
	t.Parallel()
	const good = "2026-11-01T06:00:00.000Z/2026-11-01T06:15:00.000Z"
	from := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct{ body, word string }{
		"before what was asked":       {oneBucket("2026-10-31T23:45:00.000Z/2026-11-01T00:00:00.000Z", "tHandle", `{"count":1}`), "2026-10-31T23:45:00Z"},
		"after what was asked":        {oneBucket("2026-11-02T00:00:00.000Z/2026-11-02T00:15:00.000Z", "nOffered", `{"count":1}`), "2026-11-02T00:00:00Z"},
		"half-hours":                  {oneBucket("2026-11-01T06:00:00.000Z/2026-11-01T06:30:00.000Z", "tHandle", `{"count":1}`), "not a quarter-hour"},
		"a quarter-hour askew":        {oneBucket("2026-11-01T06:01:00.000Z/2026-11-01T06:16:00.000Z", "tHandle", `{"count":1}`), "not a quarter-hour"},
		"an interval backwards":       {oneBucket("2026-11-01T06:15:00.000Z/2026-11-01T06:00:00.000Z", "tHandle", `{"count":1}`), "not a quarter-hour"},
		"no interval":                 {`{"results":[{"group":{},"data":[{"metrics":[{"metric":"tHandle","stats":{"count":1}}]}]}]}`, "0001-01-01"},
		"words for an interval":       {oneBucket("yesterday", "tHandle", `{"count":1}`), "not an interval"},
		"one instant":                 {oneBucket("2026-11-01T06:00:00.000Z", "tHandle", `{"count":1}`), "not an interval"},
		"a number for an interval":    {`{"results":[{"data":[{"interval":7}]}]}`, "not an interval"},
		"a slash and nothing":         {oneBucket("/", "tHandle", `{"count":1}`), "not an interval"},
		"half a contact":              {oneBucket(good, "tHandle", `{"count":1.5}`), "1.5"},
		"fewer than no contacts":      {oneBucket(good, "tHandle", `{"count":-1}`), "-1"},
		"half an offer":               {oneBucket(good, "nOffered", `{"count":0.5}`), "0.5"},
		"a negative time":             {oneBucket(good, "tHandle", `{"count":1,"sum":-1}`), "-1"},
		"a negative time afterwards":  {oneBucket(good, "tAcw", `{"sum":-1}`), "-1"},
		"more than a double can hold": {oneBucket(good, "tHandle", `{"count":1e300}`), "1e+300"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t, map[string]http.HandlerFunc{aggregatesPath: raw(200, "application/json", c.body)})
			_, err := p.newClient(t, newFakeTime().clock(), nil).Extract(t.Context(), from, from.Add(day))
			mustFail(t, err, wrapcast.Unavailable, c.word, "genesys.aggregates", "nothing of this answer was kept")
			if n := len(p.requests()); n > 2 { // two questions, one answer each
				t.Errorf("%d requests", n)
			}
		})
	}
}

func TestHugeSumsStayExact(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	// 2^24+1 is the first integer a float32 cannot hold, 2^53 the last that a float64 holds without gaps.
	for _, ms := range []int64{1<<24 + 1, 1<<53 - 1} {
		e, err := extractFrom(t, oneBucket("2026-11-01T06:00:00Z/2026-11-01T06:15:00Z", "tHandle", fmt.Sprintf(`{"count":1,"sum":%d}`, ms)), from, from.Add(day))
		if err != nil || e.Observations[0].HandleMs != ms {
			t.Errorf("%+v, %v", e.Observations, err)
		}
	}
}

func TestOnlyWholeQuarterHoursAreAskedFor(t *testing.T) {
	t.Parallel()
	client := newPlatform(t, nil).newClient(t, newFakeTime().clock(), nil)
	at := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	for name, i := range map[string][2]time.Time{
		"backwards":           {at, at.Add(-day)},
		"empty":               {at, at},
		"begins a minute off": {at.Add(time.Minute), at.Add(day)},
		"ends a second off":   {at, at.Add(day + time.Second)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := client.Extract(t.Context(), i[0], i[1])
			mustFail(t, err, wrapcast.Usage, "quarter-hours", ":15")
		})
	}
}

func TestAnExtractionThatIsInterruptedSaysSo(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	p := newPlatform(t, map[string]http.HandlerFunc{aggregatesPath: func(w http.ResponseWriter, r *http.Request) { cancel(); hang(w, r) }})
	from := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	_, err := p.newClient(t, newFakeTime().clock(), nil).Extract(ctx, from, from.Add(day))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
