package show

import (
	"strings"

	"charm.land/lipgloss/v2"
	"charm.land/lipgloss/v2/table"
)

// Table is a table without rules but one below its header. Columns whose header begins with a space hold numbers and
// are set flush right.
func Table(headers ...string) *table.Table {
	number := make([]bool, len(headers))
	for i, h := range headers {
		headers[i], number[i] = strings.CutPrefix(h, " ")
	}
	return table.New().Headers(headers...).Border(lipgloss.NormalBorder()).BorderTop(false).BorderBottom(false).
		BorderLeft(false).BorderRight(false).BorderColumn(false).BorderHeader(true).
		StyleFunc(func(row, column int) lipgloss.Style {
			style := lipgloss.NewStyle().PaddingRight(2).Bold(row == table.HeaderRow)
			if column < len(number) && number[column] {
				style = style.Align(lipgloss.Right)
			}
			return style
		})
}
