package show

import (
	"slices"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/wrapcast/wrapcast/internal/plain"
)

// Grid is a table without rules but one below its header. Make it with Table or Page.Table.
type Grid struct {
	headers []string
	// number says which columns hold numbers, which are set flush right.
	number []bool
	rows   [][]string
	// columns is how many the terminal has, 0 where it does not matter: a pipe, a file.
	columns int
}

// Table is a table as wide as it needs to be. Columns whose header begins with a space hold numbers.
func Table(headers ...string) *Grid {
	g := &Grid{headers: slices.Clone(headers), number: make([]bool, len(headers))}
	for i, h := range headers {
		g.headers[i], g.number[i] = strings.CutPrefix(h, " ")
	}
	return g
}

// Row adds a row; cells that are not given are empty.
func (g *Grid) Row(cells ...string) *Grid {
	row := make([]string, len(g.headers))
	for i := range min(len(row), len(cells)) {
		row[i] = plain.Visible(cells[i]) // here already, so that columns are as wide as what is seen
	}
	g.rows = append(g.rows, row)
	return g
}

const (
	gap       = 2  // columns between two columns of a table
	narrowGap = 1  // the same where room is short
	minText   = 12 // columns that a text keeps where it is broken, or its longest word
	foldTab   = "  "
)

// String writes the table. Where the terminal is too narrow its texts are broken over several lines; where that is not
// enough each row is folded: what stands first on a line of its own, the other columns below.
func (g *Grid) String() string {
	all := make([]int, len(g.headers))
	for i := range all {
		all[i] = i
	}
	for _, between := range []int{gap, narrowGap} {
		if widths, ok := g.fit(all, g.columns, between); ok {
			return g.write([]block{{all, widths, "", between}})
		}
	}
	for _, between := range []int{gap, narrowGap} {
		if blocks, ok := g.fold(all, between); ok {
			return g.write(blocks)
		}
	}
	return g.write(g.greedy(all[1:]))
}

// fold puts the last column below the others where it is a text, else all others below the first; false where that is
// not enough.
func (g *Grid) fold(all []int, between int) ([]block, bool) {
	last := len(all) - 1
	if !g.number[last] {
		if widths, ok := g.fit(all[:last], g.columns, between); ok {
			room := g.columns - len(foldTab)
			return []block{{all[:last], widths, "", between},
				{all[last:], []int{g.within(g.natural(last), room)}, foldTab, between}}, true
		}
	}
	widths, ok := g.fit(all[1:], g.columns-len(foldTab), between)
	return []block{g.first(between), {all[1:], widths, foldTab, between}}, ok
}

// block are columns of a table that stand beside each other; a row has a line, or several, for each block.
type block struct {
	columns, widths []int
	indent          string
	between         int
}

// first is the block of the first column alone.
func (g *Grid) first(between int) block {
	return block{[]int{0}, []int{g.within(g.natural(0), g.columns)}, "", between}
}

// greedy puts as many columns beside each other as fit.
func (g *Grid) greedy(columns []int) []block {
	blocks := []block{g.first(narrowGap)}
	room := g.columns - len(foldTab)
	for from := 0; from < len(columns); {
		to := from + 1
		widths, ok := g.fit(columns[from:to], room, narrowGap)
		if !ok {
			widths = []int{g.within(g.natural(columns[from]), room)}
		}
		for ok && to < len(columns) {
			more, fits := g.fit(columns[from:to+1], room, narrowGap)
			if !fits {
				break
			}
			widths, to = more, to+1
		}
		blocks = append(blocks, block{columns[from:to], widths, foldTab, narrowGap})
		from = to
	}
	return blocks
}

// within bounds a width by the room there is.
func (g *Grid) within(width, room int) int {
	if g.columns == 0 {
		return width
	}
	return max(min(width, room), 1)
}

// natural is how wide a column is by itself.
func (g *Grid) natural(column int) int {
	width := lipgloss.Width(g.headers[column])
	for _, row := range g.rows {
		width = max(width, lipgloss.Width(row[column]))
	}
	return width
}

// least is how narrow a column may become: a number stays whole, a text keeps its longest word.
func (g *Grid) least(column int) int {
	width := g.natural(column)
	if g.number[column] {
		return width
	}
	word := lipgloss.Width(g.headers[column])
	for _, row := range g.rows {
		for _, w := range strings.Fields(row[column]) {
			word = max(word, lipgloss.Width(w))
		}
	}
	return min(width, max(word, minText))
}

// fit are widths with which columns stand beside each other in so much room, the widest texts broken; false where they
// cannot.
func (g *Grid) fit(columns []int, room, between int) (widths []int, ok bool) {
	sum := between * (len(columns) - 1)
	for _, c := range columns {
		widths = append(widths, g.natural(c))
		sum += widths[len(widths)-1]
	}
	for g.columns > 0 && sum > room {
		widest := -1
		for k, c := range columns {
			if widths[k] > g.least(c) && (widest < 0 || widths[k] > widths[widest]) {
				widest = k
			}
		}
		if widest < 0 {
			return nil, false
		}
		widths[widest]--
		sum--
	}
	return widths, true
}

// write sets the header, a rule and the rows.
func (g *Grid) write(blocks []block) string {
	var lines []string
	bold := func(text string) string { return plain.Marked(plain.Strong, text) }
	for _, b := range blocks {
		lines = append(lines, g.lines(b, g.headers, bold)...)
	}
	width := 0
	for _, b := range blocks {
		total := len(b.indent) + b.between*(len(b.columns)-1)
		for _, w := range b.widths {
			total += w
		}
		width = max(width, total)
	}
	lines = append(lines, strings.Repeat("─", width))
	for _, row := range g.rows {
		for _, b := range blocks {
			lines = append(lines, g.lines(b, row, strings.Clone)...)
		}
	}
	return strings.Join(lines, "\n")
}

// lines sets the cells of a block beside each other, on as many lines as the longest needs.
func (g *Grid) lines(b block, row []string, look func(string) string) []string {
	cells, height := make([][]string, len(b.columns)), 1
	for k, c := range b.columns {
		cells[k] = []string{row[c]}
		if lipgloss.Width(row[c]) > b.widths[k] {
			cells[k] = strings.Split(Fit(row[c], "", b.widths[k]), "\n")
		}
		height = max(height, len(cells[k]))
	}
	lines := make([]string, height)
	for i := range lines {
		var line strings.Builder
		line.WriteString(b.indent)
		for k, c := range b.columns {
			text := ""
			if i < len(cells[k]) {
				text = cells[k][i]
			}
			space := strings.Repeat(" ", max(b.widths[k]-lipgloss.Width(text), 0))
			if text != "" {
				text = look(text)
			}
			switch {
			case g.number[c]:
				text = space + text
			default:
				text += space
			}
			if k > 0 {
				text = strings.Repeat(" ", b.between) + text
			}
			line.WriteString(text)
		}
		lines[i] = strings.TrimRight(line.String(), " ")
	}
	return lines
}
