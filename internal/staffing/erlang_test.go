package staffing_test

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast/internal/staffing"
)

// published are values others have published; those not given are not compared.
var published = []struct {
	source string
	queue  staffing.Queue
	agents float64
	within float64 // of the service level
	want   staffing.Performance
	level  float64
	digits float64 // half a unit of the last digit printed
}{
	{"R package ErlangC 0.1.0 and pyworkforce 0.1.0, READMEs", staffing.Queue{Rate: 100. / 1800, Handle: 180}, 14, 20,
		staffing.Performance{PWait: 0.1741319, ASA: 7.8359370, Occupancy: 0.7142857}, 0.8883500, 5e-8},
	{"mitan.co.uk, Call Centre Maths", staffing.Queue{Rate: 0.2, Handle: 240}, 55, 15,
		staffing.Performance{PWait: 0.2387, ASA: 8.184, Occupancy: 0.8727}, 0.8459, 5e-4},
	{"Gans, Koole, Mandelbaum 2003, table of §4.2.2: M/M/n", staffing.Queue{Rate: 48. / 60, Handle: 60}, 50, 58.1,
		staffing.Performance{ASA: 20.8, Occupancy: 0.96}, 0.900, 5e-2},
	{"the same: M/M/n with 3.1 % fewer", staffing.Queue{Rate: 48 * (1 - 0.031) / 60, Handle: 60}, 50, 28.2,
		staffing.Performance{ASA: 8.8, Occupancy: 0.93}, 0.900, 5e-2},
	{"the same: M/M/n+M", staffing.Queue{Rate: 48. / 60, Handle: 60, Patience: 120}, 50, 0,
		staffing.Performance{ASA: 3.709, Abandoned: 0.0309, Occupancy: 0.930}, 0, 5e-4},
	{"one agent waits as often as they are busy", staffing.Queue{Rate: 0.6, Handle: 1}, 1, 0,
		staffing.Performance{PWait: 0.6, ASA: 1.5, Occupancy: 0.6}, 0, 1e-12},
	{"two agents, one erlang: a third (textbooks)", staffing.Queue{Rate: 1, Handle: 1}, 2, 0,
		staffing.Performance{PWait: 1. / 3, ASA: 1. / 3, Occupancy: 0.5}, 0, 1e-12},
}

func TestPublishedValues(t *testing.T) {
	for _, c := range published {
		p := c.queue.With(c.agents)
		for _, v := range []struct {
			name      string
			got, want float64
		}{{"p_wait", p.PWait, c.want.PWait}, {"ASA", p.ASA, c.want.ASA}, {"occupancy", p.Occupancy, c.want.Occupancy},
			{"abandoned", p.Abandoned, c.want.Abandoned}, {"service level", p.ServiceLevel(c.within), c.level}} {
			if v.want != 0 && math.Abs(v.got-v.want) > c.digits {
				t.Errorf("%s: %s is %v, published %v", c.source, v.name, v.got, v.want)
			}
		}
	}
}

// Large systems tend to limits that hold for all of them: Halfin and Whitt (1981) for those who wait for ever, Garnett,
// Mandelbaum and Reiman (2002) for those who give up.
func TestLargeSystemsTendToTheirLimits(t *testing.T) {
	phi := func(x float64) float64 { return math.Exp(-x*x/2) / math.Sqrt(2*math.Pi) }
	below := func(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }
	hazard := func(x float64) float64 { return phi(x) / below(-x) }
	const load = 10_000.0
	for _, beta := range []float64{0.1, 0.5, 1, 2} {
		n := load + beta*math.Sqrt(load)
		want := 1 / (1 + beta*below(beta)/phi(beta))
		if got := (staffing.Queue{Rate: load / 180, Handle: 180}).With(n).PWait; math.Abs(got/want-1) > 0.03 {
			t.Errorf("Halfin and Whitt at %v: %v, the limit is %v", beta, got, want)
		}
		for _, b := range []float64{beta, -beta} {
			for _, patience := range []float64{30, 180, 1000} {
				r := math.Sqrt(patience / 180)
				want := 1 / (1 + hazard(b*r)/(r*hazard(-b)))
				q := staffing.Queue{Rate: load / 180, Handle: 180, Patience: patience}
				if got := q.With(load + b*math.Sqrt(load)).PWait; math.Abs(got/want-1) > 0.03 {
					t.Errorf("Garnett at %v, patience %v: %v, the limit is %v", b, patience, got, want)
				}
			}
		}
	}
}

