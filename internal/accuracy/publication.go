package accuracy

import (
	"time"

	"github.com/wrapcast/wrapcast"
)

// Publication says when a forecast began to hold: when a target took a plan of it, or, where that is not asked, when it
// was made.
type Publication struct {
	Forecast wrapcast.ForecastID
	At       time.Time
	// On is the local day of At.
	On wrapcast.Date
	// From is the first day of the forecast, Days how many it has.
	From wrapcast.Date
	Days int
	// Week is the first day of the week that a plan was for; zero where it was not for one.
	Week wrapcast.Date
}

// covers reports whether the forecast reaches a day.
func (p Publication) covers(day wrapcast.Date) bool {
	return day >= p.From && day < p.From+wrapcast.Date(p.Days)
}

// inItsWeek reports whether a day lies in the week that was planned.
func (p Publication) inItsWeek(day wrapcast.Date) bool {
	return p.Week == 0 || day >= p.Week && day < p.Week+7
}

// InForce returns the publication that held for a day so many days before it: the last of those whose forecast reaches
// the day. A forecast older than one that held before was put back by a rollback, which concerns the days of its week
// alone. Publications are in the order of their time.
func InForce(publications []Publication, day wrapcast.Date, lead int) (held Publication, found bool) {
	for _, p := range publications {
		if p.On > day-wrapcast.Date(lead) {
			break
		}
		putBack := found && p.Forecast < held.Forecast
		if p.covers(day) && (!putBack || p.inItsWeek(day)) {
			held, found = p, true
		}
	}
	return held, found
}
