package combine

import (
	"fmt"
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/smooth"
	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// Yearly members take a smooth yearly profile out of a daily series, forecast the rest, and put the profile back. They
// are weighed like all others, so a year that isn't there costs little.

const (
	year        = 365
	yearlyLeast = 548 // days before an origin
	trendDays   = 547 // nearest days of the local line
	trendEvery  = 28  // days between its knots
	yearFading  = 0.9
	weekFading  = 0.99
)

// yearKind is one way to decompose: transform, width of the profile's smoothing.
type yearKind struct {
	how   transform
	width int
}

// yearly is one member of the family.
type yearly struct {
	kind    yearKind
	share   float64 // of the profile that is taken out and put back
	level   bool    // the rest by level smoothing after a weekday profile, not by seasonal smoothing
	special bool    // days of the year that always differ are taken out too
}

// yearWork is what a kit knows about the years of the series at hand.
type yearWork struct {
	profiles map[yearKind]*profile
	views    map[transform]*yearView
	runs     []*yearRun
	s        *smooth.Smoother
	rest     []float64
	trend    []float64
	weekly   []float64
	buf      []float64
	num, den []float64
	recent   []float64 // by weekday
	count    []float64
	effects  [monthDays]float64 // by month and day
	dayKeys  []int32            // month and day of every day of the series at hand and of those ahead
}

// yearView is a history as a transform shows it, and what every decomposition of it begins with.
type yearView struct {
	cut      int // length of the history it was made for, 0 for none
	z        []float64
	weekly   []float64
	num, den []float64 // of the first profile, not yet smoothed
}

type profile struct {
	cut  int // length of the history it was made for, 0 for none
	slot [year]float64
}

type yearRun struct {
	p     smooth.Params
	fresh bool
}

func (g *group) yearlyMembers() {
	if !g.yearly {
		return
	}
	kinds := []yearly{
		{yearKind{plain, 9}, 0.6, false, false}, {yearKind{plain, 21}, 0.6, false, false}, {yearKind{warped, 5}, 1, true, false},
	}
	if g.cfg.Daily {
		kinds = append(kinds, yearly{yearKind{plain, 9}, 0.6, false, true}, yearly{yearKind{warped, 9}, 0.6, false, true},
			yearly{yearKind{warped, 5}, 1, true, true})
	}
	if g.small && g.cfg.Daily { // few series have nothing but variety to lean on
		kinds = append(kinds, yearly{yearKind{plain, 9}, 0.6, true, true}, yearly{yearKind{warped, 9}, 0.8, true, true},
			yearly{yearKind{warped, 21}, 0.8, false, true}, yearly{yearKind{plain, 21}, 0.8, false, true},
			yearly{yearKind{plain, 21}, 0.3, false, true}, yearly{yearKind{warped, 9}, 0.3, false, true})
	}
	for _, y := range kinds {
		if !g.afford(g.yearCost()) {
			continue
		}
		i := len(g.years)
		g.years = append(g.years, y)
		g.members = append(g.members, member{family: years, name: y.describe(), late: true, doubt: true,
			run: func(k *kit, out []float64) bool { return k.yearly(i, out) }})
	}
}

func (y yearly) describe() string {
	text := fmt.Sprintf("year × %g, %d days", y.share, y.kind.width) + smoothing{how: y.kind.how}.describe()
	if y.level {
		text += ", level"
	}
	if y.special {
		text += ", days of the year"
	}
	return text
}

func (k *kit) beginYear() {
	if !k.g.yearly {
		return
	}
	y := &k.year
	if y.profiles == nil {
		y.profiles, y.views = map[yearKind]*profile{}, map[transform]*yearView{}
		for _, v := range k.g.years {
			y.profiles[v.kind] = &profile{}
			y.views[v.kind.how] = &yearView{}
			y.runs = append(y.runs, &yearRun{})
		}
		y.s = smooth.New(k.g.cfg.Short, 1)
	}
	for _, p := range y.profiles {
		p.cut = 0
	}
	for _, v := range y.views {
		v.cut = 0
	}
	k.countDays()
	for _, r := range y.runs {
		r.fresh = false
	}
}

// yearly writes the forecast of one yearly member.
func (k *kit) yearly(i int, out []float64) bool {
	v, y, n := k.g.years[i], &k.year, len(k.history)
	how := k.w.own(v.kind.how)
	if n < yearlyLeast || how == warped {
		return false
	}
	view, p := k.yearView(v.kind.how), y.profiles[v.kind]
	if p.cut != n {
		k.decompose(view, v.kind.width, p)
	}
	y.rest = resize(y.rest, n)
	for t, x := range view.z {
		y.rest[t] = x - v.share*p.at(t-n)
	}
	if v.special {
		k.daysOfYear(k.withOutages(y.rest, how))
		for t := range y.rest {
			y.rest[t] -= k.effect(t - n)
		}
	}
	if v.level {
		k.levelAndWeek(y.rest, out)
	} else {
		k.smoothRest(y.runs[i], y.rest, out)
	}
	for h, f := range out {
		f += v.share * p.at(h)
		if v.special {
			f += k.effect(h)
		}
		out[h] = how.undo(f, k.w.hi)
	}
	return true
}

// withOutages puts the zeros of outages back into what is left of a history: days that are closed every year are told by them.
func (k *kit) withOutages(rest []float64, how transform) []float64 {
	out := k.w.Outages
	if len(out) == 0 || out[0] >= len(rest) {
		return rest
	}
	k.long = append(k.long[:0], rest...)
	nothing := how.apply(max(0, k.w.lo/10))
	for _, t := range out {
		if t < len(rest) {
			k.long[t] += nothing - how.apply(k.history[t])
		}
	}
	return k.long
}

// at is the profile at a day counted from the first one ahead, which is 0.
func (p *profile) at(d int) float64 { return p.slot[((d%year)+year)%year] }

// yearView looks at the history at hand through a transform: once per cut, whatever the width of the profiles.
func (k *kit) yearView(how transform) *yearView {
	v, n := k.year.views[how], len(k.history)
	if v.cut == n {
		return v
	}
	v.cut, v.z, v.weekly = n, resize(v.z, n), resize(v.weekly, k.g.cfg.Short)
	v.num, v.den = resize(v.num, year), resize(v.den, year)
	own := k.w.own(how)
	for t, x := range k.history {
		v.z[t] = own.apply(x)
	}
	clear(v.weekly)
	k.yearSums(v.z, &profile{}, v.weekly, v.num, v.den)
	return v
}

// decompose finds the yearly profile of a history: local line, weekday means and profile in turn, twice.
func (k *kit) decompose(v *yearView, width int, p *profile) {
	y := &k.year
	p.cut = v.cut
	y.weekly, y.num, y.den = append(y.weekly[:0], v.weekly...), append(y.num[:0], v.num...), append(y.den[:0], v.den...)
	p.smooth(y.num, y.den, width)
	k.yearSums(v.z, p, y.weekly, y.num, y.den)
	p.smooth(y.num, y.den, width)
}

// yearSums takes local line and weekday means out of z, beside the profile so far, and adds up what is left by the day of the year,
// with the weights of the years. The weekday means so far are replaced.
func (k *kit) yearSums(z []float64, p *profile, weekly, num, den []float64) {
	y, n, m := &k.year, len(z), len(weekly)
	y.trend, y.buf = resize(y.trend, n), resize(y.buf, n)
	for t, d := 0, 0; t < n; t, d = t+1, following(d, m) {
		y.buf[t] = z[t] - p.at(t-n) - weekly[d]
	}
	k.localLine(y.buf, y.trend)
	k.weekdayMeans(z, p, weekly)
	for t, d := 0, 0; t < n; t, d = t+1, following(d, m) {
		y.buf[t] = z[t] - weekly[d] - y.trend[t]
	}
	limit := 3 * k.robustSd(y.buf)
	clear(num)
	clear(den)
	for ago := (n - 1) / year; ago >= 0; ago-- {
		end, w := n-ago*year, math.Pow(yearFading, float64(ago))
		for s := year - 1; s >= max(0, year-end); s-- {
			num[s] += w * max(-limit, min(y.buf[end-year+s], limit))
			den[s] += w
		}
	}
}

// smooth takes the means of sums over their weights, both smoothed round the circle, as the profile, centred.
func (p *profile) smooth(num, den []float64, width int) {
	for range 2 {
		boxAround(num, width, p.slot[:])
		boxAround(den, width, p.slot[:])
	}
	mean := 0.0
	for s := range p.slot {
		p.slot[s] = num[s] / den[s]
		mean += p.slot[s] / year
	}
	for s := range p.slot {
		p.slot[s] -= mean
	}
}

// following is the phase after d in a season of m: the remainder of a running step, without a division.
func following(d, m int) int {
	if d++; d == m {
		return 0
	}
	return d
}

// robustSd is 1.4826 times the median size.
func (k *kit) robustSd(x []float64) float64 {
	k.deviations = resize(k.deviations, len(x))
	for t, v := range x {
		k.deviations[t] = math.Abs(v)
	}
	return 1.4826 * stat.MedianOf(k.deviations)
}

// weekdayMeans writes the means of z - profile - trend per weekday, recent weeks counting most, centred.
func (k *kit) weekdayMeans(z []float64, p *profile, weekly []float64) {
	y, n, m := &k.year, len(z), len(weekly)
	for t, v := range z {
		y.buf[t] = v - p.at(t-n) - y.trend[t]
	}
	limit := 12 * k.robustSd(y.buf)
	total := 0.0
	for d := range m {
		num, den := 0.0, 0.0
		w := 1.0
		for t := n - 1 - (n-1-d)%m; t >= 0; t -= m {
			num += w * max(-limit, min(y.buf[t], limit))
			den += w
			w *= weekFading
		}
		weekly[d] = num / den
		total += weekly[d] / float64(m)
	}
	for d := range m {
		weekly[d] -= total
	}
}

// localLine writes a local linear fit with tricube weights over the nearest days, at knots, linear between. It sees means of
// weeks: over a year and a half nothing is lost, and it takes a seventh of the time.
func (k *kit) localLine(x, out []float64) {
	n, m := len(x), k.g.cfg.Short
	weeks := k.weeksOf(x, m)
	w := min(len(weeks), trendDays/m)
	origin := float64(n-len(weeks)*m) + float64(m-1)/2 // where the first week has its middle
	prev, prevAt := 0.0, -1
	for at := 0; ; at = min(at+trendEvery, n-1) {
		v := lineAt(weeks, (float64(at)-origin)/float64(m), w)
		for t := prevAt + 1; t <= at; t++ {
			f := 1.0
			if prevAt >= 0 {
				f = float64(t-prevAt) / float64(at-prevAt)
			}
			out[t] = prev + f*(v-prev)
		}
		if at == n-1 {
			return
		}
		prev, prevAt = v, at
	}
}

// weeksOf are the means of whole weeks, counted back from the end.
func (k *kit) weeksOf(x []float64, m int) []float64 {
	n := len(x) / m
	k.hold = resize(k.hold, n)
	for i := range n {
		from := len(x) - (n-i)*m
		sum := 0.0
		for _, v := range x[from : from+m] {
			sum += v
		}
		k.hold[i] = sum / float64(m)
	}
	return k.hold
}

// lineAt is the local line at a position, from the w nearest points.
func lineAt(x []float64, at float64, w int) float64 {
	from := max(0, min(int(math.Round(at))-w/2, len(x)-w))
	reach := math.Max(at-float64(from), float64(from+w-1)-at) + 1
	var s0, s1, s2, y0, y1 float64
	for t := from; t < from+w; t++ {
		d := float64(t) - at
		u := math.Abs(d) / reach
		c := 1 - u*u*u
		c = c * c * c
		s0 += c
		s1 += c * d
		s2 += c * d * d
		y0 += c * x[t]
		y1 += c * d * x[t]
	}
	if det := s0*s2 - s1*s1; det > 1e-9*s0*s2 {
		return (s2*y0 - s1*y1) / det
	}
	return y0 / s0
}

// boxAround replaces x by its mean over 2·(width-1)/2+1 … slots round the circle; buffer is as long as x.
func boxAround(x []float64, width int, buffer []float64) {
	n, half := len(x), width/2
	sum := 0.0
	for j := -half; j <= half; j++ {
		sum += x[(j+n)%n]
	}
	for i := range x {
		buffer[i] = sum / float64(2*half+1)
		sum += x[(i+half+1)%n] - x[(i-half+n)%n]
	}
	copy(x, buffer)
}

// smoothRest forecasts what the profile leaves by seasonal smoothing.
func (k *kit) smoothRest(r *yearRun, rest, out []float64) {
	s := k.year.s
	if !r.fresh {
		s.Init(rest)
		r.p = s.Fit(rest)
		r.fresh = true
	} else {
		s.Init(rest)
	}
	s.Reset()
	s.Run(rest, 0, len(rest), len(rest), r.p, nil)
	s.Forecast(len(rest), r.p, out)
}

// levelAndWeek forecasts by level smoothing of the series without its weekday profile, and puts the profile back.
func (k *kit) levelAndWeek(rest, out []float64) {
	m, n := k.g.cfg.Short, len(rest)
	week := k.recentWeek(rest)
	y := &k.year
	y.buf = resize(y.buf, n)
	for t, v := range rest {
		y.buf[t] = v - week[t%m]
	}
	best, level := math.Inf(1), 0.0
	for _, a := range [...]float64{0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9} {
		if sse, l, _ := holt(y.buf, a, 0, 0); sse < best {
			best, level = sse, l
		}
	}
	for h := range out {
		out[h] = level + week[(n+h)%m]
	}
}

// recentWeek is the mean difference to the centred mean of a week, per weekday, over the last 26 weeks.
func (k *kit) recentWeek(x []float64) []float64 {
	m, n := k.g.cfg.Short, len(x)
	y := &k.year
	y.recent, y.count = resize(y.recent, m), resize(y.count, m)
	week, count := y.recent, y.count
	clear(week)
	clear(count)
	half := m / 2
	for t := max(half, n-26*m); t+half < n; t++ {
		week[t%m] += x[t] - stat.Mean(x[t-half:t+half+1])
		count[t%m]++
	}
	mean := 0.0
	for d := range week {
		week[d] /= max(count[d], 1)
		mean += week[d] / float64(m)
	}
	for d := range week {
		week[d] -= mean
	}
	return week
}
