package steps

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/adjust"
	"github.com/wrapcast/wrapcast/internal/store"
)

// WithOverrides puts the overrides that are in use at an instant on top of a forecast, in place of those it has. It
// keeps what it was without them.
func WithOverrides(base wrapcast.Forecast, overrides []wrapcast.Override, now time.Time) wrapcast.Forecast {
	base = withoutOverrides(base)
	changed, effects, findings := adjust.ApplyOverrides(base, overrides, now)
	changed.Findings = append(slices.Clip(changed.Findings), findings...)
	if len(effects) > 0 {
		changed.Overrides, changed.Base = effects, &base
		base.Counterfactuals = nil // once is enough
	}
	return changed
}

// withoutOverrides is a forecast as it was made, without what was found of overrides then.
func withoutOverrides(f wrapcast.Forecast) wrapcast.Forecast {
	f = f.WithoutOverrides()
	f.Findings = slices.DeleteFunc(slices.Clone(f.Findings), ofOverride)
	return f
}

// ofOverride says that a finding is about overrides.
func ofOverride(f wrapcast.Finding) bool { return strings.HasPrefix(f.Code, "override-") }

// sameOverrides says that two forecasts of one base have the same overrides, with the same effect and findings.
func sameOverrides(a, b wrapcast.Forecast) bool {
	of := func(f wrapcast.Forecast) []wrapcast.Finding {
		return slices.DeleteFunc(slices.Clone(f.Findings), func(f wrapcast.Finding) bool {
			return !ofOverride(f) || f.Code == "override-idle" // past ones are not read every time
		})
	}
	return slices.Equal(of(a), of(b)) && slices.Equal(a.Overlaps, b.Overlaps) &&
		slices.EqualFunc(a.Overrides, b.Overrides, func(a, b wrapcast.AppliedOverride) bool {
			return a.ID == b.ID && a.Before == b.Before && a.After == b.After
		})
}

// OverlapFinding is the code of a forecast's finding that two overrides overlap and nobody has chosen a rule, and
// OverlapHolds is part of the message of one that stops the next publication.
const (
	OverlapFinding = adjust.ConflictCode
	OverlapHolds   = adjust.OverlapHolds
)

// OverridesSince reads the overrides that are about a day or a later one, withdrawn ones included, in the order they
// were made, each with what was decided about its overlaps.
func OverridesSince(tx *store.Tx, org wrapcast.OrganisationID, day wrapcast.Date) ([]wrapcast.Override, error) {
	all, err := store.DecisionsOf[wrapcast.Override](tx).Since(org, day)
	if err != nil || len(all) == 0 {
		return all, err
	}
	decisions, err := store.DecisionsOf[wrapcast.OverlapDecision](tx).InUse(org)
	settled := map[wrapcast.OverrideID][]wrapcast.SettledOverlap{}
	for _, d := range decisions {
		if len(d.Overrides) != 2 {
			continue
		}
		for i, id := range d.Overrides {
			settled[id] = append(settled[id], wrapcast.SettledOverlap{Decision: d.ID, With: d.Overrides[1-i],
				Rule: d.Rule, Author: d.Author, At: d.MadeAt})
		}
	}
	for i, o := range all {
		all[i].Settled = settled[o.ID]
	}
	return all, err
}

// AddOverride keeps an override, which every forecast from now on is changed by; id, organisation and time are filled
// in. The preview is against the latest forecast, as LatestForecast returns it. It refuses an override that cannot be
// meant, that names a code or queue nobody knows, or that overlaps another without a rule for it: the preview then says
// what each rule would make of the two.
func (d Decisions) AddOverride(ctx context.Context, org wrapcast.OrganisationID, latest wrapcast.Forecast,
	o wrapcast.Override) (OverridePreview, error) {
	preview, err := d.PreviewOverride(ctx, org, latest, o)
	if err == nil {
		err = preview.RequireRule()
	}
	if err != nil {
		return preview, err
	}
	preview.Override.Override, err = addDecision(ctx, d, org, preview.Override.Override,
		decisionRules[wrapcast.Override]{
			what: "an override",
			days: func(o wrapcast.Override) []wrapcast.Date { return []wrapcast.Date{o.From, o.To} },
			check: func(tx *store.Tx, o wrapcast.Override) error { // somebody else may have been quicker
				others, err := OverridesSince(tx, org, min(o.From, latest.From))
				if err != nil || o.Overlap != "" {
					return err
				}
				return requireRule(overlapsWith(o.ID, latest, append(others, o), d.Clock.Now()))
			},
			detail: overrideDetail,
		})
	return preview, err
}

