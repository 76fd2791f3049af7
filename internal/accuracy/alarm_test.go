package accuracy

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/wrapcast/wrapcast"
)

// exactTail sums the binomial distribution with rational numbers.
func exactTail(k, n int, num, den int64) float64 {
	p, q := big.NewRat(num, den), big.NewRat(den-num, den)
	power := func(r *big.Rat, e int) *big.Rat {
		out := big.NewRat(1, 1)
		for range e {
			out.Mul(out, r)
		}
		return out
	}
	sum := new(big.Rat)
	for i := k; i <= n; i++ {
		term := new(big.Rat).SetInt(new(big.Int).Binomial(int64(n), int64(i)))
		sum.Add(sum, term.Mul(term, power(p, i)).Mul(term, power(q, n-i)))
	}
	out, _ := sum.Float64()
	return out
}

func TestTheTailOfTheBinomialIsExact(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 7, 28} {
		for k := 0; k <= n; k += 3 {
			if got, want := atLeast(k, n, 0.15), exactTail(k, n, 15, 100); math.Abs(got-want) > 1e-10*want {
				t.Errorf("%d or more of %d: %g, want %g", k, n, got, want)
			}
		}
	}
}

// The 15 p-values and the four rejections of section 3.2 of Benjamini and Hochberg (1995).
func TestTheFalseDiscoveryRateIsThatOfBenjaminiAndHochberg(t *testing.T) {
	t.Parallel()
	var family []wrapcast.BandAlarm
	for _, p := range []float64{0.0095, 0.0001, 0.7590, 0.0004, 0.0278, 0.0201, 0.0019, 0.0298, 1, 0.0344, 0.3240, 0.0459,
		0.4262, 0.5719, 0.6528} {
		family = append(family, wrapcast.BandAlarm{PValue: p})
	}
	var found []float64
	for _, a := range discoveries(family, 0.05) {
		found = append(found, a.PValue)
	}
	if want := []float64{0.0001, 0.0004, 0.0019, 0.0095}; !slices.Equal(found, want) {
		t.Errorf("found %v, want %v", found, want)
	}
}

// days draws on how many of 28 days a thing is outside its band.
func days(r *rand.Rand, id string, outside float64) bandCount {
	c := bandCount{kind: wrapcast.LevelCode, id: id}
	for range 28 {
		switch {
		case r.Float64() >= outside:
			c.inside++
		case r.Float64() < 0.5:
			c.above++
		default:
			c.below++
		}
	}
	return c
}

func TestBandsThatHoldRaiseAlarmsAsSeldomAsTheRateSays(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	const looks = 1000
	alarmed := 0
	for range looks {
		var counts []bandCount
		for range 50 {
			counts = append(counts, days(r, "holds", 0.15))
		}
		if len(outsideTooOften(counts, 0.85, 0.05)) > 0 {
			alarmed++
		}
	}
	if share := float64(alarmed) / looks; share > 0.07 || share == 0 { // three standard errors above 5 %
		t.Errorf("%.1f %% of the looks raise an alarm", 100*share)
	}
}

func TestBandsThatDoNotHoldAreFoundAmongManyThatDo(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	found, wrong := 0, 0
	for range 200 {
		counts := []bandCount{days(r, "broken", 0.6)}
		for range 49 {
			counts = append(counts, days(r, "holds", 0.15))
		}
		for _, a := range outsideTooOften(counts, 0.85, 0.05) {
			if a.ID == "broken" {
				found++
			} else {
				wrong++
			}
		}
	}
	if found < 195 || float64(wrong) > 0.05*float64(found+wrong)*1.5 {
		t.Errorf("found %d of 200, and %d that hold", found, wrong)
	}
}

func TestAnAlarmSaysHowOftenAndWhere(t *testing.T) {
	t.Parallel()
	alarms := outsideTooOften([]bandCount{
		{kind: wrapcast.LevelQueue, id: "q", name: "Claims", inside: 10, above: 15, below: 3},
		{kind: wrapcast.LevelQueue, id: "never judged"}}, 0.85, 0.05)
	if len(alarms) != 1 {
		t.Fatalf("alarms: %+v", alarms)
	}
	a := alarms[0]
	if a.Days != 28 || a.Outside() != 18 || a.Above != 15 || math.Abs(a.Expected-4.2) > 1e-9 || a.PValue > 1e-8 ||
		a.QValue != a.PValue ||
		a.Name != "Claims" {
		t.Errorf("%+v", a)
	}
}
