package steps

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/planning"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Unit is the business unit the organisation is seen from, "" where there is none.
func (v *View) Unit() wrapcast.BusinessUnitID { return v.Directory.BusinessUnit.ID }

// Views looks at the organisation from each of its business units, in their order; from a zone alone where it has none.
// Where plans are not of weeks, the first unit's days do.
func (v *View) Views() ([]*View, error) {
	if len(v.Directory.Others) == 0 || !v.weekly {
		return []*View{v}, nil
	}
	var all []*View
	for i, u := range v.Directory.Units() {
		one := *v
		directory, _ := v.Directory.From(u.ID)
		zone, err := planning.Zone(u.BusinessUnit)
		if err != nil {
			return nil, err
		}
		one.Directory, one.Zone, one.further = directory, zone, i > 0
		all = append(all, &one)
	}
	return all, nil
}

// see makes the runner work on an organisation from each of its business units.
func (r *Runner) see(v *View) (err error) {
	own := *v
	if r.views, err = own.Views(); err == nil {
		r.View = r.views[0]
	}
	for _, seen := range r.views {
		seen.commit = r.commit
	}
	return err
}

// runUnits are the business units of a run that begins.
func runUnits(views []*View) []wrapcast.RunUnit {
	var all []wrapcast.RunUnit
	for _, v := range views {
		if v.Directory.HasUnit() {
			all = append(all, wrapcast.RunUnit{BusinessUnit: v.Directory.BusinessUnit, State: wrapcast.RunRunning})
		}
	}
	return append(all, views[0].unread...)
}

// unitsOf are the business units of a run that is asked for, as far as that can be told before it begins: a run that
// submits plans is for those of the plans.
func (v *View) unitsOf(all []wrapcast.RunUnit) []wrapcast.RunUnit {
	if len(v.Spec.Submit) > 0 {
		return nil
	}
	directory := v.Directory
	if v.Spec.LookFrom(&directory) != nil {
		return nil
	}
	asked := directory.Units()
	return slices.DeleteFunc(all, func(u wrapcast.RunUnit) bool {
		return !slices.ContainsFunc(asked, func(a wrapcast.PlannedUnit) bool { return a.ID == u.ID })
	})
}

// ZoneOf is the time zone of the first business unit that a choice means, as far as it is known; that of the view else.
func (v *View) ZoneOf(choice wrapcast.UnitChoice) *time.Location {
	spec, directory := v.Spec, v.Directory
	spec.BusinessUnits = choice
	if len(choice) == 0 || spec.LookFrom(&directory) != nil {
		return v.Zone
	}
	zone, err := planning.Zone(directory.BusinessUnit)
	if err != nil {
		return v.Zone
	}
	return zone
}

// planAgain makes a stored directory that of a run which is taken up: with the run's business units as they were when
// it began. One that began before runs had units, or without any, takes the directory as it is.
func planAgain(d *wrapcast.Directory, units []wrapcast.RunUnit) {
	var planned []wrapcast.PlannedUnit
	for _, u := range units {
		if from, known := d.From(u.ID); known && u.TimeZone != "" {
			planned = append(planned, wrapcast.PlannedUnit{BusinessUnit: u.BusinessUnit, PlanningGroups: from.PlanningGroups})
		}
	}
	if len(planned) > 0 {
		d.Plan(planned, "")
	} else {
		d.Others = nil
	}
}

// several reports whether the run is for more than one business unit, so that the failure of one is not its own.
func (r *Runner) several() bool { return len(r.run.Units) > 1 }

// unitOf is the run's entry of a business unit, nil where it has none.
func (r *Runner) unitOf(id wrapcast.BusinessUnitID) *wrapcast.RunUnit {
	i := slices.IndexFunc(r.run.Units, func(u wrapcast.RunUnit) bool { return u.ID == id })
	if i < 0 {
		return nil
	}
	return &r.run.Units[i]
}

// goesOn reports whether the part of the run for a business unit has not failed.
func (r *Runner) goesOn(id wrapcast.BusinessUnitID) bool {
	u := r.unitOf(id)
	return u == nil || u.State != wrapcast.RunFailed
}

// ofUnit says of which business unit an error is.
func ofUnit(u wrapcast.BusinessUnit, err error) error {
	wrapped := wrapcast.Errorf(wrapcast.KindOf(err), "", "%s: %w", u.Name, err)
	if hint := wrapcast.Hint(err); hint != "" {
		return wrapped.WithHint("%s", hint)
	}
	return wrapped
}

// failedUnit is a business unit whose part of a run has ended in an error.
func failedUnit(u wrapcast.RunUnit, step wrapcast.StepName, err error) wrapcast.RunUnit {
	u.State, u.Step, u.Kind, u.Reason, u.Hint = wrapcast.RunFailed, step, wrapcast.KindOf(err), err.Error(),
		wrapcast.Hint(err)
	return u
}