// OverridesTogether is what overrides that are decided in one go have in common.
type OverridesTogether struct {
	// Since is the first day of the forecast they were weighed against, Version that of the overrides in use then, as
	// OverridesVersion has it.
	Since   wrapcast.Date
	Version string
	// File names where they were read from, Digest is the SHA-256 of its bytes.
	File, Digest string
}

// AddOverrides keeps overrides that are decided together, all of them or none, and an audit entry beside theirs that
// names the file they came from. It is a Conflict where others were made or withdrawn since they were weighed.
func (d Decisions) AddOverrides(ctx context.Context, org wrapcast.OrganisationID, all []wrapcast.Override,
	together OverridesTogether) ([]wrapcast.Override, error) {
	rules := decisionRules[wrapcast.Override]{what: "an override", detail: overrideDetail,
		days:  func(o wrapcast.Override) []wrapcast.Date { return []wrapcast.Date{o.From, o.To} },
		check: func(_ *store.Tx, o wrapcast.Override) error { return adjust.CheckOverride(o) }}
	kept, id := slices.Clone(all), wrapcast.OverrideImportID(d.NewID())
	for _, o := range kept {
		if err := rules.answeredFor(o.Decision()); err != nil {
			return nil, err
		}
	}
	return kept, d.Store.Update(ctx, func(tx *store.Tx) error {
		others, err := OverridesSince(tx, org, together.Since)
		if err != nil {
			return err
		}
		if OverridesVersion(others, d.Clock.Now()) != together.Version {
			return wrapcast.Errorf(wrapcast.Conflict, "override", "overrides were made or withdrawn in the meantime").
				WithHint("read the file again: it is compared with what holds now")
		}
		for i := range kept {
			kept[i].Import = id
			if kept[i], err = keepDecision(tx, d, org, kept[i], rules); err != nil {
				return err
			}
		}
		return d.auditImport(tx, org, id, kept, together)
	})
}

// auditImport writes down that overrides were decided together, and out of which file.
func (d Decisions) auditImport(tx *store.Tx, org wrapcast.OrganisationID, id wrapcast.OverrideImportID,
	kept []wrapcast.Override, together OverridesTogether) error {
	if len(kept) == 0 {
		return nil
	}
	_, err := tx.Audit().Append(wrapcast.AuditEntry{Organisation: org, At: d.Clock.Now(), Actor: kept[0].Author,
		Action: "override.imported", Status: StatusOK,
		Objects: map[string]string{"import": string(id), "file": together.File, "file_digest": together.Digest},
		Detail:  fmt.Sprintf("%d overrides out of %s", len(kept), together.File)})
	return err
}

// OverridesVersion is a digest of the overrides that are in use at an instant, with what was decided about their
// overlaps: it changes when one is made, withdrawn or expires.
func OverridesVersion(all []wrapcast.Override, at time.Time) string {
	sum := sha256.New()
	for _, o := range all {
		if !o.Active(at) {
			continue
		}
		fmt.Fprintf(sum, "%s\n", o.ID)
		for _, s := range o.Settled {
			fmt.Fprintf(sum, " %s %s %s\n", s.Decision, s.With, s.Rule)
		}
	}
	return hex.EncodeToString(sum.Sum(nil))[:16]
}

func overrideDetail(o wrapcast.Override) string {
	detail := fmt.Sprintf("%s %g on %s to %s: %s", o.Kind, o.Value, o.From, o.To, o.Reason)
	if o.Overlap != "" {
		detail += "; where it overlaps: " + string(o.Overlap)
	}
	if o.Ticket != "" {
		detail += "; ticket " + o.Ticket
	}
	if o.Import != "" {
		detail += "; import " + string(o.Import)
	}
	return detail
}

