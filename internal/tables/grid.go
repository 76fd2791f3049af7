package tables

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"
)

// commonestFrequency finds the step most often seen between neighbouring rows.
func (f *rowFile) commonestFrequency() (Frequency, error) {
	if f.notation.layout == "" {
		return Steps, f.checkNumbers()
	}
	counts := map[time.Duration]int{}
	for _, s := range f.series {
		countApart(counts, timesOf(s.rows))
	}
	delete(counts, 0)
	if f.isMonthly(counts) {
		return Monthly, nil
	}
	return commonest(counts)
}

// timesOf are the times of rows, in their order.
func timesOf(rows []row) []time.Time {
	times := make([]time.Time, len(rows))
	for i, r := range rows {
		times[i] = r.at.time
	}
	slices.SortFunc(times, time.Time.Compare)
	return times
}

// countApart counts how far neighbouring times lie apart.
func countApart(counts map[time.Duration]int, times []time.Time) {
	for i := 1; i < len(times); i++ {
		counts[roundToDay(times[i].Sub(times[i-1]))]++
	}
}

// isMonthly reports whether all rows lie months apart: on one day of the month, or on its last.
func (f *rowFile) isMonthly(counts map[time.Duration]int) bool {
	for apart := range counts {
		if apart < 28*day {
			return false
		}
	}
	same, end, last := true, true, 0
	for _, s := range f.series {
		for _, r := range s.rows {
			t := r.at.time
			same = same && (last == 0 || t.Day() == last)
			end, last = end && t.AddDate(0, 0, 1).Day() == 1, t.Day()
		}
	}
	return len(counts) > 0 && (same || end)
}

// checkNumbers refuses whole numbers that are months or weeks of years, 202612 then 202701: counted as steps most
// of them would be missing.
func (f *rowFile) checkNumbers() error {
	for _, k := range []struct {
		name, hint string
		last       int64
	}{
		{"months", "number the rows 1, 2, 3 and use --freq step --season 12", 12},
		{"weeks", "write the Monday of each week, 2026-11-23", 53},
	} {
		if line := f.turnOfYear(k.last); line > 0 {
			return invalid("line %d: the timestamps are %s of a year (202612, 202701), not steps", line, k.name).WithHint("%s", k.hint)
		}
	}
	return nil
}

// turnOfYear is the line of the first row of a year that follows the last of the year before, where all timestamps are
// a year and a number up to last; 0 where there is none.
func (f *rowFile) turnOfYear(last int64) (line int) {
	for _, s := range f.series {
		for i, r := range s.inOrder() {
			year, number := r.at.step/100, r.at.step%100
			if year < 1900 || year >= 2200 || number < 1 || number > last {
				return 0
			}
			if i > 0 && number == 1 && year == s.rows[i-1].at.step/100+1 && s.rows[i-1].at.step%100 >= last-1 {
				line = r.line
			}
		}
	}
	return line
}

// roundToDay takes the days of 23 and 25 hours for what they are.
func roundToDay(d time.Duration) time.Duration {
	if r := d.Round(day); r > 0 && (d-r).Abs() <= time.Hour {
		return r
	}
	return d
}

// commonest is the step that most rows lie apart; where others don't fit it, the longest of the known ones that all fit
// and that is not rare itself: rare counts lie any number of steps apart.
func commonest(counts map[time.Duration]int) (Frequency, error) {
	var best time.Duration
	all := 0
	for step, n := range counts {
		all += n
		if best == 0 || n > counts[best] || n == counts[best] && step < best {
			best = step
		}
	}
	if best == 0 {
		return "", invalid("the file does not show how far apart its steps are").WithHint("say it with --freq, for example --freq D")
	}
	known, finer := Frequency(""), Frequency("")
	for _, k := range frequencies() {
		if k.step == best {
			known = k.f
		}
		if float64(counts[k.step]) >= finerShare*float64(all) && allFit(counts, k.step) {
			finer = k.f
		}
	}
	switch {
	case finer != "" && !allFit(counts, best):
		return finer, nil
	case known != "":
		return known, nil
	}
	return "", noFrequency(best)
}

// finerShare is the share of rows from which their distance may be the file's step though another is commoner.
const finerShare = 0.05

func allFit(counts map[time.Duration]int, step time.Duration) bool {
	for d := range counts {
		if d%step != 0 {
			return false
		}
	}
	return true
}

func noFrequency(apart time.Duration) error {
	days := int(apart / day)
	if apart%day != 0 || days < 1 {
		return invalid("most rows lie %s apart, which is none of D, H, 30min, 15min, W or M", apart).
			WithHint("aggregate the values to one of these, or number the rows and use --freq step")
	}
	e := invalid("most rows lie %d days apart, which is none of D, H, 30min, 15min, W or M", days)
	if days >= 28 && days <= 31 {
		return e.WithHint("where rows are months, use --freq M")
	}
	return e.WithHint("use --freq D where rows are days; else number the rows and use --freq step")
}

// inOrder sorts the rows of a series by the time they are written with; equal ones keep the file's order.
func (s *rowSeries) inOrder() []row {
	slices.SortStableFunc(s.rows, func(x, y row) int {
		return cmp.Or(cmp.Compare(x.at.step, y.at.step), x.at.time.Compare(y.at.time))
	})
	return s.rows
}