// birthAndDeath solves the queue state by state, in 200 bits: slow, and without any of the formulas.
func birthAndDeath(q staffing.Queue, agents int, within float64) (wait, mean, abandoned, level float64) {
	f := func(v float64) *big.Float { return new(big.Float).SetPrec(200).SetFloat64(v) }
	sum, busy, waiting := f(1), f(0), f(0)
	weight := f(1)
	if agents == 0 {
		busy.Set(weight)
	}
	var weights []float64 // of those who find all busy, relative to the first
	var first *big.Float
	for k := 1; k < 200_000; k++ {
		death := math.Min(float64(k), float64(agents))/q.Handle + math.Max(0, float64(k-agents))/q.Patience
		weight.Mul(weight, f(q.Rate/death))
		sum.Add(sum, weight)
		if k >= agents {
			if first == nil {
				first = f(0).Set(weight)
			}
			relative, _ := f(0).Quo(weight, first).Float64()
			weights = append(weights, relative)
			busy.Add(busy, weight)
			waiting.Add(waiting, f(0).Mul(weight, f(float64(k-agents))))
		}
		if ratio, _ := f(0).Quo(weight, sum).Float64(); k > agents && ratio < 1e-30 {
			break
		}
	}
	wait, _ = f(0).Quo(busy, sum).Float64()
	queue, _ := f(0).Quo(waiting, sum).Float64()
	mean = queue / q.Rate
	abandoned = mean / q.Patience
	return wait, mean, abandoned, 1 - abandoned - wait*answeredAfter(q, float64(agents), weights, within)
}

// answeredAfter: who finds j others waiting is answered after t with the probability that, among j+1 others and
// themselves, fewer steps happened: solved as a pure death process in small steps (fourth-order Runge-Kutta).
func answeredAfter(q staffing.Queue, agents float64, weights []float64, within float64) float64 {
	all := 0.0
	for _, w := range weights {
		all += w
	}
	// ahead[j]: probability that somebody is still waiting with j others ahead of them, after a while.
	ahead := make([]float64, len(weights))
	for j, w := range weights {
		ahead[j] = w / all
	}
	rate := func(j int) float64 { return agents/q.Handle + float64(j)/q.Patience }
	change := func(s []float64) []float64 {
		d := make([]float64, len(s))
		for j := range s {
			d[j] = -(rate(j) + 1/q.Patience) * s[j]
			if j+1 < len(s) {
				d[j] += rate(j+1) * s[j+1]
			}
		}
		return d
	}
	const steps = 4000
	h := within / steps
	plus := func(s, d []float64, by float64) []float64 {
		out := make([]float64, len(s))
		for j := range s {
			out[j] = s[j] + by*d[j]
		}
		return out
	}
	for range steps {
		k1 := change(ahead)
		k2 := change(plus(ahead, k1, h/2))
		k3 := change(plus(ahead, k2, h/2))
		k4 := change(plus(ahead, k3, h))
		for j := range ahead {
			ahead[j] += h / 6 * (k1[j] + 2*k2[j] + 2*k3[j] + k4[j])
		}
	}
	// Who still waits is answered unless they give up before all ahead are gone.
	answered, out := 0.0, 1.0
	for j, s := range ahead {
		out *= rate(j) / (rate(j) + 1/q.Patience)
		answered += s * out
	}
	return answered
}

