package export

import (
	"fmt"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
)

// Heading names a column of a list, and how wide it is in characters.
type Heading struct {
	Name  string
	Width float64
}

// Share is a fraction that is shown as per cent.
type Share float64

// ListSheet lays out a list, a row each in the order given: what a page lists and no report has. A value is a text, a
// number, a [Share], a [wrapcast.Measure], a [wrapcast.Date], an instant, written in UTC, or several texts.
func ListSheet(name, title string, columns []Heading, rows [][]any) Sheet {
	s := Sheet{Name: name, Title: title, Fixed: 1}
	for _, c := range columns {
		s.Columns = append(s.Columns, named(c.Name, c.Width))
	}
	for _, values := range rows {
		row := Row{}
		for _, v := range values {
			row.Cells = append(row.Cells, cellOf(v))
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

// AboutList says what lists are of: each line has what it is about and a sentence.
func AboutList(title string, lines ...[2]string) Sheet {
	a := newAbout(title)
	for _, line := range lines {
		a.say(line[0], "%s", line[1])
	}
	return a.sheet
}

// cellOf is the cell of a value; nothing of nothing.
func cellOf(value any) Cell {
	switch v := value.(type) {
	case string:
		return textOrNothing(v)
	case []string:
		return textOrNothing(strings.Join(v, ", "))
	case int:
		return whole(float64(v))
	case float64:
		return contacts(v)
	case Share:
		return Cell{Kind: cellPercent, Number: float64(v)}
	case wrapcast.Measure:
		return measured(cellCount, v)
	case wrapcast.Date:
		return dayOf(v)
	case *wrapcast.Date:
		if v != nil {
			return dayOf(*v)
		}
	case time.Time:
		if !v.IsZero() {
			return text(v.UTC().Format(time.RFC3339))
		}
	case *time.Time:
		if v != nil {
			return cellOf(*v)
		}
	case bool:
		return text(map[bool]string{true: "yes", false: "no"}[v])
	case fmt.Stringer:
		return textOrNothing(v.String())
	}
	return Cell{}
}

func textOrNothing(s string) Cell {
	if s == "" {
		return Cell{}
	}
	return text(s)
}
