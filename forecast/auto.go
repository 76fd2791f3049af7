package forecast

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast/forecast/internal/auto"
	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

const (
	day = 24 * time.Hour
	// yearLow and yearHigh are the seasons of daily steps that mean a year.
	yearLow, yearHigh = 360, 370
	shortestAuto      = 10
	mostAuto          = 20_000 // newest values that are learned from
)

// groupKey is what series must share to learn from each other: step and last moment. Series without a calendar share
// the zero key.
type groupKey struct {
	step time.Duration
	end  int64
}

// runAuto forecasts each group of a panel by the combined procedure, and histories too short for it alone.
func runAuto(ctx context.Context, panel []Series, opt Options) ([]Result, error) {
	results := make([]Result, len(panel))
	groups := map[groupKey][]int{}
	var order []groupKey
	var short []int
	for i, s := range panel {
		if stat.Count(s.Values) < opt.leastFor(s) {
			short = append(short, i)
			continue
		}
		key := groupKey{}
		if s.hasCalendar() {
			key = groupKey{s.Step, s.end().UnixNano()}
		}
		if _, known := groups[key]; !known {
			order = append(order, key)
		}
		groups[key] = append(groups[key], i)
	}
	for _, key := range order {
		if err := runGroup(ctx, panel, groups[key], opt, results); err != nil {
			return nil, err
		}
	}
	err := inParallel(ctx, len(short), opt.Workers, func(_, j int) error {
		results[short[j]] = forecastShort(panel[short[j]], opt)
		return nil
	})
	return results, err
}

// leastFor is how many values auto needs.
func (o Options) leastFor(s Series) int {
	m := 1
	for _, p := range o.seasonsFor(s) {
		if p == math.Trunc(p) && p < 52 {
			m = int(p)
			break
		}
	}
	return max(shortestAuto, 2*m+7)
}

// forecastShort is for histories that carry no choice among models.
func forecastShort(s Series, opt Options) Result {
	n := stat.Count(s.Values)
	candidates := []Model{method{"exponentialSmoothing", fitSmoothing}, method{"mean", fitMean}}
	if n < shortestAuto {
		candidates = []Model{method{"mean", fitMean}, method{"naive", fitNaive}}
	}
	r := forecastAlone(s, candidates, opt)
	if r.Fallback == "" {
		r.Fallback = fmt.Sprintf("%d values are too few to weigh models: the average of simple ones", n)
	}
	if opt.Explain {
		r.Components = partsOf(s.Values, r.Mean, opt.wholeSeasons(s), nil, nil)
	}
	return r
}

func runGroup(ctx context.Context, panel []Series, members []int, opt Options, results []Result) error {
	first := panel[members[0]]
	cfg := auto.Config{Horizon: opt.Horizon, Short: 1, Long: 1, Levels: opt.Levels, Workers: opt.Workers, Budget: float64(opt.Budget.Nanoseconds()), Tuning: opt.tuning(),
		Daily: first.hasCalendar() && first.Step == day}
	var lengths []int
	inputs := make([]auto.Input, len(members))
	books := make([]*eventBook, len(members))
	for j, i := range members {
		s := panel[i]
		books[j], s.Values = bookEvents(s, opt)
		inputs[j] = inputOf(s, opt)
		lengths = append(lengths, len(inputs[j].Y))
	}
	learnFactors(books)
	slices.Sort(lengths)
	cfg.Short, cfg.Long, cfg.Yearly = opt.autoSeasons(first, lengths[len(lengths)/2])
	outputs, err := auto.Run(ctx, cfg, inputs)
	if err != nil {
		return err
	}
	for j, i := range members {
		results[i] = resultOf(panel[i], inputs[j], outputs[j], opt)
		effects := books[j].applyTo(&results[i], panel[i], opt)
		if opt.Explain {
			results[i].Components = partsOf(panel[i].Values, results[i].Mean, seasonsOf(cfg), books[j].hides(len(panel[i].Values)), effects)
		}
	}
	return nil
}

// autoSeasons returns the two seasons of the combined procedure, 1 where there is none, and whether there is a year.
func (o Options) autoSeasons(s Series, n int) (short, long int, yearly bool) {
	short, long = 1, 1
	for _, p := range o.seasonsFor(s) {
		m := int(math.Round(p))
		switch {
		case short > 1 && m >= yearLow && m <= yearHigh:
			yearly = true
		case short == 1 && 2*m <= n:
			short = m
		case long == 1 && m > short && 2*m+short+o.Horizon <= n:
			long = m
		}
	}
	return short, long, yearly
}

func inputOf(s Series, opt Options) auto.Input {
	lead := max(0, len(s.Values)-mostAuto)
	for lead < len(s.Values) && math.IsNaN(s.Values[lead]) {
		lead++
	}
	in := auto.Input{Y: s.Values[lead:], Floor: floorFor(s.Values, opt.NonNegative)}
	if s.hasCalendar() {
		in.Last = dayNumber(s.end())
	}
	return in
}

// wallClock is the instant at which a clock in UTC shows what t shows.
func wallClock(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

func resultOf(s Series, in auto.Input, o auto.Output, opt Options) Result {
	r := Result{ID: s.ID, Model: Auto, Mean: o.Mean, Median: o.Median, Fallback: o.Fallback, Notes: o.Notes}
	for i, level := range opt.Levels {
		r.Bands = append(r.Bands, Band{Level: level, Lower: o.Lower[i], Upper: o.Upper[i]})
	}
	for _, m := range o.Members {
		r.Members = append(r.Members, Member{Name: m.Name, Error: m.Error, Weight: m.Weight})
	}
	if missing := len(s.Values) - stat.Count(s.Values); missing > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("%d of %d values are missing: no error counts them, autoregressions see expected values in their place",
			missing, len(s.Values)))
	}
	if len(s.Values) > mostAuto {
		r.Notes = append(r.Notes, fmt.Sprintf("learned from the newest %d of %d values", mostAuto, len(s.Values)))
	}
	abs, square := stat.Scale(in.Y, opt.shortSeason(s))
	t := newTally(BacktestOptions{Options: opt})
	for _, w := range o.Past {
		past := Result{Mean: w.Mean, Median: w.Median}
		for i, level := range opt.Levels {
			past.Bands = append(past.Bands, Band{Level: level, Lower: w.Lower[i], Upper: w.Upper[i]})
		}
		t.add(past, w.Actual, 0, len(w.Actual), abs, square)
	}
	r.Accuracy = t.accuracy()
	var missed [][]float64
	for _, w := range o.Past {
		missed = append(missed, each(len(w.Mean), func(h int) float64 { return w.Actual[h] - w.Mean[h] }))
	}
	r.memory = errorMemory(missed)
	return r
}

// seasonsOf are the seasons of a group, shortest first.
func seasonsOf(c auto.Config) []int {
	return slices.DeleteFunc([]int{c.Short, c.Long}, func(m int) bool { return m < 2 })
}
