// Package column is how the columns that are not plain SQL values are written: days of
// quarter-hours, and documents. docs/FORMATS.md describes their bytes.
package column

import (
	"encoding/binary"
	"errors"
	"fmt"
)

const (
	// QuarterHoursPerDay is how many cells a UTC day has.
	QuarterHoursPerDay = 96
	// packedVersion is the first byte of a packed day.
	packedVersion = 1
	// MaxCount bounds every figure of a cell: 35 years in milliseconds. No sum over a leaf's history overflows.
	MaxCount = 1 << 40
	// maxSum bounds the figures of a sum of a million leaves.
	maxSum = MaxCount << 20
	// SumWidth is how many figures of a cell are added up: handled and handle ms.
	SumWidth = 2
)

// Cell is what one quarter-hour holds: of a leaf handled, handle ms and after-call ms;
// of a queue's channel offered, abandoned and nothing. The zero cell is an empty quarter-hour.
type Cell [3]int64

// PackDay writes a day as its column: the version, then for each quarter-hour that is not
// empty, in their order, the number of empty ones before it since the last, and its
// first width figures, all as unsigned varints (encoding/binary). An empty day is nil:
// it has no row.
func PackDay(day []Cell, width int) []byte {
	var b []byte
	empty := uint64(0)
	for _, c := range day {
		if c == (Cell{}) {
			empty++
			continue
		}
		if b == nil {
			b = append(make([]byte, 0, 256), packedVersion)
		}
		b = binary.AppendUvarint(b, empty)
		for _, figure := range c[:width] {
			b = binary.AppendUvarint(b, uint64(figure))
		}
		empty = 0
	}
	return b
}

// UnpackDay fills day from its column. It accepts only what PackDayDay writes: one row of bytes
// for one day, so equal bytes are equal days and damage does not pass as data.
func UnpackDay(b []byte, width int, day []Cell) error { return unpackWithin(b, width, MaxCount, day) }

// UnpackSum fills day from the column of a sum.
func UnpackSum(b []byte, day []Cell) error { return unpackWithin(b, SumWidth, maxSum, day) }

func unpackWithin(b []byte, width int, limit uint64, day []Cell) error {
	if len(b) < 2 || b[0] != packedVersion {
		return fmt.Errorf("a packed day does not begin with version %d", packedVersion)
	}
	clear(day)
	b = b[1:]
	for at := 0; len(b) > 0; at++ {
		empty, rest, err := uvarint(b)
		if err != nil {
			return err
		}
		if empty >= uint64(len(day)-at) {
			return errors.New("a packed day has more quarter-hours than a day")
		}
		at += int(empty)
		if b, err = unpackCell(rest, &day[at], width, limit); err != nil {
			return err
		}
	}
	return nil
}

func unpackCell(b []byte, c *Cell, width int, limit uint64) (rest []byte, err error) {
	for i := range width {
		var figure uint64
		if figure, b, err = uvarint(b); err != nil {
			return nil, err
		}
		if figure > limit {
			return nil, errors.New("a packed day has a figure that cannot be")
		}
		c[i] = int64(figure)
	}
	if *c == (Cell{}) {
		return nil, errors.New("a packed day has an empty quarter-hour")
	}
	return b, nil
}

// uvarint reads a varint in its shortest form.
func uvarint(b []byte) (v uint64, rest []byte, err error) {
	v, n := binary.Uvarint(b)
	if n <= 0 {
		return 0, nil, errors.New("a packed day ends within a figure")
	}
	if n > 1 && b[n-1] == 0 {
		return 0, nil, errors.New("a packed day has a figure written too long")
	}
	return v, b[n:], nil
}
