package reports

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/accuracy"
	"github.com/wrapcast/wrapcast/internal/audit"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
)

// PackOptions say by whom and when a pack is written.
type PackOptions struct {
	Version string
	At      time.Time
	// Ledger is that of the organisation; the rows of the forecast go into the pack. An empty one is none.
	Ledger wrapcast.Ledger
}

// Evidence returns the evidence pack of a plan or a forecast with what decisions in it were worth until now, as its
// business unit counts days. Without says why that is left out where it cannot be worked out, "" where it is not.
func Evidence(ctx context.Context, f *steps.WrapUpForecaster, org wrapcast.OrganisationID, id string, spec steps.Spec,
	version string) (file []byte, without string, err error) {
	o := PackOptions{Version: version, At: f.Clock.Now()}
	if err := f.Store.View(ctx, func(tx *store.Tx) error { return specOfPack(tx, org, id, &spec) }); err != nil {
		return nil, "", err
	}
	v, err := f.View(ctx, org, spec)
	if err == nil {
		o.Ledger, err = v.Ledger(ctx, steps.AccuracyOptions{})
	}
	switch kind := wrapcast.KindOf(err); {
	case err == nil, kind == wrapcast.NotFound: // no day is over
	case kind == wrapcast.Usage, kind == wrapcast.InvalidData:
		o.Ledger, without = wrapcast.Ledger{}, err.Error()
	default:
		return nil, "", err
	}
	err = f.Store.View(ctx, func(tx *store.Tx) (err error) {
		file, err = MakePack(tx, org, id, o)
		return err
	})
	return file, without, err
}

// specOfPack makes a specification that of the business unit of a plan or forecast.
func specOfPack(tx *store.Tx, org wrapcast.OrganisationID, id string, spec *steps.Spec) error {
	forecast := wrapcast.ForecastID(id)
	plan, err := tx.Plans().Get(org, wrapcast.PlanID(id))
	if err == nil {
		forecast = plan.Forecast
	} else if wrapcast.KindOf(err) != wrapcast.NotFound {
		return err
	}
	made, err := tx.Forecasts().Get(org, forecast)
	if wrapcast.KindOf(err) == wrapcast.NotFound {
		return nil // whoever makes the pack says so
	}
	spec.BusinessUnits, spec.TimeZone = wrapcast.ChooseUnits(string(made.BusinessUnit)), made.TimeZone
	if made.BusinessUnit == "" {
		spec.BusinessUnits = wrapcast.ChooseUnits(wrapcast.NoUnit)
	}
	return err
}

// MakePack returns the evidence pack of a plan or a forecast: everything that is stored of how it came about, in one
// signed file. It is NotFound where no plan and no forecast has the id.
func MakePack(tx *store.Tx, org wrapcast.OrganisationID, id string, o PackOptions) (file []byte, err error) {
	p := &packing{tx: tx, ledger: o.Ledger, have: map[audit.Subject]bool{}, Pack: audit.Pack{Schema: audit.PackSchema,
		MadeAt: o.At.UTC(), Version: o.Version, Organisation: org, CountingRule: wrapcast.CountingRule}}
	if err := p.gather(id); err != nil {
		return nil, err
	}
	err = tx.Audit().Sign(org, func(key audit.Key) error {
		p.Key = key.Public
		if err := p.segment(); err != nil {
			return err
		}
		file, err = audit.WritePack(p.Pack, key)
		return err
	})
	return file, err
}

// packing gathers what belongs into a pack.
type packing struct {
	audit.Pack
	tx     *store.Tx
	ledger wrapcast.Ledger
	have   map[audit.Subject]bool
}

