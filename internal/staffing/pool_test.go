package staffing

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
)

// The simulation of one kind and one team is Erlang A: within its own bounds, about as often as these promise.
func TestTheSimulationIsErlangAWhereThatHolds(t *testing.T) {
	inside, all := 0, 0
	for i, c := range []struct {
		queue  Queue
		agents int
	}{
		{Queue{Rate: 0.05, Handle: 200, Patience: 60}, 11}, {Queue{Rate: 0.05, Handle: 200, Patience: 300}, 9},
		{Queue{Rate: 0.2, Handle: 150, Patience: 120}, 31}, {Queue{Rate: 0.02, Handle: 100, Patience: 100}, 2},
		{Queue{Rate: 0.1, Handle: 300, Patience: 0}, 34}, {Queue{Rate: 0.01, Handle: 100, Patience: 20}, 2},
	} {
		for run := range uint64(3) {
			pool := Pool{Kinds: []Queue{c.queue}, Teams: []Team{{c.agents, []int{0}}}, Within: 20, Seed: uint64(i)*10 + run}
			got, err := pool.Simulate(20_000 / c.queue.Rate)
			if err != nil {
				t.Fatal(err)
			}
			p := c.queue.With(float64(c.agents))
			for _, v := range []struct {
				name string
				got  Estimate
				want float64
			}{{"service level", got[0].ServiceLevel, p.ServiceLevel(20)}, {"p_wait", got[0].PWait, p.PWait},
				{"abandoned", got[0].Abandoned, p.Abandoned}, {"ASA", got[0].ASA, p.ASA}} {
				all++
				if v.got.holds(v.want) {
					inside++
				}
				if far := 3 * (v.got.Upper - v.got.Mean); math.Abs(v.got.Mean-v.want) > far+1e-12 {
					t.Errorf("%+v with %d: %s %+v, by the formula %v", c.queue, c.agents, v.name, v.got, v.want)
				}
			}
		}
	}
	if float64(inside) < 0.88*float64(all) {
		t.Errorf("%d of %d figures lie within their bounds", inside, all)
	}
}

// Two skills: apart they are two queues, together one, and with some who can do both something between.
func TestPoolsLieBetweenApartAndTogether(t *testing.T) {
	q := Queue{Rate: 0.05, Handle: 200, Patience: 120}
	measure := func(teams ...Team) float64 {
		got, err := Pool{Kinds: []Queue{q, q}, Teams: teams, Within: 20, Seed: 5}.Simulate(800_000)
		if err != nil {
			t.Fatal(err)
		}
		return (got[0].ServiceLevel.Mean + got[1].ServiceLevel.Mean) / 2
	}
	apart := measure(Team{11, []int{0}}, Team{11, []int{1}})
	some := measure(Team{8, []int{0}}, Team{8, []int{1}}, Team{6, []int{0, 1}})
	together := measure(Team{22, []int{0, 1}})
	both := Queue{Rate: 2 * q.Rate, Handle: q.Handle, Patience: q.Patience}
	const near = 0.01
	if math.Abs(apart-q.With(11).ServiceLevel(20)) > near || math.Abs(together-both.With(22).ServiceLevel(20)) > near {
		t.Errorf("apart %v, by the formula %v; together %v, by the formula %v", apart, q.With(11).ServiceLevel(20), together,
			both.With(22).ServiceLevel(20))
	}
	if !(some > apart && some < together+near) {
		t.Errorf("apart %v, some with both %v, together %v", apart, some, together)
	}
}

func TestASimulationIsTheSameAgainAndRefusesNonsense(t *testing.T) {
	p := Pool{Kinds: []Queue{{Rate: 0.1, Handle: 60}, {Rate: 0.02, Handle: 300, Patience: 30}},
		Teams: []Team{{10, []int{0, 1}}, {4, []int{0}}}, Within: 20, Seed: 3}
	a, err := p.Simulate(50_000)
	b, _ := p.Simulate(50_000)
	if err != nil || !reflect.DeepEqual(a, b) {
		t.Errorf("%+v, then %+v, %v", a, b, err)
	}
	for _, bad := range []Pool{{}, {Kinds: []Queue{{Rate: -1}}}, {Kinds: p.Kinds, Teams: []Team{{1, []int{2}}}},
		{Kinds: p.Kinds, Teams: []Team{{-1, []int{0}}}}} {
		if _, err := bad.Simulate(1000); err == nil {
			t.Errorf("%+v is simulated", bad)
		}
	}
	if _, err := p.Simulate(math.NaN()); err == nil {
		t.Error("no length is simulated")
	}
	// A kind that nobody can do waits for ever, or gives up.
	none, err := Pool{Kinds: p.Kinds, Teams: []Team{{10, []int{0}}}, Within: 20}.Simulate(50_000)
	if err != nil || none[1].ServiceLevel.Mean != 0 || none[1].PWait.Mean != 1 {
		t.Errorf("nobody's: %+v, %v", none[1], err)
	}
}

func TestPatienceIsFoundAgain(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	inside := 0
	for range 400 {
		waited, abandoned := 0.0, 0
		for range 200 {
			offered, patience := 40*rng.ExpFloat64(), 90*rng.ExpFloat64()
			waited += min(offered, patience)
			if patience < offered {
				abandoned++
			}
		}
		if e, ok := PatienceOf(abandoned, waited); ok && e.holds(90) && e.Lower < e.Mean && e.Mean < e.Upper {
			inside++
		}
	}
	if inside < 368 { // 95 % of 400 is 380; 2.5 standard deviations below it 369
		t.Errorf("%d of 400 estimates hold the true patience", inside)
	}
	if _, ok := PatienceOf(0, 100); ok {
		t.Error("nobody gave up, and a patience is known")
	}
}
