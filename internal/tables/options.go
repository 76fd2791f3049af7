package tables

import (
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
)

// Options say how to read a file. What they leave out is found in the file, or asked for.
type Options struct {
	// Frequency of every series in the file; "" takes the commonest step.
	Frequency Frequency
	// Zone is whose wall clock the file is kept by: its days, its hours, and where its clock changes. Nil takes instants
	// by the offset they are written with, and other times on a clock that never changes.
	Zone *time.Location
	// Fill says what a step without a row or a value means; "" sees it by the file's pattern.
	Fill Filling
	// AddUp adds rows of one series and time, such as those of agents; else they are an error.
	AddUp bool
	// Columns name columns and the sheet.
	Columns Columns
	// Writing says how dates and numbers are written.
	Writing Writing
	// end is the last position of the whole file, of which a block is read; nil is that of the rows read.
	end *int64
}

// Columns name the columns that are read, by their names, numbers from one, or letters; several are separated by
// commas.
type Columns struct {
	// Time is the column of time, or those of date and interval; ID those that together name a series; Value that of the
	// numbers.
	Time, ID, Value string
	// Sheet is that of a workbook.
	Sheet string
	// Count says that each row is one contact: rows are counted per step, days if no other frequency is asked for, and
	// steps without one are zero.
	Count bool
}

// given reports whether any column is named.
func (c Columns) given() bool { return c != Columns{} }

// list are names given with commas between.
func list(names string) (out []string) {
	for name := range strings.SplitSeq(names, ",") {
		if name = strings.TrimSpace(name); name != "" {
			out = append(out, name)
		}
	}
	return out
}

// Writing is how a file's owner says that it is written where the file leaves it open.
type Writing struct {
	// Dates is the order of day, month and year: dmy, mdy or ymd.
	Dates string `json:"dates,omitempty"`
	// Decimal is comma or point.
	Decimal string `json:"decimal,omitempty"`
	// Spans is how 5:30 is meant: m:ss or h:mm.
	Spans string `json:"spans,omitempty"`
}

// Check refuses what is none of the ways of writing (Usage).
func (w Writing) Check() error {
	for _, k := range []struct {
		flag, value string
		known       []string
	}{
		{"--dates", w.Dates, []string{"", "dmy", "mdy", "ymd"}},
		{"--decimal", w.Decimal, []string{"", "comma", "point"}},
		{"--spans", w.Spans, []string{"", "m:ss", "h:mm"}},
	} {
		if !slices.Contains(k.known, k.value) {
			return wrapcast.Errorf(wrapcast.Usage, "", "%s is %q", k.flag, k.value).
				WithHint("it is %s; without it the file decides", strings.Join(k.known[1:], " or "))
		}
	}
	return nil
}
