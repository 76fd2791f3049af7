// Package columns has series as JSON shows them: one figure per day or quarter-hour, null where there is none, rounded
// for reading.
package columns

import (
	"math"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/wrapcast/wrapcast"
)

// Decimals are figures of a series, null where there is none: of a day that was never
// read, of a handle time without contacts. They are written with at most three decimals.
type Decimals []float64

// MarshalJSON writes NaN and infinities as null.
func (d Decimals) MarshalJSON() ([]byte, error) {
	b := make([]byte, 0, 8*len(d)+2)
	b = append(b, '[')
	for i, v := range d {
		if i > 0 {
			b = append(b, ',')
		}
		if math.IsNaN(v) || math.IsInf(v, 0) {
			b = append(b, "null"...)
			continue
		}
		b = strconv.AppendFloat(b, math.Round(v*1000)/1000, 'f', -1, 64)
	}
	return append(b, ']'), nil
}

// Schema implements huma.SchemaProvider.
func (Decimals) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeArray, Items: &huma.Schema{Type: huma.TypeNumber, Nullable: true}}
}

// None marks a missing count.
const None = -1

// Counts are whole numbers of a series, null where there is none.
type Counts []int32

// MarshalJSON writes None as null.
func (c Counts) MarshalJSON() ([]byte, error) {
	b := make([]byte, 0, 4*len(c)+2)
	b = append(b, '[')
	for i, v := range c {
		if i > 0 {
			b = append(b, ',')
		}
		if v == None {
			b = append(b, "null"...)
			continue
		}
		b = strconv.AppendInt(b, int64(v), 10)
	}
	return append(b, ']'), nil
}

// Schema implements huma.SchemaProvider.
func (Counts) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeArray, Items: &huma.Schema{Type: huma.TypeInteger, Nullable: true}}
}

// Decimals are the same counts as figures, NaN where there is none.
func (c Counts) Decimals() Decimals {
	out := make(Decimals, len(c))
	for i, n := range c {
		if out[i] = float64(n); n == None {
			out[i] = math.NaN()
		}
	}
	return out
}

// Measure is a figure rounded to three decimals, not measured where it is NaN.
func Measure(v float64) wrapcast.Measure { return wrapcast.Measure(Round3(v)) }

// Fraction is a part of a whole, rounded to four decimals; not measured of nothing.
func Fraction(part, whole float64) wrapcast.Measure {
	if !(whole > 0) {
		return wrapcast.NotMeasured()
	}
	return Round4(wrapcast.Measure(part / whole))
}

// Round3 rounds to three decimals.
func Round3(v float64) float64 { return math.Round(v*1e3) / 1e3 }

// Round4 rounds a measure to four decimals.
func Round4(m wrapcast.Measure) wrapcast.Measure {
	return wrapcast.Measure(math.Round(float64(m)*1e4) / 1e4)
}
