package tables

import (
	"fmt"
	"math"

	"github.com/wrapcast/wrapcast/internal/tables/internal/cells"
	"github.com/wrapcast/wrapcast/internal/tables/internal/meaning"
)

// numberReading is how the numbers of a file are read.
type numberReading struct {
	decimal meaning.Decimal
	// by is what settles it, for people.
	by string
	// spans says that values are lengths of time, percent that they are per cents; a span of two numbers is of hours and
	// minutes where hours says so.
	spans, percent, hours bool
}

// numberEvidence is what the texts of a file say of how its numbers are written.
type numberEvidence struct {
	point, comma, unsure      place
	spans, numbers, percents  int
	twoNumbers, threeNumbers  place
	plain, percent, spanPlace place
}

// see takes a cell into account.
func (e *numberEvidence) see(c cells.Cell, line int) {
	first := func(p *place) {
		if p.line == 0 {
			*p = place{line, c.Text}
		}
	}
	if meaning.Missing(c.Text) {
		return
	}
	if c.Kind == cells.Number {
		e.numbers++
		first(&e.plain)
		return
	}
	if n, ok := meaning.ReadNumber(c.Text); ok && c.Kind == cells.Text {
		e.numbers++
		if n.Percent {
			e.percents++
			first(&e.percent)
		} else {
			first(&e.plain)
		}
		switch n.Says {
		case meaning.Point:
			first(&e.point)
		case meaning.Comma:
			first(&e.comma)
		case meaning.Unsure:
			first(&e.unsure)
		case meaning.Either:
		}
		return
	}
	if s, ok := meaning.ReadSpan(c.Text); ok {
		e.spans++
		first(&e.spanPlace)
		if s.Unsure {
			first(&e.twoNumbers)
		} else {
			first(&e.threeNumbers)
		}
	}
}

// more takes a cell of another column into account.
func (e *numberEvidence) more(c cells.Cell, line int) {
	other := numberEvidence{}
	other.see(c, line)
	if e.point.line == 0 {
		e.point = other.point
	}
	if e.comma.line == 0 {
		e.comma = other.comma
	}
}

// reading finds how numbers are written, or asks.
func (e *numberEvidence) reading(w Writing, habit func() (meaning.Decimal, string)) (r numberReading, err error) {
	if r.spans = e.spans > e.numbers; r.spans {
		return e.spanReading(w)
	}
	r.percent = e.percents > 0
	if e.percents > 0 && e.percents < e.numbers {
		return r, invalid("line %d: %s has a per cent sign, and line %d: %s has none", e.percent.line, quoted(e.percent.text),
			e.plain.line, quoted(e.plain.text)).WithHint("write all values of a file with the sign, or all without")
	}
	r.decimal, r.by, err = e.decimal(w, habit)
	return r, err
}

func (e *numberEvidence) decimal(w Writing, habit func() (meaning.Decimal, string)) (meaning.Decimal, string, error) {
	switch p, c := e.point, e.comma; {
	case w.Decimal == "point":
		return meaning.Point, "--decimal point", nil
	case w.Decimal == "comma":
		return meaning.Comma, "--decimal comma", nil
	case p.line > 0 && c.line > 0:
		return 0, "", invalid("line %d: %s has a decimal point, and line %d: %s a decimal comma", p.line, quoted(p.text), c.line,
			quoted(c.text)).WithHint("write all numbers of a file in one way, or say which holds: --decimal point or --decimal comma")
	case p.line > 0:
		return meaning.Point, fmt.Sprintf("%s on line %d", p.text, p.line), nil
	case c.line > 0:
		return meaning.Comma, fmt.Sprintf("%s on line %d", c.text, c.line), nil
	case e.unsure.line == 0:
		return meaning.Point, "", nil // both are the same
	}
	if d, by := habit(); d != meaning.Either {
		return d, by, nil
	}
	return 0, "", e.askDecimal()
}

func (e *numberEvidence) askDecimal() error {
	n, _ := meaning.ReadNumber(e.unsure.text)
	return invalid("line %d: %s is %g or %g: no number of the file allows only one of them", e.unsure.line,
		quoted(e.unsure.text), n.As(meaning.Comma), n.As(meaning.Point)).
		WithHint("say which: --decimal comma (%g) or --decimal point (%g)", n.As(meaning.Comma), n.As(meaning.Point))
}

func (e *numberEvidence) spanReading(w Writing) (r numberReading, err error) {
	r.spans = true
	switch {
	case e.numbers > 0:
		return r, invalid("line %d: %s is a time, and line %d: %s a number", e.spanPlace.line, quoted(e.spanPlace.text),
			e.plain.line, quoted(e.plain.text)).WithHint("write all values of a column as 0:05:30, or all in seconds")
	case w.Spans != "":
		r.hours, r.by = w.Spans == "h:mm", "--spans "+w.Spans
	case e.twoNumbers.line > 0:
		return r, e.askSpan()
	}
	return r, nil
}

func (e *numberEvidence) askSpan() error {
	s, _ := meaning.ReadSpan(e.twoNumbers.text)
	return invalid("line %d: %s is minutes and seconds (%g s) or hours and minutes (%g s)", e.twoNumbers.line,
		quoted(e.twoNumbers.text), s.Seconds, 60*s.Seconds).
		WithHint("say which: --spans m:ss or --spans h:mm; 0:05:30 needs neither")
}

// value reads a cell; NaN is a missing one.
func (r numberReading) value(c cells.Cell) (v float64, ok bool) {
	if meaning.Missing(c.Text) {
		return math.NaN(), true
	}
	if r.spans {
		s, ok := meaning.ReadSpan(c.Text)
		if s.Unsure && r.hours {
			s.Seconds *= 60
		}
		return s.Seconds, ok
	}
	n, ok := meaning.ReadNumber(c.Text)
	if !ok {
		return 0, false
	}
	if c.Kind == cells.Number {
		return n.As(meaning.Point), true
	}
	return n.As(r.decimal), true
}
