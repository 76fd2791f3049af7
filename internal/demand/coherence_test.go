package demand

import (
	"math"
	"testing"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/forecast"
)

func TestTheErrorVarianceIsOfTheBacktestInContacts(t *testing.T) {
	t.Parallel()
	// Two contacts more than a week before on each of seven days: a mean square of 4, and (3·2)² = 36.
	handled := append(constant(1, 7), constant(3, 7)...)
	if got := errorVariance(forecast.Result{Accuracy: forecast.Accuracy{RMSSE: 3}}, handled); !closeTo(got, 36) {
		t.Errorf("%g, want 36", got)
	}
	if got := errorVariance(forecast.Result{Accuracy: forecast.Accuracy{RMSSE: 3}}, handled[:7]); !math.IsNaN(got) {
		t.Errorf("of one week: %g", got)
	}
}

// crossed is two codes in two queues, queue by queue; each code has twice as many contacts in the second.
func crossed(wave float64) *History {
	series := func(level float64) []float64 {
		values := make([]float64, 70)
		for day := range values {
			values[day] = level * (1 + wave*float64([]int{1, -1}[day/7%2]))
		}
		return values
	}
	return historyOf(leafOf("a", "refund", 60, series(20)...), leafOf("a", "billing", 60, series(10)...),
		leafOf("b", "refund", 60, series(40)...), leafOf("b", "billing", 60, series(20)...))
}

func resultOf(mean, rmsse float64) forecast.Result {
	return forecast.Result{Mean: constant(mean, 2), Accuracy: forecast.Accuracy{RMSSE: rmsse}}
}

func TestForecastsThatAgreeStayAsTheyAre(t *testing.T) {
	t.Parallel()
	p := panelOf(t, crossed(0.1), shopDirectory())
	leaves, err := p.makeCoherent(t.Context(), results{
		codes:  []forecast.Result{resultOf(30, 1), resultOf(60, 1)},
		queues: []forecast.Result{resultOf(30, 1), resultOf(60, 1)},
		groups: []forecast.Result{resultOf(60, 1), resultOf(30, 1)}, total: resultOf(90, 1),
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		queue wrapcast.QueueID
		code  wrapcast.CodeID
		mean  float64
	}{{"a", "billing", 10}, {"b", "billing", 20}, {"a", "refund", 20}, {"b", "refund", 40}} // code by code
	for i, w := range want {
		l := leaves[i]
		if l.Leaf.Queue != w.queue || l.Leaf.Code != w.code || math.Abs(l.Mean[0]-w.mean) > 1e-6 ||
			math.Abs(l.Mean[1]-w.mean) > 1e-6 ||
			!closeTo(l.HandleSeconds[1], 60) {
			t.Errorf("%+v, want %+v", l, w)
		}
	}
}

func TestLeavesFollowThoseThatErrLeast(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name                        string
		codes, queues, total        float64 // errors of the past
		refund, billing, a, b, both float64 // 0 for whatever it comes to
	}{
		{"queues", 50, 1e-4, 50, 0, 0, 50, 50, 100},
		{"codes", 1e-4, 50, 50, 60, 30, 0, 0, 90},
		{"the total", 50, 50, 1e-4, 0, 0, 0, 0, 120},
	} {
		p := panelOf(t, crossed(0.1), wrapcast.Directory{})
		leaves, err := p.makeCoherent(t.Context(), results{
			codes:  []forecast.Result{resultOf(30, c.codes), resultOf(60, c.codes)},
			queues: []forecast.Result{resultOf(50, c.queues), resultOf(50, c.queues)}, total: resultOf(120, c.total),
		})
		if err != nil {
			t.Fatal(err)
		}
		sum := func(of func(wrapcast.Leaf) bool) float64 {
			mean, _ := sumLeaves(leaves, placesOf(leaves, of), 2)
			return mean[0]
		}
		for what, figures := range map[string][2]float64{
			"refund":  {sum(func(l wrapcast.Leaf) bool { return l.Code == "refund" }), c.refund},
			"billing": {sum(func(l wrapcast.Leaf) bool { return l.Code == "billing" }), c.billing},
			"a":       {sum(ofQueue("a")), c.a},
			"b":       {sum(ofQueue("b")), c.b},
			"all":     {sum(every), c.both},
		} {
			if got, want := figures[0], figures[1]; want > 0 && math.Abs(got-want) > 0.01 {
				t.Errorf("where %s err least, %s have %.3f, want %g", c.name, what, got, want)
			}
		}
	}
}

func TestAGroupMovesItsOwnLeaves(t *testing.T) {
	t.Parallel()
	p := panelOf(t, crossed(0.1), shopDirectory())
	leaves, err := p.makeCoherent(t.Context(), results{
		codes:  []forecast.Result{resultOf(30, 50), resultOf(60, 50)},
		queues: []forecast.Result{resultOf(30, 50), resultOf(60, 50)},
		groups: []forecast.Result{resultOf(80, 1e-4), resultOf(30, 50)}, total: resultOf(90, 50), // Beta by voice comes first
	})
	if err != nil {
		t.Fatal(err)
	}
	if mean, _ := sumLeaves(leaves, placesOf(leaves, ofQueue("b")), 2); math.Abs(mean[1]-80) > 0.01 {
		t.Errorf("queue b has %g contacts, its group 80", mean[1])
	}
}

func TestPlacesUpTo(t *testing.T) {
	t.Parallel()
	if got := upTo(3); len(got) != 3 || got[0] != 0 || got[1] != 1 || got[2] != 2 {
		t.Errorf("%v", got)
	}
}

func TestALeafMayErrTwiceItsShareOfItsCode(t *testing.T) {
	t.Parallel()
	// A quarter and three quarters of the contacts; 8 a day more than a week before: a mean square of 64.
	h := historyOf(leafOf("a", "refund", 1, append(constant(1, 7), constant(3, 7)...)...),
		leafOf("b", "refund", 1, append(constant(3, 7), constant(9, 7)...)...))
	c := &coherence{history: h, place: make([]int, 2), handle: []float64{1, 1}}
	c.code(h.Codes()[0], resultOf(8, 0.5))
	if len(c.bases) != 2 || !closeTo(c.bases[0].Variance, 2*16*0.25) || !closeTo(c.bases[1].Variance, 2*16*0.75) {
		t.Errorf("%+v, want variances of 8 and 24", c.bases)
	}
	if len(c.nodes) != 1 || !closeTo(c.nodes[0].Variance, 16) {
		t.Errorf("%+v, want a variance of 16", c.nodes)
	}
}

func TestLeavesOfAQueueFollowItsMixOfLate(t *testing.T) {
	t.Parallel()
	h := historyOf(leafOf("a", "billing", 1, constant(80, 56)...), leafOf("a", "refund", 1, constant(20, 56)...))
	p := panelOf(t, h, wrapcast.Directory{})
	leaves, err := p.makeCoherent(t.Context(), results{codes: []forecast.Result{resultOf(50, 1), resultOf(50, 1)},
		queues: []forecast.Result{resultOf(100, 1)}, total: resultOf(100, 1)})
	if err != nil {
		t.Fatal(err)
	}
	// As worked out in TestAShareMovesAsFarAsItIsToldFromChance.
	billing, refund := leaves[0].Mean[0], leaves[1].Mean[0]
	if math.Abs(refund-50*(1-0.6*0.9916657673)) > 1e-5 || math.Abs(billing+refund-100) > 1e-6 {
		t.Errorf("%g and %g contacts", billing, refund)
	}
}
