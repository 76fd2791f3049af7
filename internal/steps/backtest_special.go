package steps

import (
	"context"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/accuracy"
	"github.com/wrapcast/wrapcast/internal/calendar"
)

// specialBench compares forecasts of special days with those of somebody who does not know the calendar.
type specialBench struct {
	*bench
	// ignorant is the same history without a calendar.
	ignorant *history
	levels   map[wrapcast.AccuracyLevel]*withWithout
	kinds    map[string]*withWithout
	days     map[int]bool
}

// withWithout are the scores of the same cells with the calendar and without, and the days they are of.
type withWithout struct {
	with, without accuracy.Score
	days          map[int]bool
}

func newSpecialBench(b *bench) (*specialBench, error) {
	ignorant, known := *b.history, *b.history.known
	known.calendar = wrapcast.Calendar{}
	resolved, err := calendar.Resolve(known.calendar, b.history.From, b.history.To)
	known.resolved, ignorant.known = resolved, &known
	return &specialBench{bench: b, ignorant: &ignorant, levels: map[wrapcast.AccuracyLevel]*withWithout{}, kinds: map[string]*withWithout{}, days: map[int]bool{}}, err
}

// with scores a forecast that knew the calendar.
func (b *specialBench) with(cut int, f wrapcast.Forecast) {
	b.score(cut, f, func(s *withWithout) *accuracy.Score { return &s.with })
}

// without forecasts the same past without the calendar, and scores that.
func (b *specialBench) without(ctx context.Context, cut, days int) error {
	past := b.ignorant.until(cut)
	if len(past.Leaves) == 0 {
		return nil
	}
	f, err := b.pass.forecast(ctx, past, b.pass.judge(past), days)
	if err != nil {
		return err
	}
	b.score(cut, f, func(s *withWithout) *accuracy.Score { return &s.without })
	return nil
}

// score adds the special days of a forecast to one of the two scores.
func (b *specialBench) score(cut int, f wrapcast.Forecast, which func(*withWithout) *accuracy.Score) {
	eachThing(f, func(t thing, d wrapcast.DailyForecast) {
		actual := b.actual[t]
		scale := scaleOf(actual[:cut])
		for i := range d.Mean {
			name := strings.Join(b.history.known.resolved.Names(b.history.From+wrapcast.Date(cut+i)), ", ")
			if name == "" || math.IsNaN(actual[cut+i]) {
				continue
			}
			b.days[cut+i] = true
			cell := cellOf(d, i, b.pass.spec.Level, actual[cut+i], scale)
			which(scoreOf(b.levels, t.level)).Add(cell)
			if t.level == wrapcast.LevelTotal {
				kind := scoreOf(b.kinds, name)
				kind.days[cut+i] = true
				which(kind).Add(cell)
			}
		}
	})
}

func scoreOf[K comparable](of map[K]*withWithout, key K) *withWithout {
	if of[key] == nil {
		of[key] = &withWithout{days: map[int]bool{}}
	}
	return of[key]
}

func (b *specialBench) report() *wrapcast.SpecialDaysBacktest {
	level := b.pass.spec.Level
	r := &wrapcast.SpecialDaysBacktest{Days: len(b.days), Levels: []wrapcast.SpecialDaysAccuracy{}, Kinds: []wrapcast.SpecialKindAccuracy{}}
	for _, kind := range wrapcast.AccuracyLevels() {
		if s := b.levels[kind]; s != nil {
			r.Levels = append(r.Levels, wrapcast.SpecialDaysAccuracy{Kind: kind, With: s.with.Accuracy(level), Without: s.without.Accuracy(level)})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(b.kinds)) {
		s := b.kinds[name]
		r.Kinds = append(r.Kinds, wrapcast.SpecialKindAccuracy{Name: name, Days: len(s.days), With: s.with.Accuracy(level), Without: s.without.Accuracy(level)})
	}
	return r
}
