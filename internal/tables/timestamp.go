package tables

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// notation is how a file writes its timestamps; a file keeps to one.
type notation struct {
	layout  string // by which it is read; "" for plain integers
	written string // by which it is written: digits of a second and +00:00 as they came
	offset  bool   // the text says its offset from UTC, so it is an instant
	utc     bool   // every offset is a Z
}

// compactDate is a date as SQL and many exports of telephone systems write it: 20261123.
const compactDate = "20060102"

// compactTimes are dates and times written so: 202611231415, with seconds, and with a T or a space between.
func compactTimes() []string {
	return []string{"200601021504", "20060102150405", "20060102T1504", "20060102T150405", "20060102 1504",
		"20060102 15:04", "20060102 15:04:05"}
}

func notations() []notation {
	return []notation{
		{layout: time.DateOnly},
		{layout: "2006-01-02T15:04:05"},
		{layout: time.DateTime},
		{layout: "2006-01-02T15:04"},
		{layout: "2006-01-02 15:04"},
		{layout: time.RFC3339, offset: true},
		{layout: "2006-01-02 15:04:05Z07:00", offset: true},
		{layout: "2006-01-02T15:04Z07:00", offset: true},
		{layout: "2006-01-02 15:04Z07:00", offset: true},
	}
}

// detect finds the notation of a timestamp. Eight digits that are a day of the years 1900 to 2199 are a date, twelve or
// fourteen a time, unless steps are asked for.
func detect(text string, f Frequency) (notation, bool) {
	if f != Steps {
		for _, layout := range append(compactTimes(), compactDate) {
			if isCompact(layout, text) {
				return notation{layout: layout, written: layout}, true
			}
		}
	}
	if _, err := strconv.ParseInt(text, 10, 64); err == nil {
		return notation{}, true
	}
	for _, n := range notations() {
		if _, err := time.Parse(n.layout, text); err == nil {
			n.written, n.utc = strings.Replace(n.layout, ":05", ":05"+fraction(text), 1), n.offset
			return n, true
		}
	}
	return notation{}, false
}

// fraction is the layout of the digits of a second that a time is written with.
func fraction(text string) string {
	_, after, found := strings.Cut(text, ".")
	if !found {
		return ""
	}
	digits := len(after) - len(strings.TrimLeft(after, "0123456789"))
	return "." + strings.Repeat("0", digits)
}

// seeOffsets sees how a row writes its offset. Where none is a Z, that of UTC is +00:00 too.
func (n *notation) seeOffsets(first bool, text string) {
	if !n.offset {
		return
	}
	z := strings.HasSuffix(text, "Z")
	n.utc = n.utc && z
	switch {
	case first && !z:
		n.written = strings.Replace(n.written, "Z07:00", "-07:00", 1)
	case z:
		n.written = strings.Replace(n.written, "-07:00", "Z07:00", 1)
	}
}

func isCompact(layout, text string) bool {
	t, err := time.Parse(layout, text)
	return err == nil && len(text) == len(layout) && t.Year() >= 1900 && t.Year() < 2200
}

// tick is a point on a file's time axis before its frequency is known: the whole
// number itself for plain integers, else the instant, or the reading of the clock as if it hung in UTC.
type tick struct {
	step int64
	time time.Time
}

func (n notation) parse(text string) (tick, bool) {
	if n.layout == "" {
		i, err := strconv.ParseInt(text, 10, 64)
		return tick{step: i}, err == nil && i > math.MinInt64/2 && i < math.MaxInt64/2
	}
	t, err := time.Parse(n.layout, text)
	return tick{time: t}, err == nil && t.Year() > 0 && t.Year() < 10_000
}