// previewID stands for an override that has no id yet.
const previewID = "new"

// PreviewOverride tells what an override would do to the latest forecast, without keeping it.
func (d Decisions) PreviewOverride(ctx context.Context, org wrapcast.OrganisationID, latest wrapcast.Forecast,
	o wrapcast.Override) (OverridePreview, error) {
	o.ID, o.Organisation, o.CreatedAt = previewID, org, d.Clock.Now()
	p := OverridePreview{Schema: overridePreviewSchema, Override: wrapcast.AppliedOverride{Override: o},
		Findings: []wrapcast.Finding{}}
	if err := adjust.CheckOverride(o); err != nil {
		return p, err
	}
	others, err := d.overrides(ctx, org, min(o.From, latest.From))
	if err != nil {
		return p, err
	}
	if err := d.checkScope(ctx, org, o, latest); err != nil {
		return p, err
	}
	p.Forecast, p.From = latest.ID, latest.From
	p.fill(withoutOverrides(latest), others, o, d.Clock.Now())
	return p, nil
}

// fill works out what an override would do to a forecast that others are about already.
func (p *OverridePreview) fill(base wrapcast.Forecast, others []wrapcast.Override, o wrapcast.Override, now time.Time) {
	before, _, _ := adjust.ApplyOverrides(base, others, now)
	after, effects, findings := adjust.ApplyOverrides(base, append(slices.Clip(others), o), now)
	for _, e := range effects {
		if e.ID == previewID {
			p.Override = e
		}
	}
	for _, finding := range findings {
		if slices.Contains(strings.Fields(finding.Place), previewID) {
			p.Findings = append(p.Findings, typed(finding))
		}
	}
	p.overlaps = overlapsWith(previewID, base, append(slices.Clip(others), o), now)
	if len(p.overlaps) > 0 {
		p.Overlap = overlapChoices(base, before, p.overlaps, func(rule wrapcast.OverlapRule) wrapcast.Forecast {
			ruled := o
			ruled.Overlap = rule
			f, _, _ := adjust.ApplyOverrides(base, append(slices.Clip(others), ruled), now)
			return f
		})
	}
	if p.RequireRule() != nil {
		after = before // it cannot be kept like this
	}
	p.Codes, p.Queues, p.Total = movedBetween(before, after)
}

// typed is a finding about an override that is not kept yet: what settles it is a choice, not a command.
func typed(f wrapcast.Finding) wrapcast.Finding {
	if f.Code == OverlapFinding {
		f.Advice = chooseRule
	}
	return f
}

// RequireRule refuses an override that overlaps another while no rule is chosen.
func (p *OverridePreview) RequireRule() error { return requireRule(p.overlaps) }

// chooseRule says how a rule is chosen.
const chooseRule = "choose what holds where they overlap: --overlap compound, replace or narrower (overlap in the API)"

func requireRule(overlaps []adjust.Overlap) error {
	var with []string
	for _, o := range overlaps {
		if !o.Settled() {
			with = append(with, fmt.Sprintf("that of %s by %s (%s)", overrideDays(o.Earlier), o.Earlier.Author, o.Earlier.Reason))
		}
	}
	if len(with) == 0 {
		return nil
	}
	return wrapcast.Errorf(wrapcast.Usage, "override", "it overlaps another override, and no rule is chosen: %s",
		someOf(with)).WithHint("%s", chooseRule)
}

func overrideDays(o wrapcast.Override) string {
	if o.From == o.To {
		return o.From.String()
	}
	return o.From.String() + " to " + o.To.String()
}

// overlapsWith are the overlaps of one override with others.
func overlapsWith(id wrapcast.OverrideID, f wrapcast.Forecast, all []wrapcast.Override,
	now time.Time) []adjust.Overlap {
	return slices.DeleteFunc(adjust.Overlaps(f, all, now), func(o adjust.Overlap) bool { return !o.Has(id) })
}

