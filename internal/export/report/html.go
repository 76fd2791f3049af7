package report

import (
	"cmp"
	_ "embed"
	"html/template"
	"io"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
)

//go:embed week.html
var page string

// WriteHTML writes a week's report.
func WriteHTML(w io.Writer, r wrapcast.WeekReport) error {
	zone, err := time.LoadLocation(r.BusinessUnit.TimeZone)
	if err != nil {
		return err
	}
	t, err := template.New("week").Funcs(template.FuncMap{
		"staffed": staffed,
		"count":   count, "measured": measured, "percent": percent, "change": change, "minutes": minutes,
		"longDay": longDay, "shortDay": shortDay,
		"weekday":   weekdayOf,
		"fraction":  func(m wrapcast.Measure) string { return percent(float64(m)) },
		"level":     func(v float64) string { return percent(v) },
		"instant":   func(t time.Time) string { return instant(t, zone) },
		"plus":      func(d wrapcast.Date, n int) wrapcast.Date { return d + wrapcast.Date(n) },
		"headline":  headline,
		"before":    before,
		"totals":    totalChart,
		"codes":     func() template.HTML { return subjectsChart("The largest wrap-up codes", r.Codes) },
		"hours":     hoursChart,
		"leads":     func(a *wrapcast.AccuracyReport) template.HTML { return leadsChart(*a) },
		"override":  func(o wrapcast.AppliedOverride) string { return overrideWords(o) + overlapWords(o, r.Overlaps) },
		"signed":    func(v float64) string { return signed(v) },
		"decided":   decidedWords,
		"published": func(r wrapcast.WeekReport) string { return published(r, zone) },
		"lead":      leadOf,
		"ofLevel":   levelName,
		"movers":    movers,
		"joint":     joint,
		"intervalHead": func(r wrapcast.WeekReport) string {
			if joint(r) {
				return percent(r.Level) + " interval"
			}
			return percent(r.Level) + " of days, added up"
		},
		"toFloat": func(n int) float64 { return float64(n) },
		"notCounted": func(s *wrapcast.ReconciliationSums) float64 {
			return float64(s.Reasons[wrapcast.ReasonDirection])
		},
	}).Parse(page)
	if err != nil {
		return err
	}
	return t.Execute(w, r)
}

// joint reports whether the week's intervals come from joint paths, and are not those of its days added up.
func joint(r wrapcast.WeekReport) bool { return r.Total.Interval == wrapcast.IntervalJoint }

// staffed are the planning groups that need most hours, as many as a report lists.
func staffed(groups []wrapcast.StaffGroup) []wrapcast.StaffGroup {
	const listed = 12
	all := slices.Clone(groups)
	slices.SortStableFunc(all, func(a, b wrapcast.StaffGroup) int { return cmp.Compare(b.Week.Hours, a.Week.Hours) })
	return all[:min(listed, len(all))]
}
