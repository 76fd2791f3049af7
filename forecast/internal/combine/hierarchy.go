package combine

import (
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/models"
	"github.com/wrapcast/wrapcast/forecast/internal/ridge"
	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// Two seasons, a day and a week say, form a hierarchy in time: the sums of the days are forecast by a daily member, and
// split by the share that each part of the day had on the same weekday. Sums are less noisy than their parts, above all
// where most parts are zero (temporal hierarchies: Athanasopoulos et al., EJOR 2017).

const (
	shareWeeks  = 26   // weeks the shares are taken from
	shareFading = 0.98 // weight of a week for each that follows it
	sharePseudo = 50   // contacts that the broader share is worth
	quietDay    = 0.6  // days under this share of the median day form a class of their own
)

// daySums are the days of the series at hand and how they spread over their parts: shared by all members that split
// days.
type daySums struct {
	sums   []float64 // per day, oldest first; whole days counted back from the end
	counts []float64 // weekday by part of the day
	shares []float64
	drawn  shareWork
	cut    int // the cut the shares were made for, -1 for none
}

func newDaySums(s *setup) *daySums {
	return &daySums{counts: make([]float64, s.cfg.Long), shares: make([]float64, s.cfg.Long),
		drawn: newShareWork(s.cfg.Short, s.week())}
}

func (d *daySums) begin(v *view) {
	m, n := v.cfg.Short, v.n
	d.sums = resize(d.sums, n/m)
	for i := range d.sums {
		from := n - (len(d.sums)-i)*m
		d.sums[i] = 0
		for _, y := range v.filled[from : from+m] {
			d.sums[i] += y
		}
	}
	d.cut = -1
}

// before is how many whole days lie before the cut at hand. Origins lie whole days before the end.
func (d *daySums) before(v *view) int { return len(d.sums) - (v.n-len(v.past))/v.cfg.Short }

// split spreads the sums of days over their parts by weekday.
func (d *daySums) split(v *view, days, out []float64) {
	d.learnShares(v)
	m, week, n := v.cfg.Short, v.week(), d.before(v)
	for h := range out {
		weekday := (n + h/m) % week
		out[h] = days[h/m] * d.shares[weekday*m+h%m]
	}
}

// learnShares learns the share of each part of each weekday from the last weeks before the cut.
func (d *daySums) learnShares(v *view) {
	if d.cut == v.u {
		return
	}
	d.cut = v.u
	m, week, n := v.cfg.Short, v.week(), d.before(v)
	clear(d.counts)
	for back := range min(n, shareWeeks*week) {
		weekday := (n - 1 - back) % week
		w := math.Pow(shareFading, float64(back/week))
		from := len(v.past) - (back+1)*m
		for p, y := range v.past[from : from+m] {
			d.counts[weekday*m+p] += w * max(y, 0)
		}
	}
	pseudo := sharePseudo * 1.0
	if v.positive {
		pseudo = 0
	}
	d.shrinkShares(m, week, pseudo)
}

// shareWork are the sums and shares that those of a weekday are drawn to.
type shareWork struct {
	totals  []float64 // per weekday
	sorted  []float64
	overall []float64 // per part of the day
	class   [2][]float64
}

func newShareWork(m, week int) shareWork {
	return shareWork{totals: make([]float64, week), sorted: make([]float64, week), overall: make([]float64, m),
		class: [2][]float64{make([]float64, m), make([]float64, m)}}
}

// shrinkShares draws the shares of a weekday to those of its class, busy or quiet, and these to those of all days.
func (d *daySums) shrinkShares(m, week int, pseudo float64) {
	s := &d.drawn
	clear(s.totals)
	clear(s.overall)
	for w := range week {
		for p, c := range d.counts[w*m : (w+1)*m] {
			s.totals[w] += c
			s.overall[p] += c
		}
	}
	copy(s.sorted, s.totals)
	limit := quietDay * stat.MedianOf(s.sorted)
	for c := range s.class {
		clear(s.class[c])
	}
	for w := range week {
		for p, c := range d.counts[w*m : (w+1)*m] {
			s.class[classOf(s.totals[w], limit)][p] += c
		}
	}
	toShares(s.overall, nil, 0, s.overall)
	for c := range s.class {
		toShares(s.class[c], s.overall, pseudo, s.class[c])
	}
	for w := range week {
		toShares(d.counts[w*m:(w+1)*m], s.class[classOf(s.totals[w], limit)], pseudo, d.shares[w*m:(w+1)*m])
	}
}

func classOf(total, limit float64) int {
	if total < limit {
		return 0
	}
	return 1
}

// toShares divides counts, with pseudo more of them spread like base, by their sum; base itself where there is none,
// and even shares where there is no base. out may be counts.
func toShares(counts, base []float64, pseudo float64, out []float64) {
	total := pseudo
	for _, c := range counts {
		total += c
	}
	for p, c := range counts {
		b := 1 / float64(len(counts))
		if base != nil {
			b = base[p]
		}
		out[p] = b
		if total > 0 {
			out[p] = (c + pseudo*b) / total
		}
	}
}

// smoothedDays is the member that smooths the sums of the days, through a transform.
type smoothedDays struct {
	days   *daySums
	how    transform
	model  *models.Smoothing
	fitted bool // to the series at hand
	series []float64
	ahead  []float64
}

func newSmoothedDays(days *daySums, how transform, week int) *smoothedDays {
	return &smoothedDays{days: days, how: how, model: models.NewSmoothing(week, 1)}
}

func (d *smoothedDays) begin(*view) { d.fitted = false }

func (d *smoothedDays) predict(v *view, out []float64) bool {
	n, how := d.days.before(v), v.own(d.how)
	if v.lo < 0 || how == warped || n < 2*v.week() {
		return false
	}
	d.series = resize(d.series, len(d.days.sums))
	highest := 0.0
	for i, y := range d.days.sums {
		d.series[i] = how.apply(y)
		highest = max(highest, y)
	}
	if !d.fitted {
		d.model.Fit(d.series[:max(1, len(d.series)-(v.n-v.oldest)/v.cfg.Short)])
		d.fitted = true
	}
	d.ahead = resize(d.ahead, (len(out)+v.cfg.Short-1)/v.cfg.Short)
	d.model.Predict(d.series[:n], d.ahead)
	for h, y := range d.ahead {
		d.ahead[h] = how.undo(y, highest)
	}
	d.days.split(v, d.ahead, out)
	return true
}

// levelledDays is the member that forecasts the sums of the days by level × shape, with the week as block.
type levelledDays struct {
	days       *daySums
	levels     levels
	regression levelRegression
	pools      []*ridge.Pool // of nothing: their ridge alone
	robust     robust
	share      []float64
	blocks     []float64
	ahead      []float64
}

const dayColumns = 6 // four lags, their mean, an intercept

func newLevelledDays(days *daySums, s *setup) *levelledDays {
	leads := min(maxLevelLead, (s.cfg.Horizon+s.cfg.Long-1)/s.cfg.Long+1)
	d := &levelledDays{days: days, regression: newLevelRegression(leads, dayColumns)}
	for range leads {
		p := ridge.NewPool(dayColumns, 1)
		p.Close(levelRidge)
		d.pools = append(d.pools, p)
	}
	return d
}

func (d *levelledDays) begin(*view) {}

func (d *levelledDays) predict(v *view, out []float64) bool {
	n, week := d.days.before(v), v.week()
	if n < 12*week || v.lo < 0 {
		return false
	}
	past := d.days.sums[:n]
	d.levels.blocksOf(past, week)
	d.levels.transform(0.5)
	fillLevels(d.levels.z, 4, false, d.regression.tables, d.regression.x)
	d.share = resize(d.share, week)
	if !d.robust.shapeOf(past, &d.levels, 0.97, false, d.share) {
		return false
	}
	d.ahead = resize(d.ahead, (len(out)+v.cfg.Short-1)/v.cfg.Short)
	d.blocks = resize(d.blocks, (len(d.ahead)+week-1)/week)
	if !d.regression.predict(&d.levels, levelShape{lambda: 0.5, kappa: 1}, 4, false, d.pools, d.blocks) {
		return false
	}
	expand(d.blocks, d.share, d.ahead)
	d.days.split(v, d.ahead, out)
	return true
}
