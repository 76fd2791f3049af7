package validate

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/wrapcast/wrapcast"
)

// monday is the first day of the series the tests make.
var monday = wrapcast.NewDate(2026, 1, 5)

// office is how a week of a weekday queue looks, as multiples of a day's mean.
var office = [7]float64{1.5, 1.4, 1.3, 1.3, 1.2, 0.2, 0.1}

// demand draws days of Poisson counts around level times the week's shape.
func demand(seed uint64, days int, level func(day int) float64, shape [7]float64) []float64 {
	random := rand.New(rand.NewPCG(seed, 7))
	values := make([]float64, days)
	for t := range values {
		values[t] = poisson(random, level(t)*shape[t%7])
	}
	return values
}

func steady(level float64) func(int) float64 { return func(int) float64 { return level } }

// poisson draws by Knuth's multiplication, in parts of at most 50 so that exp does not vanish.
func poisson(random *rand.Rand, mean float64) float64 {
	n := 0.0
	for ; mean > 0; mean -= 50 {
		limit, product := math.Exp(-min(mean, 50)), random.Float64()
		for product > limit {
			product *= random.Float64()
			n++
		}
	}
	return n
}

func code(name string) wrapcast.Code {
	return wrapcast.Code{ID: wrapcast.CodeID("id-" + name), Name: name}
}

func series(values []float64) Series {
	return Series{Code: code("Refund"), From: monday, Values: values}
}

func repeat(n int, values ...float64) []float64 { return slices.Repeat(values, n) }

func sorted(x []float64) []float64 { return slices.Sorted(slices.Values(x)) }

func maskedDays(masks []wrapcast.Mask) []wrapcast.Date {
	days := []wrapcast.Date{}
	for _, m := range masks {
		days = append(days, m.Day)
	}
	return days
}

func findingCodes(findings []wrapcast.Finding) []string {
	codes := []string{}
	for _, f := range findings {
		codes = append(codes, f.Code)
	}
	return codes
}
