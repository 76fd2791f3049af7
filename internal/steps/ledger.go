package steps

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/accuracy"
	"github.com/wrapcast/wrapcast/internal/adjust"
	"github.com/wrapcast/wrapcast/internal/calendar"
	"github.com/wrapcast/wrapcast/internal/store"
)

const (
	// ledgerDays is how many days back decisions are judged unless others are asked for.
	ledgerDays = 365
	// ledgerLead is how many days before a day the forecast held in which decisions are judged.
	ledgerLead = 1
	// judgedAfter is on how many days after it was made a mask or a change of lineage is judged.
	judgedAfter = 28
	// eventAhead is how many days ahead an event is forecast without itself: enough for the forecasts of a week to come.
	eventAhead = 14
	// counterfactuals is how many masks, events and changes of lineage a run forecasts without, the latest first: each
	// takes as long as the forecast itself. Where that takes longer than affordable, none is.
	counterfactuals = 3
	affordable      = time.Minute
)

// Ledger says of decisions whose days are over whether they were worth it. It only reads; see KeepSnapshots where no
// run came since the last reading. It is NotFound where no day is over.
func (v *View) Ledger(ctx context.Context, o AccuracyOptions) (l wrapcast.Ledger, err error) {
	err = v.Store.View(ctx, func(tx *store.Tx) error {
		settled, err := v.settledDays(tx)
		if err != nil {
			return err
		}
		if o.From == 0 {
			o.From = max(settled.From, settled.To-ledgerDays+1)
		}
		first, last := bounds(settled, o)
		source := o.Source
		if source == "" {
			if source, err = v.source(tx); err != nil {
				return err
			}
		}
		kept, err := tx.Snapshots().DaysAhead(v.Organisation(), v.Unit(), source, first, last, ledgerLead)
		if err != nil {
			return err
		}
		about, err := v.decided(tx, kept)
		if err != nil {
			return err
		}
		j, err := v.judging(tx, kept, first, last, settled)
		if err != nil {
			return err
		}
		l = accuracy.Ledger(j, about, last)
		l.From, l.To, l.Source = first, last, source
		return nil
	})
	l.Organisation, l.BusinessUnit, l.TimeZone = v.Organisation(), v.Unit(), v.Zone.String()
	if err == nil && len(l.Entries) == 0 {
		l.Findings = append(l.Findings, wrapcast.Finding{Code: "nothing-to-judge", Severity: wrapcast.Info,
			Message: "no decision has a day that is over and was forecast with it",
			Advice:  "decisions are judged from the day after they were part of a forecast; look again when their days are over"})
	}
	return l, err
}

// decided lists the decisions that snapshots know, with the days on which each is judged.
func (v *View) decided(tx *store.Tx, kept []wrapcast.ForecastSnapshot) (all []wrapcast.LedgerEntry, err error) {
	org := v.Organisation()
	overrides, err := store.DecisionsOf[wrapcast.Override](tx).All(org)
	if err != nil {
		return nil, err
	}
	for _, o := range overrides {
		e := entryOf(o.Decision())
		e.Ticket, e.Codes, e.Queues, e.From, e.To = o.Ticket, o.Codes, o.Queues, o.From, o.To
		all = append(all, e)
	}
	masks, err := store.DecisionsOf[wrapcast.MaskEdit](tx).All(org)
	if err != nil {
		return nil, err
	}
	for _, m := range masks {
		e := entryOf(m.Decision())
		e.Codes = m.Codes
		e.From, e.To = v.judgedDays(m.CreatedAt, 0)
		all = append(all, e)
	}
	changes, err := store.DecisionsOf[wrapcast.LineageChange](tx).All(org)
	if err != nil {
		return nil, err
	}
	for _, c := range changes {
		e := entryOf(c.Decision())
		e.Codes = codesOfChange(c)
		e.From, e.To = v.judgedDays(c.MadeAt, c.On)
		all = append(all, e)
	}
	events, err := eventsIn(tx, org, kept)
	return append(all, events...), err
}

func entryOf(d wrapcast.Decision) wrapcast.LedgerEntry {
	return wrapcast.LedgerEntry{Kind: d.Kind, ID: d.ID, Author: d.Author, Reason: d.Reason, MadeAt: d.MadeAt}
}

// judgedDays are those on which a decision is judged that was made at an instant and is about days from one on.
func (v *View) judgedDays(madeAt time.Time, on wrapcast.Date) (from, to wrapcast.Date) {
	from = max(v.Day(madeAt)+1, on)
	return from, from + judgedAfter - 1
}

// codesOfChange are the codes before and after a change, each once.
func codesOfChange(c wrapcast.LineageChange) (codes []wrapcast.CodeID) {
	codes = slices.Clone(c.From)
	for _, s := range c.To {
		if !slices.Contains(codes, s.Code) {
			codes = append(codes, s.Code)
		}
	}
	return codes
}