// gather takes the plan or forecast, and what it was made of.
func (p *packing) gather(id string) error {
	forecast := wrapcast.ForecastID(id)
	plan, err := p.tx.Plans().Get(p.Organisation, wrapcast.PlanID(id))
	if wrapcast.KindOf(err) == wrapcast.NotFound {
		p.About = audit.Subject{Kind: audit.KindForecast, ID: id}
	} else if err != nil {
		return err
	} else {
		p.About, forecast = audit.Subject{Kind: audit.KindPlan, ID: id}, plan.Forecast
		if err := p.planOf(plan); err != nil {
			return err
		}
	}
	made, err := p.tx.Forecasts().Get(p.Organisation, forecast)
	if err != nil {
		if p.About.Kind == audit.KindForecast && wrapcast.KindOf(err) == wrapcast.NotFound {
			return p.notThere(id)
		}
		return err
	}
	return p.forecastOf(made)
}

// notThere says of a plan or forecast that is not stored whether it ever was.
func (p *packing) notThere(id string) error {
	for _, kind := range []audit.Kind{audit.KindPlan, audit.KindForecast} {
		seq, err := p.tx.Retention().DeletedIn(p.Organisation, audit.Subject{Kind: kind, ID: id})
		if err != nil {
			return err
		}
		if seq > 0 {
			return wrapcast.Errorf(wrapcast.NotFound, "audit pack", "retention deleted %s %s: entry %d of the audit chain has its digest",
				kind, id, seq).WithHint("a pack that was made before still verifies; the settings say under retention how long plans are kept")
		}
	}
	return wrapcast.Errorf(wrapcast.NotFound, "audit pack", "no plan and no forecast has the id %s", id).
		WithHint("`wrapcast audit list` has the ids of both")
}

// planOf takes a plan, the one it restores, and its submission.
func (p *packing) planOf(plan wrapcast.Plan) error {
	all := []audit.Subject{{Kind: audit.KindPlan, ID: string(plan.ID)}, {Kind: audit.KindPlan, ID: string(plan.Restores)}}
	submission, err := p.tx.Submissions().OfPlan(p.Organisation, plan.ID)
	if err == nil {
		all = append(all, audit.Subject{Kind: audit.KindSubmission, ID: string(submission.ID)},
			audit.Subject{Kind: audit.KindSettings, ID: string(submission.Run)})
	} else if wrapcast.KindOf(err) != wrapcast.NotFound {
		return err
	}
	return p.take(all...)
}

// forecastOf takes a forecast, what it was made of, and the decisions among that.
func (p *packing) forecastOf(made wrapcast.Forecast) error {
	p.CountingRule, p.Overrides = made.CountingRule, nil
	if err := p.take(audit.Subject{Kind: audit.KindForecast, ID: string(made.ID)},
		audit.Subject{Kind: audit.KindValidation, ID: audit.ValidationID(made.Run, made.BusinessUnit)},
		audit.Subject{Kind: audit.KindSettings, ID: string(made.Run)}); err != nil {
		return err
	}
	for _, o := range made.Overrides {
		if err := p.take(audit.Subject{Kind: audit.Kind(wrapcast.DecisionOverride), ID: string(o.ID)}); err != nil {
			return err
		}
	}
	if err := errors.Join(p.overlapsOf(made), p.effects(made), p.judged(made)); err != nil {
		return err
	}
	in, err := p.tx.Forecasts().Input(p.Organisation, inputID(p.tx, made))
	if wrapcast.KindOf(err) == wrapcast.NotFound {
		return nil // it was made before that was kept
	}
	if err != nil {
		return err
	}
	return p.inputOf(in)
}

// inputID is the forecast whose input a forecast has: its own, or that of the run's, under other overrides.
func inputID(tx *store.Tx, made wrapcast.Forecast) wrapcast.ForecastID {
	if _, err := tx.Forecasts().Input(made.Organisation, made.ID); err == nil {
		return made.ID
	}
	for v, err := range tx.Audit().Things(made.Organisation, audit.KindForecast) {
		if err == nil && v.Run == made.Run && v.Subject.ID < string(made.ID) {
			return wrapcast.ForecastID(v.Subject.ID)
		}
	}
	return made.ID
}

