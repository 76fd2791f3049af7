package tables

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/tables/internal/meaning"
)

// calendarReading is how the times of a file are read.
type calendarReading struct {
	// order is dmy, mdy or ymd; "" where no time needs one.
	order string
	// by is what settles it, for people.
	by string
	// weeks says that six digits are weeks of years, not months.
	weeks bool
	// early is subtracted from every time, seconds: intervals are named by their end.
	early int
	// offsets says that what follows a time with a minus is an offset, not the end of an interval.
	offsets bool
}

// place is where a text stands.
type place struct {
	line int
	text string
}

// dateEvidence is what the texts of a file say of how its times are written.
type dateEvidence struct {
	// numeric is a first time whose order is open; dayFirst, monthFirst and dots first ones that allow one order alone.
	numeric, dayFirst, monthFirst, dots place
	// cell is a first time that a workbook itself says is one, texts a first that it took for text.
	cell, texts place
	// whole is a first day that is written in a way that needs no order.
	whole place
	// shortFirst and shortLast are the different numbers that stand first and last where a year has two digits.
	shortFirst, shortLast map[int]bool
	six                   map[int]int // the largest number of each year of six digits
	// ends are the ends of intervals that may be offsets, clocks all begins.
	ends, clocks map[int]bool
}

func newDateEvidence() *dateEvidence {
	return &dateEvidence{shortFirst: map[int]bool{}, shortLast: map[int]bool{}, six: map[int]int{}, ends: map[int]bool{},
		clocks: map[int]bool{}}
}

// see takes a time into account.
func (e *dateEvidence) see(s meaning.Stamp, at place) {
	if s.MaybeOffset {
		e.ends[s.Until] = true
	}
	if s.Clock != meaning.None && len(e.clocks) < 2000 {
		e.clocks[s.Clock] = true
	}
	switch s.Form {
	case meaning.SixDigits:
		e.six[s.Year] = max(e.six[s.Year], s.First)
	case meaning.Numeric:
		e.seeNumeric(s, at)
	case meaning.Day:
		if e.whole.line == 0 {
			e.whole = at
		}
	case meaning.NoDay, meaning.Month, meaning.Week, meaning.Serial, meaning.Epoch:
	}
}

func (e *dateEvidence) seeNumeric(s meaning.Stamp, at place) {
	first := func(p *place) {
		if p.line == 0 {
			*p = at
		}
	}
	first(&e.texts)
	if s.ShortYear {
		e.shortFirst[s.First], e.shortLast[s.Year%100] = true, true
	}
	if s.Dots {
		first(&e.dots)
	}
	byDay, byMonth := meaning.Valid(s.Year, s.Second, s.First), meaning.Valid(s.Year, s.First, s.Second)
	if byDay && byMonth && s.Weekday != meaning.AnyDay { // the name of a weekday fits one of them
		byDay = weekdayOf(s.Year, s.Second, s.First) == s.Weekday
		byMonth = weekdayOf(s.Year, s.First, s.Second) == s.Weekday
	}
	switch {
	case byDay && !byMonth:
		first(&e.dayFirst)
	case byMonth && !byDay:
		first(&e.monthFirst)
	case s.First != s.Second:
		first(&e.numeric)
	}
}

func weekdayOf(year, month, day int) int {
	return int(time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Weekday())
}

// order finds in which order day and month stand, or asks.
func (e *dateEvidence) order(asked string) (order, by string, err error) {
	switch d, m := e.dayFirst, e.monthFirst; {
	case asked != "":
		return asked, "--dates " + asked, nil
	case e.cell.line > 0 && e.texts.line > 0:
		return "", "", invalid("line %d: %s is text, and line %d: %s a date: the sheet took the days up to 12 for months or it "+
			"could not read some", e.texts.line, quoted(e.texts.text), e.cell.line, quoted(e.cell.text)).
			WithHint("open the file it was made from with the settings of its country, or have a CSV; where the dates are right, " +
				"say how the texts are meant: --dates dmy or --dates mdy")
	case e.whole.line > 0 && e.texts.line > 0:
		return "", "", invalid("line %d: %s and line %d: %s are written in two ways", e.whole.line, quoted(e.whole.text),
			e.texts.line, quoted(e.texts.text)).
			WithHint("a sheet opened with another country's settings changes some dates and leaves others: have the file anew; " +
				"where all are right, say how those with two numbers first are meant: --dates dmy or --dates mdy")
	case len(e.shortFirst) > 0 && e.yearFirst():
		return "ymd", "the last number runs through the days", nil
	case len(e.shortFirst) > 0 && max(len(e.shortFirst), len(e.shortLast)) <= 2 && d.line+m.line+e.dots.line == 0:
		return "", "", invalid("line %d: %s may have its year first or last", e.numeric.line, quoted(e.numeric.text)).
			WithHint("say which: --dates dmy, --dates mdy or --dates ymd; or write years with four digits")
	case d.line > 0 && m.line > 0:
		return "", "", invalid("line %d: %s has its day first, and line %d: %s its month", d.line, quoted(d.text), m.line, quoted(m.text)).
			WithHint("write all dates of a file in one order, best as 2026-11-23; a sheet opened with another country's " +
				"settings mixes them")
	case d.line > 0:
		return "dmy", fmt.Sprintf("%s on line %d", d.text, d.line), nil
	case m.line > 0:
		return "mdy", fmt.Sprintf("%s on line %d", m.text, m.line), nil
	case e.dots.line > 0:
		return "dmy", "points between", nil
	case e.numeric.line > 0:
		return "", "", e.askOrder()
	}
	return "dmy", "", nil // day and month are the same number
}

