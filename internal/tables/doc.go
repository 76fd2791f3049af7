// Package tables reads what people keep in CSV and XLSX as series: whose cells they are (cells), what a cell may mean
// (meaning), where the parts of a table stand (shape), how its dates and numbers are written (dates, numbers: evidence
// inside the file settles it, else it is asked), the grid of steps and what gaps mean (grid, fill). A long CSV with
// the columns series_id, timestamp and value is read row by row (rows), and forecasts of it are written (write).
package tables
