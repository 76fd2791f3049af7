package demand

import (
	"context"
	"math"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/forecast"
)

// Joint paths of a forecast are drawn from its errors of test periods and from the forecast itself as it stands: its
// leaves, and the distributions of codes, queues, planning groups and the total. What overrides, closures, special days
// and retired codes did to the forecast they have therefore done to its paths.

// testErrors keeps what paths are drawn from, in the order of the panel.
func testErrors(results []forecast.Result, seed uint64) *wrapcast.TestErrors {
	e := &wrapcast.TestErrors{Seed: seed, Series: make([][]wrapcast.TestPeriod, len(results))}
	for i, r := range results {
		for _, t := range r.Tests {
			p := wrapcast.TestPeriod{Back: t.Back, Scores: make([]int8, len(t.Scores))}
			for h, s := range t.Scores {
				p.Scores[h] = int8(s)
			}
			e.Series[i] = append(e.Series[i], p)
		}
	}
	return e
}

const (
	manyLeaves = 3000 // from so many leaves on fewer paths are drawn
	fewerPaths = 400
)

// paths are the joint paths of a forecast.
type paths struct {
	made      *wrapcast.Forecast
	joint     forecast.Joint
	marginals []forecast.Marginal
	tree      *forecast.Tree
	count     int
}

// newPaths prepares them; nil where the forecast has nothing that they could be drawn from.
func newPaths(made *wrapcast.Forecast) *paths {
	p := &paths{made: made, tree: treeOf(made), count: forecast.DefaultPaths}
	all := subjectsOf(made)
	if made.Errors == nil || len(made.Errors.Series) != len(all) || p.tree == nil {
		return nil
	}
	if len(made.Leaves) >= manyLeaves {
		p.count = fewerPaths
	}
	p.joint.Seed = made.Errors.Seed
	for i, d := range all {
		m := forecast.Marginal{Mean: d.Mean, Median: d.Median}
		for _, b := range d.Bands {
			m.Bands = append(m.Bands, forecast.Band{Level: b.Level, Lower: b.Lower, Upper: b.Upper})
		}
		if len(d.Bands) == 0 || len(d.Mean) < made.Days {
			return nil
		}
		p.marginals = append(p.marginals, m)
		p.joint.Tests = append(p.joint.Tests, testPeriods(made.Errors.Series[i]))
	}
	return p
}

func testPeriods(kept []wrapcast.TestPeriod) []forecast.TestPeriod {
	tests := make([]forecast.TestPeriod, len(kept))
	for k, p := range kept {
		tests[k] = forecast.TestPeriod{Back: p.Back, Scores: make([]forecast.NormalScore, len(p.Scores))}
		for h, s := range p.Scores {
			tests[k].Scores[h] = forecast.NormalScore(s)
		}
	}
	return tests
}

// subjectsOf lists the codes, the queues, the planning groups and the total of a forecast.
func subjectsOf(made *wrapcast.Forecast) []*wrapcast.DailyForecast {
	var all []*wrapcast.DailyForecast
	for i := range made.Codes {
		all = append(all, &made.Codes[i].DailyForecast)
	}
	for i := range made.Queues {
		all = append(all, &made.Queues[i].DailyForecast)
	}
	for i := range made.Groups {
		all = append(all, &made.Groups[i].DailyForecast)
	}
	return append(all, &made.Total)
}

// treeOf says which leaves the subjects add up; nil where a leaf has no code or no queue among them.
func treeOf(made *wrapcast.Forecast) *forecast.Tree {
	codes, queues := map[wrapcast.CodeID]int{}, map[wrapcast.QueueID]int{}
	for i, c := range made.Codes {
		codes[c.Code.ID] = i
	}
	for i, q := range made.Queues {
		queues[q.Queue.ID] = len(made.Codes) + i
	}
	groups := make([]wrapcast.PlanningGroup, len(made.Groups))
	for i, g := range made.Groups {
		groups[i] = g.Group
	}
	router, firstGroup := wrapcast.NewRouter(groups), len(made.Codes)+len(made.Queues)
	total := firstGroup + len(made.Groups)
	t := &forecast.Tree{Parts: len(made.Codes), Sums: make([][]int, total+1),
		Leaves: make([]forecast.Leaf, len(made.Leaves))}
	for l, leaf := range made.Leaves {
		code, known := codes[leaf.Leaf.Code]
		queue, there := queues[leaf.Leaf.Queue]
		if !known || !there || len(leaf.Mean) < made.Days {
			return nil
		}
		for _, i := range []int{code, queue, total} {
			t.Sums[i] = append(t.Sums[i], l)
		}
		if c, ok := router.Of(leaf.Leaf.Stream()); ok {
			t.Sums[firstGroup+c.Group] = append(t.Sums[firstGroup+c.Group], l)
		}
		d := &made.Codes[code].DailyForecast
		t.Leaves[l] = forecast.Leaf{Mean: leaf.Mean, Variance: varianceOf(d) * sumOf(leaf.Mean) / math.Max(sumOf(d.Mean),
			1e-9)}
	}
	return t
}

// varianceOf is the variance that the first interval of a subject suggests, on average over its days.
func varianceOf(d *wrapcast.DailyForecast) float64 {
	if len(d.Bands) == 0 {
		return 0
	}
	b, sum := d.Bands[0], 0.0
	z := math.Sqrt2 * math.Erfinv(b.Level)
	for t := range b.Lower {
		half := (b.Upper[t] - b.Lower[t]) / 2 / z
		sum += half * half
	}
	return sum / math.Max(float64(len(b.Lower)), 1)
}

