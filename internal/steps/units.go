package steps

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/source"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Connect reads the organisation's directory from the platform, keeps it, and checks what is asked against it. It is
// seen from the first of its business units.
func (f *WrapUpForecaster) Connect(ctx context.Context, spec Spec) (*View, error) {
	return f.connect(ctx, spec, f.Store.Update)
}

// connect is Connect, with how what was read is written.
func (f *WrapUpForecaster) connect(ctx context.Context, spec Spec,
	commit func(context.Context, func(*store.Tx) error) error) (*View, error) {
	if err := spec.WithDefaults().check(); err != nil { // before anything is asked
		return nil, err
	}
	o, err := f.Source.Organisation(ctx)
	if err != nil {
		return nil, err
	}
	if f.Meant.Accept != nil {
		if err := f.Meant.Accept(o); err != nil {
			return nil, err
		}
	}
	units, err := f.chooseUnits(ctx, o.ID, spec)
	if err != nil {
		return nil, err
	}
	directory, err := f.Source.Directory(ctx, o)
	if err != nil {
		return nil, err
	}
	directory.Plan(units.planned, cmp.Or(spec.TimeZone, noUnitZone))
	if err := f.nameAbilities(ctx, &directory); err != nil {
		return nil, err
	}
	v, err := f.viewOf(directory, spec)
	if err != nil {
		return nil, unknownZone(directory)
	}
	v.At, v.noUnit, v.unread = f.Clock.Now(), units.none, units.unread
	if v.At, err = f.presentOf(ctx, directory.Organisation, v.At); err != nil {
		return nil, err
	}
	if err := checkCodes(v.Spec.Codes, directory.Codes); err != nil {
		return nil, err
	}
	return v, commit(ctx, func(tx *store.Tx) error {
		if err := tx.Directory().Listed(o.ID, units.listed); err != nil {
			return err
		}
		if err := tx.Directory().Save(directory); err != nil {
			return err
		}
		if f.Meant.Name != "" {
			if err := tx.Directory().Called(o.ID, f.Meant.Name); err != nil {
				return err
			}
		}
		known, err := tx.Directory().Of(o.ID)
		if err != nil {
			return err
		}
		return checkLeftOut(v.Spec.LeaveOut, known)
	})
}

// nameAbilities reads what the languages and skills are called that planning groups ask for. Where that cannot be read
// they are called by what they were before, or by their ids.
func (f *WrapUpForecaster) nameAbilities(ctx context.Context, d *wrapcast.Directory) error {
	named, names := f.Source.(source.Namer)
	wanted := d.Detail()
	if !names || !wanted.Languages() && !wanted.Skills() {
		return nil
	}
	var ids []wrapcast.SkillID
	for _, s := range wanted.Streams {
		ids = append(ids, s.Skills...)
	}
	languages, skills, err := named.Abilities(ctx, wrapcast.NewSkillSet(ids...).IDs())
	if err != nil {
		return context.Cause(ctx)
	}
	d.Languages, d.Skills = languages, skills
	return nil
}

// noUnitZone has the local days where there is no business unit and nothing else is said.
const noUnitZone = "UTC"

func unknownZone(d wrapcast.Directory) error {
	if !d.HasUnit() {
		return wrapcast.Errorf(wrapcast.Usage, "", "time_zone is %q, which this machine does not know",
			d.BusinessUnit.TimeZone).WithHint("a zone is written as America/New_York")
	}
	return wrapcast.Errorf(wrapcast.Refused, "",
		"business unit %q has the time zone %q, which this machine does not know",
		d.BusinessUnit.Name, d.BusinessUnit.TimeZone)
}

// units are the business units of an organisation.
type units struct {
	// listed are those the platform lists, by id and name; nil where it was not asked, or lists none.
	listed []wrapcast.BusinessUnit
	// planned are those chosen; where it has none, none says why.
	planned []wrapcast.PlannedUnit
	none    string
	// unread are those chosen that could not be read, beside others that could.
	unread []wrapcast.RunUnit
}

// chooseUnits asks the platform for the business units that a specification means. Without any the organisation is
// worked on all the same, unless a unit was planned before or is named: zone and plans never change without somebody's
// word.
func (f *WrapUpForecaster) chooseUnits(ctx context.Context, org wrapcast.OrganisationID, spec Spec) (units, error) {
	choice := spec.BusinessUnits
	if choice.None() {
		return units{none: "business_unit is none"}, nil
	}
	var known []wrapcast.BusinessUnit
	err := f.Store.View(ctx, func(tx *store.Tx) (err error) {
		if known, err = tx.Directory().Units(org); err == nil {
			choice, err = unitsOfPlans(tx, org, spec)
		}
		return err
	})
	if err != nil {
		return units{}, err
	}
	u := units{none: "the organisation has none that is open to the OAuth client"}
	if u.listed, err = f.Source.Units(ctx); err != nil {
		return withoutUnit(err, choice, known)
	}
	chosen, err := choice.Of(u.listed, known)
	if err != nil || len(chosen) == 0 {
		return u, err
	}
	if len(chosen) > 1 {
		u.none = ""
		return u, u.readEach(ctx, f.Source, chosen)
	}
	if u.planned, err = f.Source.PlannedUnits(ctx, chosen); err != nil {
		return withoutUnit(err, choice, known)
	}
	u.none = ""
	return u, nil
}

