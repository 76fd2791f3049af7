package proposals

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/export"
	"github.com/wrapcast/wrapcast/internal/reports"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/tables/edited"
)

// Propose reads an edited workbook and says what it asks for; nothing is kept.
func Propose(ctx context.Context, v *steps.View, r Request) (OverrideProposal, error) {
	sum := sha256.Sum256(r.Content)
	p := OverrideProposal{Schema: schema, File: r.Name, Digest: hex.EncodeToString(sum[:]), Changes: []Change{},
		Problems: []edited.Problem{}, Notes: []string{}, Overrides: []wrapcast.OverrideID{},
		Codes: []steps.MovedForecast{}, Queues: []steps.MovedForecast{}}
	file, err := edited.Open(r.Content)
	if err != nil {
		return p, err
	}
	p.Format = file.Format
	if err := ofThis(file.About, v.Directory); err != nil {
		return p, err
	}
	k, err := load(ctx, v, file.About, r)
	if err != nil {
		return p, err
	}
	p.Forecast, p.ForecastMadeAt = k.made.ID, k.made.MadeAt
	p.Latest, p.LatestMadeAt, p.From = k.latest.ID, k.latest.MadeAt, k.latest.From
	p.since, p.version = k.since(), steps.OverridesVersion(k.others, k.now)
	if err := k.compare(&p, file, r); err != nil {
		return p, err
	}
	k.weigh(&p, r)
	p.ID = p.digest()
	return p, nil
}

// ofThis refuses a workbook of another organisation or business unit.
func ofThis(of edited.Identity, d wrapcast.Directory) error {
	switch {
	case of.Organisation != "" && of.Organisation != string(d.Organisation.ID):
		return wrapcast.Errorf(wrapcast.InvalidData, "override", "the workbook is of another organisation: %s (%s), not %s",
			of.OrganisationName, of.Organisation, d.Organisation.Name).
			WithHint("choose that organisation, or export the forecast of this one")
	case of.Known() && of.Unit != d.BusinessUnit.ID:
		return wrapcast.Errorf(wrapcast.InvalidData, "override", "the workbook is of business unit %q, not of %q", of.Unit,
			d.BusinessUnit.ID).WithHint("choose that business unit: --business-unit %s", of.Unit)
	}
	return nil
}

// known is what a workbook is compared with.
type known struct {
	directory wrapcast.Directory
	about     edited.Identity
	// made is the forecast the file is of, with the overrides it was written with; latest the one that holds, without
	// overrides, others all overrides there are.
	made, latest wrapcast.Forecast
	others       []wrapcast.Override
	editing      export.Editing
	now          time.Time
	// was are the rows as they were written, present as they would be now.
	was     []export.EditableRow
	present map[string]export.EditableRow
}

// since is the first day from which overrides matter.
func (k *known) since() wrapcast.Date { return min(k.made.From, k.latest.From) }

func load(ctx context.Context, v *steps.View, about edited.Identity, r Request) (*known, error) {
	k := &known{directory: v.Directory, about: about, now: v.Clock.Now()}
	org, unit := v.Organisation(), v.Directory.BusinessUnit.ID
	err := v.Store.View(ctx, func(tx *store.Tx) (err error) {
		if k.latest, err = tx.Forecasts().Latest(org, unit); err != nil {
			return withHint(err, "`wrapcast run --dry-run` makes a forecast")
		}
		k.made = k.latest
		if id := firstOf(about.Forecast, r.Forecast); id != "" && id != k.latest.ID {
			if k.made, err = tx.Forecasts().Get(org, id); err != nil {
				return withHint(err, "the file is of a forecast that is not stored any more: export the latest and change that")
			}
		}
		k.others, err = steps.OverridesSince(tx, org, k.since())
		return err
	})
	if err != nil {
		return nil, err
	}
	k.made = k.asWritten()
	k.latest = k.latest.WithoutOverrides()
	if k.editing, err = reports.EditingOf(ctx, v, k.latest, k.now); err != nil {
		return nil, err
	}
	k.was = export.EditableRows(k.directory, k.made, k.editing)
	k.present = map[string]export.EditableRow{}
	for _, row := range export.EditableRows(k.directory, steps.WithOverrides(k.latest, k.others, k.now), k.editing) {
		k.present[row.Key] = row
	}
	return k, nil
}

func firstOf(ids ...wrapcast.ForecastID) wrapcast.ForecastID {
	for _, id := range ids {
		if id != "" {
			return id
		}
	}
	return ""
}

func withHint(err error, hint string) error {
	return wrapcast.Errorf(wrapcast.KindOf(err), "override", "%w", err).WithHint("%s", hint)
}

