package intraday

import "math"

// departure is the strongest sign that a day goes off: since a slot it runs at another level than before.
type departure struct {
	// strength is in standard deviations, of the stretch of the day where it is greatest so far; 0 where too little is
	// over to tell.
	strength float64
	// since is the first open slot of that stretch, until the first after it; change is by how much it runs above (or
	// below) what those before let expect, as a fraction.
	since, until int
	change       float64
}

const (
	// minStretch is the least share of a day's contacts that a stretch has which is looked at, minWindow its least length
	// in hours.
	minStretch, minWindow = 0.04, 1.0
	// minExpected is how many contacts are at least expected in it, in units of noise.
	minExpected = 8.0
)

// departures finds the strongest sign after each open slot that is over: what came is compared with what was to be
// expected of it, in every stretch that ends there and begins at a full hour. Looking often finds more: the test
// reckons with it, since it is about the strongest sign of a whole day.
func (c *course) departures() []departure {
	best := make([]departure, len(c.news))
	total := sum(c.mean)
	for j := range c.news {
		if j > 0 && math.Floor(c.begin[j]) == math.Floor(c.begin[j-1]) {
			continue
		}
		c.stretches(j, total, best)
	}
	for k := 1; k < len(best); k++ {
		if best[k].strength < best[k-1].strength {
			best[k] = best[k-1]
		}
	}
	return best
}

// stretches looks at those that begin with an open slot. A change of level there would move the news by signal: the
// news are compared with that pattern, and with nothing else.
func (c *course) stretches(j int, total float64, best []departure) {
	moved := make([]float64, len(c.news))
	copy(moved[j:], c.mean[j:len(c.news)])
	signal := c.factor.whiten(moved)
	product, square, expected := 0.0, 0.0, 0.0
	for k := j; k < len(c.news); k++ {
		product += signal[k] * c.news[k]
		square += signal[k] * signal[k]
		expected += c.mean[k]
		if expected < minStretch*total || expected < minExpected*c.model.covariance.Noise ||
			c.begin[k]+c.day.Hours-c.begin[j] < minWindow {
			continue
		}
		if strength := math.Abs(product) / math.Sqrt(square); strength > best[k].strength {
			best[k] = departure{strength: strength, since: j, until: k + 1, change: product / square}
		}
	}
}

// nullTest is what the strongest signs of ordinary days are: their logarithms as normal variables with these moments.
type nullTest struct {
	days     int
	mean, sd float64
	// chances are those of past days.
	chances []float64
}

// optimism is by how much the days that a model was learned from look more ordinary to it than others: of n days the
// mean of the logarithms lies optimism/n standard deviations too low, and half of that share of their spread is
// missing. It was found on all hourly tasks together (bench intraday): false alarms there go from 3 to between 1 and 2
// in a hundred days, at the price of finding fewer days that are off.
const optimism = 10.0

// minSpread is the least standard deviation of the logarithm that is believed of few days.
const minSpread = 0.15

func learnNull(days []*course) nullTest {
	strengths, logs := make([]float64, len(days)), []float64{}
	for i, d := range days {
		if signs := d.departures(); len(signs) > 0 && signs[len(signs)-1].strength > 0 {
			strengths[i] = signs[len(signs)-1].strength
			logs = append(logs, math.Log(strengths[i]))
		}
	}
	t := nullTest{days: len(logs)}
	for _, v := range logs {
		t.mean += v / float64(len(logs))
	}
	for _, v := range logs {
		t.sd += (v - t.mean) * (v - t.mean) / float64(max(len(logs)-1, 1))
	}
	t.sd = max(math.Sqrt(t.sd), minSpread)
	n := float64(max(len(logs), 1))
	t.mean, t.sd = t.mean+t.sd*optimism/n, t.sd*(1+optimism/2/n)
	for _, v := range strengths {
		t.chances = append(t.chances, t.chance(v))
	}
	return t
}

// Tests is how many independent tests several are worth that look at the same days, by the least chance of each past
// day: those of a queue, its planning group and its codes say much the same.
func Tests(least []float64) float64 {
	n, logs := 0.0, 0.0
	for _, p := range least {
		if p > 0 && p < 1 {
			n, logs = n+1, logs-math.Log1p(-p)
		}
	}
	if n == 0 {
		return 1
	}
	return max(n/logs, 1)
}

// Together is how likely an ordinary day has a sign as strong in any of so many independent tests.
func Together(chance, tests float64) float64 {
	return -math.Expm1(tests * math.Log1p(-min(chance, 1-1e-12)))
}

// chance is how likely an ordinary day has a sign as strong at any time of the day: the tail of a t distribution, as
// mean and standard deviation are known of so many days alone.
func (t nullTest) chance(strength float64) float64 {
	if t.days < 2 || strength <= 0 {
		return 1
	}
	z := (math.Log(strength) - t.mean) / (t.sd * math.Sqrt(1+1/float64(t.days)))
	return studentTail(z, float64(t.days-1))
}

// Chances are how likely each past day that was learned from is by the test, by its number (Past.Day).
func (m *Model) Chances() map[int]float64 {
	chances := make(map[int]float64, len(m.numbers))
	for i, day := range m.numbers {
		chances[day] = m.null.chances[i]
	}
	return chances
}