// onGrid places the rows of a series, in the order of time, on its complete grid.
func (s *rowSeries) onGrid(a axis) (Series, error) {
	at := func(r row) int64 { return a.position(r.at) }
	rows, err := s.onTheClock(a)
	if err != nil {
		return Series{}, err
	}
	slices.SortStableFunc(rows, func(x, y row) int { return cmp.Compare(at(x), at(y)) })
	first, last := at(rows[0]), at(rows[len(rows)-1])
	n := (last-first)/a.unit() + 1
	if n > maxPoints {
		return Series{}, tooLong(s.id, a, first, last, n, len(rows))
	}
	grid := Series{ID: s.id, Values: slices.Repeat([]float64{math.NaN()}, int(n)), first: first, axis: a}
	return grid, grid.place(rows)
}

func tooLong(id string, a axis, first, last, steps int64, rows int) error {
	e := invalid("series %s runs from %s to %s: %d steps for %d rows", quoted(id), a.format(first), a.format(last), steps, rows)
	if a.freq == Steps {
		return e.WithHint("whole numbers count steps; write times as 2026-11-23T14:15:00, not as seconds since 1970")
	}
	return e.WithHint("look for a mistyped year, or choose another --freq; it is %s", a.freq)
}

// onTheClock leaves out rows of an hour that the clock jumped over, where they hold nothing.
func (s *rowSeries) onTheClock(a axis) ([]row, error) {
	if !a.asked || a.notation.offset || a.freq.byDate() {
		return s.rows, nil
	}
	var rows []row
	for _, r := range s.rows {
		switch exists := a.exists(a.position(r.at)); {
		case exists:
			rows = append(rows, r)
		case r.value > 0 || r.value < 0:
			return nil, invalid("line %d: the clocks of %s never showed %s: they jumped over it", r.line, a.zone,
				r.at.time.Format("2006-01-02 15:04")).WithHint("look whether --tz is the zone the file is written in")
		}
	}
	if len(rows) == 0 {
		return nil, invalid("series %s has only hours that the clocks of %s jumped over", quoted(s.id), a.zone).
			WithHint("look whether --tz is the zone the file is written in")
	}
	return rows, nil
}

// place puts rows, in the order of their positions, on the grid.
func (s *Series) place(rows []row) error {
	a := s.axis
	var wrong []error
	for i := 0; i < len(rows); {
		p := a.position(rows[i].at)
		if (p-s.first)%a.unit() != 0 {
			wrong = append(wrong, invalid("line %d: %s does not lie on series %s's grid of one step per %s from %s", rows[i].line,
				a.format(p), quoted(s.ID), a.freq, a.format(s.first)).WithHint("choose another --freq, or fix the timestamp"))
			i++
			continue
		}
		n := 1
		for i+n < len(rows) && a.position(rows[i+n].at) == p {
			n++
		}
		value, err := s.together(p, rows[i:i+n])
		if err != nil {
			wrong = append(wrong, err)
		}
		s.Values[(p-s.first)/a.unit()] = value
		i += n
	}
	return allOf(wrong)
}

// together is the value of the rows that share a position: one, or the two of an hour that comes twice.
func (s *Series) together(p int64, rows []row) (float64, error) {
	var instants []time.Time
	if a := s.axis; a.freq != Steps && !a.freq.byDate() {
		instants = a.instants(p)
		last := instants[min(len(rows), len(instants))-1]
		if a.notation.offset {
			last = rows[len(rows)-1].at.time
		}
		if last.After(s.last) {
			s.last = last
		}
	}
	again := s.axis.notation.offset && len(rows) == 2 && rows[0].at.time.Equal(rows[1].at.time)
	if again || len(rows) > max(len(instants), 1) {
		return 0, s.twice(p, rows)
	}
	sum, known := 0.0, 0
	for _, r := range rows {
		if math.IsNaN(r.value) {
			s.blanks++
			continue
		}
		sum, known = sum+r.value, known+1
	}
	return sum / float64(known), nil // NaN where nothing is known
}

func (s *Series) twice(p int64, rows []row) error {
	e := invalid("line %d: series %s has %s twice, first on line %d", rows[1].line, quoted(s.ID), s.axis.format(p),
		rows[0].line)
	if a := s.axis; a.freq == Steps || a.freq.byDate() || a.asked || a.notation.offset {
		return e.WithHint("keep one row per series and step")
	}
	return e.WithHint("an hour that comes twice, where the clocks go back, needs --tz, such as --tz America/New_York; " +
		"else keep one row per series and step")
}

// noteClocks tells of offsets that change as clocks do, where no zone says which, and of days of another clock than the
// zone's.
func (l *File) noteClocks(rows *rowFile, o Options) {
	switch {
	case !rows.notation.offset:
	case o.Zone != nil && slices.ContainsFunc(l.Series, func(s Series) bool { return !s.axis.asked }):
		l.notes.add(fmt.Sprintf("days are written at midnight of another clock than that of %s: they are "+
			"taken as the dates that are written", o.Zone), "")
	case o.Zone == nil && !l.Frequency.byDate() && slices.ContainsFunc(rows.series, changesOffset):
		l.notes.add("the offsets from UTC change as clocks do; without --tz, such as --tz "+
			"America/New_York, every hour after a change moves by one", "")
	}
}

func changesOffset(s *rowSeries) bool { return len(offsetsOf(s.rows)) > 1 }
