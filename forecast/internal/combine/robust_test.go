package combine

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// weekOf is a pattern of mean 1.
var weekOf = []float64{1.6, 1.2, 1.2, 1.2, 1, 0.5, 0.3}

func TestCleaningClipsTheOutlierAlone(t *testing.T) {
	t.Parallel()
	y := make([]float64, 70)
	for i := range y {
		y[i] = 100*weekOf[i%7] + float64(i%5-2) // noise of at most two
	}
	y[40] = 1000
	var r robust
	got := r.clean(y, weekOf, make([]float64, len(y)))
	for i, v := range y {
		if i != 40 && math.Abs(got[i]-v) > 3 {
			t.Errorf("step %d became %v, was %v", i, got[i], v)
		}
	}
	if normal := 100 * weekOf[40%7]; got[40] < normal || got[40] > normal+15 {
		t.Errorf("a thousand became %v where %v is normal", got[40], normal)
	}
}

// TestResidualsAreLogarithmsOfTheRatio to level and shape, at most a factor of five either way.
func TestResidualsAreLogarithmsOfTheRatio(t *testing.T) {
	t.Parallel()
	y := make([]float64, 70)
	for i := range y {
		y[i] = 50 * weekOf[i%7]
	}
	y[20] *= 2
	y[30] *= 100
	y[40] = 0
	var r robust
	got := r.residuals(y, weekOf, make([]float64, len(y)))
	for i, v := range got {
		want := map[int]float64{20: math.Log(2), 30: math.Log(5), 40: math.Log(0.2)}[i]
		if math.Abs(v-want) > 1e-12 {
			t.Errorf("step %d has residual %v, want %v", i, v, want)
		}
	}
}

// TestShapeIsTheShareOfEachPhase: two blocks of three, worked out by hand.
func TestShapeIsTheShareOfEachPhase(t *testing.T) {
	t.Parallel()
	y := []float64{99, 2, 4, 6, 10, 20, 30} // the first is no whole block
	var l levels
	l.blocksOf(y, 3)
	if !slices.Equal(l.mean, []float64{4, 20}) {
		t.Fatalf("levels %v", l.mean)
	}
	var r robust
	shape := make([]float64, 3)
	if !r.shapeOf(y, &l, 0.5, false, shape) {
		t.Fatal("no shape")
	}
	for p, want := range []float64{0.5, 1, 1.5} {
		if math.Abs(shape[p]-want) > 1e-12 {
			t.Errorf("phase %d has %v, want %v", p, shape[p], want)
		}
	}
	// of the older block, 9, 0 and 3 of a mean of 4, half as much counts as of the newer
	y = []float64{9, 0, 3, 10, 20, 30}
	l.blocksOf(y, 3)
	r.shapeOf(y, &l, 0.5, false, shape)
	for p, want := range []float64{(10 + 4.5) / 22, 20.0 / 22, (30 + 1.5) / 22} {
		if math.Abs(shape[p]-want) > 1e-12 {
			t.Errorf("phase %d of two blocks has %v, want %v", p, shape[p], want)
		}
	}
	l.blocksOf(make([]float64, 6), 3)
	if r.shapeOf(make([]float64, 6), &l, 0.5, true, shape) {
		t.Error("zeros have a shape")
	}
}

// TestAWildWeekDoesNotBendTheWinsorisedShape, but bends the plain one.
func TestAWildWeekDoesNotBendTheWinsorisedShape(t *testing.T) {
	t.Parallel()
	y := make([]float64, 140)
	for i := range y {
		y[i] = 100 * weekOf[i%7] * (1 + 0.01*float64(i%3-1))
	}
	y[100] *= 30
	var l levels
	l.blocksOf(y, 7)
	var r robust
	wild, calm := make([]float64, 7), make([]float64, 7)
	r.shapeOf(y, &l, 0.97, false, wild)
	r.shapeOf(y, &l, 0.97, true, calm)
	if d := apart(calm, weekOf); d > 0.02 {
		t.Errorf("the winsorised shape is %.3f off", d)
	}
	if d := apart(wild, weekOf); d < 0.2 {
		t.Errorf("the plain shape is only %.3f off", d)
	}
}

func TestWinsorBounds(t *testing.T) {
	t.Parallel()
	var buffer []float64
	x := []float64{1, 9, 2, 4, 3} // median 3, deviations 2 6 1 1 0: their median is 1
	if lo, hi := winsor(x, &buffer); lo != 0.5 || hi != 5.5 {
		t.Errorf("bounds %v and %v, want 0.5 and 5.5", lo, hi)
	}
	if !slices.Equal(x, []float64{1, 9, 2, 4, 3}) {
		t.Errorf("the values were reordered: %v", x)
	}
	if lo, hi := winsor(nil, &buffer); !math.IsInf(lo, -1) || !math.IsInf(hi, 1) {
		t.Errorf("bounds of nothing are %v and %v", lo, hi)
	}
}

func TestRobustDeviationOfANormalIsItsOwn(t *testing.T) {
	t.Parallel()
	var r robust
	if sd := r.sd([]float64{-1, 1, 2, -2, 3}); math.Abs(sd-2*1.4826) > 1e-12 {
		t.Errorf("the deviation is %v", sd)
	}
}

// TestPhasesCountFromTheEnd: the shape's first phase follows the last value.
func TestPhasesCountFromTheEnd(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n, m := rapid.IntRange(1, 100).Draw(t, "n"), rapid.IntRange(1, 9).Draw(t, "m")
		if off := phaseOffset(n, m); (n+off)%m != 0 || off < 0 || off >= m {
			t.Fatalf("offset %d of %d steps in cycles of %d", off, n, m)
		}
	})
}

func TestResizeKeepsTheBuffer(t *testing.T) {
	t.Parallel()
	x := make([]float64, 10)
	x[3] = 7
	if y := resize(x, 5); len(y) != 5 || &y[0] != &x[0] {
		t.Error("a smaller slice has another buffer")
	}
	if y := resize(x, 11); len(y) != 11 || cap(y) < 13 {
		t.Errorf("%d values in room for %d", len(y), cap(y))
	}
}

// TestTransformsGoBack to the value, up to e² times the greatest for logarithms.
func TestTransformsGoBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float64Range(1e-3, 1e6).Draw(t, "v")
		for _, how := range []transform{plain, logarithm, logPlus1, root} {
			if got := how.undo(how.apply(v), v); math.Abs(got-v) > 1e-9*max(1, v) {
				t.Fatalf("transform %v turns %v into %v", how, v, got)
			}
		}
	})
	for _, how := range []transform{logarithm, logPlus1} {
		if got, want := how.undo(50, 10), 10*math.Exp(2); got != want {
			t.Errorf("transform %v: e^50 becomes %v, want the cap %v", how, got, want)
		}
	}
	if root.undo(-3, 10) != 0 || root.undo(0.1, 10) != 0 {
		t.Error("a negative root is above zero")
	}
}