// inputOf takes what a forecast was made of.
func (p *packing) inputOf(in wrapcast.ForecastInput) error {
	p.Engine = in.Version
	all := []audit.Subject{{Kind: audit.KindInput, ID: string(in.Forecast)}}
	for _, c := range in.Lineage {
		all = append(all, audit.Subject{Kind: audit.Kind(wrapcast.DecisionLineage), ID: string(c.ID)})
	}
	for _, m := range in.Masks {
		all = append(all, audit.Subject{Kind: audit.Kind(wrapcast.DecisionMask), ID: string(m.ID)})
	}
	if err := p.take(all...); err != nil {
		return err
	}
	p.Things = append(p.Things, audit.PackedThing{Subject: audit.Subject{Kind: audit.KindHistory},
		Digest: audit.Digest(audit.KindHistory, []byte(in.History)), Body: in.History})
	return nil
}

// take takes things as they are stored, each once; one that is not stored is left out.
func (p *packing) take(all ...audit.Subject) error {
	for _, s := range all {
		if s.ID == "" || p.have[s] {
			continue
		}
		v, found, err := p.tx.Audit().Thing(p.Organisation, s)
		if err != nil {
			return err
		}
		if v.Damage != "" {
			return wrapcast.Errorf(wrapcast.InvalidData, "audit pack", "%s cannot be read: %s", s, v.Damage)
		}
		if found {
			p.have[s] = true
			p.Things = append(p.Things, audit.PackedThing{Subject: s, Digest: v.Digest, Body: string(v.Body)})
		}
	}
	return nil
}

// effect is an override and what it did to the total of a forecast.
type effect struct {
	Override wrapcast.OverrideID `json:"override"`
	// Without and With are the contacts of what it touched without it and with it.
	Without float64 `json:"without"`
	With    float64 `json:"with"`
	Leaves  int     `json:"leaves"`
	Days    int     `json:"days"`
}

// effects has what each override did.
func (p *packing) effects(made wrapcast.Forecast) (err error) {
	all := make([]effect, 0, len(made.Overrides))
	for _, o := range made.Overrides {
		all = append(all, effect{o.ID, o.Before, o.After, o.Leaves, o.Days})
	}
	p.Overrides, err = json.Marshal(all)
	return err
}

// overlapsOf takes the rules that somebody chose for overrides of the forecast that overlap.
func (p *packing) overlapsOf(made wrapcast.Forecast) error {
	all, err := store.DecisionsOf[wrapcast.OverlapDecision](p.tx).All(p.Organisation)
	for _, d := range all {
		both := !slices.ContainsFunc(d.Overrides, func(id wrapcast.OverrideID) bool {
			return !p.have[audit.Subject{Kind: audit.Kind(wrapcast.DecisionOverride), ID: string(id)}]
		})
		if err == nil && both && !d.MadeAt.After(made.MadeAt) {
			err = p.take(audit.Subject{Kind: audit.Kind(wrapcast.DecisionOverlap), ID: string(d.ID)})
		}
	}
	return err
}

// judged takes the rows of the ledger that the forecast has.
func (p *packing) judged(made wrapcast.Forecast) (err error) {
	if rows := accuracy.LedgerOfForecast(p.ledger, made.ID); len(rows) > 0 {
		p.Ledger, err = json.Marshal(rows)
	}
	return err
}

// segment takes the entries of the chain from the first that speaks of something in the pack, and the last checkpoint.
func (p *packing) segment() error {
	var held []wrapcast.AuditEntry
	for e, err := range p.tx.Audit().Entries(p.Organisation, 1, 0) {
		if err != nil {
			return err
		}
		if len(held) > 0 || p.speaksOf(e) {
			held = append(held, e)
		}
	}
	for _, e := range held {
		p.Entry(e)
	}
	kept, err := p.tx.Audit().Checkpoints(p.Organisation, "")
	if len(kept) > 0 {
		p.Checkpoint = kept[0].Note
	}
	return err
}

func (p *packing) speaksOf(e wrapcast.AuditEntry) bool {
	for _, s := range audit.SubjectsOf(e) {
		if p.have[s] && slices.ContainsFunc(p.Things, func(t audit.PackedThing) bool { return t.Subject == s }) {
			return true
		}
	}
	return false
}
