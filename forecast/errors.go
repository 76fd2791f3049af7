package forecast

import (
	"fmt"
	"math"
	"strconv"
)

// Error says which part of the input cannot be used, and why.
type Error struct {
	// Series is the ID of the series at fault, "" when an option is.
	Series string
	// Position is the index of the value at fault, counted from 0, or -1.
	Position int
	// Option names the option at fault, such as "Horizon", "" when a series is.
	Option string
	// Message says what is wrong, in one sentence without a full stop.
	Message string
}

// Error returns where and what, on one line.
func (e *Error) Error() string {
	switch {
	case e.Option != "":
		return e.Option + ": " + e.Message
	case e.Position >= 0:
		return "series " + strconv.Quote(e.Series) + ", value " + strconv.Itoa(e.Position+1) + ": " + e.Message
	default:
		return "series " + strconv.Quote(e.Series) + ": " + e.Message
	}
}

func optionError(name, format string, args ...any) error {
	return &Error{Option: name, Position: -1, Message: fmt.Sprintf(format, args...)}
}

func seriesError(id, message string) error {
	return &Error{Series: id, Position: -1, Message: message}
}

// checkFinite refuses infinities; NaN is a missing value and welcome.
func checkFinite(id string, values []float64) error {
	for i, v := range values {
		if math.IsInf(v, 0) || math.Abs(v) > largest {
			return &Error{Series: id, Position: i, Message: fmt.Sprintf("%g is beyond what can be forecast", v)}
		}
	}
	return nil
}

// largest is the greatest magnitude a value may have: squares of it, summed over the longest
// history, stay far inside a float64.
const largest = 1e100
