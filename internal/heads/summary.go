package heads

import "github.com/wrapcast/wrapcast"

// Summary is a report week by week, as other documents show it.
func (r *Report) Summary() (weeks []wrapcast.RequiredStaff) {
	for i, total := range r.Weeks {
		week := wrapcast.RequiredStaff{Span: total.Span, Forecast: r.Forecast, Certainty: r.Certainty,
			Currency: r.Currency, Total: total.summary(), Groups: []wrapcast.StaffGroup{}}
		for _, g := range r.Groups {
			one := wrapcast.StaffGroup{ID: g.ID, Name: g.Name, Indicative: g.Indicative, Week: g.Weeks[i].summary()}
			for _, d := range g.Days {
				if d.From >= week.From && d.From <= week.To {
					one.Days = append(one.Days, d.summary())
				}
			}
			if g.Indicative {
				week.Indicative++
			}
			week.Groups = append(week.Groups, one)
		}
		weeks = append(weeks, week)
	}
	return weeks
}

func (s Stretch) summary() wrapcast.StaffStretch {
	return wrapcast.StaffStretch{Span: s.Span, Contacts: s.Contacts, Peak: s.Peak, PeakSurer: s.PeakSurer, Hours: s.Hours,
		HoursSurer: s.HoursSurer, Rostered: s.RosteredHours, Cost: s.Cost}
}

// Impossible reports whether an error of Make says that required staff cannot be counted of a forecast, which is
// nothing to stop other documents: there are no planning groups, or no whole week.
func Impossible(err error) bool {
	kind := wrapcast.KindOf(err)
	return kind == wrapcast.NotFound || kind == wrapcast.Usage
}