// eventsIn lists the events that snapshots know, each with the calendar's version that brought it.
func eventsIn(tx *store.Tx, org wrapcast.OrganisationID, kept []wrapcast.ForecastSnapshot) (all []wrapcast.LedgerEntry,
	err error) {
	versions, err := store.DecisionsOf[wrapcast.CalendarVersion](tx).All(org)
	for _, d := range kept {
		for _, s := range d.Decisions {
			if s.Kind != wrapcast.DecisionEvent {
				continue
			}
			i := slices.IndexFunc(all, func(e wrapcast.LedgerEntry) bool { return e.ID == s.ID })
			if i >= 0 {
				all[i].To = d.Day
				continue
			}
			e := wrapcast.LedgerEntry{Kind: s.Kind, ID: s.ID, Name: s.Name, From: d.Day, To: d.Day}
			for _, version := range versions {
				if strings.HasPrefix(s.ID, string(version.ID)) {
					e.Author, e.MadeAt = version.Author, version.MadeAt
					e.Reason = cmp.Or(version.Reason, s.Name)
				}
			}
			all = append(all, e)
		}
	}
	return all, err
}

// decisionsOn are what the decisions in a forecast did to days of it: the overrides, and what is forecast beside it.
func (v *View) decisionsOn(tx *store.Tx, made wrapcast.Forecast, days []wrapcast.ForecastSnapshot) (
	func(wrapcast.Date) []wrapcast.DecisionSnapshot, error) {
	var given []wrapcast.Override
	var err error
	if len(made.Overrides) > 0 {
		if given, err = OverridesSince(tx, v.Organisation(), made.From); err != nil {
			return nil, err
		}
	}
	of := adjust.Contributions(made, given, func(t int) bool {
		return slices.ContainsFunc(days, func(d wrapcast.ForecastSnapshot) bool {
			return d.Lead == ledgerLead && d.Day == made.From+wrapcast.Date(t)
		})
	})
	return func(day wrapcast.Date) (all []wrapcast.DecisionSnapshot) {
		t := int(day - made.From)
		for _, o := range made.Overrides {
			if cell, ok := of[o.ID][t]; ok {
				all = append(all, wrapcast.DecisionSnapshot{Kind: wrapcast.DecisionOverride, ID: string(o.ID),
					Cells: []wrapcast.DecisionCell{cell}})
			}
		}
		for _, c := range made.Counterfactuals {
			if t >= 0 && t < len(c.Days) && len(c.Days[t]) > 0 {
				all = append(all, wrapcast.DecisionSnapshot{Kind: c.Kind, ID: c.ID, Name: c.Name, Cells: c.Days[t]})
			}
		}
		return all
	}, nil
}

// ledgerCase is a mask, an event or a change of lineage whose days lie ahead: what a forecast is made without.
type ledgerCase struct {
	kind     wrapcast.DecisionKind
	id, name string
	madeAt   time.Time
	// scopes are what is set beside actuals, one for each cell; judged says on which days.
	scopes []wrapcast.Scope
	judged func(wrapcast.Date) bool
}

// without forecasts what would have been forecast without single decisions, from the same history. took is how long the
// forecast itself took.
func (v *View) without(ctx context.Context, h *History, made wrapcast.Forecast, took time.Duration) (
	[]wrapcast.Counterfactual, error) {
	if took > affordable {
		return nil, nil
	}
	cases, err := v.ledgerCases(ctx, h, made)
	var all []wrapcast.Counterfactual
	for _, c := range cases {
		if err != nil {
			return nil, err
		}
		var other wrapcast.Forecast
		if other, err = v.forecastWithout(ctx, c, made.Days); err == nil {
			all = append(all, c.counterfactual(made, other))
		}
	}
	return all, err
}

// forecastWithout makes a forecast as if nobody had decided something.
func (v *View) forecastWithout(ctx context.Context, c ledgerCase, days int) (wrapcast.Forecast, error) {
	w := *v
	w.Report, w.leftAway = nil, &c
	h, err := w.LoadHistory(ctx)
	if err != nil {
		return wrapcast.Forecast{}, err
	}
	return w.Forecast(ctx, h, w.Judge(h), days)
}

// leaveAway takes a decision out of the assumptions.
func (c *ledgerCase) leaveAway(k *Assumptions) {
	if c == nil {
		return
	}
	k.Masks = slices.DeleteFunc(k.Masks, func(m wrapcast.MaskEdit) bool {
		return c.kind == wrapcast.DecisionMask && string(m.ID) == c.id
	})
	k.Lineage = slices.DeleteFunc(k.Lineage, func(l wrapcast.LineageChange) bool {
		return c.kind == wrapcast.DecisionLineage && string(l.ID) == c.id
	})
	k.Calendar.Events = slices.DeleteFunc(slices.Clone(k.Calendar.Events), func(e wrapcast.CalendarEvent) bool {
		return c.kind == wrapcast.DecisionEvent && e.Name == c.name
	})
}

