package combine

import (
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/ridge"
	"github.com/wrapcast/wrapcast/forecast/internal/smooth"
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

// dayWork is what a kit knows about the days of the series at hand.
type dayWork struct {
	sums    []float64 // per day, oldest first; whole days counted back from the end
	series  []float64
	runs    map[transform]*dayRun
	counts  []float64 // weekday by part of the day
	shares  []float64
	lev     levels
	tables  []*ridge.Table
	pools   []*ridge.Pool
	hold    []float64
	drawn   shareWork
	sharing int // cut the shares were made for, -1 for none
}

// dayRun is a smoothing of the days, fitted once per series.
type dayRun struct {
	s     *smooth.Smoother
	p     smooth.Params
	fresh bool
}

func (g *group) week() int { return max(1, g.cfg.Long/max(1, g.cfg.Short)) }

func (k *kit) newDays() {
	if k.g.mode != double {
		return
	}
	d, week := &k.days, k.g.week()
	d.runs = map[transform]*dayRun{}
	for _, t := range []transform{plain, warped, logPlus1} {
		d.runs[t] = &dayRun{s: smooth.New(week, 1)}
	}
	d.counts, d.shares = make([]float64, k.g.cfg.Long), make([]float64, k.g.cfg.Long)
	d.drawn = newShareWork(k.g.cfg.Short, week)
	for range min(maxLevelLead, (k.g.cfg.Horizon+k.g.cfg.Long-1)/k.g.cfg.Long+1) {
		d.tables = append(d.tables, ridge.NewTable(6, 1))
		p := ridge.NewPool(6, 1)
		p.Close(levelRidge)
		d.pools = append(d.pools, p)
	}
}

func (k *kit) beginDays() {
	if k.g.mode != double {
		return
	}
	d, m, n := &k.days, k.g.cfg.Short, k.w.n
	d.sums = resize(d.sums, n/m)
	for i := range d.sums {
		from := n - (len(d.sums)-i)*m
		d.sums[i] = 0
		for _, v := range k.w.filled[from : from+m] {
			d.sums[i] += v
		}
	}
	for _, r := range d.runs {
		r.fresh = false
	}
	d.sharing = -1
}

// daysBefore is how many whole days lie before the cut at hand. Origins lie whole days before the end.
func (k *kit) daysBefore() int { return len(k.days.sums) - (k.w.n-len(k.history))/k.g.cfg.Short }

// smoothDays writes the sums of the days ahead.
func (k *kit) smoothDays(how transform, out []float64) bool {
	d, n := &k.days, k.daysBefore()
	r := d.runs[how]
	if how = k.w.own(how); how == warped || n < 2*k.g.week() {
		return false
	}
	d.series = resize(d.series, len(d.sums))
	highest := 0.0
	for i, v := range d.sums {
		d.series[i] = how.apply(v)
		highest = max(highest, v)
	}
	if !r.fresh {
		train := d.series[:max(1, len(d.sums)-(k.w.n-k.oldest)/k.g.cfg.Short)]
		r.s.Init(train)
		r.p = r.s.Fit(train)
		r.fresh = true
	}
	r.s.Reset()
	r.s.Run(d.series, 0, n, n, r.p, nil)
	r.s.Forecast(n, r.p, out)
	for h, v := range out {
		out[h] = how.undo(v, highest)
	}
	return true
}

// shapeDays writes the sums of the days ahead by level × shape, with the week as block.
func (k *kit) shapeDays(out []float64) bool {
	d, n, week := &k.days, k.daysBefore(), k.g.week()
	if n < 12*week || k.w.lo < 0 {
		return false
	}
	past := d.sums[:n]
	d.lev.blocksOf(past, week)
	d.lev.transform(0.5)
	fillLevels(d.lev.z, 4, false, d.tables, k.x)
	if !k.shapeOf(past, &d.lev, 0.97, false, k.share[:week]) {
		return false
	}
	k.steps = resize(k.steps, (len(out)+week-1)/week)
	if !k.forecastLevels(&d.lev, levelShape{lambda: 0.5, kappa: 1}, 4, false, d.tables, d.pools, k.steps) {
		return false
	}
	expand(k.steps, k.share[:week], out)
	return true
}

// splitDays spreads the sums of days over their parts by weekday.
func (k *kit) splitDays(days, out []float64) {
	k.dayShares()
	m, week, n := k.g.cfg.Short, k.g.week(), k.daysBefore()
	for h := range out {
		weekday := (n + h/m) % week
		out[h] = days[h/m] * k.days.shares[weekday*m+h%m]
	}
}

// dayShares learns the share of each part of each weekday from the last weeks before the cut.
func (k *kit) dayShares() {
	d := &k.days
	if d.sharing == k.u {
		return
	}
	d.sharing = k.u
	m, week, n := k.g.cfg.Short, k.g.week(), k.daysBefore()
	clear(d.counts)
	for back := range min(n, shareWeeks*week) {
		weekday := (n - 1 - back) % week
		w := math.Pow(shareFading, float64(back/week))
		from := len(k.history) - (back+1)*m
		for p, v := range k.history[from : from+m] {
			d.counts[weekday*m+p] += w * max(v, 0)
		}
	}
	pseudo := sharePseudo * 1.0
	if k.w.positive {
		pseudo = 0
	}
	k.shrinkShares(pseudo)
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
func (k *kit) shrinkShares(pseudo float64) {
	d, m, week := &k.days, k.g.cfg.Short, k.g.week()
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

// toShares divides counts, with pseudo more of them spread like base, by their sum; base itself where there is none, and even shares
// where there is no base. out may be counts.
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

func (g *group) dayMembers(sparse bool, kinds ...transform) {
	for _, how := range kinds {
		if !g.afford(g.smoothingCost() / 10) {
			continue
		}
		g.add(daySplits, "days"+smoothing{how: how}.describe()+", split", sparse, func(k *kit, out []float64) bool {
			k.days.hold = resize(k.days.hold, (len(out)+k.g.cfg.Short-1)/k.g.cfg.Short)
			if k.w.lo < 0 || !k.smoothDays(how, k.days.hold) {
				return false
			}
			k.splitDays(k.days.hold, out)
			return true
		})
	}
}

func (g *group) dayShapes() {
	g.add(daySplits, "days by level × shape, split", true, func(k *kit, out []float64) bool {
		k.days.hold = resize(k.days.hold, (len(out)+k.g.cfg.Short-1)/k.g.cfg.Short)
		if !k.shapeDays(k.days.hold) {
			return false
		}
		k.splitDays(k.days.hold, out)
		return true
	})
}
