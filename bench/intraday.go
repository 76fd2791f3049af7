package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast/forecast"
	"github.com/wrapcast/wrapcast/internal/intraday"
)

// This measures the rest of a day: forecast in the morning, corrected by what came until 10, 12, 14 and 16 h, beside the
// morning's forecast left alone and scaled by what came; the share that bands hold; and how often the test says that a
// day goes off, on days as they were and on days whose afternoon was moved.

const (
	intradayHistory = 98 // days before the day that are learned from
	offAt           = 0.01
	hoursOfDay      = 24
)

func lookHours() [4]int { return [4]int{10, 12, 14, 16} }

func movedBy() [4]float64 { return [4]float64{0.7, 0.8, 1.25, 1.5} }

func runIntraday(args []string, out io.Writer) error {
	set := flag.NewFlagSet("intraday", flag.ContinueOnError)
	dir := set.String("data", "", "directory of the tasks; without one, made-up panels")
	names := set.String("task", "m4_hourly,boston311_hourly", "tasks with steps of an hour or less, by commas")
	contacts := set.String("contacts", "", "contact log: its codes, queues and total, by the hour")
	days := set.Int("days", 10, "newest days of the training part that are forecast, one after the other")
	skip := set.String("leave-out", "", "days that are not ordinary, by commas: they neither teach nor are scored")
	test := set.Bool("test", false, "score on the first day of the test part (TASK.test.csv.gz) instead")
	least := set.Float64("least", 20, "contacts an ordinary day has to have on average for a series to be counted")
	if err := set.Parse(args); err != nil {
		return err
	}
	if *dir == "" && *contacts == "" && *names == set.Lookup("task").DefValue {
		*names = "hours,clock,quarters"
	}
	if *contacts != "" && *names == set.Lookup("task").DefValue && *dir == "" {
		*names = ""
	}
	fmt.Fprintf(out, "Error of the rest of the day as a share of what it has on average, at 10, 12, 14 and 16 h; per cent of outcomes in\n"+
		"bands of 80 and 90 %%; per cent of days that the test says go off. Series with %g contacts a day or more.\n", *least)
	for _, name := range strings.Split(*names, ",") {
		if name == "" {
			continue
		}
		t, err := loadTask(*dir, name)
		if err != nil {
			return err
		}
		if err := t.intraday(*dir, *days, *least, *test, *skip, out); err != nil {
			return err
		}
	}
	if *contacts == "" {
		return nil
	}
	t, err := hourlyContacts(*contacts)
	if err != nil {
		return err
	}
	return t.intraday("", *days, *least, false, *skip, out)
}

// intradayScore is what is measured of a task.
type intradayScore struct {
	cases float64
	// leaveOut has the days that are not looked at, by commas.
	leaveOut string
	// error is per method and hour, held per level and hour, held1 those of the hour after the look.
	error       [4][4]float64
	held, held1 [2][4]float64
	width       [4]float64
	off         float64
	whole       float64
	byHour      [4]float64
	moved       [4]float64
	low         [3]float64 // chances below 5, 1 and 0.2 per cent
}

func intradayMethods() [4]string {
	return [4]string{"this", "morning's forecast left alone", "scaled by the share seen", "the same, half"}
}

func (t *task) intraday(dir string, days int, least float64, test bool, leaveOut string, out io.Writer) error {
	score := &intradayScore{leaveOut: leaveOut}
	if test {
		came, err := readActual(dir, t.Name)
		if err != nil {
			return err
		}
		next := make([][]float64, len(t.panel))
		for i, s := range t.panel {
			next[i] = came[s.ID]
		}
		if err := t.intradayDay(0, next, least, score); err != nil {
			return err
		}
	}
	for back := 1; back <= days && !test; back++ {
		if err := t.intradayDay(back, nil, least, score); err != nil {
			return err
		}
	}
	score.print(t.Name, out)
	return nil
}

// slots is how many steps a day has.
func (t *task) slots() int {
	if step := t.panel[0].Step; step > 0 {
		return int(wholeDay / step)
	}
	return hoursOfDay
}

