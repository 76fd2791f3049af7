package staffing_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast/internal/staffing"
)

// The tables say what counting says, whatever the goal.
func TestTablesSayWhatCountingSays(t *testing.T) {
	rng := rand.New(rand.NewPCG(17, 1))
	for _, c := range []struct {
		goal     staffing.Goal
		patience float64
	}{
		{staffing.Goal{Share: 0.8, Within: 20}, 0}, {staffing.Goal{Share: 0.95, Within: 5, Occupancy: 0.85}, 0},
		{staffing.Goal{ASA: 30}, 0}, {staffing.Goal{Share: 0.8, Within: 20}, 120},
		{staffing.Goal{Share: 0.5, Within: 60, Abandoned: 0.05}, 60}, {staffing.Goal{Occupancy: 0.7}, 0},
	} {
		r, err := staffing.NewRequirement(c.goal, c.patience)
		if err != nil {
			t.Fatal(err)
		}
		for range 1500 {
			handle := 180 * math.Exp(rng.NormFloat64()/2)
			contacts := math.Exp(4 * rng.NormFloat64())
			if rng.IntN(3) == 0 {
				contacts = math.Round(contacts)
			}
			if contacts*handle/900 > 40 {
				continue
			}
			got := r.Agents(contacts, contacts*handle, 900)
			want, err := staffing.Queue{Rate: contacts / 900, Handle: handle, Patience: c.patience}.Agents(c.goal)
			if parts := r.Parts(contacts, contacts*handle, 900); parts > float64(got)+1e-9 || parts < float64(got)-1.2 {
				t.Fatalf("%v agents in parts, %d whole", parts, got)
			}
			if err != nil || got != want {
				t.Fatalf("%+v, patience %v: %v contacts of %v s need %d, by the tables %d, %v", c.goal, c.patience, contacts,
					handle, want, got, err)
			}
		}
	}
}

func anyWork(t *rapid.T) []float64 {
	return rapid.SliceOfN(rapid.Float64Range(0, 1e6), 1, 40).Draw(t, "work")
}

// Shares add up to the whole, none depends on the order, and what one reason is split into has its share.
func TestSharesOfReasonsAddUpInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		work, heads := anyWork(t), rapid.Float64Range(0, 1e4).Draw(t, "heads")
		shares := staffing.ByReason(heads, work)
		sum, some := 0.0, false
		for i, s := range shares {
			sum += s
			some = some || work[i] > 0
			if s < -1e-9 {
				t.Fatalf("a share of %v", s)
			}
		}
		if some && math.Abs(sum-heads) > 1e-9*(1+heads) {
			t.Fatalf("%v of %v heads", sum, heads)
		}
		order := rand.New(rand.NewPCG(uint64(len(work)), 2)).Perm(len(work))
		mixed := make([]float64, len(work))
		for i, j := range order {
			mixed[i] = work[j]
		}
		for i, s := range staffing.ByReason(heads, mixed) {
			if math.Abs(s-shares[order[i]]) > 1e-9*(1+heads) {
				t.Fatalf("in another order %v heads, not %v", s, shares[order[i]])
			}
		}
		split := append([]float64{work[0] / 4, 3 * work[0] / 4}, work[1:]...)
		if parts := staffing.ByReason(heads, split); math.Abs(parts[0]+parts[1]-shares[0]) > 1e-9*(1+heads) {
			t.Fatalf("split in two: %v and %v of %v", parts[0], parts[1], shares[0])
		}
	})
}

// Each share is what the rule says: the reason's marginal heads, added up while all grow together from nothing. Heads
// are counted in parts of an agent here, so that there is something to differentiate.
func TestSharesAreMarginalHeadsAlongTheLoad(t *testing.T) {
	const handle, within, goal = 240, 20, 0.8
	heads := func(load float64) float64 {
		low, high := load, load+20
		for range 60 {
			n := (low + high) / 2
			if (staffing.Queue{Rate: load / handle, Handle: handle}).With(n).ServiceLevel(within) < goal {
				low = n
			} else {
				high = n
			}
		}
		return high
	}
	work := []float64{3, 11, 6}
	const steps = 400
	got := make([]float64, len(work))
	start := heads(20 * 0.5 / steps) // what a little load needs at once, by all of them
	for i, w := range work {
		got[i] = start * w / 20
		for k := 1; k < steps; k++ {
			at := 20 * (float64(k) - 0.5) / steps
			const h = 1e-4
			slope := (heads(at+h*w) - heads(at-h*w)) / (2 * h * w)
			if k == 1 {
				slope = (heads(20*1.0/steps) - start) / (20 * 0.5 / steps) / 2 // the curve is steep there
			}
			got[i] += slope * w / steps
		}
	}
	want := staffing.ByReason(heads(20), work)
	for i := range work {
		if math.Abs(got[i]-want[i]) > 0.1 {
			t.Errorf("reason %d: %v heads along the way, its share is %v", i, got[i], want[i])
		}
	}
}

