package show

import "strings"

// Page is a text for a terminal of so many columns.
type Page struct {
	strings.Builder
	// Columns are those of the terminal, 0 where it is none.
	Columns int
}

// text is how wide sentences are: more than 80 columns are hard to read.
func (p *Page) text() int {
	if p.Columns == 0 {
		return width
	}
	return min(p.Columns, width)
}

// Wrap breaks a text at spaces so that no line is longer than the page is wide. Lines after the first begin with
// indent; the first is broken as if it did too.
func (p *Page) Wrap(text, indent string) string {
	if p.Columns == 0 || p.Columns >= width {
		return Wrap(text, indent)
	}
	return Fit(text, indent, p.text())
}

// Say writes a sentence, broken by Wrap, on lines of its own; those after the first begin with indent.
func (p *Page) Say(text, indent string) { p.WriteString(p.Wrap(text, indent) + "\n") }

// Line writes a line that scripts look for: whole where the page is no terminal, else broken as Say does.
func (p *Page) Line(text, indent string) {
	if p.Columns > 0 {
		text = p.Wrap(text, indent)
	}
	p.WriteString(text + "\n")
}

// Table is a table that fits the page. Columns whose header begins with a space hold numbers.
func (p *Page) Table(headers ...string) *Grid {
	g := Table(headers...)
	g.columns = p.Columns
	return g
}