// overlapChoices says what each rule would make of overlaps: base is the forecast without overrides, now the one with
// those in use, under the forecast under a rule.
func overlapChoices(base, now wrapcast.Forecast, overlaps []adjust.Overlap,
	under func(wrapcast.OverlapRule) wrapcast.Forecast) *OverlapPreview {
	p := &OverlapPreview{With: []OverlapWith{}, Without: adjust.SharedContacts(base, overlaps),
		Now: adjust.SharedContacts(now, overlaps), Rules: []RuleOutcome{}}
	for _, o := range overlaps {
		p.With = append(p.With, OverlapWith{Override: o.Earlier, Rule: o.Rule, Leaves: len(o.Leaves), From: o.From,
			To: o.To, Ahead: o.Ahead()})
	}
	for _, rule := range wrapcast.OverlapRules() {
		f := under(rule)
		total := 0.0
		for t, v := range f.Total.Mean {
			if slices.ContainsFunc(overlaps, func(o adjust.Overlap) bool {
				return o.From <= f.From+wrapcast.Date(t) && f.From+wrapcast.Date(t) <= o.To
			}) {
				total += v
			}
		}
		p.Rules = append(p.Rules, RuleOutcome{Rule: rule, Contacts: adjust.SharedContacts(f, overlaps), Total: total})
	}
	return p
}

// SettleOverlap chooses the rule for two overrides that overlap, from the next forecast on, and in the latest one as
// plans are made of it. It refuses overrides that are not known or no longer in use.
func (d Decisions) SettleOverlap(ctx context.Context, org wrapcast.OrganisationID, o wrapcast.OverlapDecision) (
	wrapcast.OverlapDecision, error) {
	return addDecision(ctx, d, org, o, decisionRules[wrapcast.OverlapDecision]{
		what: "a rule for two overrides", verb: "settled", unexplained: true,
		check: func(tx *store.Tx, o wrapcast.OverlapDecision) error { return d.checkOverlap(tx, org, o) },
		detail: func(o wrapcast.OverlapDecision) string {
			return strings.TrimSuffix(fmt.Sprintf("%s for overrides %s and %s: %s", o.Rule, o.Overrides[0], o.Overrides[1],
				o.Reason), ": ")
		},
	})
}

// checkOverlap refuses a rule that is none, and overrides that are not two in use.
func (d Decisions) checkOverlap(tx *store.Tx, org wrapcast.OrganisationID, o wrapcast.OverlapDecision) error {
	if !slices.Contains(wrapcast.OverlapRules(), o.Rule) {
		return wrapcast.Errorf(wrapcast.Usage, "override", "%q is no rule for overrides that overlap", o.Rule).
			WithHint("known are compound, replace and narrower")
	}
	if len(o.Overrides) != 2 || o.Overrides[0] == o.Overrides[1] {
		return wrapcast.Errorf(wrapcast.Usage, "override", "a rule is for two overrides that overlap").
			WithHint("`wrapcast override list` names those that do")
	}
	all, err := store.DecisionsOf[wrapcast.Override](tx).All(org)
	if err != nil {
		return err
	}
	for _, id := range o.Overrides {
		i := slices.IndexFunc(all, func(o wrapcast.Override) bool { return o.ID == id })
		switch {
		case i < 0:
			return wrapcast.Errorf(wrapcast.NotFound, "override", "there is no override %s", id).
				WithHint("`wrapcast override list` shows all")
		case !all[i].Active(d.Clock.Now()):
			return wrapcast.Errorf(wrapcast.Usage, "override", "override %s is not in use any more", id).
				WithHint("nothing is to be settled")
		}
	}
	return nil
}

// LatestForecast reads the forecast that was made last for a business unit, "" where the organisation has none. It
// returns NotFound where there is no forecast.
func (f *WrapUpForecaster) LatestForecast(ctx context.Context, org wrapcast.OrganisationID,
	unit wrapcast.BusinessUnitID) (made wrapcast.Forecast, err error) {
	err = f.Store.View(ctx, func(tx *store.Tx) error {
		made, err = tx.Forecasts().Latest(org, unit)
		return err
	})
	if err != nil {
		return made, withHint(err, "`wrapcast run --dry-run` makes one")
	}
	return made, nil
}

func (d Decisions) overrides(ctx context.Context, org wrapcast.OrganisationID,
	since wrapcast.Date) (all []wrapcast.Override, err error) {
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		all, err = OverridesSince(tx, org, since)
		return err
	})
	return all, err
}

