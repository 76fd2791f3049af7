package shift

import (
	"bytes"
	"encoding/gob"
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

const (
	minTogether = 3    // series that can change together
	leastMedian = 2    // standard errors between the levels of the series in the middle
	aloneMedian = 3    // the same where there is too little past to compare with
	beyondOther = 1.5  // times the greatest such median of the past
	mostDays    = 0.75 // share of the days of the newest cycle that lie beyond the middle of old and new
)

// Common is a change of level that most series of a panel had at the same time: what is too weak to be certain in one
// is certain in all together.
type Common struct {
	window
	mean   float64 // of the logarithms of the ratios
	spread float64 // variance of the true ones
}

// commonState is a Common as it is written.
type commonState struct {
	From, At, To int
	Mean, Spread float64
}

// MarshalBinary implements encoding.BinaryMarshaler: every number keeps its bits.
func (c Common) MarshalBinary() ([]byte, error) {
	var b bytes.Buffer
	err := gob.NewEncoder(&b).Encode(commonState{c.from, c.at, c.to, c.mean, c.spread})
	return b.Bytes(), err
}

// UnmarshalBinary implements encoding.BinaryUnmarshaler.
func (c *Common) UnmarshalBinary(data []byte) error {
	var s commonState
	err := gob.NewDecoder(bytes.NewReader(data)).Decode(&s)
	*c = Common{window{s.From, s.At, s.To}, s.Mean, s.Spread}
	return err
}

// Together looks for changes of level that most of several histories with the same end had, the newest first. The score
// of a change is the median of theirs; it must be certain, be beyond what the panel's past has seen, and be a lasting
// and new level in most.
func Together(all []*Finder) []Common {
	if len(all) < minTogether {
		return nil
	}
	s := all[0].Steps
	newest := all[0].newestOf
	k, score := bestTogether(all, s.cycle, s.newest, newest)
	if math.Abs(score) < certainTogether(all) || !standsOut(all, k, score) || !mostAgree(all, k) {
		return nil
	}
	c := commonOf(all, newest(k))
	if !c.matters() || !daysAgree(all, c.window) {
		return nil
	}
	j, score := bestTogether(all, s.cycle, k-s.cycle, func(j int) window { return window{k, j, 0} })
	if math.Abs(score) >= certainTogether(all) {
		if newer := commonOf(all, window{k, j, 0}); newer.matters() && daysAgree(all, newer.window) {
			c, k = newer, j
		}
	}
	of := func(j int) window { return window{j + s.newest, j, k} }
	if j, score := bestTogether(all, k+s.apart(), k+s.newest, of); math.Abs(score) >= certainTogether(all) {
		if older := commonOf(all, of(j)); older.matters() && daysAgree(all, older.window) {
			c.from = j
			return []Common{commonOf(all, c.window), older}
		}
	}
	return []Common{c}
}

// certainTogether is the median of scores that is no chance.
func certainTogether(all []*Finder) float64 {
	return max(leastMedian, minScore/math.Sqrt(float64(len(all))))
}

func (c *Common) matters() bool { return math.Abs(math.Expm1(c.mean)) >= minChange }

// bestTogether is the step count, from least to most, whose window has the median farthest from zero.
func bestTogether(all []*Finder, least, most int, of func(j int) window) (best int, score float64) {
	for j := least; j <= most; j++ {
		if s, n := medianScore(all, 0, of(j)); n >= minTogether && math.Abs(s) > math.Abs(score) {
			best, score = j, s
		}
	}
	return best, score
}

// medianScore is the median of the scores of a window that ends so many steps before the end, and of how many series.
func medianScore(all []*Finder, back int, w window) (median float64, n int) {
	var scores []float64
	for _, f := range all {
		if s, ok := f.score(len(f.z)-back, w, f.phaseDifference); ok {
			scores = append(scores, s)
		}
	}
	if len(scores) == 0 {
		return 0, 0
	}
	return stat.MedianOf(scores), len(scores)
}

// standsOut tells whether the past of the panel has seen nothing like a score.
func standsOut(all []*Finder, k int, score float64) bool {
	pasts, most, longest := 0, 0.0, 0
	for _, f := range all {
		longest = max(longest, len(f.z))
	}
	s := all[0].Steps
	for back := k; back < longest-k-2*s.cycle; back += s.cycle {
		if s, n := medianScore(all, back, all[0].newestOf(k)); 2*n > len(all) {
			pasts, most = pasts+1, max(most, math.Abs(s))
		}
	}
	if pasts < minPasts {
		return math.Abs(score) >= aloneMedian
	}
	return math.Abs(score) >= beyondOther*most
}

// mostAgree tells whether the change lasts and is new in most series.
func mostAgree(all []*Finder, k int) bool {
	agree := 0
	for _, f := range all {
		if l := f.levelAt(k); f.lasts(l) && f.isNew(l) {
			agree++
		}
	}
	return 2*agree > len(all)
}

// daysAgree tells whether most steps since the change, and nearly all of the newest cycle of a window, lie beyond the
// middle of old and new level in the series in the middle: a day that was special for all is no level.
func daysAgree(all []*Finder, w window) bool {
	beyond, newest := share{}, share{}
	for age := w.to + 1; age <= w.at; age++ {
		var shares []float64
		for _, f := range all {
			if v := f.wayAt(w, len(f.z)-age); v == v {
				shares = append(shares, v)
			}
		}
		if len(shares) == 0 {
			continue
		}
		there := stat.MedianOf(shares) > 0.5
		beyond.add(there)
		if age <= w.to+all[0].cycle {
			newest.add(there)
		}
	}
	return beyond.of() >= minDays && newest.of() > mostDays
}

// commonOf is what the series did on average, and how much they differed beyond chance (DerSimonian and Laird,
// Controlled Clinical Trials 1986).
func commonOf(all []*Finder, w window) Common {
	var logs, vars []float64
	for _, f := range all {
		if r, v := f.logRatio(w); v > 0 {
			logs, vars = append(logs, r), append(vars, v)
		}
	}
	mean, weights, squares := 0.0, 0.0, 0.0
	for i, r := range logs {
		mean, weights, squares = mean+r/vars[i], weights+1/vars[i], squares+1/vars[i]/vars[i]
	}
	mean /= weights
	q := 0.0
	for i, r := range logs {
		q += (r - mean) * (r - mean) / vars[i]
	}
	spread := 0.0
	if room := weights - squares/weights; room > 0 {
		spread = max(0, (q-float64(len(logs)-1))/room)
	}
	mean, weights = 0, 0
	for i, r := range logs {
		mean, weights = mean+r/(vars[i]+spread), weights+1/(vars[i]+spread)
	}
	return Common{window: w, mean: mean / weights, spread: spread}
}

// logRatio is the logarithm of new over old level in a window, and its variance, 0 where nothing is known.
func (f *Finder) logRatio(w window) (r, variance float64) {
	n := len(f.y)
	k, b := float64(w.at-w.to), float64(f.stretch(w, n))
	l := f.levelIn(w)
	after, before := l.After+0.5/k, l.Before+0.5/b
	if r = math.Log(after / before); r != r || b == 0 {
		return 0, 0
	}
	se := f.noise * math.Sqrt(1/k+1/b)
	return r, se * se / ((after + before) / 2)
}

// With are the changes of a history that is one of a panel with changes in common: its own ratios drawn to theirs, as
// far as chance can tell them apart.
func (f *Finder) With(common []Common) []Level {
	alone := f.Find()
	if len(alone) > 0 && (alone[0].Gone() || alone[0].Woke()) {
		return alone
	}
	var out []Level
	for _, c := range common {
		r, v := f.logRatio(c.window)
		if !(v > 0) {
			return alone
		}
		own := c.spread / (c.spread + v)
		ratio := math.Exp(own*r + (1-own)*c.mean)
		l := f.levelIn(c.window)
		l.After = l.Before * ratio
		l.Score, _ = f.score(len(f.z), c.window, f.phaseDifference)
		if f.matters(l) && l.Before > 0 {
			out = append(out, l)
		}
	}
	if len(out) == 0 {
		return alone
	}
	return out
}
