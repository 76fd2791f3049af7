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
	if made.Errors == nil || len(made.Errors.Series) != len(all) || p.tree == nil || len(made.Codes) == 0 {
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
		if len(d.Bands) == 0 || len(d.Mean) != len(made.Total.Mean) {
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
		if !known || !there || len(leaf.Mean) != len(made.Total.Mean) {
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
	all := make([]*spanSums, len(spans))
	for k, span := range spans {
		all[k] = newSpanSums(made, span)
	}
	if p := newPaths(made); p != nil {
		if err := p.sum(ctx, all); err != nil {
			return nil, err
		}
	}
	out := make([]SubjectSums, len(spans))
	for k, s := range all {
		codes, rest := s.sums[:len(made.Codes)], s.sums[len(made.Codes):]
		queues, rest := rest[:len(made.Queues)], rest[len(made.Queues):]
		out[k] = SubjectSums{Codes: codes, Queues: queues, Groups: rest[:len(made.Groups)], Total: rest[len(made.Groups)]}
	}
	return out, nil
}

// spanSums is what one span comes to.
type spanSums struct {
	from, to int // steps of the forecast, to excluded
	sums     []wrapcast.SumForecast
	values   [][]float64 // per subject, one value per path
}

// newSpanSums adds up the days of every subject, and their bounds.
func newSpanSums(made *wrapcast.Forecast, span wrapcast.Span) *spanSums {
	days := max(made.Days, len(made.Total.Mean))
	s := &spanSums{from: max(int(span.From-made.From), 0), to: min(int(span.To-made.From)+1, days)}
	s.from = min(s.from, days)
	s.to = max(s.to, s.from)
	levels := made.Total.Levels()
	for _, d := range subjectsOf(made) {
		sum := wrapcast.SumForecast{Span: span, Mean: s.over(d.Mean), Interval: wrapcast.IntervalAdded,
			Bands: []wrapcast.BandValue{}}
		for _, level := range levels {
			for _, b := range d.Bands {
				if b.Level == level {
					sum.Bands = append(sum.Bands, wrapcast.BandValue{Level: level, Lower: s.over(b.Lower),
						Upper: s.over(b.Upper)})
				}
			}
		}
		s.sums = append(s.sums, sum)
	}
	return s
}

// over adds up the days of the span.
func (s *spanSums) over(values []float64) float64 {
	return sumOf(values[min(s.from, len(values)):min(s.to, len(values))])
}

// sum draws the days of all spans at once and replaces the bounds of their sums.
func (p *paths) sum(ctx context.Context, spans []*spanSums) error {
	from, to := len(p.made.Total.Mean), 0
	for _, s := range spans {
		if s.to = min(s.to, len(p.made.Total.Mean)); s.from >= s.to {
			continue
		}
		from, to = min(from, s.from), max(to, s.to)
		s.values = make([][]float64, len(p.marginals))
		for i := range s.values {
			s.values[i] = make([]float64, p.count)
		}
	}
	if from >= to {
		return nil
	}
	first := p.made.From + wrapcast.Date(from)
	err := p.draw(ctx, first, p.made.From+wrapcast.Date(to)-1, func(day wrapcast.Date, leaves [][]float64) error {
		for _, s := range spans {
			if step := int(day - p.made.From); step >= s.from && step < s.to {
				s.add(p.tree, leaves)
			}
		}
		return nil
	})
	for _, s := range spans {
		s.bound()
	}
	return err
}

// add adds a day.
func (s *spanSums) add(tree *forecast.Tree, leaves [][]float64) {
	for i, sum := range tree.Sums {
		for _, l := range sum {
			for k, v := range leaves[l] {
				s.values[i][k] += v
			}
		}
	}
}

// bound reads the bounds off the paths.
func (s *spanSums) bound() {
	for i := range s.values {
		s.sums[i].Interval = wrapcast.IntervalJoint
		for k := range s.sums[i].Bands {
			band := &s.sums[i].Bands[k]
			band.Lower, band.Upper = forecast.IntervalOf(s.values[i], band.Level)
			band.Lower, band.Upper = tidy(band.Lower), tidy(band.Upper)
		}
	}
	s.values = nil
}

// tidy takes what adding up left in the last digits off a count.
func tidy(v float64) float64 {
	if whole := math.Round(v); math.Abs(v-whole) <= 1e-7*math.Max(1, whole) {
		return whole
	}
	return v
}

// Weeks are the weeks that hold a day of a forecast, the first and the last as far as it reaches; start is the first
// day of a day's week.
func Weeks(made *wrapcast.Forecast, start func(wrapcast.Date) wrapcast.Date) []wrapcast.Span {
	var weeks []wrapcast.Span
	last := made.From + wrapcast.Date(max(made.Days, len(made.Total.Mean))) - 1
	for day := start(made.From); day <= last; day += week {
		weeks = append(weeks, wrapcast.Span{From: max(day, made.From), To: min(day+week-1, last)})
	}
	return slices.Clip(weeks)
}
