package forecast_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast/forecast"
)

// drawAll collects the paths of a draw: per series or leaf, step by step.
func drawAll(t interface {
	Helper()
	Context() context.Context
	Fatal(args ...any)
}, j forecast.Joint, m []forecast.Marginal, opt forecast.DrawOptions) [][][]float64 {
	t.Helper()
	var out [][][]float64
	err := j.Draw(t.Context(), m, opt, func(_ int, values [][]float64) error {
		if out == nil {
			out = make([][][]float64, len(values))
		}
		for i, v := range values {
			out[i] = append(out[i], slices.Clone(v))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func marginalsOf(results []forecast.Result) []forecast.Marginal {
	m := make([]forecast.Marginal, len(results))
	for i := range results {
		m[i] = results[i].Marginal()
	}
	return m
}

func meanOf(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// correlation of two rows of values.
func correlation(a, b []float64) float64 {
	ma, mb, ab, aa, bb := meanOf(a), meanOf(b), 0.0, 0.0, 0.0
	for i := range a {
		ab += (a[i] - ma) * (b[i] - mb)
		aa += (a[i] - ma) * (a[i] - ma)
		bb += (b[i] - mb) * (b[i] - mb)
	}
	return ab / math.Sqrt(aa*bb)
}

// normal is a marginal of so many steps with the quantiles of a normal distribution.
func normal(mean, sd float64, steps int) forecast.Marginal {
	row := func(v float64) []float64 { return slices.Repeat([]float64{v}, steps) }
	m := forecast.Marginal{Mean: row(mean), Median: row(mean), Signed: true}
	for _, l := range []struct{ level, z float64 }{{0.5, 0.6745}, {0.8, 1.2816}, {0.95, 1.96}} {
		m.Bands = append(m.Bands, forecast.Band{Level: l.level, Lower: row(mean - sd*l.z), Upper: row(mean + sd*l.z)})
	}
	return m
}

// testsOf makes test periods out of normal scores.
func testsOf(steps, count int, score func(period, step int) float64) []forecast.TestPeriod {
	var tests []forecast.TestPeriod
	for u := range count {
		p := forecast.TestPeriod{Back: (u + 1) * steps}
		for h := range steps {
			p.Scores = append(p.Scores, forecast.NormalScoreOf(score(u, h)))
		}
		tests = append(tests, p)
	}
	return tests
}

// TestPathsHaveTheDistributionPublished: the quantiles of the bands, the mean, whole numbers for counts, nothing below
// zero, whatever the history was.
func TestPathsHaveTheDistributionPublished(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		var panel []forecast.Series
		for i := range rapid.IntRange(1, 4).Draw(rt, "series") {
			panel = append(panel, forecast.Series{ID: fmt.Sprint(i), Values: history(rt), Start: monday, Step: day})
		}
		levels := []float64{0.5, 0.8, 0.95}
		results, err := forecast.Run(rt.Context(), panel, forecast.Options{Horizon: 9, Levels: levels, Joint: true})
		if err != nil {
			rt.Fatal(err)
		}
		const paths = 400
		for i, steps := range drawAll(rt, forecast.NewJoint(results, 3), marginalsOf(results),
			forecast.DrawOptions{Paths: paths}) {
			r, sum, want := results[i], 0.0, 0.0
			signed := r.Marginal().Signed
			for h, values := range steps {
				slices.Sort(values)
				sum, want = sum+meanOf(values), want+r.Mean[h]
				if !signed && values[0] < 0 || math.IsNaN(values[0]) || math.IsInf(values[paths-1], 0) {
					rt.Fatalf("%s at %d: from %v to %v", r.ID, h, values[0], values[paths-1])
				}
				if least := leastMean(r, h); r.Mean[h] < least {
					continue // no distribution has these quantiles and this mean: the mean is kept
				}
				for k, b := range r.Bands {
					at := (1 - levels[k]) / 2 * paths // the quantile lies between two paths
					if lo := int(at); values[lo-1] > b.Lower[h]+1e-9*(1+math.Abs(b.Lower[h])) ||
						values[paths-lo] < b.Upper[h]-1e-9*(1+math.Abs(b.Upper[h])) {
						rt.Fatalf("%s at %d: %v to %v, published %v to %v", r.ID, h, values[lo-1], values[paths-lo],
							b.Lower[h], b.Upper[h])
					}
				}
			}
			if gap := math.Abs(sum - want); gap > 0.02+1e-6*math.Abs(want) {
				rt.Fatalf("%s: the means of paths add up to %v, published %v", r.ID, sum, want)
			}
		}
	})
}

// leastMean is about the least that a distribution with the quantiles of a step can have, but for what lies below all.
func leastMean(r forecast.Result, h int) float64 {
	b := r.Bands // 50, 80 and 95 %
	return 0.1*b[2].Lower[h] + 0.15*b[1].Lower[h] + 0.25*b[0].Lower[h] + 0.25*r.Median[h] + 0.15*b[0].Upper[h] +
		0.075*b[1].Upper[h] + 0.025*b[2].Upper[h]
}

func TestWhatIsClosedIsZeroInEveryPath(t *testing.T) {
	t.Parallel()
	y := weekly(200, 1)
	for d := range y {
		if d%7 == 6 {
			y[d] = 0
		}
	}
	panel := []forecast.Series{{Values: y, Start: monday, Step: day}, {Values: weekly(200, 2), Start: monday, Step: day}}
	results, err := forecast.Run(t.Context(), panel, forecast.Options{Horizon: 14, Paths: 50})
	if err != nil {
		t.Fatal(err)
	}
	for h := range 14 {
		for k, p := range results[0].Paths {
			if closed := (len(y)+h)%7 == 6; closed != (p[h] == 0) {
				t.Fatalf("path %d is %v on day %d", k, p[h], h)
			}
		}
	}
}

// TestDrawsAreRepeatable at any number of workers, and for any of the steps.
func TestDrawsAreRepeatable(t *testing.T) {
	t.Parallel()
	var panel []forecast.Series
	for i := range 12 {
		panel = append(panel, forecast.Series{Values: weekly(180, uint64(i)), Start: monday, Step: day})
	}
	results, err := forecast.Run(t.Context(), panel, forecast.Options{Horizon: 35, Levels: []float64{0.8, 0.95}, Joint: true})
	if err != nil {
		t.Fatal(err)
	}
	j, m := forecast.NewJoint(results, 9), marginalsOf(results)
	tree := treeOver(m, 10, 25)
	for _, opt := range []forecast.DrawOptions{{Paths: 333}, {Paths: 333, Tree: tree}} {
		opt.Workers = 1
		whole := drawAll(t, j, m, opt)
		for _, o := range [][3]int{{2, 0, 35}, {7, 0, 35}, {3, 13, 29}, {1, 34, 35}} {
			opt.Workers, opt.From, opt.To = o[0], o[1], o[2]
			for i, steps := range drawAll(t, j, m, opt) {
				for h, values := range steps {
					if !slices.Equal(values, whole[i][opt.From+h]) {
						t.Fatalf("%v: series %d differs at step %d", o, i, opt.From+h)
					}
				}
			}
		}
	}
	other := drawAll(t, forecast.Joint{Seed: 10, Tests: j.Tests}, m, forecast.DrawOptions{Paths: 333})
	if slices.Equal(other[0][0], drawAll(t, j, m, forecast.DrawOptions{Paths: 333})[0][0]) {
		t.Error("another seed draws the same")
	}
}

// TestWhatWasMissedTogetherIsDrawnTogether, over series and over steps.
func TestWhatWasMissedTogetherIsDrawnTogether(t *testing.T) {
	t.Parallel()
	const steps, count = 14, 10
	rng := rand.New(rand.NewPCG(1, 2))
	noise := func() (z [count][steps]float64) {
		for u := range z {
			for h := range z[u] {
				z[u][h] = rng.NormFloat64()
			}
		}
		return z
	}
	a, b := noise(), noise()
	levels := [count]float64{}
	for u := range levels {
		levels[u] = rng.NormFloat64()
	}
	j := forecast.Joint{Seed: 1, Tests: [][]forecast.TestPeriod{
		testsOf(steps, count, func(u, h int) float64 { return a[u][h] }),
		testsOf(steps, count, func(u, h int) float64 { return a[u][h] }),  // as the first
		testsOf(steps, count, func(u, h int) float64 { return -a[u][h] }), // its opposite
		testsOf(steps, count, func(u, h int) float64 { return b[u][h] }),  // has nothing to do with it
		testsOf(steps, count, func(u, _ int) float64 { return levels[u] }),
		nil, // has no past
	}}
	var m []forecast.Marginal
	for range j.Tests {
		m = append(m, normal(100, 10, steps))
	}
	paths := drawAll(t, j, m, forecast.DrawOptions{})
	across := func(i, k int) float64 {
		sum := 0.0
		for h := range steps {
			sum += correlation(paths[i][h], paths[k][h]) / steps
		}
		return sum
	}
	spread := func(i int) float64 { // of the sum, over that of as many days that have nothing to do with each other
		sums := make([]float64, forecast.DefaultPaths)
		for _, values := range paths[i] {
			for p, v := range values {
				sums[p] += v
			}
		}
		lo, hi := forecast.IntervalOf(sums, 0.8)
		return (hi - lo) / (2 * 1.2816 * 10 * math.Sqrt(steps))
	}
	for _, c := range []struct {
		what     string
		got      float64
		low, top float64
	}{
		{"same errors", across(0, 1), 0.5, 0.8}, {"opposite errors", across(0, 2), -0.8, -0.5},
		{"unrelated errors", across(0, 3), -0.15, 0.15}, {"one without a past", across(0, 5), -0.1, 0.1},
		{"a sum without memory", spread(0), 0.8, 1.35}, {"a sum whose days err alike", spread(4), 2.4, 3.7},
		{"a sum without a past", spread(5), 1.2, 2},
	} {
		if !(c.got > c.low && c.got < c.top) {
			t.Errorf("%s: %.3f, want %v to %v", c.what, c.got, c.low, c.top)
		}
	}
}

// treeOver makes leaves for the first parts of some marginals: several for each, which cross the sums that are left.
func treeOver(m []forecast.Marginal, parts, leaves int) *forecast.Tree {
	tree := &forecast.Tree{Parts: parts, Sums: make([][]int, len(m))}
	of := make([]int, parts)
	for l := range leaves {
		of[l%parts]++
	}
	for l := range leaves {
		part, mean := l%parts, slices.Clone(m[l%parts].Mean)
		for h := range mean {
			mean[h] /= float64(of[part])
		}
		tree.Leaves = append(tree.Leaves, forecast.Leaf{Mean: mean})
		tree.Sums[part] = append(tree.Sums[part], l)
		if sums := len(m) - parts; sums > 0 {
			tree.Sums[len(m)-1] = append(tree.Sums[len(m)-1], l) // the total
			if sums > 1 {
				i := parts + (l/2)%(sums-1)
				tree.Sums[i] = append(tree.Sums[i], l)
			}
		}
	}
	return tree
}

// TestTreesAddUp: parts have their own distribution to the letter, the total spreads as was published though its parts
// missed independently, and leaves have their means and never fall below zero.
func TestTreesAddUp(t *testing.T) {
	t.Parallel()
	const steps, codes, n = 7, 20, forecast.DefaultPaths
	rng := rand.New(rand.NewPCG(5, 6))
	var j forecast.Joint
	var m []forecast.Marginal
	for i := range codes + 1 {
		j.Tests = append(j.Tests, testsOf(steps, 8, func(int, int) float64 { return rng.NormFloat64() }))
		sd := float64(2 + i%5)
		if i == codes {
			sd = 1.5 * math.Sqrt(4*(4+9+16+25+36)) // half more than independent codes have
		}
		one := normal(50, sd, steps)
		if i == codes {
			one = normal(50*codes, sd, steps)
		}
		one.Signed = false
		m = append(m, one)
	}
	for h := range steps {
		for k := range m[0].Bands { // a closed day of the first code
			m[0].Bands[k].Lower[h], m[0].Bands[k].Upper[h] = 0, 0
		}
		m[0].Mean[h], m[0].Median[h] = 0, 0
	}
	tree := treeOver(m, codes, 3*codes)
	leaves := drawAll(t, j, m, forecast.DrawOptions{Tree: tree})
	plain := drawAll(t, j, m, forecast.DrawOptions{})
	total := make([]float64, n)
	for h := range steps {
		clear(total)
		for i := range codes {
			code := make([]float64, n)
			for _, l := range tree.Sums[i] {
				for p, v := range leaves[l][h] {
					if v < 0 || i == 0 && v != 0 {
						t.Fatalf("leaf %d is %v in path %d", l, v, p)
					}
					code[p] += v
					total[p] += v
				}
				near(t, "mean of a leaf", meanOf(leaves[l][h]), tree.Leaves[l].Mean[h], 0.01)
			}
			slices.Sort(code)
			slices.Sort(plain[i][h])
			for p := range code {
				near(t, "value of a code", code[p], plain[i][h][p], 1e-9)
			}
		}
		lo, hi := forecast.IntervalOf(total, 0.8)
		want := m[codes].Bands[1]
		near(t, "width of the total over the one published", (hi-lo)/(want.Upper[h]-want.Lower[h]), 1, 0.08)
	}
}

func TestDrawsThatDoNotFitAreRefused(t *testing.T) {
	t.Parallel()
	j := forecast.Joint{Tests: make([][]forecast.TestPeriod, 2)}
	good := func() []forecast.Marginal { return []forecast.Marginal{normal(1, 1, 3), normal(1, 1, 3)} }
	leaf := forecast.Leaf{Mean: []float64{1, 1, 1}}
	for name, change := range map[string]func(m *[]forecast.Marginal, o *forecast.DrawOptions){
		"fewer":      func(m *[]forecast.Marginal, _ *forecast.DrawOptions) { *m = (*m)[:1] },
		"steps":      func(m *[]forecast.Marginal, _ *forecast.DrawOptions) { (*m)[1].Mean = []float64{1} },
		"levels":     func(m *[]forecast.Marginal, _ *forecast.DrawOptions) { (*m)[1].Bands[0].Level = 0.6 },
		"not number": func(m *[]forecast.Marginal, _ *forecast.DrawOptions) { (*m)[0].Median[2] = math.NaN() },
		"beyond":     func(_ *[]forecast.Marginal, o *forecast.DrawOptions) { o.To = 4 },
		"constant":   func(_ *[]forecast.Marginal, o *forecast.DrawOptions) { o.Tune = map[string]float64{"lambda": 1} },
		"one path":   func(_ *[]forecast.Marginal, o *forecast.DrawOptions) { o.Paths = 1 },
		"leaf twice": func(_ *[]forecast.Marginal, o *forecast.DrawOptions) {
			o.Tree = &forecast.Tree{Parts: 2, Leaves: []forecast.Leaf{leaf}, Sums: [][]int{{0}, {0}}}
		},
		"no such leaf": func(_ *[]forecast.Marginal, o *forecast.DrawOptions) {
			o.Tree = &forecast.Tree{Parts: 1, Leaves: []forecast.Leaf{leaf}, Sums: [][]int{{0}, {1}}}
		},
		"parts": func(_ *[]forecast.Marginal, o *forecast.DrawOptions) { o.Tree = &forecast.Tree{Sums: make([][]int, 2)} },
	} {
		m, o := good(), forecast.DrawOptions{}
		change(&m, &o)
		err := j.Draw(t.Context(), m, o, func(int, [][]float64) error { return nil })
		if e, ok := errors.AsType[*forecast.Error](err); !ok || e.Option == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	stop := errors.New("stop")
	if err := j.Draw(t.Context(), good(), forecast.DrawOptions{}, func(int, [][]float64) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("an error of each: %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := j.Draw(ended, good(), forecast.DrawOptions{}, func(int, [][]float64) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that ended: %v", err)
	}
	if err := (forecast.Joint{}).Draw(t.Context(), nil, forecast.DrawOptions{}, func(int, [][]float64) error { return stop }); err != nil {
		t.Errorf("nothing to draw: %v", err)
	}
}

// TestErrorsAreKeptOnDemand: any algorithm keeps those of its test periods, without touching a figure.
func TestErrorsAreKeptOnDemand(t *testing.T) {
	t.Parallel()
	panel := []forecast.Series{{ID: "x", Values: weekly(300, 4), Start: monday, Step: day}, {ID: "few", Values: weekly(12, 1), Start: monday, Step: day}}
	for _, name := range []string{"auto", "exponentialSmoothing"} {
		plain, err := forecast.Run(t.Context(), panel, forecast.Options{Horizon: 14, Algorithm: name})
		if err != nil {
			t.Fatal(err)
		}
		kept, err := forecast.Run(t.Context(), panel, forecast.Options{Horizon: 14, Algorithm: name, Joint: true})
		if err != nil {
			t.Fatal(err)
		}
		if len(kept[0].Tests) < 5 || plain[0].Tests != nil || !slices.Equal(plain[0].Bands[0].Upper, kept[0].Bands[0].Upper) {
			t.Errorf("%s: %d test periods, %d unasked", name, len(kept[0].Tests), len(plain[0].Tests))
		}
		var square, n float64
		for i, p := range kept[0].Tests {
			if i > 0 && p.Back <= kept[0].Tests[i-1].Back || len(p.Scores) != 14 {
				t.Errorf("%s: period %d begins %d back and has %d steps", name, i, p.Back, len(p.Scores))
			}
			for _, s := range p.Scores {
				square, n = square+s.Value()*s.Value(), n+1
			}
		}
		near(t, name+": size of scores", math.Sqrt(square/n), 1, 0.4)
	}
	if s := forecast.NoScore.Value(); s == s || forecast.NormalScoreOf(math.NaN()) != forecast.NoScore {
		t.Error("no score has a value")
	}
}

func TestIntervalsOfPaths(t *testing.T) {
	t.Parallel()
	values := make([]float64, 1000)
	for i := range values {
		values[i] = float64((i*337)%1000 + 1)
	}
	if lo, hi := forecast.IntervalOf(values, 0.8); lo != 101 || hi != 900 {
		t.Errorf("%v to %v", lo, hi)
	}
	if lo, hi := forecast.IntervalOf([]float64{2, 1}, 0.01); lo != 1 || hi != 2 {
		t.Errorf("%v to %v", lo, hi)
	}
	if lo, _ := forecast.IntervalOf(nil, 0.8); !math.IsNaN(lo) {
		t.Errorf("of none: %v", lo)
	}
	if !strings.Contains(fmt.Sprint(forecast.NormalScoreOf(9).Value()), "3.96875") {
		t.Error("scores are not bounded")
	}
}
