package forecast

import "time"

// Series is the history of one thing, at a fixed step.
type Series struct {
	// ID names the series in results and errors.
	ID string
	// Values holds one value per step, oldest first. NaN is a missing or masked value: it keeps its
	// place in the week and is left out of every fit. Infinities are refused. It may be empty.
	Values []float64
	// Start is the time of Values[0]. Zero means that the steps are plain numbers without a calendar.
	// Only the wall clock of its location is read, on a uniform day of 24 hours.
	Start time.Time
	// Step is the time between two values. It must be set where Start is, and is ignored where it is not.
	Step time.Duration
	// Events are days special to this series alone; see Options.Events for those of the whole panel.
	Events []Event
	// Regressors are numeric columns known for the past and the horizon, used by the "regression" model.
	Regressors []Regressor
}

// Event is a named kind of day that changes what happens: a holiday, a payday, a campaign. Its effect
// is learned from past dates and applied to future ones.
type Event struct {
	// Name keeps the kinds apart: "Thanksgiving", "payday".
	Name string
	// Dates are the days it falls on, past and future; only year, month and day are read, in each
	// time's own location.
	Dates []time.Time
	// Group names events that are alike as far as nothing better is known, such as public holidays: one that is rare
	// or new is expected to do what those of its group do.
	Group string
	// Expected is what such a day brings over what an ordinary one would, as far as somebody knows and no past date
	// tells: 1.3 for 30 % more. Zero means that nobody knows: 1.
	Expected float64
}

// Regressor is a column of numbers beside a series.
type Regressor struct {
	// Name appears in components and notes.
	Name string
	// Values holds one number per step of the history and of the horizon. NaN counts as 0.
	Values []float64
}

func (s Series) hasCalendar() bool { return !s.Start.IsZero() && s.Step > 0 }

// end returns the time of the last value, on the series' own uniform clock.
func (s Series) end() time.Time { return s.Start.Add(time.Duration(len(s.Values)-1) * s.Step) }

// until returns the series as it was known when it had n values. Events and regressors stay: they are
// plans, known ahead.
func (s Series) until(n int) Series {
	s.Values = s.Values[:max(0, min(n, len(s.Values)))]
	return s
}

func (s Series) check() error {
	if err := checkFinite(s.ID, s.Values); err != nil {
		return err
	}
	if !s.Start.IsZero() && s.Step <= 0 {
		return seriesError(s.ID, "it has a start but no step")
	}
	for _, r := range s.Regressors {
		if err := checkFinite(s.ID, r.Values); err != nil {
			return err
		}
	}
	return nil
}
