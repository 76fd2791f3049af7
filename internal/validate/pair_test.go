package validate

import (
	"math"
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast"
)

// counterQueue is a queue of which three codes share 100 contacts a day.
func counterQueue(days int, share func(t int) float64) []Pair {
	queue := wrapcast.Queue{ID: "q", Name: "Counter"}
	pairs := []Pair{
		{Code: wrapcast.Code{ID: "refund", Name: "Refund"}, Queue: queue},
		{Code: wrapcast.Code{ID: "delivery", Name: "Delivery"}, Queue: queue},
		{Code: wrapcast.Code{ID: "rare", Name: "Lost parcel"}, Queue: queue},
	}
	for t := range days {
		mine := math.Round(100 * share(t))
		pairs[0].Values = append(pairs[0].Values, mine)
		pairs[1].Values = append(pairs[1].Values, 100-mine)
		rare := 0.0
		if t%20 == 3 {
			rare = 1
		}
		pairs[2].Values = append(pairs[2].Values, rare)
	}
	return pairs
}

func reportOf(t *testing.T, r VerdictReport, code wrapcast.CodeID) PairReport {
	t.Helper()
	for _, p := range r.Pairs {
		if p.Code.ID == code {
			return p
		}
	}
	t.Fatalf("no verdict on %q", code)
	return PairReport{}
}

func TestAVerdictPerCodeAndQueue(t *testing.T) {
	t.Parallel()
	steady := func(int) float64 { return 0.4 }
	for _, c := range []struct {
		name    string
		pairs   []Pair
		code    wrapcast.CodeID
		verdict wrapcast.Verdict
		reason  string
		fall    string
	}{
		{"a code that is used every day is good", counterQueue(200, steady), "refund", wrapcast.Good, "every check passed", ""},
		{"a rare one follows the code as a whole", counterQueue(200, steady), "rare", wrapcast.Weak, "0.2 contacts a week", fallbackShare},
		{"a new one is too young", counterQueue(9, steady), "refund", wrapcast.Weak, "9 days since its first contact here", fallbackShare},
		{"a share that jumps is told", counterQueue(200, func(t int) float64 {
			if t < 180 {
				return 0.4
			}
			return 0.6
		}), "refund", wrapcast.Weak, "its share of the queue went from 40 % to 60 % about 2026-12-0", ""},
		{"a share that drifts is not", counterQueue(200, func(t int) float64 { return 0.4 + 0.0002*float64(t) }), "refund", wrapcast.Good, "every check passed", ""},
		{"one that ended is told", counterQueue(200, func(t int) float64 {
			if t < 150 {
				return 0.4
			}
			return 0
		}), "refund", wrapcast.Weak, "no contact here for 50 days", fallbackShare},
		{"one never used is empty", counterQueue(60, func(int) float64 { return 0 }), "refund", wrapcast.Empty, "never used", fallbackZero},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := reportOf(t, Pairs(PairRequest{From: wrapcast.NewDate(2026, 6, 4), Pairs: c.pairs}, Rules{}), c.code)
			if got.Verdict != c.verdict || !strings.Contains(got.Reason, c.reason) || got.Fallback != c.fall {
				t.Errorf("%s, %q, fallback %q", got.Verdict, got.Reason, got.Fallback)
			}
			if got.Verdict == wrapcast.Weak && got.Fix == "" {
				t.Error("nothing says what would help")
			}
		})
	}
}

func TestAQueueIsJudgedByWhatItsCodesSay(t *testing.T) {
	t.Parallel()
	queue := wrapcast.Queue{ID: "q", Name: "Counter"}
	with := func(name string, id wrapcast.CodeID, perDay float64) Pair {
		p := Pair{Code: wrapcast.Code{ID: id, Name: name}, Queue: queue}
		for range 60 {
			p.Values = append(p.Values, perDay)
		}
		return p
	}
	good := with("Refund", "refund", 60)
	for _, c := range []struct {
		name         string
		more         []Pair
		reason       string
		coded, other float64
	}{
		{"all coded", nil, "every check passed", 1, 0},
		{"a few without a code", []Pair{with("", wrapcast.NoCode, 3)}, "every check passed", 60.0 / 63, 0},
		{"many without a code", []Pair{with("", wrapcast.NoCode, 20), with("", "ININ-WRAP-UP-TIMEOUT", 20)}, "40 % of its contacts have no code", 0.6, 0},
		{"much that says nothing", []Pair{with("Other - see notes", "o", 40)}, "40 % of its coded contacts have a code that says nothing", 1, 0.4},
		{"a lot of general lighting is not", []Pair{with("General Lighting Request", "o", 40)}, "every check passed", 1, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := Pairs(PairRequest{From: wrapcast.NewDate(2026, 6, 4), Pairs: append([]Pair{good}, c.more...)}, Rules{})
			q := r.Queues[0]
			if !strings.Contains(q.Reason, c.reason) || math.Abs(float64(q.Coded)-c.coded) > 1e-9 || math.Abs(float64(q.Other)-c.other) > 1e-9 {
				t.Errorf("%q, coded %v, other %v", q.Reason, q.Coded, q.Other)
			}
		})
	}
	named := Pairs(PairRequest{Pairs: []Pair{good}, Other: []wrapcast.CodeID{"refund"}}, Rules{})
	if named.Queues[0].Other != 1 {
		t.Errorf("a code named as saying nothing: %v", named.Queues[0].Other)
	}
}

func TestVerdictsNeedNoData(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	queue := wrapcast.Queue{ID: "q"}
	for name, pairs := range map[string][]Pair{
		"nothing": nil, "no value": {{Queue: queue, Code: wrapcast.Code{ID: "c"}}},
		"never read": {{Queue: queue, Code: wrapcast.Code{ID: "c"}, Values: []float64{nan, nan, nan}}},
		"nonsense":   {{Queue: queue, Code: wrapcast.Code{ID: "c"}, Values: []float64{math.Inf(1), -4, 1e300, 1}}},
		"uneven":     {{Queue: queue, Code: wrapcast.Code{ID: "c"}, Values: make([]float64, 100)}, {Queue: queue, Code: wrapcast.Code{ID: "d"}, Values: []float64{1}}},
	} {
		r := Pairs(PairRequest{Pairs: pairs}, Rules{})
		if len(r.Pairs) != len(pairs) {
			t.Errorf("%s: %d verdicts", name, len(r.Pairs))
		}
	}
}
