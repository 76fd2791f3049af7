package export

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/wrapcast/wrapcast"
)

// SeriesForecast is the forecast of one series of a file: a value per step.
type SeriesForecast struct {
	ID string
	// Steps are as the file writes them, Times what the clock shows then; of plain numbers there are none.
	Steps []string
	Times []time.Time
	wrapcast.DailyForecast
	// Facts are what is known of the series beside: by the names of columns.
	Facts []Fact
}

// Fact is something known of a series: a number, or a text where there is one.
type Fact struct {
	Name   string
	Text   string
	Number wrapcast.Measure
	// Percent says that the number is a fraction.
	Percent bool
}

// SeriesBook is the forecast of a file's series as a workbook.
type SeriesBook struct {
	Title  string
	Series []SeriesForecast
	// Dates says that steps are days, weeks or months, so that they stand across; Daily that they are days.
	Dates, Daily bool
	// About says what the forecast is and where it comes from.
	About []Fact
}

// What is laid out for people; more than that is in the sheet of rows alone.
const (
	maxAcross  = 400
	mostSeries = 1000
	maxBeside  = 60
)

// SeriesSheets lays the forecast of a file out: as planners do, dates across and series down, or intervals down and
// series across; all of it as rows; what is known of each series; and where it comes from.
func SeriesSheets(b SeriesBook) []Sheet {
	var sheets []Sheet
	switch steps := b.steps(); {
	case b.Dates && len(steps) <= maxAcross && len(b.Series) <= mostSeries:
		sheets = append(sheets, b.across(steps))
	case !b.Dates && len(b.Series) <= maxBeside:
		sheets = append(sheets, b.down(steps))
	}
	return append(sheets, b.rows(), b.facts(), b.about())
}

// steps are those of all series, in order.
func (b SeriesBook) steps() (steps []time.Time) {
	seen := map[time.Time]bool{}
	for _, s := range b.Series {
		for _, t := range s.Times {
			if !seen[t] {
				seen[t], steps = true, append(steps, t)
			}
		}
	}
	slices.SortFunc(steps, time.Time.Compare)
	return steps
}

// known is a cell of a value that may not be known.
func known(v float64) Cell { return measured(cellCount, wrapcast.Measure(v)) }

// across has a row per series and measure, and a column per date.
func (b SeriesBook) across(steps []time.Time) Sheet {
	s := Sheet{Name: "Forecast", Title: b.Title, Fixed: 3,
		Columns: []Column{named("series", 30), named("measure", 12), named("sum", 11)}}
	place := map[time.Time]int{}
	for i, t := range steps {
		place[t] = i
		c := named(t.Format("2006-01-02"), 11)
		if b.Daily {
			c = onDay(wrapcast.DateOf(t))
		}
		s.Columns = append(s.Columns, c)
	}
	for _, f := range b.Series {
		row := func(measure string, values []float64, mark Mark) {
			cells := make([]Cell, 3+len(steps))
			cells[0], cells[1] = text(f.ID), text(measure)
			if mark == markNone {
				cells[2] = known(sum(values))
			}
			for i, v := range values {
				cells[3+place[f.Times[i]]] = known(v)
			}
			s.Rows = append(s.Rows, Row{Cells: cells, Mark: mark})
		}
		row("forecast", f.Mean, markNone)
		for _, band := range f.Bands[:min(1, len(f.Bands))] {
			row("low "+levelName(band.Level), band.Lower, markFaint)
			row("high "+levelName(band.Level), band.Upper, markFaint)
		}
	}
	return s
}

func levelName(level float64) string {
	return strconv.FormatFloat(math.Round(level*1e8)/1e6, 'f', -1, 64) + " %"
}