// eachUnit does a step for every business unit whose part of the run goes on. Where there are several, the failure of
// one is kept with the run and does not stop the others; the step fails where none is left.
func eachUnit(name wrapcast.StepName, do stepFunc) stepFunc {
	return func(ctx context.Context, r *Runner) (result, error) {
		if !r.several() || len(r.Spec.Submit) > 0 {
			left, err := do(ctx, r)
			left.entry.Objects = withUnit(left.entry.Objects, r.Unit())
			return left, err
		}
		var all unitResults
		for _, v := range r.views {
			if !r.goesOn(v.Unit()) {
				continue
			}
			one, began := *r, r.Clock.Now()
			one.View = v
			v.further = all.done > 0
			left, err := do(ctx, &one)
			if ctx.Err() != nil {
				return result{}, err
			}
			if err != nil {
				err = ofUnit(v.Directory.BusinessUnit, err)
				unit := r.unitOf(v.Unit())
				*unit = failedUnit(*unit, name, err)
			}
			left.entry.LatencyMs = r.Clock.Since(began).Milliseconds()
			all.add(v.Directory.BusinessUnit, left, err)
		}
		return all.result, all.failure()
	}
}

// unitResults is what a step leaves for several business units.
type unitResults struct {
	result
	// done is how many units it was done for.
	done     int
	failures error
}

// add takes what the step left for a business unit.
func (a *unitResults) add(u wrapcast.BusinessUnit, left result, err error) {
	e := left.entry
	e.Objects = withUnit(e.Objects, u.ID)
	e.Detail = u.Name + ": " + e.Detail
	if err != nil {
		e.Status, e.Detail = statusFailed, err.Error()
		a.failures = errors.Join(a.failures, err)
	} else {
		a.done++
		details, _ := a.detail.(map[wrapcast.BusinessUnitID]any)
		if details == nil {
			details = map[wrapcast.BusinessUnitID]any{}
			a.detail = details
		}
		details[u.ID] = left.detail
	}
	a.save = both(a.save, left.save)
	a.entries = append(a.entries, e)
}

// failure is the error of a step that was done for nobody.
func (a *unitResults) failure() error {
	if a.done > 0 {
		return nil
	}
	return a.failures
}

func both(first, second func(*store.Tx) error) func(*store.Tx) error {
	if first == nil || second == nil {
		if first == nil {
			return second
		}
		return first
	}
	return func(tx *store.Tx) error {
		if err := first(tx); err != nil {
			return err
		}
		return second(tx)
	}
}

// withUnit adds a business unit to what an audit entry is about.
func withUnit(objects map[string]string, unit wrapcast.BusinessUnitID) map[string]string {
	if unit == "" {
		return objects
	}
	if objects == nil {
		objects = map[string]string{}
	}
	objects["business_unit"] = string(unit)
	return objects
}

// toldOnce leaves out of a plan's findings what the plans of another business unit tell: what is in none of them.
func (v *View) toldOnce(findings []wrapcast.Finding) []wrapcast.Finding {
	if !v.further {
		return findings
	}
	return slices.DeleteFunc(findings, func(f wrapcast.Finding) bool { return f.Code == planning.UnroutedCode })
}

// endUnits says of every business unit whose part of the run has not ended how it did.
func (r *Runner) endUnits(submissions []wrapcast.Submission) {
	for i, u := range r.run.Units {
		if u.State == wrapcast.RunFailed {
			continue
		}
		own := slices.DeleteFunc(slices.Clone(submissions), func(s wrapcast.Submission) bool {
			return s.BusinessUnit != u.ID && s.BusinessUnit != ""
		})
		err := troubleOf(own)
		if err == nil {
			r.run.Units[i].State = wrapcast.RunDone
			continue
		}
		if r.several() {
			err = ofUnit(u.BusinessUnit, err)
		}
		r.run.Units[i] = failedUnit(u, wrapcast.StepSubmit, err)
		r.run.Units[i].State = stateAfter(err)
	}
}

// unitTrouble is the error of a run by its business units: where some are done and others are not, it is partly done.
func (r *Runner) unitTrouble(submissions []wrapcast.Submission) error {
	if !r.several() {
		return troubleOf(submissions)
	}
	failed := slices.DeleteFunc(slices.Clone(r.run.Units),
		func(u wrapcast.RunUnit) bool { return u.State == wrapcast.RunDone })
	return partlyDone(len(r.run.Units), failed)
}

// partlyDone is the error of work for so many business units that was not done for some: Partial, unless it was done
// for none.
func partlyDone(units int, failed []wrapcast.RunUnit) error {
	var all error
	hint := ""
	for _, u := range failed {
		err := wrapcast.Errorf(u.Kind, "", "%s", u.Reason)
		if u.Hint != "" {
			err = err.WithHint("%s", u.Hint)
		}
		all, hint = errors.Join(all, err), cmp.Or(hint, u.Hint)
	}
	if all == nil || len(failed) == units {
		return all
	}
	return wrapcast.Errorf(wrapcast.Partial, "", "%d of %d business units are done; %s", units-len(failed), units,
		oneLine(all)).WithHint("%s", hint)
}

// oneLine joins the lines of several errors.
func oneLine(err error) string { return strings.Join(strings.Split(err.Error(), "\n"), "; ") }
