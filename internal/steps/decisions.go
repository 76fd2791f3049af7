package steps

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/adjust"
	"github.com/wrapcast/wrapcast/internal/calendar"
	"github.com/wrapcast/wrapcast/internal/silence"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Decisions keeps what people decide: it adds, lists and withdraws decisions, and writes each change into the audit
// chain. What a kind has of its own are its decisionRules and a method that adds it.
type Decisions struct {
	// Store, Clock and NewID must be set.
	Store *store.Store
	Clock wrapcast.Clock
	NewID func() string
}

// Decisions returns what keeps the decisions that this forecaster works by.
func (f *WrapUpForecaster) Decisions() Decisions {
	return Decisions{Store: f.Store, Clock: f.Clock, NewID: f.NewID}
}

// decisionRules are what a kind of decision has of its own.
type decisionRules[T any] struct {
	// what names one in errors: "a mask".
	what string
	// verb ends the audit action of a new one: "added" unless it says otherwise.
	verb string
	// unexplained allows one without a reason.
	unexplained bool
	// days are those that one names. One with a year that nobody means is refused. Nil names none.
	days func(T) []wrapcast.Date
	// check refuses what cannot be, alone or beside those in use. Nil refuses nothing.
	check func(tx *store.Tx, v T) error
	// detail says in the audit entry what was decided.
	detail func(T) string
}

// answeredFor refuses what nobody answers for.
func (r decisionRules[T]) answeredFor(d wrapcast.Decision) error {
	switch {
	case strings.TrimSpace(d.Author) == "":
		return wrapcast.Errorf(wrapcast.Usage, "", "%s needs an author", r.what)
	case strings.TrimSpace(d.Reason) == "" && !r.unexplained:
		return wrapcast.Errorf(wrapcast.Usage, "", "%s needs a reason", r.what)
	}
	return nil
}

// addDecision keeps a decision; id, organisation and time are filled in.
func addDecision[T any, P wrapcast.Decided[T]](
	ctx context.Context, d Decisions, org wrapcast.OrganisationID, v T, r decisionRules[T],
) (T, error) {
	if err := r.answeredFor(P(&v).Decision()); err != nil {
		return v, err
	}
	err := d.Store.Update(ctx, func(tx *store.Tx) (err error) {
		v, err = keepDecision[T, P](tx, d, org, v, r)
		return err
	})
	return v, err
}

// keepDecision is addDecision within a transaction, of what somebody answers for.
func keepDecision[T any, P wrapcast.Decided[T]](
	tx *store.Tx, d Decisions, org wrapcast.OrganisationID, v T, r decisionRules[T],
) (T, error) {
	P(&v).Keep(wrapcast.Decision{ID: d.NewID(), Organisation: org, MadeAt: d.Clock.Now()})
	if r.days != nil {
		if err := meantYears(wrapcast.DateOf(d.Clock.Now()), r.what, r.days(v)); err != nil {
			return v, err
		}
	}
	if r.check != nil {
		if err := r.check(tx, v); err != nil {
			return v, err
		}
	}
	if err := store.DecisionsOf[T, P](tx).Add(v); err != nil {
		return v, err
	}
	kept := P(&v).Decision()
	return v, d.audit(tx, kept, kept.Author, cmp.Or(r.verb, "added"), r.detail(v))
}

// Days that decisions name lie at most so many years from today. What lies further off was mistyped.
const (
	yearsBack  = 20
	yearsAhead = 5
)

// meantYears refuses a day whose year nobody means; the zero day is none.
func meantYears(today wrapcast.Date, what string, days []wrapcast.Date) error {
	for _, day := range days {
		if day != 0 && (day < today-yearsBack*366 || day > today+yearsAhead*366) {
			return wrapcast.Errorf(wrapcast.Usage, "", "%s of %s: that is %d years from today", what, day,
				max(day-today, today-day)/365).
				WithHint("look at the year; days may lie %d years back and %d ahead", yearsBack, yearsAhead)
		}
	}
	return nil
}

// ListDecisions returns every decision of a kind, withdrawn ones included, in the order they were made.
func ListDecisions[T any, P wrapcast.Decided[T]](
	ctx context.Context, d Decisions, org wrapcast.OrganisationID,
) (all []T, err error) {
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		all, err = store.DecisionsOf[T, P](tx).All(org)
		return err
	})
	return all, err
}

