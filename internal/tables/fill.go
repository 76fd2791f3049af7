package tables

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
)

// Filling says what a step without a row or a value means.
type Filling string

const (
	// FillPattern looks at each series: hours and weekdays that are never there are closed, and a step without a row is
	// a zero in a count of rare contacts, as a pivot table or GROUP BY gives it; all other gaps are unknown.
	FillPattern Filling = ""
	// FillZero takes gaps for zeros, those between a series' last row and the file's last step too.
	FillZero Filling = "zero"
	// FillNone takes gaps for unknown, whatever the pattern.
	FillNone Filling = "none"
)

// What a pattern must show before gaps are taken for zeros.
const (
	closedWeeks = 3   // weeks in which a weekday, or an hour of the week, was never there
	closedDays  = 7   // days in which an hour of the day was never there
	openShare   = 0.8 // share of the other steps that are there
	rareSteps   = 10  // steps from the first row to the last of a count of rare contacts
	rareRows    = 3   // rows of a series of fewer steps
	rareMean    = 0.5 // contacts a step that it has up to the file's end
	mostMissing = 0.5 // share of missing steps from which a count is one of rare contacts
	someMissing = 0.1 // share of missing steps that is told of
	coarseRows  = 4   // rows of a series whose steps are longer than the file's
	coarseShare = 0.9 // share of its rows that lie one long step apart
)

// fill turns gaps into zeros where they mean it, up to the end of the file where the series are a block of it, and
// tells what it made of them.
func (l *File) fill(how Filling, whole *int64) error {
	end, tell := l.end(), l.notes.add
	if whole != nil {
		end = *whole
	}
	for i := range l.Series {
		s := &l.Series[i]
		if how == FillPattern {
			if err := s.checkStep(); err != nil {
				return err
			}
			if s.findClosed() {
				tell(closedNote, s.ID)
			}
		}
		missing := fmt.Sprintf("%s (%.0f %%)", s.ID, 100*s.missing())
		switch {
		case how == FillZero:
			s.fillTo(end)
		case how == FillPattern && s.isRare(end):
			g := s.gapsOf(s.stepsTo(end))
			tell(rareNote, fmt.Sprintf("%s (%.0f %%)", s.ID, 100*float64(g.missing)/float64(g.missing+g.known)))
			s.fillTo(end)
		case how == FillPattern && s.missing() >= someMissing && s.missing() < 1:
			tell(gapsNote, missing)
		}
		if l.Frequency != Steps && s.endsBefore(end) {
			tell(earlyNote, fmt.Sprintf("%s (%s)", s.ID, s.Timestamp(len(s.Values)-1)))
		}
	}
	return nil
}

// end is the last position of any series.
func (l *File) end() int64 {
	end := int64(math.MinInt64)
	for _, s := range l.Series {
		end = max(end, s.position(len(s.Values)-1))
	}
	return end
}

// endsBefore reports whether a series ends before a position, and not only by the days it is closed.
func (s *Series) endsBefore(end int64) bool {
	for i := len(s.Values); s.position(i) <= end; i++ {
		if !s.Closed(i) {
			return true
		}
	}
	return false
}

// missing is the share of the steps of a series, closed ones left out, that have no value.
func (s *Series) missing() float64 {
	steps, missing := 0, 0
	for i, v := range s.Values {
		if s.Closed(i) || !s.axis.exists(s.position(i)) {
			continue
		}
		steps++
		if math.IsNaN(v) {
			missing++
		}
	}
	return float64(missing) / float64(max(steps, 1))
}

// Closed reports whether step i, counted from the first row, falls on a weekday or an hour on which the series never
// has a row: it is closed then, and nothing comes.
func (s Series) Closed(i int) bool {
	for _, closed := range s.closed {
		if closed[i%len(closed)] {
			return true
		}
	}
	return false
}

// findClosed finds the phases of the day and of the week on which a series never has a value, while it nearly always
// has one on the others.
func (s *Series) findClosed() bool {
	step := s.axis.freq.Step()
	if step == 0 || s.axis.freq == Weekly || slices.ContainsFunc(s.Values, func(v float64) bool { return v < 0 }) {
		return false
	}
	if step < day {
		s.closePhases(int(day/step), closedDays)
	}
	s.closePhases(int(7*day/step), closedWeeks)
	return len(s.closed) > 0
}

// closePhases is findClosed for one cycle of so many steps, of which the series must have so many.
func (s *Series) closePhases(cycle, cycles int) {
	if len(s.Values) < cycle*cycles {
		return
	}
	closed := slices.Repeat([]bool{true}, cycle)
	for i, v := range s.Values {
		closed[i%cycle] = closed[i%cycle] && math.IsNaN(v)
	}
	known, open, shut := 0, 0, 0
	for i, v := range s.Values {
		switch {
		case !math.IsNaN(v):
			known, open = known+1, open+1
		case !closed[i%cycle]:
			open++
		case !s.Closed(i):
			shut++
		}
	}
	if shut > 0 && known > 0 && float64(known) >= openShare*float64(open) {
		s.closed = append(s.closed, closed)
	}
}

