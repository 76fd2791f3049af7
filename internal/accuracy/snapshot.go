package accuracy

import (
	"slices"

	"github.com/wrapcast/wrapcast"
)

// Snapshot cuts one day out of a forecast: of each code, queue and planning group and of the total, and beside it the
// same without overrides where these changed it. It is nil where the forecast does not reach the day. scale returns the
// unit that a subject's errors are measured in, contacts; see forecast.Scale.
func Snapshot(f wrapcast.Forecast, day wrapcast.Date,
	scale func(wrapcast.AccuracyLevel, string) wrapcast.Measure) []wrapcast.SubjectSnapshot {
	t := int(day - f.From)
	if t < 0 || t >= f.Days {
		return nil
	}
	base := map[subject]wrapcast.SnapshotValue{}
	if f.Base != nil {
		for _, v := range valuesOf(*f.Base, t) {
			base[subject{v.Kind, v.ID}] = v.SnapshotValue
		}
	}
	values := valuesOf(f, t)
	for i, v := range values {
		values[i].Scale = scale(v.Kind, v.ID)
		if b, ok := base[subject{v.Kind, v.ID}]; ok && (b.Mean != v.Mean || b.HandleSeconds != v.HandleSeconds) {
			values[i].Base = &b
		}
	}
	return values
}

// subject is what forecasts are made and judged for: a code, a queue, a planning group, or the total.
type subject struct {
	kind wrapcast.AccuracyLevel
	id   string
}

// valuesOf returns the t-th day of a forecast: codes, queues, planning groups, the total.
func valuesOf(f wrapcast.Forecast, t int) []wrapcast.SubjectSnapshot {
	values := make([]wrapcast.SubjectSnapshot, 0, len(f.Codes)+len(f.Queues)+len(f.Groups)+1)
	for _, c := range f.Codes {
		values = append(values, wrapcast.SubjectSnapshot{Kind: wrapcast.LevelCode, ID: string(c.Code.ID),
			Name:          c.Code.Name,
			SnapshotValue: valueOn(c.DailyForecast, t)})
	}
	for _, q := range f.Queues {
		values = append(values, wrapcast.SubjectSnapshot{Kind: wrapcast.LevelQueue, ID: string(q.Queue.ID),
			Name:          q.Queue.Name,
			SnapshotValue: valueOn(q.DailyForecast, t)})
	}
	var taken []wrapcast.Route
	for _, g := range f.Groups {
		free := freeRoutes(g.Group, taken)
		taken = append(taken, free...)
		values = append(values, wrapcast.SubjectSnapshot{Kind: wrapcast.LevelGroup, ID: string(g.Group.ID),
			Name: g.Group.Name, Routes: free, SnapshotValue: valueOn(g.DailyForecast, t)})
	}
	return append(values, wrapcast.SubjectSnapshot{Kind: wrapcast.LevelTotal, Name: "total",
		SnapshotValue: valueOn(f.Total, t)})
}

// freeRoutes are a group's routes that no group before it has, too.
func freeRoutes(g wrapcast.PlanningGroup, taken []wrapcast.Route) (free []wrapcast.Route) {
	for _, r := range g.Routes {
		if !slices.ContainsFunc(taken, r.Same) {
			free = append(free, r)
		}
	}
	return free
}

// valueOn returns the t-th day of a daily forecast.
func valueOn(d wrapcast.DailyForecast, t int) wrapcast.SnapshotValue {
	v := wrapcast.SnapshotValue{Mean: nth(d.Mean, t), Median: nth(d.Median, t), HandleSeconds: nth(d.HandleSeconds, t)}
	for _, b := range d.Bands {
		v.Bands = append(v.Bands, wrapcast.BandValue{Level: b.Level, Lower: nth(b.Lower, t), Upper: nth(b.Upper, t)})
	}
	return v
}

// nth returns the t-th of some values, zero where there are fewer.
func nth(values []float64, t int) float64 {
	if t >= len(values) {
		return 0
	}
	return values[t]
}

// bandOf returns a value's band of a level; ok is false where it has none.
func bandOf(v wrapcast.SnapshotValue, level float64) (b wrapcast.BandValue, ok bool) {
	i := slices.IndexFunc(v.Bands, func(b wrapcast.BandValue) bool { return b.Level == level })
	if i < 0 {
		return b, false
	}
	return v.Bands[i], true
}
