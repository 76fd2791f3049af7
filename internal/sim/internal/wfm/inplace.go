package wfm

import (
	"net/http"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// inPlace is a forecast that was there before anybody asked: made on the platform's pages, imported by somebody else,
// or kept up by the platform itself.
type inPlace struct {
	name, method string
	// begins counts weeks from the current one, weeks is how many it has.
	begins, weeks int
	// factor is what it expects of each quarter-hour, as a part of the mean of the last weeks.
	factor              float64
	schedulable, legacy bool
}

// inPlaceForecasts are those of a busy organisation. Continuous is in no public list of methods: what the platform
// calls a forecast that it goes on making nobody knows.
func inPlaceForecasts() []inPlace {
	return []inPlace{
		{"This week", "Advanced", 0, 1, 1, true, false},
		{"Continuous forecast", "Continuous", 0, 6, 1.02, false, false},
		{"Next week, by hand", "Advanced", 1, 1, 1.1, true, false},
		{"Six weeks from the vendor", "Import", 1, 6, 0.95, true, false},
		{"Weighted average", "HistoricalWeightedAverage", 2, 1, 1, true, false},
		{"Weighted average of a file", "ImportedHistoricalWeightedAverage", 3, 2, 0.9, true, true},
	}
}

// inPlaceHistory is how many weeks the forecasts in place are made from: few, since somebody waits for them.
const inPlaceHistory = 2

// furnish makes the forecasts that are in place, once, when they are first asked for. The oldest is the first.
func (r *Service) furnish() {
	if !r.InPlace {
		return
	}
	r.furnished.Do(func() {
		for _, b := range r.units {
			made := r.average(b, b.week0, maxWeeks, inPlaceHistory)
			for i, p := range inPlaceForecasts() {
				age := time.Duration(len(inPlaceForecasts())-i) * 24 * time.Hour
				f := &Forecast{ID: organisation.UUID(r.Seed, "forecast in place", b.ID+p.name), Unit: b.ID,
					Description: p.name, Week: b.week0 + wrapcast.Date(7*p.begins), WeekCount: p.weeks,
					Schedulable: p.schedulable, Legacy: p.legacy, MadeBy: r.Organisation.Administrator,
					MadeAt: b.began.Add(-age), Groups: p.groups(made), Method: p.method, zone: b.zone(), inPlace: true}
				r.mu.Lock()
				r.made = append(r.made, f)
				r.mu.Unlock()
			}
		}
	})
}

// groups are the means of the last weeks by this forecast's factor, for as many weeks as it has.
func (p *inPlace) groups(mean *content) []GroupData {
	var groups []GroupData
	for _, g := range mean.groups {
		values := (7*p.weeks + 1) * 96
		d := GroupData{g.PlanningGroupID, make([]float64, values), append([]float64{}, g.HandleSeconds[:values]...)}
		for i := range d.Offered {
			d.Offered[i] = rounded(p.factor * g.Offered[i])
		}
		groups = append(groups, d)
	}
	return groups
}

// DataOf is how the platform answers with the data of the forecasts in place.
type DataOf string

// The ways of answering: as it should be, with arrays that are missing, shorter and empty, with 403 and with 500.
const (
	GoodData      DataOf = "good"
	OddData       DataOf = "odd"
	ForbiddenData DataOf = "forbidden"
	BrokenData    DataOf = "broken"
)

// refusedData refuses the data of a forecast in place where that was ordered.
func (r *Service) refusedData(f *Forecast) error {
	switch {
	case !f.inPlace || r.Switches.Data == GoodData:
		return nil
	case r.Switches.Data == ForbiddenData:
		return api.MissingPermissions(true, []string{"wfm:shortTermForecast:view"})
	case r.Switches.Data == BrokenData:
		return &api.Error{Status: http.StatusInternalServerError, Code: "internal.server.error",
			Message: "The server encountered an unexpected condition which prevented it from fulfilling the request."}
	}
	return nil
}

// spoilt is the data of a forecast in place, made odd where that was ordered: the first group has no handle times, the
// second one day less, the third nothing at all, and the last is not there.
func (r *Service) spoilt(f *Forecast, d weekData) weekData {
	if !f.inPlace || r.Switches.Data != OddData {
		return d
	}
	for i := range d.PlanningGroups {
		g := &d.PlanningGroups[i]
		switch i {
		case 0:
			g.HandleSeconds = nil
		case 1:
			g.Offered, g.HandleSeconds = g.Offered[:7*96], g.HandleSeconds[:7*96]
		case 2:
			g.Offered, g.HandleSeconds = []float64{}, []float64{}
		}
	}
	d.PlanningGroups = d.PlanningGroups[:max(len(d.PlanningGroups)-1, 0)]
	return d
}
