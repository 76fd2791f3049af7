package cells

import (
	"strings"
	"unicode/utf8"
)

// readText reads a text file of separated cells.
func readText(content []byte) (*Book, error) {
	text, encoding, err := decode(content)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(text) == "" {
		return nil, invalid("the file is empty").WithHint("the first line must be: series_id,timestamp,value, or other names of columns")
	}
	if strings.ContainsRune(text, 0) {
		line := 1 + strings.Count(text[:strings.IndexByte(text, 0)], "\n")
		return nil, invalid("line %d is not text", line).WithHint("save the file as CSV in UTF-8, or as .xlsx")
	}
	text = unwrapLines(text)
	comma, skip := separatorOf(text)
	s := splitter{text: text[skip:], comma: comma, line: 1}
	if skip > 0 {
		s.line = 2
	}
	rows, err := s.rows()
	if err != nil {
		return nil, err
	}
	return &Book{Format: "CSV", Encoding: encoding, Separator: separatorWords(comma), Comma: comma,
		Sheets: []Sheet{{Rows: rows}}}, nil
}

func separatorWords(comma rune) string {
	switch comma {
	case ';':
		return "semicolons"
	case '\t':
		return "tabs"
	case '|':
		return "bars"
	case ',':
		return "commas"
	}
	return string(comma)
}