// WithdrawDecision withdraws a decision. It returns NotFound where there is none and Conflict where that was done
// before.
func WithdrawDecision[T any, P wrapcast.Decided[T]](
	ctx context.Context, d Decisions, org wrapcast.OrganisationID, id, by string,
) error {
	decision := wrapcast.Decision{Kind: P(new(T)).Decision().Kind, ID: id, Organisation: org}
	if strings.TrimSpace(by) == "" {
		return wrapcast.Errorf(wrapcast.Usage, string(decision.Kind), "somebody has to withdraw it: no name is given")
	}
	return d.Store.Update(ctx, func(tx *store.Tx) error {
		if err := store.DecisionsOf[T, P](tx).Withdraw(org, id, by, d.Clock.Now()); err != nil {
			return err
		}
		return d.audit(tx, decision, by, "withdrawn", "")
	})
}

// audit writes down who added or withdrew a decision.
func (d Decisions) audit(tx *store.Tx, of wrapcast.Decision, actor, verb, detail string) error {
	kind := string(of.Kind)
	_, err := tx.Audit().Append(wrapcast.AuditEntry{Organisation: of.Organisation, At: d.Clock.Now(), Actor: actor,
		Action: kind + "." + verb, Status: StatusOK, Objects: map[string]string{kind: of.ID}, Detail: detail})
	return err
}

// AddLineage keeps a change of lineage. It refuses what cannot be, alone or beside the changes in use.
func (d Decisions) AddLineage(
	ctx context.Context, org wrapcast.OrganisationID, c wrapcast.LineageChange,
) (wrapcast.LineageChange, error) {
	return addDecision(ctx, d, org, c, decisionRules[wrapcast.LineageChange]{
		what: "a change of codes",
		days: func(c wrapcast.LineageChange) []wrapcast.Date { return []wrapcast.Date{c.On} },
		check: func(tx *store.Tx, c wrapcast.LineageChange) error {
			others, err := store.DecisionsOf[wrapcast.LineageChange](tx).InUse(org)
			if err != nil {
				return err
			}
			return adjust.CheckLineage(append([]wrapcast.LineageChange{c}, others...))
		},
		detail: func(c wrapcast.LineageChange) string {
			return fmt.Sprintf("%s of %d codes into %d on %s: %s", c.Kind, len(c.From), len(c.To), c.On, c.Reason)
		},
	})
}

// OverridesLeft are the overrides in use that name a code before a change of lineage, and have days from the change on:
// they keep to that code, which is forecast no more.
func (d Decisions) OverridesLeft(
	ctx context.Context, c wrapcast.LineageChange,
) (left []wrapcast.Override, err error) {
	gone := func(code wrapcast.CodeID) bool {
		return slices.Contains(c.From, code) &&
			!slices.ContainsFunc(c.To, func(s wrapcast.LineageShare) bool { return s.Code == code })
	}
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		all, err := OverridesSince(tx, c.Organisation, c.On)
		for _, o := range all {
			if o.Active(d.Clock.Now()) && slices.ContainsFunc(o.Codes, gone) {
				left = append(left, o)
			}
		}
		return err
	})
	return left, err
}

// AddMask keeps a mask set or undone by hand.
func (d Decisions) AddMask(
	ctx context.Context, org wrapcast.OrganisationID, m wrapcast.MaskEdit,
) (wrapcast.MaskEdit, error) {
	return addDecision(ctx, d, org, m, decisionRules[wrapcast.MaskEdit]{
		what: "a mask",
		days: func(m wrapcast.MaskEdit) []wrapcast.Date { return []wrapcast.Date{m.From, m.To} },
		check: func(_ *store.Tx, m wrapcast.MaskEdit) error {
			switch {
			case m.To < m.From:
				return wrapcast.Errorf(wrapcast.Usage, "mask", "the mask ends on %s, before it begins on %s", m.To,
					m.From)
			case m.Kind != wrapcast.MaskHide && m.Kind != wrapcast.MaskShow:
				return wrapcast.Errorf(wrapcast.Usage, "mask", "%q is no kind of mask",
					m.Kind).WithHint("known are hide and show")
			}
			return nil
		},
		detail: func(m wrapcast.MaskEdit) string {
			codes := "all codes"
			if n := len(m.Codes); n > 0 {
				codes = fmt.Sprintf("%d codes", n)
			}
			return fmt.Sprintf("%s %s to %s of %s: %s", m.Kind, m.From, m.To, codes, m.Reason)
		},
	})
}

// Calendar returns the calendar that holds, or NotFound where none was ever set.
func (d Decisions) Calendar(ctx context.Context, org wrapcast.OrganisationID) (v wrapcast.CalendarVersion, err error) {
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		v, err = store.DecisionsOf[wrapcast.CalendarVersion](tx).Latest(org)
		return err
	})
	return v, err
}

