package snapshot

import (
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Newer is a decision that the latest forecast does not know: made, or withdrawn, after the forecast began. Only a
// forecast made anew does.
type Newer struct {
	Kind      wrapcast.DecisionKind `json:"kind" enum:"calendar,mask,lineage" doc:"calendar: holidays, events, closures, hours; mask: days excluded or included; lineage: changes of codes"`
	At        time.Time             `json:"at" doc:"When the latest of its kind was made or withdrawn"`
	By        string                `json:"by" doc:"Who did"`
	Decisions int                   `json:"decisions" doc:"How many of its kind are newer than the forecast"`
}

// readNewer finds the decisions that the latest forecast does not know, a row per kind.
func (s *Snapshot) readNewer(tx *store.Tx, org wrapcast.OrganisationID) error {
	if s.Stored == nil {
		return nil
	}
	since, err := s.forecastBegan(tx, org)
	if err != nil {
		return err
	}
	calendars, err := store.DecisionsOf[wrapcast.CalendarVersion](tx).All(org)
	if err != nil {
		return err
	}
	changes, err := store.DecisionsOf[wrapcast.LineageChange](tx).All(org)
	if err != nil {
		return err
	}
	for _, n := range []Newer{newerThan(since, wrapcast.DecisionCalendar, calendars),
		newerThan(since, wrapcast.DecisionMask, s.MaskEdits), newerThan(since, wrapcast.DecisionLineage, changes)} {
		if n.Decisions > 0 {
			s.Newer = append(s.Newer, n)
		}
	}
	return nil
}

// forecastBegan is when the run of the latest forecast began to forecast: what was decided later, it may not know.
func (s *Snapshot) forecastBegan(tx *store.Tx, org wrapcast.OrganisationID) (time.Time, error) {
	run, err := tx.Runs().Get(org, s.Stored.Run)
	if err != nil && wrapcast.KindOf(err) != wrapcast.NotFound {
		return time.Time{}, err
	}
	for _, step := range run.Steps {
		if step.Name == wrapcast.StepForecast && !step.StartedAt.IsZero() && step.StartedAt.Before(s.Stored.MadeAt) {
			return step.StartedAt, nil
		}
	}
	return s.Stored.MadeAt, nil
}

// newerThan counts what was made or withdrawn after an instant. What was both since then never mattered.
func newerThan[T any, P wrapcast.Decided[T]](since time.Time, kind wrapcast.DecisionKind, all []T) Newer {
	n := Newer{Kind: kind}
	for i := range all {
		d := P(&all[i]).Decision()
		made, withdrawn := d.MadeAt.After(since), d.WithdrawnAt.After(since)
		if made == withdrawn {
			continue
		}
		at, by := d.MadeAt, d.Author
		if withdrawn {
			at, by = d.WithdrawnAt, d.WithdrawnBy
		}
		n.Decisions++
		if at.After(n.At) {
			n.At, n.By = at, by
		}
	}
	return n
}
