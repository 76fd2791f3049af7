package accuracy

import (
	"math"

	"github.com/wrapcast/wrapcast"
)

// Cell is one forecast value and its actual, in contacts.
type Cell struct {
	// Actual is NaN where it is not known, and then the cell counts for nothing.
	Actual float64
	// Mean and Median were forecast. Errors are those of the median, bias is that of the mean.
	Mean, Median float64
	// Lower and Upper bounded the interval; NaN where there was none.
	Lower, Upper float64
	// Scale is the mean absolute step of the seasonal naive in the history before (see forecast.Scale); NaN or zero
	// where there is none.
	Scale float64
}

// Score adds cells up to an Accuracy. The zero Score is empty.
type Score struct {
	// Origins is how many forecasts the cells come from; it is only passed on.
	Origins                int
	cells, inside, bounded int
	absolute, bias, sum    float64
	scaled                 float64
	scaledCells            int
}

// Add adds one cell.
func (s *Score) Add(c Cell) {
	if math.IsNaN(c.Actual) {
		return
	}
	s.cells++
	err := math.Abs(c.Actual - c.Median)
	s.absolute += err
	s.bias += c.Mean - c.Actual
	s.sum += math.Abs(c.Actual)
	if c.Scale > 0 && !math.IsInf(c.Scale, 0) {
		s.scaled += err / c.Scale
		s.scaledCells++
	}
	if !math.IsNaN(c.Lower) && !math.IsNaN(c.Upper) {
		s.bounded++
		if c.Lower <= c.Actual && c.Actual <= c.Upper {
			s.inside++
		}
	}
}

// Accuracy returns the figures; what could not be measured is not known.
func (s *Score) Accuracy(level float64) wrapcast.Accuracy {
	ratio := func(a, b float64) wrapcast.Measure {
		if b == 0 {
			return wrapcast.NotMeasured()
		}
		return wrapcast.Measure(a / b)
	}
	return wrapcast.Accuracy{WAPE: ratio(s.absolute, s.sum), Bias: ratio(s.bias, s.sum),
		MASE:     ratio(s.scaled, float64(s.scaledCells)),
		Coverage: ratio(float64(s.inside), float64(s.bounded)), Level: level, Origins: s.Origins, Cells: s.cells}
}

// HandleScore adds up errors of the handle time, each weighted by the contacts handled. The zero HandleScore is empty.
type HandleScore struct{ absolute, sum float64 }

// Add adds a day on which so many contacts took so many seconds in all, and each was forecast to take expected. A day
// without a contact has no handle time, and neither has a forecast without one.
func (s *HandleScore) Add(contacts, seconds, expected float64) {
	if !(contacts > 0) || math.IsNaN(seconds) || expected == 0 {
		return
	}
	s.absolute += math.Abs(seconds - contacts*expected)
	s.sum += seconds
}

// WAPE is the sum of the errors over the sum of the handle times; not known where nothing was added.
func (s *HandleScore) WAPE() wrapcast.Measure {
	if s.sum == 0 {
		return wrapcast.NotMeasured()
	}
	return wrapcast.Measure(s.absolute / s.sum)
}
