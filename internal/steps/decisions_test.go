package steps_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
)

// A decision of any kind is added, listed and withdrawn once, by somebody; each change is audited; nothing of it
// shows in another organisation.

func TestOverridesLiveAsAllDecisionsDo(t *testing.T) {
	t.Parallel()
	decisionLife(t, "added", func(d steps.Decisions, org wrapcast.OrganisationID, s signature) (wrapcast.Override, error) {
		latest := wrapcast.Forecast{ID: "f", From: 20000}
		p, err := d.AddOverride(t.Context(), org, latest, wrapcast.Override{From: 20000, To: 20001, Kind: wrapcast.OverridePercent,
			Value: 10, Author: s.author, Reason: s.reason})
		return p.Override.Override, err
	})
}

// A year that nobody means is refused by every kind that names days, whichever way it was mistyped.
func TestMistypedYearsAreRefused(t *testing.T) {
	t.Parallel()
	d := newDecisions(t)
	day := wrapcast.DateOf(d.Clock.Now())
	for _, off := range []wrapcast.Date{180 * 366, -1800 * 365} {
		errs := map[string]error{}
		_, errs["mask"] = d.AddMask(t.Context(), "org", wrapcast.MaskEdit{From: min(day, day+off), To: max(day, day+off),
			Kind: wrapcast.MaskHide, Author: "ann", Reason: "x"})
		_, errs["lineage"] = d.AddLineage(t.Context(), "org", wrapcast.LineageChange{Kind: wrapcast.LineageRetire,
			From: []wrapcast.CodeID{"fax"}, On: day + off, Author: "ann", Reason: "x"})
		_, errs["override"] = d.AddOverride(t.Context(), "org", wrapcast.Forecast{ID: "f", From: day},
			wrapcast.Override{From: min(day, day+off), To: max(day, day+off), Kind: wrapcast.OverridePercent, Value: 10,
				Author: "ann", Reason: "x"})
		for kind, err := range errs {
			if wrapcast.KindOf(err) != wrapcast.Usage || !strings.Contains(err.Error(), "years from today") {
				t.Errorf("%s %d days from today: %v", kind, off, err)
			}
		}
	}
}