// intradayDay scores the day that lies so many days before the end of each series, 0 for the one after it.
func (t *task) intradayDay(back int, next [][]float64, least float64, score *intradayScore) error {
	n := t.slots()
	var daily []forecast.Series
	var kept []int
	for i, s := range t.panel {
		end := len(s.Values) - back*n
		whole := end / n
		if whole < intraday.MinDays+7 {
			continue
		}
		d := forecast.Series{ID: s.ID, Step: wholeDay, Start: s.Start}
		if s.Step == 0 {
			d.Start, d.Step = time.Time{}, 0
		} else {
			d.Start = s.Start.Add(time.Duration(end-whole*n) * s.Step)
		}
		for day := range whole {
			at := end - (whole-day)*n
			d.Values = append(d.Values, total(s.Values[at:at+n]))
		}
		daily, kept = append(daily, d), append(kept, i)
	}
	if len(daily) == 0 {
		return nil
	}
	results, err := forecast.Run(context.Background(), daily, forecast.Options{Horizon: 1, Seasons: []float64{7}, Levels: []float64{0.8},
		Workers: 2})
	if err != nil {
		return err
	}
	for i, r := range results {
		s := t.panel[kept[i]]
		end := len(s.Values) - back*n
		var actual []float64
		if next != nil {
			actual = next[kept[i]][:n]
		} else {
			actual = s.Values[end : end+n]
		}
		first := daily[i].Start
		if daily[i].Step > 0 && score.leftOut(first, len(daily[i].Values)) {
			continue
		}
		score.day(s.Values[:end], actual, r, pastDays{first, hoursOfDay / float64(n), least})
	}
	return nil
}

func total(values []float64) (sum float64) {
	for _, v := range values {
		sum += v
	}
	return sum
}

// pastDays says what the days of a series are: when the first was, how long a slot is in hours, and how many contacts
// a day has to have on average.
type pastDays struct {
	first        time.Time
	hours, least float64
}

// leftOut reports whether so many days after the first one is a day that is not looked at.
func (s *intradayScore) leftOut(first time.Time, days int) bool {
	return s.leaveOut != "" && strings.Contains(s.leaveOut, first.AddDate(0, 0, days).Format(time.DateOnly))
}

// day scores one day of a series.
func (s *intradayScore) day(before, actual []float64, morning forecast.Result, days pastDays) {
	hours, least := days.hours, days.least
	n := len(actual)
	var past []intraday.Past
	first := max(len(before)/n-intradayHistory, 0)
	mean := 0.0
	for d := first; d < len(before)/n; d++ {
		at := len(before) - (len(before)/n-d)*n
		if s.leftOut(days.first, d) {
			continue
		}
		past = append(past, intraday.Past{Day: d, Counts: before[at : at+n], Forecast: math.NaN()})
		mean += total(before[at:at+n]) / float64(len(before)/n-first)
	}
	if mean < least || !(total(actual) >= 0) {
		return
	}
	sd := (morning.Bands[0].Upper[0] - morning.Bands[0].Lower[0]) / (2 * 1.2816) / morning.Mean[0]
	model, ok := intraday.Learn(past, intraday.Options{Hours: hours, LevelSD: sd})
	if !ok || !(morning.Mean[0] > 0) {
		return
	}
	day := intraday.Day{Expected: intraday.Shares(past, len(before)/n), Hours: hours}
	for i := range day.Expected {
		day.Expected[i] *= morning.Mean[0]
	}
	s.cases++
	if v := total(actual); v >= morning.Bands[0].Lower[0] && v <= morning.Bands[0].Upper[0] {
		s.whole++
	}
	for h, hour := range lookHours() {
		k := int(float64(hour) / hours)
		s.look(h, model.Look(day, actual[:k]), day, past, actual, k)
	}
	whole := model.Look(day, actual)
	for i, p := range []float64{0.05, 0.01, 0.002} {
		if whole.Off < p {
			s.low[i]++
		}
	}
	if whole.Off < offAt {
		s.off++
	}
	for i, by := range movedBy() {
		moved := append([]float64(nil), actual...)
		for k := int(13 / hours); k < n; k++ {
			moved[k] *= by
		}
		if model.Look(day, moved).Off < offAt {
			s.moved[i]++
		}
	}
}