// down has a row per interval, and columns per series.
func (b SeriesBook) down(steps []time.Time) Sheet {
	s := Sheet{Name: "Forecast", Title: b.Title, Fixed: 2}
	if s.Columns = []Column{named("day", 16), named("time", 7)}; len(steps) == 0 {
		s.Columns, s.Fixed = []Column{named("step", 12)}, 1
	}
	labels := []string{}
	if len(steps) == 0 && len(b.Series) > 0 {
		labels = b.Series[0].Steps
	}
	place := map[time.Time]int{}
	for i, t := range steps {
		place[t] = i
		s.Rows = append(s.Rows, Row{Cells: []Cell{dayOf(wrapcast.DateOf(t)), text(t.Format("15:04"))}})
	}
	for _, l := range labels {
		s.Rows = append(s.Rows, Row{Cells: []Cell{text(l)}})
	}
	for _, f := range b.Series {
		s.beside(f, "forecast", f.Mean, place)
		for _, band := range f.Bands[:min(1, len(f.Bands))] {
			s.beside(f, "low "+levelName(band.Level), band.Lower, place)
			s.beside(f, "high "+levelName(band.Level), band.Upper, place)
		}
	}
	return s
}

// beside adds a column with one measure of a series.
func (s *Sheet) beside(f SeriesForecast, measure string, values []float64, place map[time.Time]int) {
	c := named(measure, 11)
	c.Group = f.ID
	s.Columns = append(s.Columns, c)
	for i := range s.Rows {
		s.Rows[i].Cells = append(s.Rows[i].Cells, Cell{})
	}
	for i, v := range values {
		at := i
		if len(f.Times) > 0 {
			at = place[f.Times[i]]
		}
		if at < len(s.Rows) {
			s.Rows[at].Cells[len(s.Columns)-1] = known(v)
		}
	}
}

// rows has a row per series and step: what the CSV has.
func (b SeriesBook) rows() Sheet {
	s := Sheet{Name: "Rows", Title: b.Title + ", a row per series and step", Fixed: 2,
		Columns: []Column{named("series_id", 30), named("timestamp", 26), named("mean", 11), named("median", 11)}}
	if len(b.Series) > 0 {
		for _, band := range b.Series[0].Bands {
			percent := levelName(band.Level)
			percent = percent[:len(percent)-len(" %")]
			s.Columns = append(s.Columns, named("lo-"+percent, 11), named("hi-"+percent, 11))
		}
	}
	for _, f := range b.Series {
		for i, v := range f.Mean {
			cells := []Cell{text(f.ID), text(f.Steps[i]), known(v), known(f.Median[i])}
			if b.Daily {
				cells[1] = dayOf(wrapcast.DateOf(f.Times[i]))
			}
			for _, band := range f.Bands {
				cells = append(cells, known(band.Lower[i]), known(band.Upper[i]))
			}
			s.Rows = append(s.Rows, Row{Cells: cells})
		}
	}
	return s
}

// facts has a row per series.
func (b SeriesBook) facts() Sheet {
	s := Sheet{Name: "Series", Title: "What is known of each series", Fixed: 1, Columns: []Column{named("series", 30)}}
	for i, f := range b.Series {
		cells := []Cell{text(f.ID)}
		for _, fact := range f.Facts {
			if i == 0 {
				width := 16.0
				if fact.Text != "" {
					width = 24
				}
				s.Columns = append(s.Columns, named(fact.Name, width))
			}
			switch {
			case fact.Text != "":
				cells = append(cells, text(fact.Text))
			case fact.Percent:
				cells = append(cells, measured(cellPercent, fact.Number))
			default:
				cells = append(cells, measured(cellCount, fact.Number))
			}
		}
		for len(cells) < len(s.Columns) {
			cells = append(cells, Cell{})
		}
		s.Rows = append(s.Rows, Row{Cells: cells[:len(s.Columns)]})
	}
	return s
}

func (b SeriesBook) about() Sheet {
	a := newAbout("What this forecast is")
	for _, f := range b.About {
		a.say(f.Name, "%s", f.Text)
	}
	a.say("forecast", "the mean: its sums are what is expected; the median of single steps is in Rows")
	a.say("intervals", "%s", fmt.Sprintf("actuals fall below as seldom as above; bounds of days are not to be added up: %s",
		"sheet Series has intervals of sums"))
	return a.sheet
}
