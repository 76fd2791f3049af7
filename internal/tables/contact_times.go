package tables

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast/internal/tables/internal/cells"
	"github.com/wrapcast/wrapcast/internal/tables/internal/meaning"
)

// timeReading is how a column of handle times is read.
type timeReading struct {
	at      int
	numbers numberReading
	// total says that a row has the sum of its contacts, not their average; unit is a second in its numbers.
	total bool
	unit  float64
	// words tell it to people.
	words string
}

// What handle times are plausible on average, seconds: others need their unit named.
const (
	shortHandle = 15
	longHandle  = 3 * 60 * 60
)

// readTimes finds how the columns of handle time and of work after contacts are written.
func (r *contactReader) readTimes(o ContactOptions, dates *dateEvidence, comma rune) (err error) {
	if r.handle, err = r.timeReading(r.handleAt, o, dates, comma); err != nil {
		return err
	}
	after := o
	after.Columns.HandleTimeIs = ""
	if r.after, err = r.timeReading(r.afterAt, after, dates, comma); err != nil {
		r.after, r.afterAt = timeReading{at: -1}, -1 // it is a part of the handle time alone
	}
	return nil
}

func (r *contactReader) timeReading(at int, o ContactOptions, dates *dateEvidence, comma rune) (t timeReading,
	err error) {
	if t.at = at; at < 0 {
		return t, nil
	}
	e := &numberEvidence{}
	for _, row := range r.rows {
		e.see(asSpan(cellOf(row, at)), row.Line)
	}
	if t.numbers, err = e.reading(o.Writing, r.habitOf(dates, e, comma)); err != nil {
		return t, err
	}
	if t.total, err = r.isTotal(at, o.Columns.HandleTimeIs); err != nil {
		return t, err
	}
	name := r.title(at)
	unit := o.Columns.HandleTimeUnit
	if unit == "" {
		unit = unitOf(name)
	}
	t.unit = map[string]float64{"ms": 0.001, "s": 1, "min": 60}[unit]
	t.words = map[bool]string{true: "in all", false: "on average"}[t.total]
	if t.numbers.spans {
		t.unit = 1
		return t, nil
	}
	if t.unit == 0 {
		t.unit = 1
		if err := r.checkUnit(t); err != nil {
			return t, err
		}
	}
	t.words += map[float64]string{0.001: ", milliseconds", 1: ", seconds", 60: ", minutes"}[t.unit]
	return t, nil
}

// asSpan is a cell of a handle time: a workbook's time of day is a length of time there.
func asSpan(c cells.Cell) cells.Cell {
	if c.Kind == cells.Date {
		if _, clock, found := strings.Cut(c.Text, " "); found {
			return cells.Cell{Text: clock, Kind: cells.Span}
		}
	}
	return c
}

// unitOf is the unit that a column's name says: ms, s, min; "" for none.
func unitOf(name string) string {
	folded := " " + strings.NewReplacer("(", " ", ")", " ", "[", " ", "]", " ", "_", " ", ".", " ").Replace(meaning.Fold(name)) + " "
	for _, k := range []struct {
		unit  string
		words []string
	}{
		{"ms", []string{" ms ", " msec ", " millis ", " milliseconds ", " millisekunden ", " thandle "}},
		{"min", []string{" min ", " mins ", " minutes ", " minuten ", " minutos "}},
		{"s", []string{" s ", " sec ", " secs ", " seconds ", " sek ", " sekunden ", " secondes ", " segundos ", " seg "}},
	} {
		if slices.ContainsFunc(k.words, func(w string) bool { return strings.Contains(folded, w) }) {
			return k.unit
		}
	}
	return ""
}

// handleKind is whether a column's name says that it has averages or totals; "" where it says neither.
func handleKind(name string) string {
	folded := " " + meaning.Fold(name) + " "
	for _, word := range []string{"total", "sum of", " tht", "gesamt", "somme", " thandle "} {
		if strings.Contains(folded, word) {
			return "total"
		}
	}
	for _, word := range []string{"avg", "average", "aht", "mean", "durchschn", "mittlere", " dmt ", "moyen", " tmo ",
		"medio", "media", " tma ", " ø "} {
		if strings.Contains(folded, word) {
			return "average"
		}
	}
	return ""
}

// isTotal finds whether handle times are totals: by name, because each row is one contact, or because no row with
// several contacts could have taken so little; else it asks.
func (r *contactReader) isTotal(at int, asked string) (bool, error) {
	if asked == "" {
		asked = handleKind(r.title(at))
	}
	if r.count || asked != "" {
		return asked == "total", nil
	}
	return false, invalid("the column %s may have the handle time of a contact on average, or of all contacts of a row together",
		quoted(r.title(at))).WithHint("say which: --aht-is average or --aht-is total")
}

// checkUnit asks for the unit of handle times that nobody has in seconds.
func (r *contactReader) checkUnit(t timeReading) error {
	var averages []float64
	for _, row := range r.rows {
		v, ok := t.numbers.value(cellOf(row, t.at))
		n := 1.0
		if !r.count && len(r.values) == 1 && t.total {
			n, _ = r.numbers.value(cellOf(row, r.values[0].at))
		}
		if ok && v > 0 && n > 0 {
			averages = append(averages, v/n)
		}
	}
	if len(averages) == 0 {
		return nil
	}
	slices.Sort(averages)
	middle := averages[len(averages)/2]
	if middle >= shortHandle && middle <= longHandle {
		return nil
	}
	return invalid("a contact of the column %s takes %g on average: that is %s in seconds", quoted(r.title(t.at)),
		math.Round(middle*100)/100, lengthWords(middle)).
		WithHint("say the unit: --aht-unit s, --aht-unit ms or --aht-unit min; none is planned with --aht none")
}

func lengthWords(seconds float64) string {
	if seconds > 2*60*60 {
		return fmt.Sprintf("%.1f hours", seconds/3600)
	}
	return fmt.Sprintf("%.3g seconds", seconds)
}

// secondsIn is how long the contacts of a row took together.
func (r *contactReader) secondsIn(row cells.Row, t timeReading, contacts float64) (float64, bool) {
	if t.at < 0 || math.IsNaN(contacts) {
		return 0, true
	}
	cell := asSpan(cellOf(row, t.at))
	v, ok := t.numbers.value(cell)
	if ok && math.IsNaN(v) {
		return 0, true
	}
	const longest = 1e9 // seconds
	if !ok || v < 0 || v*t.unit > longest {
		r.problems.add("handle", Problem{Line: row.Line, Column: r.title(t.at),
			What: fmt.Sprintf("%s %s is no handle time", r.title(t.at), quoted(cell.Text)),
			Cure: "write handle times as 0:05:30, or in seconds; leave one empty that is not known"})
		return 0, false
	}
	if !t.total {
		v *= contacts
	}
	return v * t.unit, true
}
