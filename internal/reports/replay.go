package reports

import (
	"context"
	"math"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Replay is what forecast snapshots predicted of past days at every lead, for all their subjects, packed as columns:
// see [ReadReplay].
type Replay struct {
	From     wrapcast.Date
	Days     int
	Source   wrapcast.AccuracySource
	Level    float64
	subjects map[steps.Subject]map[int]*ReplayedSeries
	// Forecasts are, per lead, the forecasts that held for each day; "" where none did.
	Forecasts map[int][]wrapcast.ForecastID
}

// ReplayedSeries is the forecast of one subject at one lead, in contacts per day: NaN where none was kept. Seven digits
// are more than a forecast has, and half the memory.
type ReplayedSeries struct {
	Mean  []float32
	Lower []float32
	Upper []float32
	// Without is the mean without overrides, nil where none changed it.
	Without []float32
}

// Series returns the forecast of a subject at a lead; nil where none was kept.
func (r *Replay) Series(kind wrapcast.AccuracyLevel, id string, lead int) *ReplayedSeries {
	return r.subjects[steps.Subject{Level: kind, ID: id}][lead]
}

// ReadReplay reads the snapshots of the days from first to last, both included, of all subjects at once: a snapshot is
// one document of everything. Whoever looks at several subjects keeps it.
func ReadReplay(ctx context.Context, v *steps.View, source wrapcast.AccuracySource, level float64, first,
	last wrapcast.Date) (*Replay, error) {
	r := &Replay{From: first, Days: int(last-first) + 1, Source: source, Level: level,
		subjects:  map[steps.Subject]map[int]*ReplayedSeries{},
		Forecasts: map[int][]wrapcast.ForecastID{}}
	for day := first; day <= last; day++ { // a day at a time: a document of a large organisation takes megabytes
		var kept []wrapcast.ForecastSnapshot
		err := v.Store.View(ctx, func(tx *store.Tx) (err error) {
			kept, err = tx.Snapshots().Days(v.Organisation(), v.Unit(), source, day, day)
			return err
		})
		if err != nil {
			return nil, err
		}
		for _, d := range kept {
			r.add(d)
		}
	}
	return r, nil
}

func (r *Replay) add(d wrapcast.ForecastSnapshot) {
	t := int(d.Day - r.From)
	if r.Forecasts[d.Lead] == nil {
		r.Forecasts[d.Lead] = make([]wrapcast.ForecastID, r.Days)
	}
	r.Forecasts[d.Lead][t] = d.Forecast
	for _, v := range d.Values {
		s := r.of(steps.Subject{Level: v.Kind, ID: v.ID}, d.Lead)
		s.Mean[t] = float32(v.Mean)
		for _, b := range v.Bands {
			if b.Level == r.Level {
				s.Lower[t], s.Upper[t] = float32(b.Lower), float32(b.Upper)
			}
		}
		if v.Base != nil && s.Without == nil {
			s.Without = append([]float32(nil), s.Mean...)
		}
		if s.Without != nil {
			s.Without[t] = float32(v.Mean)
			if v.Base != nil {
				s.Without[t] = float32(v.Base.Mean)
			}
		}
	}
}

func (r *Replay) of(t steps.Subject, lead int) *ReplayedSeries {
	if r.subjects[t] == nil {
		r.subjects[t] = map[int]*ReplayedSeries{}
	}
	s := r.subjects[t][lead]
	if s == nil {
		s = &ReplayedSeries{Mean: nothing(r.Days), Lower: nothing(r.Days), Upper: nothing(r.Days)}
		r.subjects[t][lead] = s
	}
	return s
}

func nothing(days int) []float32 {
	values := make([]float32, days)
	for i := range values {
		values[i] = float32(math.NaN())
	}
	return values
}