func TestRulesForOverlapsLiveAsAllDecisionsDo(t *testing.T) {
	t.Parallel()
	decisionLife(t, "settled", func(d steps.Decisions, org wrapcast.OrganisationID, s signature) (wrapcast.OverlapDecision, error) {
		ids := []wrapcast.OverrideID{wrapcast.OverrideID(s.author + "1"), wrapcast.OverrideID(s.author + "2")}
		err := d.Store.Update(t.Context(), func(tx *store.Tx) error {
			for _, id := range ids {
				o := wrapcast.Override{From: 20000, To: 20001, Kind: wrapcast.OverridePercent, Author: "ann", Reason: "x"}
				o.Keep(wrapcast.Decision{ID: string(id), Organisation: org, MadeAt: d.Clock.Now()})
				if err := store.DecisionsOf[wrapcast.Override](tx).Add(o); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return d.SettleOverlap(t.Context(), org, wrapcast.OverlapDecision{Overrides: ids, Rule: wrapcast.OverlapNarrower,
			Author: s.author, Reason: s.reason})
	})
}

func TestMasksLiveAsAllDecisionsDo(t *testing.T) {
	t.Parallel()
	decisionLife(t, "added", func(d steps.Decisions, org wrapcast.OrganisationID, s signature) (wrapcast.MaskEdit, error) {
		return d.AddMask(t.Context(), org, wrapcast.MaskEdit{From: 20000, To: 20001, Kind: wrapcast.MaskHide,
			Author: s.author, Reason: s.reason})
	})
}

func TestChangesOfLineageLiveAsAllDecisionsDo(t *testing.T) {
	t.Parallel()
	decisionLife(t, "added", func(d steps.Decisions, org wrapcast.OrganisationID, s signature) (wrapcast.LineageChange, error) {
		return d.AddLineage(t.Context(), org, wrapcast.LineageChange{Kind: wrapcast.LineageRetire, On: 20000,
			From: []wrapcast.CodeID{"gone"}, Author: s.author, Reason: s.reason})
	})
}

func TestCalendarsLiveAsAllDecisionsDo(t *testing.T) {
	t.Parallel()
	decisionLife(t, "changed", func(d steps.Decisions, org wrapcast.OrganisationID, s signature) (wrapcast.CalendarVersion, error) {
		return d.SetCalendar(t.Context(), org, wrapcast.Calendar{Holidays: []string{"US-MA"}}, s.author, s.reason)
	})
}

func TestAcceptedSilencesLiveAsAllDecisionsDo(t *testing.T) {
	t.Parallel()
	decisionLife(t, "accepted", func(d steps.Decisions, org wrapcast.OrganisationID, s signature) (wrapcast.AcceptedSilence, error) {
		known := steps.Silent{Zone: time.UTC, Directory: wrapcast.Directory{Organisation: wrapcast.Organisation{ID: org},
			Queues: []wrapcast.Queue{{ID: "q", Name: "Claims"}}}}
		all, err := d.AcceptSilences(t.Context(), known, []wrapcast.AcceptedSilence{{Kind: wrapcast.LevelQueue, Of: "q",
			Author: s.author, Reason: s.reason}})
		if err != nil {
			return wrapcast.AcceptedSilence{}, err
		}
		return all[0], nil
	})
}

// signature is who decides and why.
type signature struct{ author, reason string }

// decisionLife puts a kind of decision through its life. add makes one by somebody; verb ends the audit action for it.
func decisionLife[T any, P wrapcast.Decided[T]](
	t *testing.T, verb string, add func(steps.Decisions, wrapcast.OrganisationID, signature) (T, error),
) {
	t.Helper()
	d, org := newDecisions(t), wrapcast.OrganisationID("org")
	kind := P(new(T)).Decision().Kind
	if _, err := add(d, org, signature{reason: "because"}); wrapcast.KindOf(err) != wrapcast.Usage {
		t.Errorf("without an author: %v", err)
	}
	made, err := add(d, org, signature{"ann", "because"})
	if err != nil {
		t.Fatal(err)
	}
	of := P(&made).Decision()
	if of.ID == "" || of.Organisation != org || of.Author != "ann" || of.Reason != "because" || of.MadeAt.IsZero() || !of.InUse() {
		t.Errorf("made: %+v", of)
	}
	wantListed[T, P](t, d, org, made)
	wantListed[T, P](t, d, "other")
	if err := steps.WithdrawDecision[T, P](t.Context(), d, "other", of.ID, "eve"); wrapcast.KindOf(err) != wrapcast.NotFound {
		t.Errorf("withdrawn from another organisation: %v", err)
	}
	if err := steps.WithdrawDecision[T, P](t.Context(), d, org, of.ID, " "); wrapcast.KindOf(err) != wrapcast.Usage {
		t.Errorf("withdrawn by nobody: %v", err)
	}
	if err := steps.WithdrawDecision[T, P](t.Context(), d, org, of.ID, "bob"); err != nil {
		t.Fatal(err)
	}
	of.WithdrawnBy, of.WithdrawnAt = "bob", d.Clock.Now()
	P(&made).Keep(of)
	wantListed[T, P](t, d, org, made)
	if err := steps.WithdrawDecision[T, P](t.Context(), d, org, of.ID, "eve"); wrapcast.KindOf(err) != wrapcast.Conflict {
		t.Errorf("withdrawn twice: %v", err)
	}
	wantAudited(t, d, org,
		fmt.Sprintf("%s.%s by ann %s", kind, verb, of.ID),
		fmt.Sprintf("%s.withdrawn by bob %s", kind, of.ID))
	wantAudited(t, d, "other")
}

func wantListed[T any, P wrapcast.Decided[T]](t *testing.T, d steps.Decisions, org wrapcast.OrganisationID, want ...T) {
	t.Helper()
	all, err := steps.ListDecisions[T, P](t.Context(), d, org)
	if err != nil {
		t.Fatal(err)
	}
	if difference := cmp.Diff(want, all); difference != "" {
		t.Errorf("listed in %s (-want +got):\n%s", org, difference)
	}
}

// wantAudited checks the actions of an organisation's chain, with who did each to what.
func wantAudited(t *testing.T, d steps.Decisions, org wrapcast.OrganisationID, want ...string) {
	t.Helper()
	var all []string
	err := d.Store.View(t.Context(), func(tx *store.Tx) error {
		for e, err := range tx.Audit().Entries(org, 1, 0) {
			if err != nil {
				return err
			}
			for name, id := range e.Objects {
				if name == "audit_key" { // the first entry names the key that signs from there on
					continue
				}
				all = append(all, fmt.Sprintf("%s by %s %s", e.Action, e.Actor, id))
			}
		}
		_, err := audit.Verify(tx.Audit().Entries(org, 1, 0))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if difference := cmp.Diff(want, all); difference != "" {
		t.Errorf("audited in %s (-want +got):\n%s", org, difference)
	}
}

// newDecisions keeps the decisions of two organisations.
func newDecisions(t *testing.T) steps.Decisions {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	err = s.Update(t.Context(), func(tx *store.Tx) error {
		for _, org := range []wrapcast.OrganisationID{"org", "other"} {
			if err := tx.Directory().Save(wrapcast.Directory{Organisation: wrapcast.Organisation{ID: org}}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	n, now := 0, time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)
	return steps.Decisions{Store: s, Clock: wrapcast.Clock{Now: func() time.Time { return now }}, NewID: func() string { n++; return fmt.Sprint("d", n) }}
}
