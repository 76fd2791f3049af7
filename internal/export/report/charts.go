package report

import (
	"fmt"
	"html/template"
	"math"

	"github.com/wrapcast/wrapcast"
)

// Each chart is drawn twice, wide for paper and screens and narrow for phones; the style sheet shows one. Text would be
// too small in a wide one that is shrunk.
const (
	wideChart   = 760
	narrowChart = 360
)

func bothWidths(draw func(width float64) string) template.HTML {
	return template.HTML(`<div class="wide">` + draw(wideChart) + `</div><div class="narrow">` + draw(narrowChart) + `</div>`) //nolint:gosec // svg escapes every word
}

// totalChart draws the total per day: contacts handled, forecast with its interval, and handled a year before.
func totalChart(r wrapcast.WeekReport) template.HTML {
	return bothWidths(func(width float64) string { return drawTotal(r, width) })
}

func drawTotal(r wrapcast.WeekReport, width float64) string {
	const height, left, right, top, bottom = 260.0, 44.0, 8.0, 24.0, 24.0
	s := newSVG(width, height, "Contacts per day, handled and forecast; the numbers are in the table below")
	n, largest := len(r.Days), 0.0
	columns := map[string][]float64{}
	for _, d := range r.Days {
		for name, v := range map[string]wrapcast.Measure{"handled": d.Handled, "mean": d.Mean, "lower": d.Lower,
			"upper": d.Upper, "year": d.YearBefore} {
			columns[name] = append(columns[name], float64(v))
			if v.Known() {
				largest = max(largest, float64(v))
			}
		}
	}
	marks := ticks(largest, 4)
	x := func(i float64) float64 { return left + (width-left-right)*(i+0.5)/float64(n) }
	y := func(v float64) float64 { return height - bottom - (height-top-bottom)*v/marks[len(marks)-1] }
	for _, v := range marks {
		s.line("grid", left, y(v), width-right, y(v))
		s.text("tick", "end", left-6, y(v)+4, count(v))
	}
	first := int(r.Week - r.Days[0].Day)
	s.rect("week", x(float64(first)-0.5), top, x(float64(first)+6.5)-x(float64(first)-0.5), height-top-bottom)
	s.text("label", "middle", x(float64(first)+3), top-8, "this week")
	xs := make([]float64, n)
	for i := range xs {
		xs[i] = x(float64(i))
		if every := map[bool]int{true: 7, false: 14}[width == wideChart]; (i-first)%every == 0 {
			s.line("tickmark", x(float64(i)-0.5), height-bottom, x(float64(i)-0.5), height-bottom+5)
			s.text("tick", "start", x(float64(i)-0.5), height-bottom+17, shortDay(r.Days[i].Day))
		}
	}
	for name := range columns {
		for i, v := range columns[name] {
			if !math.IsNaN(v) {
				columns[name][i] = y(v)
			}
		}
	}
	s.area("band", xs, columns["lower"], columns["upper"])
	s.path("year", xs, columns["year"])
	s.path("mean", xs, columns["mean"])
	s.path("handled", xs, columns["handled"])
	for i, v := range columns["handled"] {
		if !math.IsNaN(v) {
			s.circle("handled", xs[i], v, map[bool]float64{true: 2.2, false: 1.6}[width == wideChart])
		}
	}
	return s.String()
}

// subjectsChart draws the contacts forecast for the largest subjects as bars with their interval, and those handled in
// the seven days before as a mark.
func subjectsChart(label string, subjects []wrapcast.ReportSubject) template.HTML {
	return bothWidths(func(width float64) string { return drawSubjects(label, subjects, width) })
}

func drawSubjects(label string, subjects []wrapcast.ReportSubject, width float64) string {
	const row, top, bottom = 30.0, 6.0, 26.0
	left, right := 240.0, 12.0
	if width < wideChart {
		left = 128
	}
	height := top + row*float64(len(subjects)) + bottom
	s := newSVG(width, height, label+"; the numbers are in the table below")
	largest := 0.0
	for _, t := range subjects {
		largest = max(largest, t.Mean, t.Upper)
		if t.Before.Known() {
			largest = max(largest, float64(t.Before))
		}
	}
	marks := ticks(largest, map[bool]int{true: 6, false: 3}[width == wideChart])
	x := func(v float64) float64 { return left + (width-left-right)*v/marks[len(marks)-1] }
	for _, v := range marks {
		s.line("grid", x(v), top, x(v), height-bottom)
		s.text("tick", "middle", x(v), height-8, count(v))
	}
	for i, t := range subjects {
		y := top + row*float64(i) + row/2
		s.text("name", "end", left-10, y+4, squeezed(t.Name, map[bool]int{true: 34, false: 14}[width == wideChart]))
		s.rect(map[bool]string{true: "bar changed", false: "bar"}[t.Changed], left, y-8, x(t.Mean)-left, 16)
		if t.Upper > t.Lower {
			s.line("whisker", x(t.Lower), y, x(t.Upper), y)
			s.line("whisker", x(t.Lower), y-4, x(t.Lower), y+4)
			s.line("whisker", x(t.Upper), y-4, x(t.Upper), y+4)
		}
		if t.Before.Known() {
			s.line("before", x(float64(t.Before)), y-11, x(float64(t.Before)), y+11)
		}
	}
	return s.String()
}

