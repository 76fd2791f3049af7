package edited

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/tables/internal/cells"
)

// headerWithin is how many rows a table's header may stand below its top: people write above it.
const headerWithin = 20

// keyName is what the column of keys is called here, whatever its header goes on to say.
const keyName = "key"

// columnNames are those that a forecast's file has beside its days.
func columnNames() []string {
	return []string{"code", "queue", "planning group", "channel", "measure", "all days", "reason", "kind", "id", "name"}
}

// findHeader finds the row that names the columns: with measure, or two others, and a day at least.
func (f *File) findHeader(s cells.Sheet, from wrapcast.Date, days int) (header, bool) {
	for _, row := range s.Rows[:min(headerWithin, len(s.Rows))] {
		h := header{line: row.Line, named: map[int]string{}, days: map[int]wrapcast.Date{}}
		for column, c := range row.Cells {
			if name := columnName(c.Text); name != "" {
				h.named[column] = name
			}
		}
		if len(h.named) < 2 {
			continue
		}
		f.findDays(&h, s, row, stretch{from, days})
		if len(h.order) > 0 || len(h.problems) > 0 {
			return h, true
		}
	}
	return header{}, false
}

func columnName(text string) string {
	if isKeyHeader(text) {
		return keyName
	}
	text = strings.ToLower(strings.TrimSpace(text))
	for _, name := range columnNames() {
		if text == name {
			return name
		}
	}
	return ""
}

// stretch is so many days from one on.
type stretch struct {
	from wrapcast.Date
	days int
}

func (s stretch) has(day wrapcast.Date) bool {
	return day >= s.from && day < s.from+wrapcast.Date(s.days)
}

// findDays finds the columns that are days. One that is headed by a day of another forecast, or by the same day as
// another column, is a problem; one without a name is not ours.
func (f *File) findDays(h *header, s cells.Sheet, row cells.Row, days stretch) {
	seen, next := map[wrapcast.Date]string{}, days.from
	for column, c := range row.Cells {
		if h.named[column] != "" || c.Text == "" {
			continue
		}
		at := f.address(s, column+1, row.Line)
		day, is := days.read(c, next)
		if !is {
			continue
		}
		switch {
		case !days.has(day):
			h.problems = append(h.problems, Problem{at, fmt.Sprintf("the column is headed %s, which is no day of this forecast (%s to %s)",
				c.Text, days.from, days.from+wrapcast.Date(days.days-1)), "put the date back, or delete the column: it may be pasted from another week"})
		case seen[day] != "":
			h.problems = append(h.problems, Problem{at, fmt.Sprintf("two columns are headed %s: the other is %s", day, seen[day]),
				"keep one of them, each under its own date"})
		default:
			seen[day], h.days[column] = at, day
			h.order = append(h.order, column)
			next = day + 1
		}
	}
}

// read reads the head of a column as a day: a date, or what is left of one where the year is not shown: "Mon 7 Dec".
// Next is the day after the column before.
func (s stretch) read(c cells.Cell, next wrapcast.Date) (wrapcast.Date, bool) {
	if c.Kind == cells.Date {
		day, err := wrapcast.ParseDate(strings.Fields(c.Text)[0])
		return day, err == nil
	}
	if day, err := wrapcast.ParseDate(strings.TrimSpace(c.Text)); err == nil {
		return day, true
	}
	if day, is := s.numeric(strings.TrimSpace(c.Text), next); is {
		return day, true
	}
	return s.short(c.Text, next)
}

// numeric reads a date whose year is written. Of two readings of 01/12/2026 the one holds that follows the column
// before, else the one that is a day of the stretch.
func (s stretch) numeric(text string, next wrapcast.Date) (wrapcast.Date, bool) {
	var read []wrapcast.Date
	for _, layout := range []string{"2.1.2006", "2/1/2006", "1/2/2006", "2-1-2006", "2006/1/2", "2006.1.2",
		"2 Jan 2006", "2-Jan-2006", "Mon 2 Jan 2006", "2.1.06", "2/1/06", "1/2/06"} {
		if t, err := time.Parse(layout, text); err == nil {
			read = append(read, wrapcast.DateOf(t))
		}
	}
	for _, fits := range []func(wrapcast.Date) bool{func(d wrapcast.Date) bool { return d == next }, s.has} {
		for _, day := range read {
			if fits(day) && s.has(day) {
				return day, true
			}
		}
	}
	if len(read) > 0 {
		return read[0], true // of another week: the caller says so
	}
	return 0, false
}

// short reads "Mon 7 Dec" in any language: the day of the month alone is a number, and the stretch says which it is.
func (s stretch) short(text string, next wrapcast.Date) (wrapcast.Date, bool) {
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	number, letters := 0, 0
	for _, w := range words {
		if n, err := strconv.Atoi(w); err == nil && n >= 1 && n <= 31 && number == 0 {
			number = n
		} else if err == nil {
			return 0, false
		} else {
			letters++
		}
	}
	if number == 0 || letters == 0 || letters > 2 {
		return 0, false
	}
	if s.has(next) && dayOfMonth(next) == number {
		return next, true
	}
	var found []wrapcast.Date
	for i := range s.days {
		day := s.from + wrapcast.Date(i)
		if dayOfMonth(day) == number && named(words, day) {
			found = append(found, day)
		}
	}
	if len(found) == 1 {
		return found[0], true
	}
	return s.from - 1, true // a day, and none of these: the caller says so
}

func dayOfMonth(d wrapcast.Date) int { return d.Midnight(time.UTC).Day() }

// named reports whether the words hold the English name of a day's month, or no English month at all.
func named(words []string, day wrapcast.Date) bool {
	month, some := day.Midnight(time.UTC).Month(), false
	for _, w := range words {
		for m := time.January; m <= time.December; m++ {
			if len(w) >= 3 && strings.HasPrefix(strings.ToLower(m.String()), strings.ToLower(w)) {
				some = true
				if m == month {
					return true
				}
			}
		}
	}
	return !some
}