// SetCalendar makes a calendar the one that holds from the next forecast on. Queues may be given by name. A
// calendar that cannot be is a Usage error that names the entry; one that changes nothing is returned as it stands
// and leaves no trace.
func (d Decisions) SetCalendar(
	ctx context.Context, org wrapcast.OrganisationID, c wrapcast.Calendar, author, reason string,
) (wrapcast.CalendarVersion, error) {
	v := wrapcast.CalendarVersion{Schema: wrapcast.CalendarSchema, Calendar: c, Author: author, Reason: reason}
	rules := decisionRules[wrapcast.CalendarVersion]{what: "a calendar", verb: "changed", unexplained: true,
		days: calendarDays, detail: calendarDetail}
	if err := rules.answeredFor(v.Decision()); err != nil {
		return wrapcast.CalendarVersion{}, err
	}
	today := wrapcast.DateOf(d.Clock.Now())
	if _, err := calendar.Resolve(c, today-366, today+366); err != nil {
		return wrapcast.CalendarVersion{}, err
	}
	err := d.Store.Update(ctx, func(tx *store.Tx) error {
		directory, err := tx.Directory().Of(org)
		if err != nil {
			return err
		}
		if v.Calendar, err = resolveCalendar(c, directory); err != nil {
			return err
		}
		holds, err := store.DecisionsOf[wrapcast.CalendarVersion](tx).Latest(org)
		if err != nil && wrapcast.KindOf(err) != wrapcast.NotFound {
			return err
		}
		if err == nil && reflect.DeepEqual(holds.Calendar, v.Calendar) {
			v = holds
			return nil
		}
		v, err = keepDecision(tx, d, org, v, rules)
		return err
	})
	return v, err
}

// calendarDays are the days on which what a calendar names begins and ends.
func calendarDays(v wrapcast.CalendarVersion) (days []wrapcast.Date) {
	for _, c := range v.Calendar.Closures {
		days = append(days, c.From, c.To)
	}
	for _, e := range v.Calendar.Events {
		days = append(days, e.From, e.To)
	}
	return days
}

func calendarDetail(v wrapcast.CalendarVersion) string {
	c := v.Calendar
	detail := fmt.Sprintf("%d regions of holidays, %d closures, %d events, %d opening hours", len(c.Holidays),
		len(c.Closures), len(c.Events), len(c.Hours))
	if v.Reason != "" {
		detail += ": " + v.Reason
	}
	return detail
}

// Silent is what is known where somebody accepts silence: of whom, in whose zone, and what is silent.
type Silent struct {
	Directory wrapcast.Directory
	Zone      *time.Location
	Silences  []wrapcast.Silence
}

// AcceptSilences keeps that somebody accepts silences, all of them or none. Kind and Of must be set; the names, whether
// they are silent now, and when their last day is over are filled in. A last day that is over already is a Usage error.
func (d Decisions) AcceptSilences(
	ctx context.Context, known Silent, all []wrapcast.AcceptedSilence,
) ([]wrapcast.AcceptedSilence, error) {
	rules := decisionRules[wrapcast.AcceptedSilence]{what: "accepting silence", verb: "accepted",
		detail: acceptanceDetail}
	kept := slices.Clone(all)
	for i := range kept {
		if err := known.complete(&kept[i], d.Clock.Now()); err != nil {
			return nil, err
		}
		if err := rules.answeredFor(kept[i].Decision()); err != nil {
			return nil, err
		}
	}
	return kept, d.Store.Update(ctx, func(tx *store.Tx) (err error) {
		for i := range kept {
			kept[i], err = keepDecision(tx, d, known.Directory.Organisation.ID, kept[i], rules)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// complete fills in what is known of a thing that is accepted as silent.
func (k Silent) complete(a *wrapcast.AcceptedSilence, now time.Time) (err error) {
	if a.Name, err = k.nameOf(a.Kind, a.Of); err != nil {
		return err
	}
	a.Ahead = !slices.ContainsFunc(k.Silences, func(s wrapcast.Silence) bool {
		return s.Kind == a.Kind && s.ID == a.Of ||
			a.Kind == wrapcast.LevelQueue && slices.Contains(s.Queues, wrapcast.QueueID(a.Of))
	})
	if a.Until == 0 {
		return nil
	}
	if a.EndsAt = (a.Until + 1).Midnight(k.Zone); !now.Before(a.EndsAt) {
		return wrapcast.Errorf(wrapcast.Usage, "", "%s is over: nothing would be accepted", a.Until).
			WithHint("name the last day on which it holds, or none")
	}
	return nil
}

func acceptanceDetail(a wrapcast.AcceptedSilence) string {
	until := ""
	if a.Until != 0 {
		until = " until " + a.Until.String()
	}
	return fmt.Sprintf("%s has no contacts%s: %s", silence.Named(a.Kind, a.Name), until, a.Reason)
}