func TestPartsOfUncertaintyAddUp(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	work := make([][]float64, 6)
	for i := range 5 {
		for range 500 {
			work[i] = append(work[i], float64(i+1)*math.Exp(rng.NormFloat64()/2))
		}
	}
	work[5] = make([]float64, 500)
	parts, sum := staffing.SurerByReason(7, work), 0.0
	for i, p := range parts {
		sum += p
		if i > 0 && i < 5 && p < parts[i-1] {
			t.Errorf("reason %d is five times as uncertain, and has %v, less than %v", i, p, parts[i-1])
		}
	}
	if math.Abs(sum-7) > 1e-9 || parts[5] != 0 {
		t.Errorf("parts %v add up to %v", parts, sum)
	}
}

// Deferred work is all done, none before it came or after it is due, and nobody could do with a lower peak.
func TestDeferredWorkIsDoneInTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(4, 60).Draw(t, "intervals")
		d := staffing.Deferred{Promise: rapid.IntRange(1, n).Draw(t, "promise")}
		for range n {
			d.Work = append(d.Work, float64(rapid.IntRange(0, 9).Draw(t, "work")))
			d.Present = append(d.Present, true)
		}
		done, came := d.Level(), 0.0
		sum, peak := 0.0, 0.0
		for i, w := range done {
			sum, came, peak = sum+w, came+d.Work[i], max(peak, w)
		}
		if math.Abs(sum-came) > 1e-6*(1+came) {
			t.Fatalf("%v done of %v", sum, came)
		}
		// No stretch of the repeated weeks can hold more than the peak allows: that is how low a peak can be.
		need := 0.0
		for from := range n {
			inside := 0.0
			for length := 1; length <= 2*n; length++ {
				// work that came in the stretch and is due within it
				if last := from + length - d.Promise; last >= from {
					inside += d.Work[last%n]
					need = max(need, inside/float64(length))
				}
			}
		}
		if peak > need*(1+1e-9)+1e-9 && peak > came/float64(n)*(1+1e-9)+1e-9 {
			t.Fatalf("%+v: a peak of %v where %v would do", d, peak, need)
		}
	})
}

func TestDeferredWorkWaitsForPeople(t *testing.T) {
	// Four come at night, when nobody is there, and four in the day; promise of two: what is due at night is done before.
	d := staffing.Deferred{Work: []float64{4, 0, 0, 0, 4, 0, 0, 0}, Present: []bool{false, false, true, true, true, true,
		false, false}, Promise: 2}
	for i, w := range d.Level() {
		if w > 0 && !d.Present[i] {
			t.Errorf("%v done in interval %d, when nobody is there", w, i)
		}
	}
	if got := (staffing.Deferred{Work: []float64{1, 2}, Present: []bool{false, false}, Promise: 1}).Level(); got[0] != 0 ||
		got[1] != 0 {
		t.Errorf("nobody is ever there, and %v is done", got)
	}
}

// BenchmarkRequirement counts the agents of one quarter-hour in 1,000 paths.
func BenchmarkRequirement(b *testing.B) {
	r, _ := staffing.NewRequirement(staffing.Goal{Share: 0.8, Within: 20}, 0)
	rng := rand.New(rand.NewPCG(1, 2))
	contacts, seconds := make([]float64, 1000), make([]float64, 1000)
	for k := range contacts {
		contacts[k] = math.Round(40 + 8*rng.NormFloat64())
		seconds[k] = contacts[k] * 300 * math.Exp(0.1*rng.NormFloat64())
		r.Agents(contacts[k], seconds[k], 900)
	}
	b.ReportAllocs()
	for b.Loop() {
		for k := range contacts {
			r.Agents(contacts[k], seconds[k], 900)
		}
	}
}
