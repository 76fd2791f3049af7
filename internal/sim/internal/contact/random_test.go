package contact_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
)

func TestPoissonHasItsMeanAndVariance(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for _, mean := range []float64{0.01, 0.5, 3, 29.9, 30.1, 250} {
		const n = 20000
		sum, squares := 0.0, 0.0
		for range n {
			x := float64(contact.Poisson(r, mean))
			sum += x
			squares += x * x
		}
		got := sum / n
		variance := squares/n - got*got
		if math.Abs(got-mean) > 5*math.Sqrt(mean/n) || math.Abs(variance/mean-1) > 0.1+5/math.Sqrt(n*min(mean, 1)) {
			t.Errorf("mean %v: drawn %v with variance %v", mean, got, variance)
		}
	}
	for _, mean := range []float64{0, -1} {
		if n := contact.Poisson(r, mean); n != 0 {
			t.Errorf("mean %v gives %d", mean, n)
		}
	}
}

func TestNormalIsStandard(t *testing.T) {
	t.Parallel()
	const n = 100000
	var sum, squares, beyond float64
	for i := range uint64(n) {
		x := contact.Normal(contact.Mix(7, i))
		sum += x
		squares += x * x
		if math.Abs(x) > 1.96 {
			beyond++
		}
	}
	if math.Abs(sum/n) > 0.02 || math.Abs(squares/n-1) > 0.03 || math.Abs(beyond/n-0.05) > 0.005 {
		t.Errorf("mean %v, variance %v, %v beyond 1.96", sum/n, squares/n, beyond/n)
	}
}

func TestMixTellsOrderAndPlaceApart(t *testing.T) {
	t.Parallel()
	seen := map[uint64]bool{}
	for a := range uint64(50) {
		for b := range uint64(50) {
			for seed := range uint64(4) {
				seen[contact.Mix(seed, a, b)] = true
			}
		}
	}
	if len(seen) != 50*50*4 {
		t.Errorf("%d different of %d", len(seen), 50*50*4)
	}
}

func TestNoContactLivesLongerThanPromised(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	for i := range uint64(300) {
		for m := range contact.MediaCount {
			h := contact.NewHandling(contact.Mix(i), contact.Media(m))
			for range 50 {
				var c contact.Contact
				h.Draw(r, &c)
				if c.Handle() < 1000 || c.Handle() > (2*time.Hour+40*time.Minute).Milliseconds() || c.Talk <= 0 || c.AfterCall <= 0 || c.Held < 0 {
					t.Fatalf("drawn %+v", c)
				}
			}
		}
	}
}
