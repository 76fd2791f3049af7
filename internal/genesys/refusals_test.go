package genesys

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wrapcast/wrapcast"
)

// steady is so many days in which one queue handles one contact every six hours under one code.
func steady(days int) (facts *analytics, gap wrapcast.Interval) {
	facts = &analytics{}
	gap = wrapcast.Interval{To: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)}
	gap.From = gap.To.AddDate(0, 0, -days)
	for at := gap.From; at.Before(gap.To); at = at.Add(6 * time.Hour) {
		facts.observations = append(facts.observations, wrapcast.Observation{Start: at, Handled: 1, HandleMs: 300_000,
			Leaf: wrapcast.Leaf{Queue: "q-1", Code: "c-1", Media: wrapcast.Voice}})
	}
	return facts, gap
}

// withRefusal answers by facts, but for the questions that a rule refuses.
func (a *analytics) withRefusal(no func(q aggregatesQuery, asked wrapcast.Interval) http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		var q aggregatesQuery
		_ = json.Unmarshal(body, &q)
		first, second, _ := strings.Cut(q.Interval, "/")
		var asked wrapcast.Interval
		_, _ = asked.From.UnmarshalText([]byte(first)), asked.To.UnmarshalText([]byte(second))
		if refusal := no(q, asked); refusal != nil {
			a.mu.Lock()
			a.asked = append(a.asked, asked)
			a.mu.Unlock()
			refusal(w, r)
			return
		}
		a.answer(w, r)
	}
}

func longerThan(days int, refusal http.HandlerFunc) func(aggregatesQuery, wrapcast.Interval) http.HandlerFunc {
	return func(_ aggregatesQuery, asked wrapcast.Interval) http.HandlerFunc {
		if asked.To.Sub(asked.From) > time.Duration(days)*day {
			return refusal
		}
		return nil
	}
}

// readSteady reads a history, and returns what was kept of them and what was told of their beginning.
func readSteady(t *testing.T, c *Client, gap wrapcast.Interval, known LearnedLimits) (kept []wrapcast.Observation,
	begins []time.Time, learned LearnedLimits, err error) {
	t.Helper()
	learned, err = c.ReadHistory(t.Context(), History{Gaps: []wrapcast.Interval{gap}, Known: known,
		Keep: func(_ context.Context, e wrapcast.Extract, _ int) error {
			kept = append(kept, e.Observations...)
			return nil
		},
		Begins: func(at time.Time, answer string) {
			if !strings.Contains(answer, "corr-42") {
				t.Errorf("the platform's answer was %q", answer)
			}
			begins = append(begins, at)
		}})
	return mergeObservations(kept), begins, learned, err
}

// Whatever the platform answers to what is too long for it, the history is read; what was learned serves the next run.
func TestAnyRefusalOfALongerIntervalMeansShorter(t *testing.T) {
	t.Parallel()
	code := func(status int, name string) http.HandlerFunc { return refuse(status, name, "no") }
	for name, refusal := range map[string]http.HandlerFunc{
		"response.entity.too.large":  code(400, "response.entity.too.large"),
		"bad.request":                code(400, "bad.request"),
		"constraint.validation":      code(400, "constraint.validation"),
		"invalid.value":              code(400, "invalid.value"),
		"invalid.date":               code(400, "invalid.date"),
		"an unknown code":            code(400, "analytics.interval.too.long"),
		"request.entity.too.large":   code(413, "request.entity.too.large"),
		"payload.too.large":          code(413, "payload.too.large"),
		"422":                        code(422, "unprocessable"),
		"a timeout":                  code(504, "request.timeout"),
		"no body":                    raw(400, "application/json", ""),
		"a page":                     raw(400, "text/html", "<html><title>Bad Request</title></html>"),
		"JSON that breaks off":       raw(400, "application/json", `{"message":"The interval is too lon`),
		"JSON that is something":     raw(400, "application/json", `"too long"`),
		"a gateway's 413":            raw(413, "text/html", "<html>413 Request Entity Too Large</html>"),
		"a 400 that is not gzip":     brokenGzip(400),
		"a body of the wrong length": brokenOff(400),
	} {
		for _, days := range []int{7, 2} {
			t.Run(fmt.Sprint(name, days), func(t *testing.T) {
				t.Parallel()
				facts, gap := steady(40)
				p := newPlatform(t, map[string]http.HandlerFunc{aggregatesPath: facts.withRefusal(longerThan(days, refusal))})
				c := p.newClient(t, newFakeTime().clock(), nil)
				kept, begins, learned, err := readSteady(t, c, gap, LearnedLimits{})
				if err != nil || len(begins) > 0 {
					t.Fatalf("%v, %v", err, begins)
				}
				if diff := cmp.Diff(facts.observations, kept); diff != "" {
					t.Fatalf("kept (-want +got) %s", diff)
				}
				if least := 2 * (40/days + 1); len(facts.asked) > least*5/4+6 {
					t.Errorf("%d questions, %d would do", len(facts.asked), least)
				}
				if first := facts.asked[0]; first.To.Sub(first.From) > 7*day {
					t.Errorf("the first question is about %v", first)
				}
				facts.asked = nil
				if _, _, _, err = readSteady(t, c, gap, throughJSON(t, learned)); err != nil {
					t.Fatal(err)
				}
				if least := 2 * (40/days + 1); len(facts.asked) > least*9/8+2 {
					t.Errorf("%d questions the next time, %d would do: %v; %+v", len(facts.asked), least, facts.asked, [5]int{learned.MaxLength, learned.TooLong, learned.TooLongRows, learned.MaxRows, learned.TooManyRows})
				}
			})
		}
	}
}

