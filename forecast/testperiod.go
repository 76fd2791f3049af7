package forecast

import (
	"math"
	"slices"

	"github.com/wrapcast/wrapcast/forecast/internal/joint"
)

// TestPeriod is one past that was forecast and compared with what came: where in the distribution forecast for it the
// actual value of each step lay. Series of one panel whose periods lie equally far back missed together.
type TestPeriod struct {
	// Back is how many steps before the end of the history the period begins.
	Back int
	// Scores has one normal score per step of the period.
	Scores []NormalScore
}

// NormalScore is where an actual value lay in the distribution forecast for it, on the scale of the standard normal
// distribution in units of 1/32: 0 is its median, 41 the upper bound of 80 %. A value that a whole-number distribution
// gives a probability of its own has the mean score of its part.
type NormalScore int8

// NoScore is the score of a step without an actual value.
const NoScore NormalScore = math.MinInt8

const scoreUnits = 32

// NormalScoreOf packs a normal score; beyond ±3.9 it is cut there, NaN has none.
func NormalScoreOf(z float64) NormalScore {
	if math.IsNaN(z) {
		return NoScore
	}
	return NormalScore(math.Round(max(-127, min(z*scoreUnits, 127))))
}

// Value is the score in standard deviations, NaN where there is none.
func (s NormalScore) Value() float64 {
	if s == NoScore {
		return math.NaN()
	}
	return float64(s) / scoreUnits
}

// scored compares a forecast of the past, so many steps before the end, with what came. hidden takes in how much of the
// variance of scores is not seen because values were whole.
func (r *Result) scored(back int, actual []float64, hidden *mean) TestPeriod {
	q := quantilePoints(r)
	z, row := make([]float64, len(q.p)), make([]float64, len(q.p))
	for i, p := range q.p {
		z[i] = joint.Quantile(p)
	}
	t := TestPeriod{Back: back, Scores: make([]NormalScore, len(actual))}
	for h, y := range actual {
		for i := range row {
			row[i] = q.rows[i][h]
		}
		score, unseen := scoreIn(row, z, y)
		t.Scores[h] = NormalScoreOf(score)
		hidden.add(unseen)
	}
	return t
}

// scoreIn is the normal score of y among quantiles in ascending order, whose own scores are z. Beyond the outermost the
// distribution goes on as between the nearest two that differ. unseen is the variance of the scores that y may stand
// for.
func scoreIn(row, z []float64, y float64) (score, unseen float64) {
	last := len(row) - 1
	if math.IsNaN(y) || math.IsNaN(row[0]) {
		return math.NaN(), math.NaN()
	}
	i, met := slices.BinarySearch(row, y)
	switch {
	case met:
		return scoreOfPart(row, z, i)
	case row[0] == row[last] && y < row[0]:
		return meanScore(math.Inf(-1), z[0])
	case row[0] == row[last]:
		return meanScore(z[last], math.Inf(1))
	case i == 0:
		j := 1
		for row[j] == row[0] {
			j++
		}
		return z[0] - (z[j]-z[j-1])*(row[0]-y)/(row[j]-row[j-1]), 0
	case i > last:
		j := last
		for row[j-1] == row[last] {
			j--
		}
		return z[last] + (z[j]-z[j-1])*(y-row[last])/(row[j]-row[j-1]), 0
	}
	return z[i-1] + (z[i]-z[i-1])*(y-row[i-1])/(row[i]-row[i-1]), 0
}

// scoreOfPart is the mean score of all that has the value of the i-th quantile, the first of its kind.
func scoreOfPart(row, z []float64, i int) (score, unseen float64) {
	last, j := len(row)-1, i
	for j < last && row[j+1] == row[i] {
		j++
	}
	if i == j {
		return z[i], 0
	}
	from, to := z[i], z[j]
	if i == 0 {
		from = math.Inf(-1)
	}
	if j == last {
		to = math.Inf(1)
	}
	return meanScore(from, to)
}

// meanScore is the mean of the standard normal distribution between two of its values, and its variance there.
func meanScore(a, b float64) (mean, variance float64) {
	density := func(z float64) float64 { return math.Exp(-z*z/2) / math.Sqrt(2*math.Pi) }
	below := func(z float64) float64 { return 0.5 * math.Erfc(-z/math.Sqrt2) }
	slope := func(z float64) float64 {
		if math.IsInf(z, 0) {
			return 0
		}
		return z * density(z)
	}
	mass := below(b) - below(a)
	mean = (density(a) - density(b)) / mass
	return mean, 1 + (slope(a)-slope(b))/mass - mean*mean
}

// leastSeen bounds how far scores of rare counts are enlarged.
const leastSeen = 0.4

// enlarge divides scores by the share of their variance that whole numbers let see: products of two scores are then
// what they would be if both were seen.
func enlarge(tests []TestPeriod, hidden float64) {
	by := 1 / max(leastSeen, 1-finiteOr0(hidden))
	for _, t := range tests {
		for h, s := range t.Scores {
			if s != NoScore {
				t.Scores[h] = NormalScoreOf(s.Value() * by)
			}
		}
	}
}