// hoursChart draws when the contacts of the week come: a row per weekday, a column per hour.
func hoursChart(r wrapcast.WeekReport) template.HTML {
	return bothWidths(func(width float64) string { return drawHours(r, width) })
}

func drawHours(r wrapcast.WeekReport, width float64) string {
	const row, top, bottom, right = 24.0, 4.0, 22.0, 2.0
	left := 76.0
	if width < wideChart {
		left = 34
	}
	s := newSVG(width, top+row*float64(len(r.Hours))+bottom, "Contacts expected per weekday and hour")
	largest := 0.0
	for _, day := range r.Hours {
		for _, v := range day {
			largest = max(largest, v)
		}
	}
	cell := (width - left - right) / 24
	for i, day := range r.Hours {
		y := top + row*float64(i)
		name := (r.Week + wrapcast.Date(i)).Weekday().String()
		if width < wideChart {
			name = name[:3]
		}
		s.text("name", "end", left-8, y+row/2+4, name)
		for hour, v := range day {
			shade := 0
			if largest > 0 && v > 0 {
				shade = 1 + int(8.999*v/largest)
			}
			s.rect(fmt.Sprintf("heat h%d", shade), left+cell*float64(hour)+0.5, y+0.5, cell-1, row-1)
			if width == wideChart && v >= 0.5 {
				s.text(fmt.Sprintf("cell h%d", shade), "middle", left+cell*(float64(hour)+0.5), y+row/2+4, short(v))
			}
		}
	}
	for hour := 0; hour < 24; hour += map[bool]int{true: 2, false: 6}[width == wideChart] {
		s.text("tick", "start", left+cell*float64(hour), top+row*float64(len(r.Hours))+16, fmt.Sprintf("%02d:00", hour))
	}
	return s.String()
}

// leadsChart draws the error of published forecasts by how many days ahead they said it, with overrides and without.
func leadsChart(a wrapcast.AccuracyReport) template.HTML {
	return bothWidths(func(width float64) string { return drawLeads(a, min(width, 480)) })
}

func drawLeads(a wrapcast.AccuracyReport, width float64) string {
	const height, left, top, bottom = 180.0, 44.0, 16.0, 36.0
	s := newSVG(width, height, "The error of forecasts by how many days ahead they were made")
	largest := 0.0
	for _, l := range a.Levels {
		for _, lead := range l.Leads {
			if lead.WAPE.Known() && (l.Kind == wrapcast.LevelCode || l.Kind == wrapcast.LevelTotal) {
				largest = max(largest, float64(lead.WAPE))
			}
		}
	}
	marks := ticks(largest, 3)
	y := func(v float64) float64 { return height - bottom - (height-top-bottom)*v/marks[len(marks)-1] }
	for _, v := range marks {
		s.line("grid", left, y(v), width, y(v))
		s.text("tick", "end", left-6, y(v)+4, percent(v))
	}
	slot := (width - left) / float64(max(len(a.Leads), 1))
	for _, l := range a.Levels {
		offset, class := -0.3, "bar"
		if l.Kind == wrapcast.LevelTotal {
			offset, class = 0.02, "bar total"
		} else if l.Kind != wrapcast.LevelCode {
			continue
		}
		for i, lead := range l.Leads {
			if !lead.WAPE.Known() {
				continue
			}
			x := left + slot*(float64(i)+0.5+offset)
			s.rect(class, x, y(float64(lead.WAPE)), slot*0.28, height-bottom-y(float64(lead.WAPE)))
			s.text("tick", "middle", x+slot*0.14, y(float64(lead.WAPE))-4, percent(float64(lead.WAPE)))
		}
	}
	for i, lead := range a.Leads {
		s.text("tick", "middle", left+slot*(float64(i)+0.5), height-bottom+16, fmt.Sprintf("%d", lead))
	}
	s.text("tick", "middle", left+(width-left)/2, height-4, "days ahead")
	return s.String()
}
