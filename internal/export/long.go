package export

import (
	"io"
	"time"
)

// LongOptions say how to read a long CSV.
type LongOptions struct {
	// Frequency of every series in the file; "" takes the commonest step.
	Frequency Frequency
	// Zone says whose days timestamps with an offset belong to; nil keeps the offset they are written with.
	Zone *time.Location
	// FillZero turns gaps inside a series into zeros; false leaves them gaps.
	FillZero bool
}

// Long is a file of series, one row per series and step, columns series_id,
// timestamp and value.
type Long struct {
	Frequency Frequency
	// Series are in the order in which the file names them first.
	Series []LongSeries
	axis   axis
}

// LongSeries is one series of a file on its complete grid.
type LongSeries struct {
	ID string
	// Values holds one value per step from the first row to the last; NaN where there is no row or no value.
	Values []float64
	first  int64
}

// Limits of what is taken for a series rather than for a mistake.
const (
	maxField  = 4096
	maxPoints = 2_000_000
)

// ReadLong reads a long CSV. Errors are of kind InvalidData and name the line.
func ReadLong(r io.Reader, o LongOptions) (*Long, error) {
	rows, err := readRows(r)
	if err != nil {
		return nil, err
	}
	a := axis{notation: rows.notation, freq: o.Frequency, zone: o.Zone}
	if a.freq == "" {
		if a.freq, err = rows.commonestFrequency(); err != nil {
			return nil, err
		}
	}
	if (a.freq == Steps) != (rows.notation.layout == "") {
		return nil, invalid("timestamps are %s, which does not go with --freq %s", rows.notation.kind(), a.freq).
			WithHint("use --freq step for plain integers and D, H, 30min, 15min or W for dates and times")
	}
	l := &Long{Frequency: a.freq, axis: a}
	for _, s := range rows.series {
		grid, err := s.onGrid(a, o.FillZero)
		if err != nil {
			return nil, err
		}
		l.Series = append(l.Series, grid)
	}
	return l, nil
}

// Time returns when step i of s begins; steps past the end lie in the future. It is
// the zero time where steps are plain integers.
func (l *Long) Time(s LongSeries, i int) time.Time { return l.axis.time(l.position(s, i)) }

// Timestamp writes step i of s as the file writes its timestamps.
func (l *Long) Timestamp(s LongSeries, i int) string { return l.axis.format(l.position(s, i)) }

func (l *Long) position(s LongSeries, i int) int64 { return s.first + int64(i)*l.axis.unit() }