// unitsOfPlans are the business units that stored plans are of, where a run is to submit these; else those of the
// specification.
func unitsOfPlans(tx *store.Tx, org wrapcast.OrganisationID, spec Spec) (wrapcast.UnitChoice, error) {
	var of wrapcast.UnitChoice
	for _, id := range spec.Submit {
		plan, err := Optional(tx.Plans().Get(org, id))
		if err != nil {
			return nil, err
		}
		if plan != nil && plan.Week != nil && !slices.Contains(of, string(plan.Week.BusinessUnit.ID)) {
			of = append(of, string(plan.Week.BusinessUnit.ID))
		}
	}
	if len(of) == 0 {
		return spec.BusinessUnits, nil
	}
	return of, nil
}

// readEach reads units one by one: where one cannot be read, the others go on.
func (u *units) readEach(ctx context.Context, from source.Source, chosen []wrapcast.BusinessUnit) error {
	var failures error
	for _, unit := range chosen {
		planned, err := from.PlannedUnits(ctx, []wrapcast.BusinessUnit{unit})
		if ctx.Err() != nil {
			return err
		}
		if err != nil {
			err = ofUnit(unit, err)
			u.unread = append(u.unread, failedUnit(wrapcast.RunUnit{BusinessUnit: unit}, wrapcast.StepExtract, err))
			failures = errors.Join(failures, err)
			continue
		}
		u.planned = append(u.planned, planned...)
	}
	if len(u.planned) == 0 {
		return failures
	}
	return nil
}

// withoutUnit is what becomes of an organisation whose business unit could not be read: where the platform denies it to
// the credentials, nobody asked for it by name and it was never planned, the organisation has none.
func withoutUnit(err error, choice wrapcast.UnitChoice, known []wrapcast.BusinessUnit) (units, error) {
	if !source.Denied(err) || len(choice) > 0 && !choice.All() {
		return units{}, err
	}
	if len(known) > 0 {
		return units{}, withHint(fmt.Errorf("business unit %q was planned before: %w", known[0].Name, err),
			cmp.Or(wrapcast.Hint(err), "give the client's role its permissions back")+
				"; if it is gone for good, business_unit: none goes on without any")
	}
	return units{none: err.Error()}, nil
}

// LookFrom makes a stored directory that of the business units that the specification means.
func (s Spec) LookFrom(d *wrapcast.Directory) error {
	if s.BusinessUnits.None() {
		d.Plan(nil, cmp.Or(s.TimeZone, noUnitZone))
		return nil
	}
	stored := d.Units()
	if len(s.BusinessUnits) == 0 || len(stored) == 0 {
		return nil
	}
	var known []wrapcast.BusinessUnit
	for _, u := range stored {
		known = append(known, u.BusinessUnit)
	}
	chosen, err := s.BusinessUnits.Of(known, nil)
	if err != nil {
		return withHint(fmt.Errorf("what is stored: %w", err), wrapcast.Hint(err))
	}
	var planned []wrapcast.PlannedUnit
	for _, u := range chosen {
		from, _ := d.From(u.ID)
		planned = append(planned, wrapcast.PlannedUnit{BusinessUnit: u, PlanningGroups: from.PlanningGroups})
	}
	d.Plan(planned, "")
	return nil
}

// NoUnitPlanned is how a run ends that has no business unit to plan for.
const NoUnitPlanned = "no business unit: no staffing forecast was planned"

// plannedNothing is the result of the plan step where there is no business unit.
type plannedNothing struct {
	Why string `json:"no_plan,omitempty"`
}

// nothingToPlan reports whether plans are of weeks of a business unit, and there is none.
func (v *View) nothingToPlan() bool { return v.weekly && !v.Directory.HasUnit() }

// planNothing is the plan step of a run that has no business unit: everything before it is done, and it says so.
func (r *Runner) planNothing() result {
	why := NoUnitPlanned
	if r.noUnit != "" {
		why += " (" + r.noUnit + ")"
	}
	why += "; days are those of " + r.Zone.String()
	return result{detail: plannedNothing{why}, entry: wrapcast.AuditEntry{Detail: why}}
}

// noUnitToPlan refuses what cannot be done without a business unit.
func (v *View) noUnitToPlan(op string) error {
	why := ""
	if v.noUnit != "" {
		why = " (" + v.noUnit + ")"
	}
	return wrapcast.Errorf(wrapcast.Usage, op, "there is no business unit to plan for%s", why).
		WithHint("create one (Admin > Workforce Management), or give the client's role wfm:businessUnit:view in its " +
			"division; extract, validate, forecast, reports and the target rest work without")
}
