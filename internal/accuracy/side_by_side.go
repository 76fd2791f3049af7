package accuracy

import (
	"cmp"
	"slices"

	"github.com/wrapcast/wrapcast"
)

// SideBySide lays what was said at one lead beside what came, for each of so many days from the first on. Things are
// sorted as in Judge; days of which nothing was kept are not measured.
func SideBySide(j Judging, lead int, from wrapcast.Date, days int) wrapcast.ForecastVsActual {
	s := &sideBySide{came: NewCame(j.Came), level: j.Level, from: from, days: days, series: map[thing]*wrapcast.SubjectSeries{}, sums: map[thing]float64{}}
	heirs := newHeirs(j.Lineage)
	for _, d := range j.Days {
		if t := int(d.Day - from); d.Lead == lead && t >= 0 && t < days {
			values := heirs.of(d.Values, d.MadeAt)
			s.add(t, d.Day, values, true)
			s.add(t, d.Day, s.came.unforeseen(values, d.Day), false)
		}
	}
	return wrapcast.ForecastVsActual{Schema: wrapcast.ForecastVsActualSchema, Lead: lead, Level: j.Level, From: from, Days: days, Subjects: s.sorted()}
}

type sideBySide struct {
	came   *Came
	level  float64
	from   wrapcast.Date
	days   int
	series map[thing]*wrapcast.SubjectSeries
	sums   map[thing]float64
}

// add adds a day's values; those nobody foresaw have no interval.
func (s *sideBySide) add(t int, day wrapcast.Date, values []wrapcast.SubjectSnapshot, foreseen bool) {
	for _, v := range values {
		key := thing{v.Kind, v.ID}
		series := s.series[key]
		if series == nil {
			series = &wrapcast.SubjectSeries{Kind: v.Kind, ID: v.ID, Forecast: unknown(s.days), Lower: unknown(s.days), Upper: unknown(s.days), Actual: unknown(s.days)}
			s.series[key] = series
		}
		series.Name = cmp.Or(v.Name, series.Name)
		came := s.came.on(v, day).contacts
		series.Forecast[t], series.Actual[t] = wrapcast.Measure(v.Median), wrapcast.Measure(came)
		if band, ok := bandOf(v.SnapshotValue, s.level); ok && foreseen {
			series.Lower[t], series.Upper[t] = wrapcast.Measure(band.Lower), wrapcast.Measure(band.Upper)
		}
		s.sums[key] += came
	}
}

func unknown(n int) []wrapcast.Measure {
	return slices.Repeat([]wrapcast.Measure{wrapcast.NotMeasured()}, n)
}

func (s *sideBySide) sorted() []wrapcast.SubjectSeries {
	all := make([]wrapcast.SubjectSeries, 0, len(s.series))
	for _, series := range s.series {
		series.Name = cmp.Or(series.Name, series.ID)
		all = append(all, *series)
	}
	order := wrapcast.AccuracyLevels()
	slices.SortFunc(all, func(a, b wrapcast.SubjectSeries) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Kind), slices.Index(order, b.Kind)),
			cmp.Compare(s.sums[thing{b.Kind, b.ID}], s.sums[thing{a.Kind, a.ID}]), cmp.Compare(a.ID, b.ID))
	})
	return all
}
