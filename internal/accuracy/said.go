package accuracy

import (
	"slices"

	"github.com/wrapcast/wrapcast"
)

// Said cuts out of a forecast what it says of one day: of codes, queues, planning groups and the total, with what it said
// without overrides where these changed it. It is nil where the forecast does not reach the day. scale returns what errors of a
// thing are measured in; see forecast.Scale.
func Said(f wrapcast.Forecast, day wrapcast.Date, scale func(wrapcast.AccuracyLevel, string) wrapcast.Measure) []wrapcast.SubjectSnapshot {
	t := int(day - f.From)
	if t < 0 || t >= f.Days {
		return nil
	}
	base := map[thing]wrapcast.SnapshotValue{}
	if f.Base != nil {
		for _, v := range valuesOf(*f.Base, t) {
			base[thing{v.Kind, v.ID}] = v.SnapshotValue
		}
	}
	values := valuesOf(f, t)
	for i, v := range values {
		values[i].Scale = scale(v.Kind, v.ID)
		if b, ok := base[thing{v.Kind, v.ID}]; ok && (b.Mean != v.Mean || b.HandleSeconds != v.HandleSeconds) {
			values[i].Base = &b
		}
	}
	return values
}

// thing is what is judged: a code, a queue, a planning group, the total.
type thing struct {
	kind wrapcast.AccuracyLevel
	id   string
}

func valuesOf(f wrapcast.Forecast, t int) []wrapcast.SubjectSnapshot {
	values := make([]wrapcast.SubjectSnapshot, 0, len(f.Codes)+len(f.Queues)+len(f.Groups)+1)
	for _, c := range f.Codes {
		values = append(values, wrapcast.SubjectSnapshot{Kind: wrapcast.LevelCode, ID: string(c.Code.ID), Name: c.Code.Name, SnapshotValue: saidOn(c.DailyForecast, t)})
	}
	for _, q := range f.Queues {
		values = append(values, wrapcast.SubjectSnapshot{Kind: wrapcast.LevelQueue, ID: string(q.Queue.ID), Name: q.Queue.Name, SnapshotValue: saidOn(q.DailyForecast, t)})
	}
	taken := map[wrapcast.Stream]bool{}
	for _, g := range f.Groups {
		values = append(values, wrapcast.SubjectSnapshot{Kind: wrapcast.LevelGroup, ID: string(g.Group.ID), Name: g.Group.Name,
			Routes: freeRoutes(g.Group, taken), SnapshotValue: saidOn(g.DailyForecast, t)})
	}
	return append(values, wrapcast.SubjectSnapshot{Kind: wrapcast.LevelTotal, Name: "total", SnapshotValue: saidOn(f.Total, t)})
}

// freeRoutes are a group's routes that no group before it has claimed, as in GroupOf.
func freeRoutes(g wrapcast.PlanningGroup, taken map[wrapcast.Stream]bool) []wrapcast.Route {
	var free []wrapcast.Route
	for _, r := range g.Routes {
		if s := r.Stream(); !taken[s] {
			taken[s] = true
			free = append(free, r)
		}
	}
	return free
}

func saidOn(d wrapcast.DailyForecast, t int) wrapcast.SnapshotValue {
	v := wrapcast.SnapshotValue{Mean: nth(d.Mean, t), Median: nth(d.Median, t), HandleSeconds: nth(d.HandleSeconds, t)}
	for _, b := range d.Bands {
		v.Bands = append(v.Bands, wrapcast.BandValue{Level: b.Level, Lower: nth(b.Lower, t), Upper: nth(b.Upper, t)})
	}
	return v
}

// nth is the t-th of some values, zero where there are not so many.
func nth(values []float64, t int) float64 {
	if t >= len(values) {
		return 0
	}
	return values[t]
}

// bandOf is the band of a level; ok is false where there is none.
func bandOf(v wrapcast.SnapshotValue, level float64) (b wrapcast.BandValue, ok bool) {
	i := slices.IndexFunc(v.Bands, func(b wrapcast.BandValue) bool { return b.Level == level })
	if i < 0 {
		return b, false
	}
	return v.Bands[i], true
}
