package intraday

import (
	"math"
	"slices"
)

// MinDays is how many ordinary days it takes to learn from.
const MinDays = 21

// Model is how the days of one subject (a queue, a planning group, a code, all of them) stray from their forecasts. It
// is safe for concurrent use.
type Model struct {
	covariance
	// numbers are the days it was learned from.
	numbers []int
	// gains are how much of what the covariance makes of a morning is believed, by the share of the day that is over.
	gains []float64
	// spans are by how much bands of rest-of-day sums are to be widened, by the share of the day expected to be over.
	spans widening
	null  nullTest
}

// Options say what is known beside past days.
type Options struct {
	// Hours is the length of a slot.
	Hours float64
	// LevelSD is the relative standard deviation of the forecast of a whole day, NaN or 0 where it is not known.
	LevelSD float64
}

// Learn learns from past days in their order. False where there are too few of them, or of contacts.
func Learn(past []Past, o Options) (*Model, bool) {
	days := expectations(past, o.Hours, o.LevelSD)
	if len(days) < MinDays {
		return nil, false
	}
	m := &Model{covariance: fit(days)}
	whole := make([]*course, len(days))
	for i, d := range days {
		whole[i], m.numbers = m.follow(d.Day, d.counts), append(m.numbers, d.number)
	}
	m.gains = learnGains(whole)
	m.spans = learnWidening(whole)
	m.null = learnNull(whole)
	return m, true
}

// Days is how many days it was learned from.
func (m *Model) Days() int { return len(m.numbers) }

// Noise is the variance of a quarter-hour's contacts over their mean: 1 where they come by chance alone.
func (m *Model) Noise() float64 { return m.covariance.Noise }

// fit finds the covariance under which the past days are likeliest, as normal variables, hour by hour.
func fit(days []pastDay) covariance {
	step := max(int(math.Round(1/days[0].Hours)), 1)
	blocks := make([]block, 0, len(days))
	for _, d := range days {
		blocks = append(blocks, newBlock(d.in(step), together(d.counts, step)))
	}
	best, bestScore := covariance{}, math.Inf(1)
	for _, hours := range []float64{1.5, 4, 10} {
		c := startingPoint(blocks)
		c.Hours = hours
		if score := c.climb(blocks); score < bestScore {
			best, bestScore = c, score
		}
	}
	return best
}

// block is one day, hour by hour, where something was expected.
type block struct {
	mean, begin, residual []float64
}

func newBlock(d Day, counts []float64) block {
	slots, mean, begin := d.open()
	return block{mean, begin, residuals(slots, mean, counts)}
}

// startingPoint is what single hours and whole days suggest.
func startingPoint(blocks []block) covariance {
	var noise, level []float64
	for _, b := range blocks {
		off := sum(b.residual) / sum(b.mean)
		level = append(level, off)
		for i, r := range b.residual {
			own := r - off*b.mean[i]
			noise = append(noise, own*own/b.mean[i])
		}
	}
	c := covariance{Noise: max(sum(noise)/float64(max(len(noise), 1)), 1e-9), Level: max(spreadOf(level), 0.01)}
	c.Drift = c.Level / 2
	return c
}

// climb improves the covariance one number at a time, in ever smaller steps, and returns the score that it ends with.
func (c *covariance) climb(blocks []block) float64 {
	best := c.score(blocks)
	for step := 2.0; step > 1.08; step = math.Sqrt(step) {
		for range 3 {
			moved := false
			for _, number := range []*float64{&c.Noise, &c.Level, &c.Drift} {
				for _, by := range []float64{step, 1 / step} {
					before := *number
					*number *= by
					if score := c.score(blocks); score < best-1e-9 {
						best, moved = score, true
						break
					}
					*number = before
				}
			}
			if !moved {
				break
			}
		}
	}
	return best
}

// tailWeight is the degrees of freedom of the t distribution that days are scored by: single days off do not widen
// what holds for all.
const tailWeight = 8

// score is minus twice the logarithm of the likelihood, up to a constant: of a multivariate t distribution per day.
func (c covariance) score(blocks []block) (score float64) {
	for _, b := range blocks {
		l := c.factor(b.mean, b.begin)
		square := 0.0
		for s, e := range l.whiten(b.residual) {
			square += e * e
			score += 2 * math.Log(l[s][s])
		}
		score += (tailWeight + float64(len(b.mean))) * math.Log1p(square/tailWeight)
	}
	return score
}

// shareStep is how far the shares of a day lie apart at which past days are looked at.
const shareStep = 0.1

// learnGains compares what mornings of past days made of their afternoons with what came: one where that was right on
// the whole, zero where it was of no use. The model counts for some days beside them.
func learnGains(days []*course) (gains []float64) {
	for share := 0.0; share < 1-shareStep/2; share += shareStep {
		var product, square []float64
		for _, d := range days {
			k := d.whenOver(share)
			o := d.outlook(k)
			expected := sum(d.mean[k:])
			if o.sd > 0 {
				moved := (o.total() - expected) / o.sd
				product = append(product, moved*min(max(sum(d.residual[k:])/o.sd, -maxOff), maxOff))
				square = append(square, moved*moved)
			}
		}
		gain := 1.0
		if n := float64(len(square)); sum(square) > 0 {
			own := prudence / n * sum(square)
			gain = min(max((sum(product)+own)/(sum(square)+own), 0), 1)
		}
		gains = append(gains, gain)
	}
	return gains
}

// maxOff is how many standard deviations of a past day count at most.
const maxOff = 4

// between is the value between those of a share and the next one.
func between(values []float64, share float64) float64 {
	if len(values) == 0 {
		return 1
	}
	place := min(max(share/shareStep, 0), float64(len(values)-1))
	low := int(place)
	high := min(low+1, len(values)-1)
	return values[low] + (place-float64(low))*(values[high]-values[low])
}

// widening is by how much the standard deviation of what is left of a day is to be multiplied, per level of a band.
type widening struct {
	// factor is by level and share of the day that is over.
	factor map[int][]float64
}

// calibrated are the levels that bands are calibrated at, in per cent.
func calibrated() []int { return []int{50, 80, 90, 95} }

// prudence is how many days the model counts for beside what past days show.
const prudence = 20

// learnWidening compares bands of past days with what came.
func learnWidening(days []*course) widening {
	w := widening{factor: map[int][]float64{}}
	for share := 0.0; share < 1-shareStep/2; share += shareStep {
		var off []float64
		for _, d := range days {
			k := d.whenOver(share)
			o := d.outlook(k)
			if o.sd > 0 {
				off = append(off, math.Abs(sum(d.residual[k:])+sum(d.mean[k:])-o.total())/o.sd)
			}
		}
		for _, level := range calibrated() {
			factor := 1.0
			if len(off) > 0 {
				seen := quantile(off, float64(level)/100) / normalQuantile(0.5+float64(level)/200)
				n := float64(len(off))
				factor = (n*seen + prudence) / (n + prudence)
			}
			w.factor[level] = append(w.factor[level], factor)
		}
	}
	return w
}

// of is the factor at a level (a fraction) when a share of the day is over.
func (w widening) of(level, share float64) float64 {
	levels := calibrated()
	i, _ := slices.BinarySearch(levels, int(math.Round(100*level)))
	return between(w.factor[levels[min(i, len(levels)-1)]], share)
}

// normalQuantile is that of the standard normal distribution.
func normalQuantile(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }
