// Package edited reads a forecast's workbook, or a sheet of it saved as CSV, after people have changed it: what each
// row is, what stands in each cell, and which reason was typed. What a change means is not known here.
package edited
