package heads

import (
	"context"
	"fmt"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/target"
)

// PlatformWeek is how many people the target itself asks for in a week, beside a report's.
type PlatformWeek struct {
	wrapcast.Span
	// Forecast is the target's id of the forecast that it counted, SameForecast whether that was imported from the one
	// that the report is of.
	Forecast     string `json:"forecast_id,omitempty"`
	SameForecast bool   `json:"same_forecast"`
	// State is the target's own word for how far it is; Note says what people should know, such as why there is nothing.
	State string `json:"state,omitempty"`
	Note  string `json:"note,omitempty"`
	// Hours are those that the target asks for, Ours those of the same planning groups here, Difference the first less
	// the second; 0 where the target has not answered.
	Hours      float64         `json:"hours"`
	Ours       float64         `json:"hours_ours"`
	Difference float64         `json:"difference"`
	Groups     []PlatformGroup `json:"groups"`
}

// PlatformGroup is one planning group of it.
type PlatformGroup struct {
	ID         wrapcast.PlanningGroupID `json:"id"`
	Name       string                   `json:"name"`
	Hours      float64                  `json:"hours"`
	Ours       float64                  `json:"hours_ours"`
	Difference float64                  `json:"difference"`
	// Peak and OursPeak are the people of the busiest quarter-hour, each its own.
	Peak     float64 `json:"peak"`
	OursPeak float64 `json:"peak_ours"`
}

// Beside asks the target of plans how many people it counts itself for the weeks of a report, and sets that beside
// ours. What cannot be had is said in the week's note, and is no error; an interruption is one.
func Beside(ctx context.Context, v *steps.View, targets target.Targets, r *Report) error {
	at := 0
	for start := r.From; start < r.To; start += 7 {
		quarters := weekQuarters(start, v.Zone)
		w := PlatformWeek{Span: wrapcast.Span{From: start, To: start + 6}, Groups: []PlatformGroup{}}
		staffed, can := targets[wrapcast.WFM].(target.Staffed)
		if !can {
			w.Note = "there is no connection to Genesys that could be asked"
		} else if err := w.ask(ctx, v, staffed, r, at, quarters); err != nil {
			return err
		}
		r.Platform = append(r.Platform, w)
		at += quarters
	}
	return nil
}

// weekQuarters is how many quarter-hours a week has.
func weekQuarters(start wrapcast.Date, zone *time.Location) (n int) {
	for day := start; day < start+7; day++ {
		n += day.QuarterHours(zone)
	}
	return n
}

// ask finds what was imported for the week, and asks for its required staff.
func (w *PlatformWeek) ask(ctx context.Context, v *steps.View, t target.Staffed, r *Report, at, quarters int) error {
	if err := w.find(ctx, v, r.Forecast); err != nil {
		return err
	}
	if w.Forecast == "" {
		w.Note = "nothing was imported for this week: Genesys has no forecast of wrapcast's to count"
		return nil
	}
	answer, err := t.RequiredStaff(ctx, v.Directory.BusinessUnit, w.From, w.Forecast)
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("asking for Genesys' required staff: %w", context.Cause(ctx))
	case target.StatusOf(err) == 403:
		w.Note = "the OAuth client may not see it: wfm:staffingRequirement:view, in the division of the business unit, opens it"
	case err != nil:
		w.Note = "it cannot be read: " + err.Error()
	case !answer.Ready:
		w.State = answer.State
		w.Note = fmt.Sprintf("Genesys has not worked it out (it says %q): ask again in some minutes", answer.State)
	default:
		w.State = answer.State
		w.set(r, answer, at, quarters)
	}
	return nil
}

// find looks for the newest completed import of the week, one of the report's forecast before all others.
func (w *PlatformWeek) find(ctx context.Context, v *steps.View, made wrapcast.ForecastID) error {
	return v.Store.View(ctx, func(tx *store.Tx) error {
		const newest = 50
		plans, _, err := tx.Plans().Heads(v.Directory.Organisation.ID, store.PlanQuery{Target: wrapcast.WFM,
			BusinessUnit: v.Unit(), Week: &w.From, Limit: newest})
		if err != nil {
			return err
		}
		for _, plan := range plans {
			s, err := steps.Optional(tx.Submissions().OfPlan(v.Directory.Organisation.ID, plan.ID))
			if err != nil {
				return err
			}
			if s == nil || s.State != wrapcast.SubmissionCompleted || s.TargetForecastID == "" {
				continue
			}
			if same := plan.Forecast == made; w.Forecast == "" || same {
				w.Forecast, w.SameForecast = s.TargetForecastID, same
			}
			if w.SameForecast {
				break
			}
		}
		if w.Forecast != "" && !w.SameForecast {
			w.Note = "it is of an earlier import: the latest forecast was not imported, or says what is there already"
		}
		return nil
	})
}

// set puts the target's people beside ours.
func (w *PlatformWeek) set(r *Report, answer target.RequiredStaff, at, quarters int) {
	for i := range r.Groups {
		g := &r.Groups[i]
		theirs, known := answer.Groups[g.ID]
		if !known {
			continue
		}
		one := PlatformGroup{ID: g.ID, Name: g.Name}
		for q := range min(quarters, len(theirs), len(g.Intervals)-at) {
			interval := &g.Intervals[at+q]
			interval.Platform = &theirs[q]
			one.Hours += theirs[q] * hoursPerHead
			one.Ours += interval.Mean * hoursPerHead
			one.Peak, one.OursPeak = max(one.Peak, theirs[q]), max(one.OursPeak, interval.Mean)
		}
		one.Difference = one.Hours - one.Ours
		w.Hours, w.Ours, w.Difference = w.Hours+one.Hours, w.Ours+one.Ours, w.Difference+one.Difference
		w.Groups = append(w.Groups, one)
	}
	if len(w.Groups) == 0 {
		w.Note = "Genesys names none of these planning groups"
	}
}
