package validate

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// nile and lynx are R's data sets of those names. The reference values below were computed with R 4.2.2:
//
//	quantile(as.numeric(Nile), c(0,.05,.1,.25,.5,.75,.9,.95,1), type = 8)
//	acf(Nile, lag.max = 7, plot = FALSE)$acf[8]
//	x <- as.numeric(Nile); x[c(3,4,20,50,51,52,99)] <- NA; acf(x, lag.max = 7, na.action = na.pass, plot = FALSE)$acf[8]
//	y <- as.numeric(lynx); y[c(1,30:40,100,114)] <- NA; (the same)
var (
	nile = []float64{1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799,
		958, 1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020, 1050,
		969, 831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759, 781,
		865, 845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890, 744, 749, 838,
		1050, 918, 986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740}
	lynx = []float64{269, 321, 585, 871, 1475, 2821, 3928, 5943, 4950, 2577, 523, 98, 184, 279, 409, 2285, 2685, 3409,
		1824, 409, 151, 45, 68, 213, 546, 1033, 2129, 2536, 957, 361, 377, 225, 360, 731, 1638, 2725, 2871, 2119, 684,
		299, 236, 245, 552, 1623, 3311, 6721, 4254, 687, 255, 473, 358, 784, 1594, 1676, 2251, 1426, 756, 299, 201, 229,
		469, 736, 2042, 2811, 4431, 2511, 389, 73, 39, 49, 59, 188, 377, 1292, 4031, 3495, 587, 105, 153, 387, 758, 1307,
		3465, 6991, 6313, 3794, 1836, 345, 382, 808, 1388, 2713, 3800, 3091, 2985, 3790, 674, 81, 80, 108, 229, 399, 1132,
		2432, 3574, 2935, 1537, 529, 485, 662, 1000, 1590, 2657, 3396}
)

func TestQuantileAgreesWithTypeEightOfR(t *testing.T) {
	t.Parallel()
	probabilities := []float64{0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 1}
	for _, c := range []struct {
		name string
		x    []float64
		want []float64
	}{
		{"Nile", nile, []float64{456, 695.4, 720.93333333333339, 797.83333333333326, 893.5, 1035.8333333333333, 1160, 1216.5, 1370}},
		{"lynx", lynx, []float64{39, 73.350000000000009, 140.96666666666678, 343, 771, 2583.6666666666665, 3790.9333333333334, 4422.15, 6991}},
		{"one to nine", []float64{1, 2, 3, 4, 5, 6, 7, 8, 9}, []float64{1, 1, 1.2666666666666666, 2.6666666666666665, 5, 7.3333333333333321, 8.7333333333333325, 9, 9}},
		{"two values", []float64{1, 3}, []float64{1, 1, 1, 1, 2, 3, 3, 3, 3}},
		{"one value", []float64{7}, []float64{7, 7, 7, 7, 7, 7, 7, 7, 7}},
		{"ties and a tail", []float64{0, 0, 0, 1, 5, 9, 9, 100}, []float64{0, 0, 0, 0, 3, 9, 84.833333333333229, 100, 100}},
	} {
		x := sorted(c.x)
		for i, p := range probabilities {
			if got := quantile(x, p); math.Abs(got-c.want[i]) > 1e-9 {
				t.Errorf("%s: quantile(%g) = %.15g, R says %.15g", c.name, p, got, c.want[i])
			}
		}
	}
}

func TestQuantileOfNothingIsNotANumber(t *testing.T) {
	t.Parallel()
	if got := quantile(nil, 0.5); !math.IsNaN(got) {
		t.Errorf("quantile of nothing = %g", got)
	}
	if got := quantile([]float64{1}, math.NaN()); !math.IsNaN(got) {
		t.Errorf("quantile at NaN = %g", got)
	}
}

func TestQuantilesRiseAndStayInside(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		x := sorted(rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), 1, 60).Draw(t, "x"))
		p := rapid.Float64Range(0, 1).Draw(t, "p")
		q := rapid.Float64Range(p, 1).Draw(t, "q")
		low, high := quantile(x, p), quantile(x, q)
		if low > high || low < x[0] || high > x[len(x)-1] {
			t.Fatalf("quantile(%g) = %g, quantile(%g) = %g of %v", p, low, q, high, x)
		}
	})
}

func TestAutocorrelationAgreesWithR(t *testing.T) {
	t.Parallel()
	gappedNile, gappedLynx := append([]float64(nil), nile...), append([]float64(nil), lynx...)
	for _, i := range []int{3, 4, 20, 50, 51, 52, 99} {
		gappedNile[i-1] = math.NaN()
	}
	for _, i := range []int{1, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 100, 114} {
		gappedLynx[i-1] = math.NaN()
	}
	for _, c := range []struct {
		name string
		x    []float64
		want float64
	}{
		{"Nile", nile, 0.22204611526329213},
		{"lynx", lynx, -0.14798465638912447},
		{"Nile with gaps", gappedNile, 0.16973314985129045},
		{"lynx with gaps", gappedLynx, -0.12604072116938064},
	} {
		if got := float64(autocorrelation(c.x, 7)); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%s: %.17g, R says %.17g", c.name, got, c.want)
		}
	}
}

func TestAutocorrelationDoesNotChangeWithScaleAndLevel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(0, 1000), 15, 60).Draw(t, "x")
		scale := rapid.Float64Range(0.1, 10).Draw(t, "scale")
		y := make([]float64, len(x))
		for i, v := range x {
			y[i] = 5 + scale*v
		}
		a, b := autocorrelation(x, 7), autocorrelation(y, 7)
		if a.Known() && b.Known() && math.Abs(float64(a-b)) > 1e-6 {
			t.Fatalf("%g and %g", a, b)
		}
	})
}

func TestAutocorrelationIsNotMeasuredWhereThereIsNone(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	for name, x := range map[string][]float64{
		"nothing":                         nil,
		"a constant whose mean rounds":    {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1},
		"shorter than the lag":            {1, 2, 3},
		"only gaps":                       {nan, nan, nan, nan, nan, nan, nan, nan, nan},
		"no two days a week apart":        {1, 2, 3, 4, 5, 6, 7, nan, nan, nan},
		"a constant with a gap inside it": {3, 3, nan, 3, 3, 3, 3, 3, 3, 3},
	} {
		if got := autocorrelation(x, 7); got.Known() {
			t.Errorf("%s: %g", name, got)
		}
	}
}