func sumOf(values []float64) (sum float64) {
	for _, v := range values {
		sum += v
	}
	return sum
}

// draw hands out the leaves' contacts of the days from first to last, both among the forecast's: per leaf one value
// per path.
func (p *paths) draw(ctx context.Context, first, last wrapcast.Date,
	each func(day wrapcast.Date, leaves [][]float64) error) error {
	err := p.joint.Draw(ctx, p.marginals, forecast.DrawOptions{Paths: p.count, Tree: p.tree,
		From: int(first - p.made.From), To: int(last-p.made.From) + 1},
		func(step int, leaves [][]float64) error { return each(p.made.From+wrapcast.Date(step), leaves) })
	if err != nil {
		return engineError(err)
	}
	return nil
}

// SubjectSums are what is expected over one span of days: codes, queues and planning groups in the forecast's order.
type SubjectSums struct {
	Codes, Queues, Groups []wrapcast.SumForecast
	Total                 wrapcast.SumForecast
}

// SumsOver returns what is expected over spans of days, as far as the forecast reaches, with intervals from joint
// paths; in a span that holds none of its days everything is zero. A forecast without errors of test periods has the
// bounds of its days added up, and says so.
func SumsOver(ctx context.Context, made *wrapcast.Forecast, spans ...wrapcast.Span) ([]SubjectSums, error) {
	p, levels := newPaths(made), made.Total.Levels()
	out := make([]SubjectSums, len(spans))
	for k, span := range spans {
		s := &spanSums{made: made, span: span, paths: p, levels: levels}
		s.from = max(span.From, made.From)
		s.to = min(span.To, made.From+wrapcast.Date(made.Days)-1)
		var err error
		if out[k], err = s.sums(ctx); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// spanSums works out what one span comes to.
type spanSums struct {
	made     *wrapcast.Forecast
	paths    *paths
	span     wrapcast.Span
	from, to wrapcast.Date // as far as the forecast reaches
	levels   []float64
}

func (s *spanSums) sums(ctx context.Context) (SubjectSums, error) {
	subjects := subjectsOf(s.made)
	all := make([]wrapcast.SumForecast, len(subjects))
	for i, d := range subjects {
		all[i] = s.added(d)
	}
	if s.paths != nil && s.from <= s.to {
		if err := s.drawn(ctx, all); err != nil {
			return SubjectSums{}, err
		}
	}
	codes, rest := all[:len(s.made.Codes)], all[len(s.made.Codes):]
	queues, rest := rest[:len(s.made.Queues)], rest[len(s.made.Queues):]
	return SubjectSums{Codes: codes, Queues: queues, Groups: rest[:len(s.made.Groups)],
		Total: rest[len(s.made.Groups)]}, nil
}

// added adds up the days of a subject and their bounds.
func (s *spanSums) added(d *wrapcast.DailyForecast) wrapcast.SumForecast {
	sum := wrapcast.SumForecast{Span: s.span, Interval: wrapcast.IntervalAdded, Bands: []wrapcast.BandValue{}}
	days := func(values []float64) float64 {
		first := min(int(s.from-s.made.From), len(values))
		return sumOf(values[first:max(first, min(int(s.to-s.made.From)+1, len(values)))])
	}
	sum.Mean = days(d.Mean)
	for _, level := range s.levels {
		for _, b := range d.Bands {
			if b.Level == level {
				sum.Bands = append(sum.Bands, wrapcast.BandValue{Level: level, Lower: days(b.Lower),
					Upper: days(b.Upper)})
			}
		}
	}
	return sum
}

// drawn replaces bounds by those of joint paths.
func (s *spanSums) drawn(ctx context.Context, all []wrapcast.SumForecast) error {
	values := make([][]float64, len(all))
	for i := range values {
		values[i] = make([]float64, s.paths.count)
	}
	err := s.paths.draw(ctx, s.from, s.to, func(_ wrapcast.Date, leaves [][]float64) error {
		for i, sum := range s.paths.tree.Sums {
			for _, l := range sum {
				for k, v := range leaves[l] {
					values[i][k] += v
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i := range all {
		all[i].Interval = wrapcast.IntervalJoint
		for b := range all[i].Bands {
			band := &all[i].Bands[b]
			band.Lower, band.Upper = forecast.IntervalOf(values[i], band.Level)
			band.Lower, band.Upper = tidy(band.Lower), tidy(band.Upper)
		}
	}
	return nil
}

// tidy takes what adding up left in the last digits off a count.
func tidy(v float64) float64 {
	if whole := math.Round(v); math.Abs(v-whole) <= 1e-7*math.Max(1, whole) {
		return whole
	}
	return v
}

// Weeks are the weeks that begin on a weekday and hold a day of a forecast, the first and the last as far as it reaches.
func Weeks(made *wrapcast.Forecast, start func(wrapcast.Date) wrapcast.Date) []wrapcast.Span {
	var weeks []wrapcast.Span
	last := made.From + wrapcast.Date(made.Days) - 1
	for day := start(made.From); day <= last; day += week {
		weeks = append(weeks, wrapcast.Span{From: max(day, made.From), To: min(day+week-1, last)})
	}
	return slices.Clip(weeks)
}