func TestErlangAIsItsBirthAndDeathProcess(t *testing.T) {
	for _, c := range []struct {
		queue  staffing.Queue
		agents int
	}{
		{staffing.Queue{Rate: 0.05, Handle: 200, Patience: 60}, 12}, {staffing.Queue{Rate: 0.05, Handle: 200, Patience: 600}, 7},
		{staffing.Queue{Rate: 0.0005, Handle: 200, Patience: 30}, 1}, {staffing.Queue{Rate: 0.4, Handle: 200, Patience: 90}, 80},
		{staffing.Queue{Rate: 0.4, Handle: 200, Patience: 90}, 50},
	} {
		wait, mean, abandoned, level := birthAndDeath(c.queue, c.agents, 20)
		p := c.queue.With(float64(c.agents))
		for _, v := range []struct{ got, want, within float64 }{{p.PWait, wait, 1e-12}, {p.ASA, mean, 1e-10},
			{p.Abandoned, abandoned, 1e-12}, {p.ServiceLevel(20), level, 1e-7}} {
			if math.Abs(v.got-v.want) > v.within {
				t.Errorf("%+v with %d agents: %v, state by state %v", c.queue, c.agents, v.got, v.want)
			}
		}
	}
}

// anyQueue draws loads from a hundredth to ten thousand erlangs.
func anyQueue(t *rapid.T) staffing.Queue {
	load := math.Pow(10, rapid.Float64Range(-2, 4).Draw(t, "log load"))
	handle := math.Pow(10, rapid.Float64Range(0, 4).Draw(t, "log handle"))
	q := staffing.Queue{Rate: load / handle, Handle: handle}
	if rapid.Bool().Draw(t, "impatient") {
		q.Patience = handle * math.Pow(10, rapid.Float64Range(-3, 2).Draw(t, "log patience"))
	}
	return q
}

func TestMoreAgentsServeBetterAndNothingIsBeyondItsBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := anyQueue(t)
		n := math.Max(0, q.Load()+rapid.Float64Range(-3, 6).Draw(t, "beta")*math.Sqrt(q.Load()+1))
		within := q.Handle * rapid.Float64Range(0, 2).Draw(t, "within")
		p, more := q.With(n), q.With(n+rapid.Float64Range(0.01, 3).Draw(t, "more"))
		for _, v := range []float64{p.PWait, p.Occupancy, p.Abandoned, p.ServiceLevel(within)} {
			if !(v >= 0 && v <= 1) {
				t.Fatalf("%+v: a share of %v", p, v)
			}
		}
		if !(p.ASA >= 0) || math.IsInf(p.ASA, 0) {
			t.Fatalf("%+v: a wait of %v", p, p.ASA)
		}
		const dust = 1e-9
		if p.Stable && (more.PWait > p.PWait+dust || more.ASA > p.ASA*(1+dust)+dust || more.Abandoned > p.Abandoned+dust ||
			more.ServiceLevel(within) < p.ServiceLevel(within)-dust) {
			t.Fatalf("more agents serve worse: %+v, then %+v", p, more)
		}
		if p.Abandoned+p.ServiceLevel(within) > 1+dust {
			t.Fatalf("%+v: more answered than there were", p)
		}
	})
}

func TestMoreLoadServesWorse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := anyQueue(t)
		n := math.Ceil(q.Load() + rapid.Float64Range(0, 4).Draw(t, "beta")*math.Sqrt(q.Load()+1))
		busier := q
		busier.Rate *= rapid.Float64Range(1.0001, 1.2).Draw(t, "more")
		p, worse := q.With(n), busier.With(n)
		if p.Stable && worse.Stable && (worse.PWait < p.PWait-1e-9 || worse.ASA < p.ASA*(1-1e-9) ||
			worse.ServiceLevel(20) > p.ServiceLevel(20)+1e-9) {
			t.Fatalf("more contacts are served better: %+v, then %+v", p, worse)
		}
	})
}