// yearFirst reports whether of years of two digits the first number is the year: it stays, and the last one runs.
func (e *dateEvidence) yearFirst() bool {
	return len(e.shortFirst) <= 3 && len(e.shortLast) > 3 && e.dots.line == 0
}

func (e *dateEvidence) askOrder() error {
	s, _ := meaning.NewWords().ReadStamp(e.numeric.text)
	byDay := time.Date(s.Year, time.Month(s.Second), s.First, 0, 0, 0, 0, time.UTC)
	byMonth := time.Date(s.Year, time.Month(s.First), s.Second, 0, 0, 0, 0, time.UTC)
	return invalid("line %d: %s is %s or %s: no date of the file allows only one of them", e.numeric.line,
		quoted(e.numeric.text), byDay.Format("2 January 2006"), byMonth.Format("2 January 2006")).
		WithHint("say which: --dates dmy (%s) or --dates mdy (%s)", byDay.Format("2 January"), byMonth.Format("2 January"))
}

// sixDigits finds whether six digits are months or weeks of years.
func (e *dateEvidence) sixDigits(name string, f Frequency) (weeks bool, err error) {
	most, full := 0, 0
	for _, last := range e.six {
		most = max(most, last)
		if last == 12 {
			full++
		}
	}
	folded := " " + meaning.Fold(name) + " "
	named := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(folded, w) })
	}
	switch {
	case most == 0:
		return false, nil
	case most > 12 || f == Weekly || named("week", "woche", " kw ", "semaine", "semana"):
		return true, nil
	case f == Monthly || named("month", "monat", "mois", " mes ", "periode", "period") || full > 0 && len(e.six) > 1:
		return false, nil
	}
	return false, invalid("the times are six digits each, a year and its months or its weeks (202603)").
		WithHint("say which: --freq M for months, --freq W for weeks")
}

// isOffsets reports whether what follows times with a minus are offsets: one or two for all, while times differ.
func (e *dateEvidence) isOffsets() bool {
	return len(e.ends) <= 2 && len(e.clocks) > 2 || len(e.clocks) <= 1
}

// namedByEnd is by how many seconds intervals are named too late: by a step where they are named by their end, as the
// column's name says, or 24:00 where 00:00 never comes.
func (e *dateEvidence) namedByEnd(end bool, hasUntil bool) int {
	const day = 24 * 60 * 60
	if hasUntil || !end && (!e.clocks[day] || e.clocks[0]) {
		return 0
	}
	var sorted []int
	for c := range e.clocks {
		sorted = append(sorted, c)
	}
	slices.Sort(sorted)
	step := day
	for i := 1; i < len(sorted); i++ {
		step = min(step, sorted[i]-sorted[i-1])
	}
	return step
}

// tickOf is the time of a stamp, on the clock as if it hung in UTC where no offset is written.
func (r calendarReading) tickOf(s meaning.Stamp) (time.Time, bool) {
	var day time.Time
	switch date := func(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }; s.Form {
	case meaning.Day:
		day = date(s.Year, s.First, s.Second)
	case meaning.Numeric:
		y, m, d := s.Year, s.Second, s.First
		switch r.order {
		case "mdy":
			m, d = d, m
		case "ymd":
			y, m, d = 2000+s.First, s.Second, s.Year%100
		}
		if !meaning.Valid(y, m, d) {
			return day, false
		}
		day = date(y, m, d)
	case meaning.Month:
		day = date(s.Year, s.First, 1)
	case meaning.SixDigits:
		if day = date(s.Year, s.First, 1); r.weeks {
			day = monday(s.Year, s.First)
		}
	case meaning.Week:
		day = monday(s.Year, s.First)
	case meaning.Serial:
		seconds := int64(s.Number*86400 + 0.5)
		day = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).Add(time.Duration(seconds) * time.Second)
	case meaning.Epoch:
		return time.Unix(int64(s.Number), 0).UTC(), true
	case meaning.NoDay:
		return day, false
	}
	return r.at(day, s), true
}

// at adds the time of day.
func (r calendarReading) at(day time.Time, s meaning.Stamp) time.Time {
	if s.Clock != meaning.None {
		day = day.Add(time.Duration(s.Clock) * time.Second)
	}
	day = day.Add(-time.Duration(r.early) * time.Second)
	if s.Zoned && (!s.MaybeOffset || r.offsets) {
		zone := time.UTC
		if s.Offset != 0 {
			zone = time.FixedZone("", s.Offset)
		}
		return time.Date(day.Year(), day.Month(), day.Day(), day.Hour(), day.Minute(), day.Second(), 0, zone)
	}
	return day
}

// monday is the first day of a week by ISO 8601.
func monday(year, week int) time.Time {
	fourth := wrapcast.DateOf(time.Date(year, 1, 4, 0, 0, 0, 0, time.UTC)) // always in week 1
	first := fourth - wrapcast.Date((int(fourth.Weekday())+6)%7)
	return (first + wrapcast.Date(7*(week-1))).Midnight(time.UTC)
}