// look scores what is said at one hour.
func (s *intradayScore) look(h int, o *intraday.Outlook, day intraday.Day, past []intraday.Past, actual []float64, k int) {
	rest, scale := total(actual[k:]), 0.0
	for _, p := range past {
		scale += total(p.Counts[k:]) / float64(len(past))
	}
	if scale <= 0 {
		return
	}
	ratio := 1.0
	if expected := total(day.Expected[:k]); expected > 0 {
		ratio = total(actual[:k]) / expected
	}
	left := total(day.Expected[k:])
	for m, v := range []float64{o.Rest, left, left * ratio, left * (1 + ratio) / 2} {
		s.error[m][h] += math.Abs(v-rest) / scale
	}
	one := int(1 / day.Hours)
	for l, level := range []float64{0.8, 0.9} {
		lower, upper := o.Band(level, k, len(actual))
		if rest >= math.Floor(lower) && rest <= math.Ceil(upper) {
			s.held[l][h]++
		}
		if l == 0 {
			s.width[h] += (upper - lower) / scale
		}
		lower, upper = o.Band(level, k, k+one)
		if v := total(actual[k : k+one]); v >= math.Floor(lower) && v <= math.Ceil(upper) {
			s.held1[l][h]++
		}
	}
	if o.Off < offAt {
		s.byHour[h]++
	}
}

func (s *intradayScore) print(name string, out io.Writer) {
	if s.cases == 0 {
		fmt.Fprintf(out, "\n%s: nothing large and long enough\n", name)
		return
	}
	fmt.Fprintf(out, "\n%s: %.0f days of series\n", name, s.cases)
	for m, method := range intradayMethods() {
		fmt.Fprintf(out, "  %-32s", method)
		for _, v := range s.error[m] {
			fmt.Fprintf(out, "%8.4f", v/s.cases)
		}
		fmt.Fprintln(out)
	}
	for l, level := range []string{"80", "90"} {
		fmt.Fprintf(out, "  in %s %% of the rest            ", level)
		for _, v := range s.held[l] {
			fmt.Fprintf(out, "%8.1f", 100*v/s.cases)
		}
		fmt.Fprintf(out, "   of the next hour ")
		for _, v := range s.held1[l] {
			fmt.Fprintf(out, "%8.1f", 100*v/s.cases)
		}
		fmt.Fprintln(out)
	}
	fmt.Fprintf(out, "  width of the band of 80 %%       ")
	for _, v := range s.width {
		fmt.Fprintf(out, "%8.4f", v/s.cases)
	}
	fmt.Fprintf(out, "  morning's own 80 %%: %.1f", 100*s.whole/s.cases)
	fmt.Fprintf(out, "\n  off: %.2f %% of days (± %.2f); by 10, 12, 14, 16 h", 100*s.off/s.cases, 100*math.Sqrt(offAt*(1-offAt)/s.cases))
	for _, v := range s.byHour {
		fmt.Fprintf(out, " %.2f", 100*v/s.cases)
	}
	fmt.Fprintf(out, "; chances below 5, 1, 0.2 %%: %.2f %.2f %.2f\n  found when moved from 13 h on by", 100*s.low[0]/s.cases,
		100*s.low[1]/s.cases, 100*s.low[2]/s.cases)
	for i, by := range movedBy() {
		fmt.Fprintf(out, "  %+.0f %%: %.0f", 100*(by-1), 100*s.moved[i]/s.cases)
	}
	fmt.Fprintln(out)
}

// hourlyContacts has the contacts per hour of a log, by code, queue and together.
func hourlyContacts(path string) (*task, error) {
	rows, err := readGzip(path)
	if err != nil {
		return nil, err
	}
	t := &task{Name: "contacts", Freq: "h", Seasons: []float64{hoursOfDay, 7 * hoursOfDay}}
	places := map[string]int{}
	first, last := time.Time{}, time.Time{}
	for _, row := range rows[1:] {
		at, err := parseTime(strings.Replace(row[0], " ", "T", 1))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if first.IsZero() || at.Before(first) {
			first = at
		}
		if at.After(last) {
			last = at
		}
	}
	first = first.Truncate(wholeDay)
	hours := int(last.Truncate(wholeDay).Sub(first)/time.Hour) + hoursOfDay
	for _, row := range rows[1:] {
		at, _ := parseTime(strings.Replace(row[0], " ", "T", 1))
		for _, name := range []string{"code " + row[2], "queue " + row[1], "total"} {
			i, known := places[name]
			if !known {
				i = len(t.panel)
				places[name] = i
				t.panel = append(t.panel, forecast.Series{ID: name, Start: first, Step: time.Hour, Values: make([]float64, hours)})
			}
			t.panel[i].Values[int(at.Sub(first)/time.Hour)]++
		}
	}
	return t, nil
}