// unwrapLines takes the quotes off lines that are quoted as a whole, as a table becomes that is saved as CSV twice.
func unwrapLines(text string) string {
	lines := strings.Split(strings.TrimRight(strings.ReplaceAll(text, "\r\n", "\n"), "\n"), "\n")
	for _, l := range lines {
		if l == "" {
			continue
		}
		if len(l) < 2 || l[0] != '"' || l[len(l)-1] != '"' || !oneField(l) || !strings.ContainsAny(l, ",;\t") {
			return text
		}
	}
	for i, l := range lines {
		if l != "" {
			lines[i] = strings.ReplaceAll(l[1:len(l)-1], `""`, `"`)
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

// oneField reports whether a line between quotes is a single field: every quote inside it is doubled.
func oneField(line string) bool {
	return !strings.Contains(strings.ReplaceAll(line[1:len(line)-1], `""`, ""), `"`)
}

// separatorOf finds what stands between the cells of a text, and how many bytes a line "sep=;" before it has.
func separatorOf(text string) (comma rune, skip int) {
	first, rest := cutLine(text)
	name := strings.ToLower(strings.Trim(strings.TrimSpace(first), `"`))
	if after, found := strings.CutPrefix(name, "sep="); found || name == "sep=" {
		skip = len(text) - len(rest)
		if strings.HasPrefix(strings.Trim(first, `"`)[4:], "\t") {
			return '\t', skip
		}
		if r, n := utf8.DecodeRuneInString(after); n > 0 && n == len(after) && r != '"' {
			return r, skip
		}
		text = rest
	}
	return likeliest(text), skip
}

// cutLine cuts the first line off, however lines end.
func cutLine(text string) (line, rest string) {
	i := strings.IndexAny(text, "\r\n")
	if i < 0 {
		return text, ""
	}
	end := i + 1
	if strings.HasPrefix(text[i:], "\r\n") {
		end++
	}
	return text[:i], text[end:]
}

// likeliest is the separator by which most lines have the same number of cells, more than one.
func likeliest(text string) rune {
	const sample = 200
	best, most := ',', 0.0
	for _, comma := range []rune{'\t', ';', '|', ','} {
		s := splitter{text: text, comma: comma, line: 1}
		counts, all := map[int]int{}, 0
		for ; all < sample && s.text != ""; all++ {
			row, err := s.row()
			if err != nil {
				break
			}
			if len(row) == 0 {
				all--
				continue
			}
			counts[len(row)]++
		}
		for cells, n := range counts {
			if share := float64(n) / float64(max(all, 1)); cells > 1 && share > most+1e-9 {
				best, most = comma, share
			}
		}
	}
	return best
}

// splitter cuts a text into rows of cells. Unlike encoding/csv it takes a quote inside a cell for what it is, and any
// end of line.
type splitter struct {
	text  string
	comma rune
	line  int
	width int // of the last row
}

func (s *splitter) rows() (rows []Row, err error) {
	all := 0
	for s.text != "" {
		line := s.line
		row, err := s.row()
		if err != nil {
			return nil, err
		}
		all += len(row)
		if all > maxCells {
			return nil, tooManyCells()
		}
		if len(row) > 0 {
			rows = append(rows, Row{Line: line, Cells: row, Width: s.width})
		}
	}
	return rows, nil
}

func tooManyCells() error {
	return invalid("the file has more than %d million cells", maxCells/1_000_000).
		WithHint("leave out the columns that are not needed, or split it by series")
}

// row cuts off the next row, nil where all its cells are empty. Empty cells at its end are left out.
func (s *splitter) row() ([]Cell, error) {
	var row []Cell
	filled := 0
	for {
		text, last, err := s.field()
		if err != nil {
			return nil, err
		}
		row = append(row, Cell{Text: text})
		if text != "" {
			filled = len(row)
		}
		if last {
			s.width = len(row)
			return row[:filled:filled], nil
		}
	}
}

// field cuts off the next cell, and the end of the line after the last of a row.
func (s *splitter) field() (text string, last bool, err error) {
	if strings.HasPrefix(s.text, `"`) {
		return s.quoted()
	}
	end := strings.IndexFunc(s.text, func(r rune) bool { return r == s.comma || r == '\r' || r == '\n' })
	if end < 0 {
		end = len(s.text)
	}
	text, s.text = s.text[:end], s.text[end:]
	if len(text) > maxField {
		return "", false, longField(s.line, len(text))
	}
	return strings.TrimSpace(text), s.endOfField(), nil
}

// endOfField takes what stands after a cell, and reports whether it ends the row.
func (s *splitter) endOfField() bool {
	switch {
	case s.text == "":
		return true
	case strings.HasPrefix(s.text, "\r\n"):
		s.text, s.line = s.text[2:], s.line+1
		return true
	case s.text[0] == '\r' || s.text[0] == '\n':
		s.text, s.line = s.text[1:], s.line+1
		return true
	}
	s.text = s.text[utf8.RuneLen(s.comma):]
	return false
}

// quoted is field for one that begins with a quote.
func (s *splitter) quoted() (text string, last bool, err error) {
	begin := s.line
	var b strings.Builder
	rest := s.text[1:]
	for {
		end := strings.IndexByte(rest, '"')
		if end < 0 || b.Len()+end > maxField {
			return "", false, openQuote(begin, b.Len()+len(rest))
		}
		b.WriteString(rest[:end])
		rest = rest[end+1:]
		if strings.HasPrefix(rest, `"`) {
			b.WriteByte('"')
			rest = rest[1:]
			continue
		}
		if after := strings.TrimLeft(rest, " "); s.comma != ' ' && s.endsField(after) {
			rest = after
		}
		if s.endsField(rest) {
			break
		}
		b.WriteByte('"') // a quote that is part of the text
	}
	s.line += strings.Count(s.text[:len(s.text)-len(rest)], "\n")
	s.text = rest
	return strings.TrimSpace(b.String()), s.endOfField(), nil
}

func (s *splitter) endsField(rest string) bool {
	r, _ := utf8.DecodeRuneInString(rest)
	return rest == "" || r == s.comma || r == '\r' || r == '\n'
}

func longField(line, length int) error {
	return invalid("line %d: a field is %d characters long", line, length).
		WithHint("look for a missing quote or line break there; fields may have %d characters", maxField)
}

func openQuote(line, length int) error {
	if length > maxField {
		return longField(line, length)
	}
	return invalid("line %d: a quote is opened there and never closed", line).
		WithHint("close it, or write two of them where a quote is part of the text")
}