// asWritten is the forecast with the overrides that the file's numbers have: those it names, else those that were in
// use when it was written, else now.
func (k *known) asWritten() wrapcast.Forecast {
	at := k.now
	if !k.about.WrittenAt.IsZero() {
		at = k.about.WrittenAt
	}
	var then []wrapcast.Override
	for _, o := range k.others {
		if k.about.Overrides != nil {
			if !slices.Contains(k.about.Overrides, o.ID) {
				continue
			}
			o.WithdrawnAt, o.ExpiresAt = time.Time{}, time.Time{} // it was in use then
		}
		o.Settled = slices.DeleteFunc(slices.Clone(o.Settled), func(s wrapcast.SettledOverlap) bool { return s.At.After(at) })
		then = append(then, o)
	}
	return steps.WithOverrides(k.made, then, at)
}

// meanwhile reports whether an override was made after the file was written. A file that does not say when it was
// written knows them all.
func (k *known) meanwhile(o wrapcast.Override) bool {
	return !k.about.WrittenAt.IsZero() && o.CreatedAt.After(k.about.WrittenAt)
}

// digest is made of what would be kept and of what it rests on.
func (p *OverrideProposal) digest() string {
	overrides := make([]wrapcast.Override, 0, len(p.proposed))
	for _, one := range p.proposed {
		o := one.override
		if o.CreatedAt = (time.Time{}); !one.left {
			overrides = append(overrides, o)
		}
	}
	text, err := json.Marshal([]any{p.Digest, p.Latest, p.version, overrides, p.Problems, p.InConflict})
	if err != nil { // nothing in it that JSON does not know
		text = fmt.Append(nil, err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])[:16]
}

// Accept keeps what a workbook asks for, all of it or nothing. Expected is the ID of the proposal that somebody looked
// at, "" where nobody did: it is a Conflict where it is another one by now. While a cell cannot be meant, a change has no
// reason or meets a change made since, it is refused.
func Accept(
	ctx context.Context, v *steps.View, d steps.Decisions, r Request, expected string,
) (OverrideProposal, error) {
	p, err := Propose(ctx, v, r)
	if err != nil {
		return p, err
	}
	if expected != "" && expected != p.ID {
		return p, wrapcast.Errorf(wrapcast.Conflict, "override", "what the file asks for is not what was looked at: the forecast "+
			"or the overrides have changed since").WithHint("look at it again")
	}
	if err := p.Ready(); err != nil {
		return p, err
	}
	var all []wrapcast.Override
	for _, one := range p.proposed {
		if !one.left {
			all = append(all, one.override)
		}
	}
	kept, err := d.AddOverrides(ctx, v.Organisation(), all, steps.OverridesTogether{Since: p.since, Version: p.version,
		File: p.File, Digest: p.Digest})
	if err != nil {
		return p, err
	}
	p.Accepted = true
	for _, o := range kept {
		p.Overrides, p.Import = append(p.Overrides, o.ID), o.Import
	}
	return p, nil
}

// Ready says why a proposal cannot be kept, nil where it can.
func (p *OverrideProposal) Ready() error {
	kept := len(p.Changes)
	for _, c := range p.Changes {
		if c.Left {
			kept--
		}
	}
	refuse := func(kind wrapcast.Kind, format string, args ...any) *wrapcast.Error {
		return wrapcast.Errorf(kind, "override", format, args...)
	}
	switch {
	case len(p.Problems) > 0:
		return refuse(wrapcast.InvalidData, "%s", problemWords(p.Problems)).
			WithHint("nothing is kept: fix what is named in the file and read it again")
	case len(p.Changes) == 0:
		return refuse(wrapcast.Usage, "nothing is changed in %s", p.File).
			WithHint("type over a green cell of a forecast's workbook, save it and read it again")
	case p.InConflict > 0:
		return refuse(wrapcast.InvalidData, "%d of %d changes meet overrides that were made since the file was written",
			p.InConflict, len(p.Changes)).
			WithHint("say what holds: --overlap replace (yours), compound or narrower; or leave them out: --without-conflicts")
	case kept == 0:
		return refuse(wrapcast.Usage, "all changes are left out: nothing is to be kept")
	case p.WithoutReason > 0:
		return refuse(wrapcast.Usage, "%d of %d changes have no reason", p.WithoutReason, len(p.Changes)).
			WithHint("type it in the column reason, or give one for all that have none: --reason")
	}
	return nil
}

func problemWords(problems []edited.Problem) string {
	const most = 20
	text := ""
	for i, p := range problems[:min(most, len(problems))] {
		if i > 0 {
			text += "; "
		}
		if p.Cell != "" {
			text += p.Cell + " "
		}
		text += p.What
	}
	if more := len(problems) - most; more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return text
}
