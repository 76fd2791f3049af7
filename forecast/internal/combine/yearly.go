package combine

import (
	"fmt"
	"math"
)

// Yearly members take a smooth yearly profile out of a daily series, forecast the rest, and put the profile back. They
// are weighed like all others, so a year that isn't there costs little.

const (
	year       = 365
	minYearly  = 548 // days before an origin
	trendDays  = 547 // nearest days of the local line
	trendEvery = 28  // days between its knots
	yearFading = 0.9
	weekFading = 0.99
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

// yearDecomposer takes the years of the series at hand apart: shared by all yearly members, each decomposition made
// once per cut.
type yearDecomposer struct {
	of       *setup
	profiles map[yearKind]*profile
	views    map[transform]*yearView
	effects  map[yearKind]*dayEffects
	days     dayKeys
	trend    []float64
	weekly   []float64
	buf      []float64
	num, den []float64
	weeks    []float64
	knots    map[int][]knot // by the days of history
	robust   robust
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

func newYearDecomposer(of *setup, kinds []yearly) *yearDecomposer {
	y := &yearDecomposer{of: of, profiles: map[yearKind]*profile{}, views: map[transform]*yearView{},
		effects: map[yearKind]*dayEffects{}}
	for _, v := range kinds {
		y.profiles[v.kind], y.effects[v.kind] = &profile{}, &dayEffects{}
		y.views[v.kind.how] = &yearView{}
	}
	return y
}

func (y *yearDecomposer) begin(v *view) {
	for _, p := range y.profiles {
		p.cut = 0
	}
	for _, w := range y.views {
		w.cut = 0
	}
	for _, e := range y.effects {
		e.cut = 0
	}
	y.days.count(v.Last, v.n, v.cfg.Horizon)
}

// decomposed returns of a kind the history at the cut at hand through its transform, and the profile in it.
func (y *yearDecomposer) decomposed(v *view, kind yearKind) (*yearView, *profile) {
	w, p := y.view(v, kind.how), y.profiles[kind]
	if p.cut != len(v.past) {
		y.decompose(w, kind.width, p)
	}
	return w, p
}

// effectsOf returns of a kind the days of the year that always differ, at the cut at hand: shared by all members of the
// kind, however much of the profile they take out.
func (y *yearDecomposer) effectsOf(v *view, kind yearKind) *dayEffects {
	e := y.effects[kind]
	if e.cut == len(v.past) {
		return e
	}
	w, p := y.decomposed(v, kind)
	y.buf = resize(y.buf, len(w.z))
	for t, x := range w.z {
		y.buf[t] = x - p.at(t-len(w.z))
	}
	withOutages(v, v.own(kind.how), y.buf)
	e.learn(y.buf, v.cfg.Short, y.days)
	return e
}

// withOutages puts the zeros of outages back into what is left of a history: days that are closed every year are told
// by them.
func withOutages(v *view, how transform, rest []float64) {
	nothing := how.apply(max(0, v.lo/10))
	for _, t := range v.Outages {
		if t < len(rest) {
			rest[t] += nothing - how.apply(v.past[t])
		}
	}
}

func (y yearly) describe() string {
	text := fmt.Sprintf("year × %g, %d days", y.share, y.kind.width) + y.kind.how.suffix()
	if y.level {
		text += ", level"
	}
	if y.special {
		text += ", days of the year"
	}
	return text
}

// at is the profile at a day counted from the first one ahead, which is 0.
func (p *profile) at(d int) float64 { return p.slot[((d%year)+year)%year] }

// yearView looks at the history at hand through a transform: once per cut, whatever the width of the profiles.
func (y *yearDecomposer) view(at *view, how transform) *yearView {
	v, n := y.views[how], len(at.past)
	if v.cut == n {
		return v
	}
	v.cut, v.z, v.weekly = n, resize(v.z, n), resize(v.weekly, y.of.cfg.Short)
	v.num, v.den = resize(v.num, year), resize(v.den, year)
	own := at.own(how)
	for t, x := range at.past {
		v.z[t] = own.apply(x)
	}
	clear(v.weekly)
	y.yearSums(v.z, &profile{}, v.weekly, v.num, v.den)
	return v
}

// decompose finds the yearly profile of a history: local line, weekday means and profile in turn, twice.
func (y *yearDecomposer) decompose(v *yearView, width int, p *profile) {
	p.cut = v.cut
	y.weekly, y.num, y.den = append(y.weekly[:0], v.weekly...), append(y.num[:0], v.num...), append(y.den[:0], v.den...)
	p.smooth(y.num, y.den, width)
	y.yearSums(v.z, p, y.weekly, y.num, y.den)
	p.smooth(y.num, y.den, width)
}

// yearSums takes local line and weekday means out of z, beside the profile so far, and adds up what is left by the day
// of the year, with the weights of the years. The weekday means so far are replaced.
func (y *yearDecomposer) yearSums(z []float64, p *profile, weekly, num, den []float64) {
	n, m := len(z), len(weekly)
	y.trend, y.buf = resize(y.trend, n), resize(y.buf, n)
	for t, d := 0, 0; t < n; t, d = t+1, following(d, m) {
		y.buf[t] = z[t] - p.at(t-n) - weekly[d]
	}
	y.localLine(y.buf, y.trend)
	y.weekdayMeans(z, p, weekly)
	for t, d := 0, 0; t < n; t, d = t+1, following(d, m) {
		y.buf[t] = z[t] - weekly[d] - y.trend[t]
	}
	limit := 3 * y.robust.sd(y.buf)
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

// weekdayMeans writes the means of z - profile - trend per weekday, recent weeks counting most, centred.
func (y *yearDecomposer) weekdayMeans(z []float64, p *profile, weekly []float64) {
	n, m := len(z), len(weekly)
	for t, v := range z {
		y.buf[t] = v - p.at(t-n) - y.trend[t]
	}
	limit := 12 * y.robust.sd(y.buf)
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