func withHint(err error, hint string) error {
	return wrapcast.Errorf(wrapcast.KindOf(err), "", "%w", err).WithHint("%s", hint)
}

// checkScope refuses codes and queues that are neither listed nor forecast.
func (d Decisions) checkScope(ctx context.Context, org wrapcast.OrganisationID, o wrapcast.Override,
	made wrapcast.Forecast) error {
	codes := slices.DeleteFunc(slices.Clone(o.Codes), func(id wrapcast.CodeID) bool {
		return slices.ContainsFunc(made.Codes, func(c wrapcast.CodeForecast) bool { return c.Code.ID == id })
	})
	queues := slices.DeleteFunc(slices.Clone(o.Queues), func(id wrapcast.QueueID) bool {
		return slices.ContainsFunc(made.Queues, func(q wrapcast.QueueForecast) bool { return q.Queue.ID == id })
	})
	if len(codes) == 0 && len(queues) == 0 {
		return nil // the directory of a large organisation takes longer to read than all the rest
	}
	return d.Store.View(ctx, func(tx *store.Tx) error {
		directory, err := tx.Directory().Of(org)
		if err != nil {
			return err
		}
		for _, code := range codes {
			if _, err := FindCode(directory, string(code)); err != nil {
				return err
			}
		}
		for _, queue := range queues {
			if _, err := FindQueue(directory, string(queue)); err != nil {
				return err
			}
		}
		return nil
	})
}

// movedBetween lists the codes and queues whose daily means differ between two forecasts of the same codes and queues,
// in their order, and the total whether it differs or not.
func movedBetween(before, after wrapcast.Forecast) (codes, queues []MovedForecast, total MovedForecast) {
	codes, queues = []MovedForecast{}, []MovedForecast{}
	for i, c := range before.Codes {
		if !slices.Equal(c.Mean, after.Codes[i].Mean) {
			codes = append(codes, MovedForecast{ID: string(c.Code.ID), Name: c.Code.Name, Before: c.Mean,
				After: after.Codes[i].Mean})
		}
	}
	for i, q := range before.Queues {
		if !slices.Equal(q.Mean, after.Queues[i].Mean) {
			queues = append(queues, MovedForecast{ID: string(q.Queue.ID), Name: q.Queue.Name, Before: q.Mean,
				After: after.Queues[i].Mean})
		}
	}
	return codes, queues, MovedForecast{Name: "total", Before: before.Total.Mean, After: after.Total.Mean}
}

// Overrides lists every override there was, the latest first, with its effect on the latest forecast now; the zero
// forecast where there is none. Overlaps that nobody has settled come first among the overlaps.
func (d Decisions) Overrides(ctx context.Context, org wrapcast.OrganisationID, latest wrapcast.Forecast) (OverrideList,
	error) {
	list := OverrideList{Schema: overrideListSchema, Overrides: []OverrideStatus{}, Overlaps: []OverlapStatus{},
		Findings: []wrapcast.Finding{}}
	all, err := d.overrides(ctx, org, 0)
	if err != nil {
		return list, err
	}
	base := withoutOverrides(latest)
	now, effects, findings := adjust.ApplyOverrides(base, all, d.Clock.Now())
	list.Findings = append(list.Findings, findings...)
	for _, o := range slices.Backward(all) {
		status := OverrideStatus{AppliedOverride: wrapcast.AppliedOverride{Override: o}}
		if i := slices.IndexFunc(effects, func(e wrapcast.AppliedOverride) bool { return e.ID == o.ID }); i >= 0 {
			status.AppliedOverride = effects[i]
		}
		status.State = stateOf(status.AppliedOverride, latest, findings, d.Clock.Now())
		list.Overrides = append(list.Overrides, status)
	}
	list.Overlaps = overlapStatuses(base, now, all, d.Clock.Now())
	return list, nil
}

