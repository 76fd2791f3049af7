package main

import (
	"charm.land/lipgloss/v2"
	"charm.land/lipgloss/v2/table"
)

// newTable is a table without rules but one below its header. Columns whose header
// begins with a space hold numbers and are set flush right.
func newTable(headers ...string) *table.Table {
	number := make([]bool, len(headers))
	for i, h := range headers {
		number[i] = h[0] == ' '
		headers[i] = h[b2i(number[i]):]
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

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