// The first query is about a week at most; the setting says what is the longest, and so does what was learned.
func TestTheFirstQueryIsAboutAWeekAtMost(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		chunkDays, answered int
		first, longest      time.Duration
	}{
		{0, 0, 7 * day, 31 * day}, {3, 0, 3 * day, 3 * day}, {0, 31, 31 * day, 31 * day}, {10, 31, 10 * day, 10 * day},
		{60, 0, 7 * day, 51 * day}, // what is left of the hundred
	} {
		facts, gap := steady(100)
		p := newPlatform(t, map[string]http.HandlerFunc{aggregatesPath: facts.answer})
		client := p.newClient(t, newFakeTime().clock(), func(cfg *Config) { cfg.ChunkDays = c.chunkDays })
		if _, _, _, err := readSteady(t, client, gap, LearnedLimits{MaxLength: c.answered * 96}); err != nil {
			t.Fatal(err)
		}
		longest := time.Duration(0)
		for _, i := range facts.asked {
			longest = max(longest, i.To.Sub(i.From))
		}
		if first := facts.asked[0].To.Sub(facts.asked[0].From); first != c.first || longest != c.longest {
			t.Errorf("%+v: the first is about %v, the longest about %v", c, first, longest)
		}
	}
}

// brokenGzip says that its body is gzip.
func brokenGzip(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "{}")
	}
}

// throughJSON is what the next run is told.
func throughJSON(t *testing.T, l LearnedLimits) (known LearnedLimits) {
	t.Helper()
	document, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	return learnedFrom(document)
}

// A garbled refusal is read as far as it goes.
func TestWhatIsLeftOfARefusalIsRead(t *testing.T) {
	t.Parallel()
	for body, words := range map[string][]string{
		`{"message":"No such metric [x]","code":"invalid.value","contextId":"corr-7","details":[`: {"400 invalid.value: No such metric [x] (correlation id corr-7)"},
		`{"message":"half of it and then`:                                                            {"half of it"},
		`)]}',{"message":"say \"why\"","code":"bad.request"}`:                                        {`400 bad.request: say "why"`},
		"\x00\x01{\"status\":400,\"message\":\"noise before\",\"code\":\"constraint.validation\"} x": {"400 constraint.validation: noise before"},
	} {
		facts, gap := steady(100)
		p := newPlatform(t, map[string]http.HandlerFunc{aggregatesPath: facts.withRefusal(longerThan(0, raw(400, "application/json", body)))})
		_, _, _, err := readSteady(t, p.newClient(t, newFakeTime().clock(), nil), gap, LearnedLimits{})
		mustFail(t, err, wrapcast.Refused, words...)
	}
}

// before refuses everything that begins before a time, as analytics do that keep no older history.
func before(at time.Time) func(aggregatesQuery, wrapcast.Interval) http.HandlerFunc {
	return func(_ aggregatesQuery, asked wrapcast.Interval) http.HandlerFunc {
		if asked.From.Before(at) {
			return refuse(400, "bad.request", "the interval begins before the retention date")
		}
		return nil
	}
}

