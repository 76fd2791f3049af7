package export

import (
	"math"
	"slices"
	"time"
)

// commonestFrequency finds the step most often seen between neighbouring rows.
func (f *rowFile) commonestFrequency() (Frequency, error) {
	if f.notation.layout == "" {
		return Steps, nil
	}
	counts := map[time.Duration]int{}
	for _, s := range f.series {
		times := make([]time.Time, len(s.rows))
		for i, r := range s.rows {
			times[i] = r.at.time
		}
		slices.SortFunc(times, time.Time.Compare)
		for i := 1; i < len(times); i++ {
			counts[roundToDay(times[i].Sub(times[i-1]))]++
		}
	}
	delete(counts, 0)
	return commonest(counts)
}

// roundToDay takes the days of 23 and 25 hours for what they are.
func roundToDay(d time.Duration) time.Duration {
	if r := d.Round(day); r > 0 && (d-r).Abs() <= time.Hour {
		return r
	}
	return d
}

func commonest(counts map[time.Duration]int) (Frequency, error) {
	var best time.Duration
	for step, n := range counts {
		if best == 0 || n > counts[best] || n == counts[best] && step < best {
			best = step
		}
	}
	for _, k := range frequencies() {
		if k.step == best {
			return k.f, nil
		}
	}
	if best == 0 {
		return "", invalid("the file does not show how far apart its steps are").WithHint("say it with --freq, for example --freq D")
	}
	return "", invalid("most rows lie %s apart, which is none of D, H, 30min, 15min or W", best).
		WithHint("aggregate the values to one of these, or number the rows and use --freq step")
}

// onGrid places the rows of a series on its complete grid.
func (s *rowSeries) onGrid(a axis, fillZero bool) (LongSeries, error) {
	at := func(r row) int64 { return a.position(r.at) }
	slices.SortStableFunc(s.rows, func(x, y row) int { return int(min(max(at(x)-at(y), -1), 1)) })
	first, last := at(s.rows[0]), at(s.rows[len(s.rows)-1])
	n := (last-first)/a.unit() + 1
	if n > maxPoints {
		return LongSeries{}, invalid("series %s runs from %s to %s: %d steps of %s for %d rows", quoted(s.id),
			a.format(first), a.format(last), n, a.freq,
			len(s.rows)).WithHint("look for a mistyped year, or choose another --freq")
	}
	values := make([]float64, n)
	for i := range values {
		values[i] = math.NaN()
	}
	err := s.place(a, first, values)
	if fillZero {
		fillInside(values)
	}
	return LongSeries{ID: s.id, Values: values, first: first}, err
}

func (s *rowSeries) place(a axis, first int64, values []float64) error {
	for i, r := range s.rows {
		p := a.position(r.at)
		if i > 0 && p == a.position(s.rows[i-1].at) {
			return invalid("line %d: series %s has %s twice, first on line %d", r.line, quoted(s.id), a.format(p),
				s.rows[i-1].line).
				WithHint("keep one row per series and step")
		}
		if (p-first)%a.unit() != 0 {
			return invalid("line %d: %s does not lie on series %s's grid of one step per %s from %s", r.line,
				a.format(p),
				quoted(s.id), a.freq, a.format(first)).WithHint("choose another --freq, or fix the timestamp")
		}
		values[(p-first)/a.unit()] = r.value
	}
	return nil
}

// fillInside puts zeros into the gaps between the first and the last value.
func fillInside(values []float64) {
	known := func(v float64) bool { return !math.IsNaN(v) }
	first := slices.IndexFunc(values, known)
	last := len(values) - 1
	for last > first && !known(values[last]) {
		last--
	}
	for i := max(first, 0); i < last; i++ {
		if !known(values[i]) {
			values[i] = 0
		}
	}
}