// overlapStatuses lists the overlaps of overrides, those without a rule first, each with what every rule makes of it.
func overlapStatuses(base, now wrapcast.Forecast, all []wrapcast.Override, at time.Time) []OverlapStatus {
	out := []OverlapStatus{}
	for _, o := range adjust.Overlaps(base, all, at) {
		s := OverlapStatus{Earlier: o.Earlier.ID, Later: o.Later.ID, Rule: o.Rule, Leaves: len(o.Leaves), From: o.From,
			To: o.To, Ahead: o.Ahead()}
		if o.Settled() {
			s.Author, s.ChosenAt = chosenBy(o)
		} else {
			s.Command = fmt.Sprintf("wrapcast override resolve %s %s --rule compound", s.Earlier, s.Later)
		}
		choices := overlapChoices(base, now, []adjust.Overlap{o}, func(rule wrapcast.OverlapRule) wrapcast.Forecast {
			f, _, _ := adjust.ApplyOverrides(base, ruled(all, o, rule), at)
			return f
		})
		s.Without, s.Now, s.Rules = choices.Without, choices.Now, choices.Rules
		out = append(out, s)
	}
	slices.SortStableFunc(out, func(a, b OverlapStatus) int { return min(len(a.Rule), 1) - min(len(b.Rule), 1) })
	return out
}

// ruled are overrides as if a rule had been chosen just now for two of them.
func ruled(all []wrapcast.Override, o adjust.Overlap, rule wrapcast.OverlapRule) []wrapcast.Override {
	out := slices.Clone(all)
	for i := range out {
		if out[i].ID == o.Later.ID {
			out[i].Settled = append(slices.Clone(out[i].Settled), wrapcast.SettledOverlap{Decision: lastDecision,
				With: o.Earlier.ID, Rule: rule})
		}
	}
	return out
}

// lastDecision sorts behind every id.
const lastDecision = "~"

// chosenBy says who chose the rule of an overlap, and when.
func chosenBy(o adjust.Overlap) (author string, at time.Time) {
	author, at = o.Later.Author, o.Later.CreatedAt
	for _, s := range o.Later.Settled {
		if s.With == o.Earlier.ID && s.Rule == o.Rule && s.At.After(at) {
			author, at = s.Author, s.At
		}
	}
	return author, at
}

// stateOf says what an override does at an instant.
func stateOf(o wrapcast.AppliedOverride, made wrapcast.Forecast, findings []wrapcast.Finding,
	now time.Time) OverrideState {
	found := func(code string, severity wrapcast.Severity) bool {
		return slices.ContainsFunc(findings, func(f wrapcast.Finding) bool {
			return f.Code == code && f.Severity == severity && slices.Contains(strings.Fields(f.Place), string(o.ID))
		})
	}
	switch {
	case !o.WithdrawnAt.IsZero():
		return OverrideWithdrawn
	case !o.Active(now):
		return OverrideExpired
	case found(OverlapFinding, wrapcast.Blocking), found("override-invalid", wrapcast.Blocking):
		return OverrideInConflict
	case o.Leaves > 0:
		return OverrideInUse
	case found("override-replaced", wrapcast.Info):
		return OverrideReplaced
	case o.To < made.From:
		return OverridePast
	}
	return OverrideIdle
}

// OverrideState says what an override does now.
type OverrideState string

// The states of an override.
const (
	// OverrideInUse: forecasts are changed by it.
	OverrideInUse OverrideState = "in use"
	// OverrideInConflict: another would change the same, and no rule is chosen, so neither does.
	OverrideInConflict OverrideState = "in conflict"
	// OverrideReplaced: others take its place on all its days.
	OverrideReplaced OverrideState = "replaced"
	// OverrideIdle: it touches nothing that is forecast.
	OverrideIdle OverrideState = "idle"
	// OverridePast: its last day is over.
	OverridePast OverrideState = "past"
	// OverrideExpired: its time ran out.
	OverrideExpired OverrideState = "expired"
	// OverrideWithdrawn: somebody took it back.
	OverrideWithdrawn OverrideState = "withdrawn"
)

// OverrideStatus is an override, what it does now, and what it did to the latest forecast.
type OverrideStatus struct {
	wrapcast.AppliedOverride
	State OverrideState `json:"state"`
}