// History that the platform no longer has is not there: what it has is read, from the first whole day on, and the next
// run asks for it no more than once.
func TestHistoryBeforeTheRetentionDateIsNotThere(t *testing.T) {
	t.Parallel()
	for _, known := range []bool{false, true} {
		t.Run(fmt.Sprintf("known %v", known), func(t *testing.T) {
			t.Parallel()
			facts, gap := steady(100)
			retention := gap.From.AddDate(0, 0, 40).Add(-7 * time.Hour)
			first := gap.From.AddDate(0, 0, 40)
			p := newPlatform(t, map[string]http.HandlerFunc{aggregatesPath: facts.withRefusal(before(retention))})
			c := p.newClient(t, newFakeTime().clock(), nil)
			var limits LearnedLimits
			if known { // of an organisation, so that several pieces are asked for at once
				var err error
				if _, _, limits, err = readSteady(t, c, wrapcast.Interval{From: first, To: gap.To}, limits); err != nil {
					t.Fatal(err)
				}
				facts.asked = nil
			}
			kept, begins, learned, err := readSteady(t, c, gap, limits)
			if err != nil {
				t.Fatal(err)
			}
			want := slices.DeleteFunc(slices.Clone(facts.observations), func(o wrapcast.Observation) bool { return o.Start.Before(first) })
			if diff := cmp.Diff(want, kept); diff != "" {
				t.Fatalf("kept (-want +got) %s", diff)
			}
			if len(begins) != 1 || !begins[0].Equal(first) {
				t.Errorf("told that it begins at %v, want %v", begins, first)
			}
			if n := len(facts.asked); n > 30 {
				t.Errorf("%d questions: %v", n, facts.asked)
			}
			facts.asked = nil
			_, begins, _, err = readSteady(t, c, wrapcast.Interval{From: gap.From, To: first.AddDate(0, 0, 1)}, throughJSON(t, learned))
			if err != nil || len(begins) != 1 || len(facts.asked) != 3 {
				t.Errorf("the next time %v, told %v, asked %v", err, begins, facts.asked)
			}
		})
	}
}

// A beginning that was believed is asked about once a run: if there is history again, it is read.
func TestHistoryThatIsThereAgainIsRead(t *testing.T) {
	t.Parallel()
	facts, gap := steady(100)
	p := newPlatform(t, map[string]http.HandlerFunc{aggregatesPath: facts.answer})
	known := LearnedLimits{NothingBefore: gap.From.AddDate(0, 0, 60)}
	kept, begins, learned, err := readSteady(t, p.newClient(t, newFakeTime().clock(), nil), gap, known)
	if err != nil || len(begins) > 0 || !learned.NothingBefore.IsZero() || len(kept) != len(facts.observations) {
		t.Errorf("%d of %d kept, told %v, learned %v, %v", len(kept), len(facts.observations), begins, learned.NothingBefore, err)
	}
}

// A question that the platform does not take is not asked for in halves.
func TestAQuestionThatIsNotTakenIsNotAskedForInHalves(t *testing.T) {
	t.Parallel()
	facts, gap := steady(100)
	p := newPlatform(t, map[string]http.HandlerFunc{aggregatesPath: facts.withRefusal(func(q aggregatesQuery, _ wrapcast.Interval) http.HandlerFunc {
		if slices.Contains(q.GroupBy, "wrapUpCode") {
			return refuse(400, "invalid.value", "Value [wrapUpCode] is not valid for field type [groupBy]")
		}
		return nil
	})})
	_, _, _, err := readSteady(t, p.newClient(t, newFakeTime().clock(), nil), gap, LearnedLimits{})
	mustFail(t, err, wrapcast.Refused, "the history of codes cannot be read", "7 days, 1 quarter-hour", "400 invalid.value: Value [wrapUpCode]", "corr-42")
	codes := 0
	facts.mu.Lock() // a question that was given up may still be looked at
	defer facts.mu.Unlock()
	for _, i := range facts.asked {
		if i.To.Sub(i.From) == wrapcast.QuarterHour {
			codes++
		}
	}
	if codes != 1 || len(facts.asked) > 8 {
		t.Errorf("%d questions, %d of them about a quarter-hour", len(facts.asked), codes)
	}
}

// A limit that becomes smaller between two runs is learned anew, without an end of the run.
func TestALimitThatIsSmallerTheNextDay(t *testing.T) {
	t.Parallel()
	facts, gap := steady(100)
	longest := 31
	p := newPlatform(t, map[string]http.HandlerFunc{aggregatesPath: facts.withRefusal(func(q aggregatesQuery, asked wrapcast.Interval) http.HandlerFunc {
		return longerThan(longest, refuse(400, "constraint.validation", "no"))(q, asked)
	})})
	c := p.newClient(t, newFakeTime().clock(), nil)
	_, _, learned, err := readSteady(t, c, gap, LearnedLimits{})
	if err != nil {
		t.Fatal(err)
	}
	longest, facts.asked = 2, nil
	kept, _, _, err := readSteady(t, c, gap, throughJSON(t, learned))
	if err != nil || len(kept) != len(facts.observations) {
		t.Fatalf("%d of %d kept, %v", len(kept), len(facts.observations), err)
	}
	if len(facts.asked) > 120 {
		t.Errorf("%d questions, 100 would do", len(facts.asked))
	}
}
