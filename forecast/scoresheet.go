package forecast

import "math"

// scoreSheet gathers the figures of a backtest: per series, per lead and over all.
type scoreSheet struct {
	opt    BacktestOptions
	all    scoreSum
	series []scoreSum
	leads  []scoreSum
	smape2 mean
	mase2  mean
}

func newScoreSheet(series int, opt BacktestOptions) *scoreSheet {
	b := &scoreSheet{opt: opt, all: newScoreSum(opt.Levels), series: make([]scoreSum, series),
		leads: make([]scoreSum, len(opt.Leads))}
	for i := range b.series {
		b.series[i] = newScoreSum(opt.Levels)
	}
	for i := range b.leads {
		b.leads[i] = newScoreSum(opt.Levels)
	}
	return b
}

func (b *scoreSheet) add(i int, history Series, r Result, actual []float64) {
	m := b.opt.Season
	if m == 0 {
		m = b.opt.shortSeason(history)
	}
	scale, square := Scale(history.Values, m)
	b.all.add(r, actual, 0, len(actual), scale, square)
	b.series[i].add(r, actual, 0, len(actual), scale, square)
	for j, l := range b.opt.Leads {
		b.leads[j].add(r, actual, l-1, l, scale, square)
	}
	naive := naive2(history.Values, m, len(actual))
	b.smape2.add(smape(actual, naive))
	b.mase2.add(ratio(meanAbsError(actual, naive), scale))
}

func (b *scoreSheet) report(panel []Series) *Report {
	r := &Report{Overall: b.all.accuracy(), Naive2SMAPE: b.smape2.value(), Naive2MASE: b.mase2.value()}
	r.OWA = owa(r.Overall.SMAPE, r.Overall.MASE, r.Naive2SMAPE, r.Naive2MASE)
	for i, l := range b.opt.Leads {
		r.Leads = append(r.Leads, LeadAccuracy{Lead: l, Accuracy: b.leads[i].accuracy()})
	}
	for i, s := range panel {
		r.Series = append(r.Series, SeriesAccuracy{ID: s.ID, Accuracy: b.series[i].accuracy()})
	}
	return r
}

// mean is a running mean that leaves NaN out.
type mean struct {
	sum float64
	n   int
}

func (m *mean) add(v float64) {
	if !math.IsNaN(v) {
		m.sum += v
		m.n++
	}
}

func (m *mean) value() float64 { return m.sum / float64(m.n) }

// scoreSum gathers the figures of several forecasts, each of which counts once.
type scoreSum struct {
	smape, mase, rmsse    mean
	absErr, signed, total float64
	coverage, msis        []mean
	levels                []float64
	origins, cells        int
}

func newScoreSum(levels []float64) scoreSum {
	n := len(levels)
	return scoreSum{levels: levels, coverage: make([]mean, n), msis: make([]mean, n)}
}

// add counts steps from..to of one forecast.
func (t *scoreSum) add(r Result, actual []float64, from, to int, scale, square float64) {
	y, f, m := actual[from:to], r.Median[from:to], r.Mean[from:to]
	known := 0
	for i, v := range y {
		if math.IsNaN(v) || math.IsNaN(m[i]) {
			continue
		}
		known++
		t.absErr += math.Abs(v - f[i])
		t.signed += m[i] - v
		t.total += math.Abs(v)
	}
	if known == 0 {
		return
	}
	t.origins++
	t.cells += known
	t.smape.add(smape(y, f))
	t.mase.add(ratio(meanAbsError(y, f), scale))
	t.rmsse.add(math.Sqrt(ratio(meanSquare(y, m), square)))
	for i, b := range r.Bands {
		t.coverage[i].add(coverage(y, b.Lower[from:to], b.Upper[from:to]))
		t.msis[i].add(ratio(intervalScore(y, b.Lower[from:to], b.Upper[from:to], b.Level), scale))
	}
}

func (t *scoreSum) accuracy() Accuracy {
	a := Accuracy{
		WAPE: ratio(t.absErr, t.total), Bias: ratio(t.signed, t.total), SMAPE: t.smape.value(),
		MASE: t.mase.value(), RMSSE: t.rmsse.value(), Origins: t.origins, Cells: t.cells,
	}
	for i, l := range t.levels {
		a.Levels = append(a.Levels, LevelScore{Level: l, Coverage: t.coverage[i].value(), MSIS: t.msis[i].value()})
	}
	return a
}
