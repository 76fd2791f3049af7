package reports

import (
	"context"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/accuracy"
	"github.com/wrapcast/wrapcast/internal/calendar"
	"github.com/wrapcast/wrapcast/internal/steps"
)

// specialDays compares forecasts of special days with those of somebody who does not know the calendar.
type specialDays struct {
	*steps.Evaluation
	// ignorant is the same history without a calendar.
	ignorant *steps.History
	levels   map[wrapcast.AccuracyLevel]*withWithout
	kinds    map[string]*withWithout
	days     map[int]bool
}

// withWithout are the scores of the same cells with the calendar and without, and the days they are of.
type withWithout struct {
	with, without accuracy.Score
	days          map[int]bool
}

func newSpecialDays(b *steps.Evaluation) (*specialDays, error) {
	ignorant, known := *b.History, *b.History.Known
	known.Calendar = wrapcast.Calendar{}
	resolved, err := calendar.Resolve(known.Calendar, b.History.From, b.History.To)
	known.Resolved, ignorant.Known = resolved, &known
	return &specialDays{Evaluation: b, ignorant: &ignorant, levels: map[wrapcast.AccuracyLevel]*withWithout{},
		kinds: map[string]*withWithout{}, days: map[int]bool{}}, err
}

// with scores a forecast that knew the calendar.
func (b *specialDays) with(cut int, f wrapcast.Forecast) {
	b.score(cut, f, func(s *withWithout) *accuracy.Score { return &s.with })
}

// without forecasts the same past without the calendar, and scores that.
func (b *specialDays) without(ctx context.Context, cut, days int) error {
	past := b.ignorant.Before(cut)
	if len(past.Leaves) == 0 {
		return nil
	}
	f, err := b.View.Forecast(ctx, past, b.View.Judge(past), days)
	if err != nil {
		return err
	}
	b.score(cut, f, func(s *withWithout) *accuracy.Score { return &s.without })
	return nil
}

// score adds the special days of a forecast to one of the two scores.
func (b *specialDays) score(cut int, f wrapcast.Forecast, which func(*withWithout) *accuracy.Score) {
	steps.EachSubject(f, func(t steps.Subject, d wrapcast.DailyForecast) {
		actual := b.Actual[t]
		scale := steps.ScaleOf(actual[:cut])
		for i := range d.Mean {
			name := strings.Join(b.History.Known.Resolved.Names(b.History.From+wrapcast.Date(cut+i)), ", ")
			if name == "" || math.IsNaN(actual[cut+i]) {
				continue
			}
			b.days[cut+i] = true
			cell := steps.CellOf(d, i, b.View.Spec.Level, actual[cut+i], scale)
			which(scoreOf(b.levels, t.Level)).Add(cell)
			if t.Level == wrapcast.LevelTotal {
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

func (b *specialDays) report() *SpecialDaysBacktest {
	level := b.View.Spec.Level
	r := &SpecialDaysBacktest{Days: len(b.days), Levels: []SpecialDaysAccuracy{}, Kinds: []SpecialKindAccuracy{}}
	for _, kind := range wrapcast.AccuracyLevels() {
		if s := b.levels[kind]; s != nil {
			r.Levels = append(r.Levels, SpecialDaysAccuracy{Kind: kind, With: s.with.Accuracy(level),
				Without: s.without.Accuracy(level)})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(b.kinds)) {
		s := b.kinds[name]
		r.Kinds = append(r.Kinds, SpecialKindAccuracy{Name: name, Days: len(s.days), With: s.with.Accuracy(level),
			Without: s.without.Accuracy(level)})
	}
	return r
}