// ledgerCases are the latest decisions that a forecast is made without.
func (v *View) ledgerCases(ctx context.Context, h *History, made wrapcast.Forecast) (all []ledgerCase, err error) {
	ahead := func(from, to wrapcast.Date) func(wrapcast.Date) bool {
		return func(d wrapcast.Date) bool { return from <= d && d <= to }
	}
	for _, m := range h.Known.Masks {
		from, to := v.judgedDays(m.CreatedAt, 0)
		all = append(all, ledgerCase{kind: wrapcast.DecisionMask, id: string(m.ID), madeAt: m.CreatedAt,
			scopes: []wrapcast.Scope{{Codes: m.Codes}}, judged: ahead(from, to)})
	}
	for _, l := range h.Known.Lineage {
		from, to := v.judgedDays(l.MadeAt, l.On)
		c := ledgerCase{kind: wrapcast.DecisionLineage, id: string(l.ID), madeAt: l.MadeAt, judged: ahead(from, to)}
		for _, code := range codesOfChange(l) {
			c.scopes = append(c.scopes, wrapcast.Scope{Codes: []wrapcast.CodeID{code}})
		}
		all = append(all, c)
	}
	events, err := v.eventCases(ctx, h.Known.Calendar, made)
	all = slices.DeleteFunc(append(all, events...), func(c ledgerCase) bool {
		for day := made.From; day < made.From+wrapcast.Date(made.Days); day++ {
			if c.judged(day) {
				return false
			}
		}
		return true
	})
	slices.SortStableFunc(all, func(a, b ledgerCase) int { return b.madeAt.Compare(a.madeAt) })
	return all[:min(len(all), counterfactuals)], err
}

// eventCases are the events of the coming days. One is named by the calendar's version that brought it first.
func (v *View) eventCases(ctx context.Context, held wrapcast.Calendar, made wrapcast.Forecast) (all []ledgerCase,
	err error) {
	if len(held.Events) == 0 {
		return nil, nil
	}
	var versions []wrapcast.CalendarVersion
	err = v.Store.View(ctx, func(tx *store.Tx) error {
		versions, err = store.DecisionsOf[wrapcast.CalendarVersion](tx).All(v.Organisation())
		return err
	})
	for _, e := range held.Events {
		one, resolveErr := calendar.Resolve(wrapcast.Calendar{Events: []wrapcast.CalendarEvent{e}}, made.From,
			made.From+eventAhead)
		if resolveErr != nil {
			return nil, resolveErr
		}
		c := ledgerCase{kind: wrapcast.DecisionEvent, name: e.Name, scopes: []wrapcast.Scope{{}},
			judged: func(d wrapcast.Date) bool { return d < made.From+eventAhead && len(one.Names(d)) > 0 }}
		first := slices.IndexFunc(versions, func(version wrapcast.CalendarVersion) bool {
			return slices.ContainsFunc(version.Calendar.Events, func(o wrapcast.CalendarEvent) bool { return o.Name == e.Name })
		})
		if first >= 0 {
			c.id, c.madeAt = fmt.Sprintf("%s/%s", versions[first].ID, e.Name), versions[first].MadeAt
			all = append(all, c)
		}
	}
	return all, err
}

// counterfactual sets a forecast beside the one made without the decision, on the days on which it is judged.
func (c ledgerCase) counterfactual(with, without wrapcast.Forecast) wrapcast.Counterfactual {
	out := wrapcast.Counterfactual{Kind: c.kind, ID: c.id, Name: c.name}
	for t := range with.Days {
		var cells []wrapcast.DecisionCell
		if c.judged(with.From + wrapcast.Date(t)) {
			for _, s := range c.scopes {
				cells = append(cells, wrapcast.DecisionCell{Codes: s.Codes, Queues: s.Queues, With: contactsOf(with, s, t),
					Without: contactsOf(without, s, t)})
			}
		}
		if out.Days = append(out.Days, cells); len(cells) == 0 && t >= eventAhead && c.kind == wrapcast.DecisionEvent {
			break
		}
	}
	return out
}

// contactsOf adds up what a forecast has of codes on its t-th day.
func contactsOf(f wrapcast.Forecast, s wrapcast.Scope, t int) (sum float64) {
	if len(s.Codes) == 0 && t < len(f.Total.Mean) {
		return f.Total.Mean[t]
	}
	for _, code := range f.Codes {
		if s.CoversCode(code.Code.ID) && t < len(code.Mean) {
			sum += code.Mean[t]
		}
	}
	return sum
}
