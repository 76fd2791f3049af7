package intraday

import "math"

// course is a day as far as it is over, seen by a model.
type course struct {
	model *Model
	day   Day
	// slots are those in which something is expected; mean, begin and factor are theirs.
	slots       []int
	mean, begin []float64
	factor      lower
	// residual and news are of the slots that are over: what came less what was expected, and what each says that those
	// before did not.
	residual, news []float64
}

// follow looks at a day of which the counts of some slots, from the first on, are known.
func (m *Model) follow(d Day, counts []float64) *course {
	c := &course{model: m, day: d}
	c.slots, c.mean, c.begin = d.open()
	c.factor = m.factor(c.mean, c.begin)
	c.residual = residuals(c.slots, c.mean, counts)
	c.news = c.factor.whiten(c.residual)
	return c
}

// whenOver is how many slots are over when that share of the day is.
func (c *course) whenOver(share float64) int {
	total, over := sum(c.mean), 0.0
	for k, m := range c.mean {
		if over += m; over > share*total {
			return k
		}
	}
	return max(len(c.mean)-1, 0)
}

// over is the share of the day's contacts that was expected in its first k open slots.
func (c *course) over(k int) float64 {
	if total := sum(c.mean); total > 0 {
		return sum(c.mean[:k]) / total
	}
	return 0
}

// outlook is what is left of a day.
type outlook struct {
	// mean is per open slot from the first that is not over, noise and shared the parts of the variance of their sum.
	mean []float64
	sd   float64
	// level is by how much what is left was moved.
	level float64
	// from is the first slot of it, among the open ones.
	from int
}

func (o outlook) total() float64 { return sum(o.mean) }

const (
	// minLevel and maxLevel bound by how much a variance is scaled with the level of the day.
	minLevel, maxLevel = 0.2, 4
)

// outlook is what is left of the day after its first k open slots.
func (c *course) outlook(k int) outlook {
	o := outlook{mean: make([]float64, 0, len(c.mean)-k), from: k}
	gain := between(c.model.gains, c.over(k))
	for s := k; s < len(c.mean); s++ {
		moved := 0.0
		for j, e := range c.news[:k] {
			moved += c.factor[s][j] * e
		}
		o.mean = append(o.mean, max(c.mean[s]+gain*moved, 0))
	}
	expected := sum(c.mean[k:])
	o.level = 1
	if expected > 0 {
		o.level = o.total() / expected
	}
	o.sd = c.sd(k, k, len(c.mean), o.level)
	return o
}

// sd is the standard deviation of the sum of the open slots from…to, when the first k are known and the day is level
// times as high as it was expected.
func (c *course) sd(k, from, to int, level float64) float64 {
	all, noise := 0.0, 0.0
	for j := k; j < to; j++ {
		column := 0.0
		for s := max(from, j); s < to; s++ {
			column += c.factor[s][j]
		}
		all += column * column
	}
	for s := from; s < to; s++ {
		noise += c.model.covariance.Noise * c.mean[s]
	}
	level = min(max(level, minLevel), maxLevel)
	return math.Sqrt(max(level*noise+level*level*max(all-noise, 0), 0))
}