// As patience grows Erlang A becomes Erlang C, where that has an answer.
func TestEndlessPatienceIsErlangC(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := anyQueue(t)
		n := q.Load() + (0.5+rapid.Float64Range(0, 3).Draw(t, "beta"))*math.Sqrt(q.Load())
		q.Patience = 0
		c := q.With(n)
		q.Patience = 1e7 * q.Handle
		a := q.With(n)
		if math.Abs(a.PWait-c.PWait) > 1e-4 || math.Abs(a.ASA-c.ASA) > 1e-3*(c.ASA+1e-6*q.Handle) ||
			math.Abs(a.ServiceLevel(q.Handle/10)-c.ServiceLevel(q.Handle/10)) > 1e-4 {
			t.Fatalf("patient %+v, for ever %+v", a, c)
		}
	})
}

// The agents for a goal reach it, and one fewer does not.
func TestAgentsAreTheFewestThatReachTheGoal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := anyQueue(t)
		within := q.Handle * rapid.Float64Range(0, 1).Draw(t, "within")
		g := staffing.Goal{Within: within, Share: rapid.Float64Range(0.01, 0.99).Draw(t, "share")}
		if rapid.Bool().Draw(t, "busy") {
			g.Occupancy = rapid.Float64Range(0.3, 0.99).Draw(t, "occupancy")
		}
		n, err := q.Agents(g)
		if err != nil {
			t.Fatal(err)
		}
		met := func(n int) bool {
			p := q.With(float64(n))
			return p.Stable && p.ServiceLevel(within) >= g.Share && (g.Occupancy == 0 || p.Occupancy <= g.Occupancy)
		}
		if !met(n) || n > 0 && met(n-1) {
			t.Fatalf("%+v, goal %+v: %d agents", q, g, n)
		}
	})
}

func TestAPartOfAnAgentLiesBetweenWholeOnes(t *testing.T) {
	for _, load := range []float64{0.01, 0.5, 1.4, 1.6, 10, 500} {
		q := staffing.Queue{Rate: load / 60, Handle: 60}
		n := math.Ceil(load) + 1
		for _, part := range []float64{1e-9, 1 - 1e-9} {
			whole := q.With(n + math.Round(part)).PWait
			if got := q.With(n + part).PWait; math.Abs(got/whole-1) > 1e-6 {
				t.Errorf("load %v: %v agents wait %v, %v wait %v", load, n+part, got, n+math.Round(part), whole)
			}
		}
		// Jagerman's integral by the trapezium rule, another way than the package's.
		const part = 0.37
		sum, h := 0.0, 1e-3
		for u := h / 2; u < 60; u += h { // t = u/load
			sum += h * math.Exp(-u) * math.Pow(1+u/load, n+part)
		}
		c := 1 / (1 + (1-load/(n+part))*(sum-1))
		if got := q.With(n + part).PWait; math.Abs(got/c-1) > 1e-6 && load < 100 {
			t.Errorf("load %v, %v agents: %v, by the integral %v", load, n+part, got, c)
		}
	}
}

func TestWhatCannotBeIsRefused(t *testing.T) {
	ok := staffing.Queue{Rate: 0.1, Handle: 100}
	for _, q := range []staffing.Queue{{Rate: -1, Handle: 1}, {Rate: math.NaN(), Handle: 1}, {Rate: 1, Handle: math.Inf(1)},
		{Rate: 1, Handle: 1, Patience: -1}, {Rate: 1e4, Handle: 1e3}} {
		if _, err := q.Agents(staffing.Goal{Share: 0.8}); err == nil {
			t.Errorf("%+v is taken", q)
		}
	}
	for _, g := range []staffing.Goal{{}, {Within: 20}, {Share: 1}, {Share: -0.1}, {Share: 0.8, Within: -1}, {ASA: math.NaN()},
		{Occupancy: 1.1}, {Abandoned: 1}} {
		if _, err := ok.Agents(g); err == nil {
			t.Errorf("%+v is taken", g)
		}
	}
	if n, err := (staffing.Queue{Handle: 100}).Agents(staffing.Goal{Share: 0.8}); n != 0 || err != nil {
		t.Errorf("nothing comes: %d agents, %v", n, err)
	}
	if p := ok.With(10); p.Stable || p.ServiceLevel(20) != 0 {
		t.Errorf("ten agents for ten erlangs: %+v", p)
	}
}