// OverrideList is what `override list` shows.
type OverrideList struct {
	Schema    string           `json:"schema"`
	Overrides []OverrideStatus `json:"overrides"`
	// Overlaps are the pairs that change the same forecast; those without a rule stop the next publication.
	Overlaps []OverlapStatus `json:"overlaps"`
	// Findings tell of conflicts and of overrides that touch nothing.
	Findings []wrapcast.Finding `json:"findings"`
}

// overrideListSchema names the JSON of an OverrideList.
const overrideListSchema = "wrapcast.overrides/1"

// OverridePreview is what an override would do to the latest forecast, with those in use already.
type OverridePreview struct {
	Schema   string                   `json:"schema"`
	Override wrapcast.AppliedOverride `json:"override"`
	// Forecast is the one it would change, From its first day.
	Forecast wrapcast.ForecastID `json:"forecast"`
	From     wrapcast.Date       `json:"from"`
	// Codes and Queues are those that would move.
	Codes  []MovedForecast `json:"codes"`
	Queues []MovedForecast `json:"queues"`
	Total  MovedForecast   `json:"total"`
	// Overlap says what it overlaps, and what each rule would make of it; nil where it overlaps nothing.
	Overlap *OverlapPreview `json:"overlap,omitempty"`
	// Findings tell of overlaps with others, which block it while no rule is chosen.
	Findings []wrapcast.Finding `json:"findings"`

	overlaps []adjust.Overlap
}

// OverlapPreview is what an override about to be made overlaps, and what each rule would make of it.
type OverlapPreview struct {
	With []OverlapWith `json:"with"`
	// Without and Now are the contacts forecast for the leaves and days they share, without any override and with those
	// in use.
	Without float64       `json:"without"`
	Now     float64       `json:"now"`
	Rules   []RuleOutcome `json:"rules"`
}

// OverlapWith is an override that another overlaps.
type OverlapWith struct {
	Override wrapcast.Override `json:"override"`
	// Rule is the one chosen for the two, "" where none is.
	Rule wrapcast.OverlapRule `json:"rule"`
	// Leaves is how many they share, From and To are the days.
	Leaves int           `json:"leaves"`
	From   wrapcast.Date `json:"from"`
	To     wrapcast.Date `json:"to"`
	// Ahead says that the forecast does not reach these days yet: there are no numbers.
	Ahead bool `json:"ahead,omitempty"`
}

// RuleOutcome is what a rule makes of an overlap: the contacts of the leaves and days shared, and of all contacts on
// these days.
type RuleOutcome struct {
	Rule     wrapcast.OverlapRule `json:"rule"`
	Contacts float64              `json:"contacts"`
	Total    float64              `json:"total"`
}

// OverlapStatus is two overrides in use that overlap.
type OverlapStatus struct {
	Earlier wrapcast.OverrideID `json:"earlier"`
	Later   wrapcast.OverrideID `json:"later"`
	// Rule holds for the two, "" where nobody has chosen one; Author chose it at ChosenAt.
	Rule     wrapcast.OverlapRule `json:"rule"`
	Author   string               `json:"author,omitempty"`
	ChosenAt time.Time            `json:"chosen_at,omitzero"`
	// Command settles it, where no rule is chosen.
	Command string `json:"command,omitempty"`
	// Leaves is how many they share, From and To are the days; Ahead says that the forecast does not reach these yet.
	Leaves int           `json:"leaves"`
	From   wrapcast.Date `json:"from"`
	To     wrapcast.Date `json:"to"`
	Ahead  bool          `json:"ahead,omitempty"`
	// Without and Now are the contacts they share without any override and now; Rules what each rule makes of them.
	Without float64       `json:"without"`
	Now     float64       `json:"now"`
	Rules   []RuleOutcome `json:"rules"`
}

// MovedForecast has the contacts forecast per day for one code, one queue or the total (which has no ID), before and
// after an override.
type MovedForecast struct {
	ID     string    `json:"id,omitempty"`
	Name   string    `json:"name"`
	Before []float64 `json:"before"`
	After  []float64 `json:"after"`
}

// overridePreviewSchema names the JSON of an OverridePreview.
const overridePreviewSchema = "wrapcast.override-preview/1"