// isRare reports whether a series is a count that has a row only where something came: whole numbers, never a zero, and
// as many steps without one as contacts so rare leave empty, where no row says that its value is unknown; or most steps
// without one, scattered rather than in one hole. A few rows are judged by what they are up to the file's end.
func (s *Series) isRare(end int64) bool {
	for i, v := range s.Values {
		if !math.IsNaN(v) && !s.Closed(i) && (v < 1 || v != math.Trunc(v)) {
			return false
		}
	}
	if len(s.Values) < rareSteps {
		g := s.gapsOf(s.stepsTo(end))
		return s.blanks == 0 && g.known <= rareRows && g.missing >= rareSteps &&
			g.sum <= rareMean*float64(g.missing+g.known)
	}
	g := s.gapsOf(len(s.Values))
	scattered := g.known > 1 && g.longest <= g.missing/2
	return scattered && float64(g.missing) > mostMissing*float64(g.missing+g.known) ||
		s.blanks == 0 && g.missing > 0 && g.expected >= float64(g.missing)/2
}

// stepsTo is how many steps there are from the first row to a position.
func (s *Series) stepsTo(end int64) int {
	return int(min((end-s.first)/s.axis.unit()+1, maxPoints))
}

// gaps are what the open steps of a series have and lack.
type gaps struct {
	known, missing int
	sum            float64 // of the values
	longest        int     // run of steps without a value
	expected       float64 // steps that a Poisson count would leave empty, by weekday or time of day
}

// gapsOf counts the gaps in so many steps from the first row on.
func (s *Series) gapsOf(steps int) (g gaps) {
	cycle := s.phases()
	sums, known, all := make([]float64, cycle), make([]int, cycle), make([]int, cycle)
	run := 0
	for i := range steps {
		if s.Closed(i) || !s.axis.exists(s.position(i)) {
			continue
		}
		p := i % cycle
		all[p]++
		if i < len(s.Values) && !math.IsNaN(s.Values[i]) {
			sums[p], known[p], run = sums[p]+s.Values[i], known[p]+1, 0
			continue
		}
		g.missing, run = g.missing+1, run+1
		g.longest = max(g.longest, run)
	}
	for p, n := range known {
		g.known, g.sum = g.known+n, g.sum+sums[p]
	}
	for p, n := range all {
		mean := sums[p] / float64(known[p])
		if known[p] == 0 {
			mean = g.sum / float64(g.known)
		}
		g.expected += float64(n) * emptyShare(mean)
	}
	return g
}

// phases is how many steps a cycle has in which contacts may be rarer at one step than at another: a week, or a day.
func (s *Series) phases() int {
	switch step := s.axis.freq.Step(); {
	case step > 0 && step < day:
		return int(day / step)
	case step == day:
		return 7
	}
	return 1
}

// emptyShare is the share of steps that a Poisson count leaves empty whose other steps have so many contacts on
// average: exp(-λ) where λ/(1-exp(-λ)) is that mean.
func emptyShare(mean float64) float64 {
	lambda := mean
	for range 100 {
		lambda = mean * (1 - math.Exp(-lambda))
	}
	return math.Exp(-lambda)
}

// fillTo puts zeros between the first and the last value, and after the last row up to a position of the file.
func (s *Series) fillTo(end int64) {
	known := func(v float64) bool { return !math.IsNaN(v) }
	first, last := slices.IndexFunc(s.Values, known), len(s.Values)-1
	if first < 0 {
		return
	}
	for last > first && !known(s.Values[last]) {
		last--
	}
	for i := first; i < last; i++ {
		if !known(s.Values[i]) && s.axis.exists(s.position(i)) {
			s.Values[i] = 0
		}
	}
	for s.position(len(s.Values)) <= end && len(s.Values) < maxPoints {
		s.Values, s.last = append(s.Values, 0), time.Time{}
	}
}

// checkStep refuses a series whose rows lie one longer step of the clock apart: a weekly one among days.
func (s *Series) checkStep() error {
	own := s.ownStep()
	if own == "" {
		return nil
	}
	return coarse(s.ID, own, string(s.axis.freq)).
		WithHint("forecast such series from a file of their own, with --freq %s; or say what steps without a row mean: "+
			"--fill zero (nothing came) or --fill none (unknown)", own)
}

// coarse is the refusal of a series that has longer steps than its file.
func coarse(id string, own Frequency, step string) *wrapcast.Error {
	return invalid("series %s has a row %s, and the file's step is %s", quoted(id), every(own), step)
}

func every(f Frequency) string {
	switch f {
	case Weekly:
		return "every seven days"
	case Daily:
		return "a day"
	case Hourly:
		return "an hour"
	case HalfHourly:
		return "every half-hour"
	case QuarterHourly, Steps:
	}
	return "every quarter-hour"
}

// ownStep is the frequency of a series that has longer steps than its file; "" where it has none.
func (s *Series) ownStep() Frequency {
	var at []int
	for i, v := range s.Values {
		if !math.IsNaN(v) {
			at = append(at, i)
		}
	}
	return coarseStep(at, s.axis.freq.Step())
}

// coarseStep is the frequency of rows at these steps, in their order, where nearly all lie one of its steps apart, and
// none off them; "" where it is the step itself, or there is none.
func coarseStep(at []int, step time.Duration) Frequency {
	if len(at) < coarseRows || step == 0 {
		return ""
	}
	apart := map[int]int{}
	for i := 1; i < len(at); i++ {
		apart[at[i]-at[i-1]]++
	}
	for _, k := range frequencies() {
		steps := int(k.step / step)
		if steps > 1 && float64(apart[steps]) >= coarseShare*float64(len(at)-1) && allMultiples(apart, steps) {
			return k.f
		}
	}
	return ""
}

func allMultiples(apart map[int]int, steps int) bool {
	for n := range apart {
		if n%steps != 0 {
			return false
		}
	}
	return true
}
