package accuracy

import (
	"cmp"
	"slices"

	"github.com/wrapcast/wrapcast"
)

// SideBySide lays what was said at one lead beside what came, for each of so many days from the first on. Things are
// sorted as in Judge; days of which nothing was kept are not measured.
func SideBySide(j Judging, lead int, from wrapcast.Date, days int) wrapcast.SaidAndCame {
	s := &sideBySide{came: NewCame(j.Came), level: j.Level, from: from, days: days, series: map[thing]*wrapcast.SaidSeries{}, sums: map[thing]float64{}}
	heirs := newHeirs(j.Lineage)
	for _, d := range j.Days {
		if t := int(d.Day - from); d.Lead == lead && t >= 0 && t < days {
			values := heirs.of(d.Values, d.MadeAt)
			s.add(t, d.Day, values, true)
			s.add(t, d.Day, s.came.unforeseen(values, d.Day), false)
		}
	}
	return wrapcast.SaidAndCame{Schema: wrapcast.SaidAndCameSchema, Lead: lead, Level: j.Level, From: from, Days: days, Things: s.sorted()}
}

type sideBySide struct {
	came   *Came
	level  float64
	from   wrapcast.Date
	days   int
	series map[thing]*wrapcast.SaidSeries
	sums   map[thing]float64
}

// add adds a day's values; those nobody foresaw have no interval.
func (s *sideBySide) add(t int, day wrapcast.Date, values []wrapcast.FrozenValue, foreseen bool) {
	for _, v := range values {
		key := thing{v.Kind, v.ID}
		series := s.series[key]
		if series == nil {
			series = &wrapcast.SaidSeries{Kind: v.Kind, ID: v.ID, Said: unknown(s.days), Lower: unknown(s.days), Upper: unknown(s.days), Came: unknown(s.days)}
			s.series[key] = series
		}
		series.Name = cmp.Or(v.Name, series.Name)
		came := s.came.on(v, day).contacts
		series.Said[t], series.Came[t] = wrapcast.Measure(v.Median), wrapcast.Measure(came)
		if band, ok := bandOf(v.SaidValue, s.level); ok && foreseen {
			series.Lower[t], series.Upper[t] = wrapcast.Measure(band.Lower), wrapcast.Measure(band.Upper)
		}
		s.sums[key] += came
	}
}

func unknown(n int) []wrapcast.Measure {
	return slices.Repeat([]wrapcast.Measure{wrapcast.NotMeasured()}, n)
}

func (s *sideBySide) sorted() []wrapcast.SaidSeries {
	all := make([]wrapcast.SaidSeries, 0, len(s.series))
	for _, series := range s.series {
		series.Name = cmp.Or(series.Name, series.ID)
		all = append(all, *series)
	}
	order := wrapcast.AccuracyLevels()
	slices.SortFunc(all, func(a, b wrapcast.SaidSeries) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Kind), slices.Index(order, b.Kind)),
			cmp.Compare(s.sums[thing{b.Kind, b.ID}], s.sums[thing{a.Kind, a.ID}]), cmp.Compare(a.ID, b.ID))
	})
	return all
}
