package accuracy

import (
	"cmp"
	"slices"

	"github.com/wrapcast/wrapcast"
)

// ForecastVsActual sets the snapshots of one lead against actuals, for each of so many days from the first on. Subjects
// are sorted as in Judge; days without a snapshot are not measured.
func ForecastVsActual(j Judging, lead int, from wrapcast.Date, days int) wrapcast.ForecastVsActual {
	s := &vsActual{actuals: sumActuals(j.Actuals, j.Hidden), level: j.Level, days: days,
		series: map[subject]*wrapcast.SubjectSeries{}, sums: map[subject]float64{}}
	successors := newSuccessors(j.Lineage)
	for _, d := range j.Days {
		if t := int(d.Day - from); d.Lead == lead && t >= 0 && t < days {
			values := successors.of(d.Values, d.MadeAt)
			s.add(t, d.Day, values, true)
			s.add(t, d.Day, s.actuals.unforeseen(values, d.Day), false)
		}
	}
	return wrapcast.ForecastVsActual{Schema: wrapcast.ForecastVsActualSchema, Lead: lead, Level: j.Level, From: from,
		Days: days, Subjects: s.sorted()}
}

// vsActual collects the series of subjects, and the contacts of each.
type vsActual struct {
	actuals *actuals
	level   float64
	days    int
	series  map[subject]*wrapcast.SubjectSeries
	sums    map[subject]float64
}

// add adds a day's values; those of subjects without a forecast have no interval.
func (s *vsActual) add(t int, day wrapcast.Date, values []wrapcast.SubjectSnapshot, foreseen bool) {
	streams := s.actuals.streamsOf(values)
	for _, v := range values {
		key := subject{v.Kind, v.ID}
		series := s.series[key]
		if series == nil {
			series = &wrapcast.SubjectSeries{Kind: v.Kind, ID: v.ID, Forecast: unknown(s.days), Lower: unknown(s.days),
				Upper: unknown(s.days), Actual: unknown(s.days)}
			s.series[key] = series
		}
		series.Name = cmp.Or(v.Name, series.Name)
		actual := s.actuals.on(v, day, streams).contacts
		series.Forecast[t], series.Actual[t] = wrapcast.Measure(v.Median), wrapcast.Measure(actual)
		if band, ok := bandOf(v.SnapshotValue, s.level); ok && foreseen {
			series.Lower[t], series.Upper[t] = wrapcast.Measure(band.Lower), wrapcast.Measure(band.Upper)
		}
		s.sums[key] += actual
	}
}

func unknown(n int) []wrapcast.Measure {
	return slices.Repeat([]wrapcast.Measure{wrapcast.NotMeasured()}, n)
}

func (s *vsActual) sorted() []wrapcast.SubjectSeries {
	all := make([]wrapcast.SubjectSeries, 0, len(s.series))
	for _, series := range s.series {
		series.Name = cmp.Or(series.Name, series.ID)
		all = append(all, *series)
	}
	order := wrapcast.AccuracyLevels()
	slices.SortFunc(all, func(a, b wrapcast.SubjectSeries) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Kind), slices.Index(order, b.Kind)),
			cmp.Compare(s.sums[subject{b.Kind, b.ID}], s.sums[subject{a.Kind, a.ID}]), cmp.Compare(a.ID, b.ID))
	})
	return all
}
