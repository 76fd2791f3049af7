package steps

import (
	"context"
	"encoding/json"
	"math"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/silence"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Silences lists what is silent in the stored history, with what people have accepted of it.
func (v *View) Silences(ctx context.Context) (wrapcast.SilenceReport, error) {
	report := wrapcast.SilenceReport{Schema: wrapcast.SilenceReportSchema, AsOf: v.At, Silences: []wrapcast.Silence{}}
	found, err := v.silences(ctx)
	if err != nil {
		return report, err
	}
	if report.Accepted, err = v.accepted(ctx); err != nil {
		return report, err
	}
	report.Silences = append(report.Silences, v.acceptances(report.Accepted).Mark(found)...)
	slices.Reverse(report.Accepted)
	return report, nil
}

// silences lists what is silent, whoever accepted it.
func (v *View) silences(ctx context.Context) ([]wrapcast.Silence, error) {
	h, err := v.LoadHistory(ctx)
	if err != nil {
		return nil, err
	}
	in := silence.Input{Directory: v.Directory, From: h.From, To: h.To, Grouped: v.weekly && v.Directory.HasUnit(), Closed: v.closedDays(h)}
	hidden := map[wrapcast.CodeID]map[wrapcast.Date]string{}
	for _, l := range h.Leaves {
		days, known := hidden[l.Leaf.Code]
		if !known {
			days, _ = h.Known.byHand(l.Leaf.Code)
			hidden[l.Leaf.Code] = days
		}
		in.Leaves = append(in.Leaves, silence.LeafDays{Leaf: l.Leaf, Handled: withoutHidden(l.Handled, h.From, days)})
	}
	err = v.Store.View(ctx, func(tx *store.Tx) error {
		if in.Withdrawn, err = v.withdrawn(tx); err != nil {
			return err
		}
		in.Offered, err = v.offered(tx, h.To)
		return err
	})
	return silence.Find(in), err
}

// withoutHidden leaves out the days that people have hidden.
func withoutHidden(values []float64, from wrapcast.Date, hidden map[wrapcast.Date]string) []float64 {
	if len(hidden) == 0 {
		return values
	}
	values = slices.Clone(values)
	for day := range hidden {
		if i := int(day - from); i >= 0 && i < len(values) {
			values[i] = math.NaN()
		}
	}
	return values
}

// closedDays reports of a queue's day whether the calendar explains that it has no contacts.
func (v *View) closedDays(h *History) func(wrapcast.QueueID, wrapcast.Date) bool {
	return func(q wrapcast.QueueID, day wrapcast.Date) bool {
		if !h.Known.Resolved.Ordinary(day) {
			return true
		}
		open := h.Known.Resolved.Open(q, day, v.Zone)
		return open != nil && !slices.Contains(open, true)
	}
}

// offered counts what queues were offered in the last weeks.
func (v *View) offered(tx *store.Tx, last wrapcast.Date) (map[wrapcast.Stream]int, error) {
	offered := map[wrapcast.Stream]int{}
	from, to := (last + 1 - week).Midnight(v.Zone), (last + 1).Midnight(v.Zone)
	for a, err := range tx.History().Arrivals(v.Organisation(), from, to) {
		if err != nil {
			return nil, err
		}
		offered[wrapcast.Stream{Queue: a.Queue, Media: a.Media}] += a.Offered
	}
	return offered, nil
}

// lostContacts is how many contacts that a queue had and has no more are a silence at once, before its days tell.
const lostContacts = 5

// withdrawn are the queues that the last reading has lost.
func (v *View) withdrawn(tx *store.Tx) ([]silence.Withdrawn, error) {
	const few = 20 // runs since the last extraction: submissions by hand
	runs, err := tx.Runs().Latest(v.Organisation(), few)
	if err != nil {
		return nil, err
	}
	for _, run := range runs {
		for _, s := range run.Steps {
			if s.Name != wrapcast.StepExtract || s.State != wrapcast.RunDone || len(s.Result) == 0 {
				continue
			}
			var done ExtractResult
			err := json.Unmarshal(s.Result, &done)
			return slices.DeleteFunc(done.Withdrawn,
				func(w silence.Withdrawn) bool { return w.Contacts < lostContacts }), err
		}
	}
	return nil, nil
}

// accepted are all acceptances, in the order they were made.
func (v *View) accepted(ctx context.Context) (all []wrapcast.AcceptedSilence, err error) {
	err = v.Store.View(ctx, func(tx *store.Tx) error {
		all, err = store.DecisionsOf[wrapcast.AcceptedSilence](tx).All(v.Organisation())
		return err
	})
	return all, err
}

// acceptances are those in force now.
func (v *View) acceptances(all []wrapcast.AcceptedSilence) silence.Acceptances {
	return silence.Acceptances{All: all, At: v.Clock.Now(), Zone: v.Zone, Directory: v.Directory}
}

// noteSilence adds to plans what was silent when they were made, and who accepted it.
func (p *planner) noteSilence(ctx context.Context, plans []wrapcast.Plan) error {
	found, err := p.silences(ctx)
	if err != nil {
		return err
	}
	accepted, err := p.accepted(ctx)
	if err != nil {
		return err
	}
	marked := p.acceptances(accepted).Mark(found)
	for i := range plans {
		plans[i].Silences = planned(marked, plans[i])
	}
	return nil
}

// planned leaves out planning groups that never had a contact and are planned with some all the same.
func planned(silences []wrapcast.Silence, plan wrapcast.Plan) []wrapcast.Silence {
	some := map[string]bool{}
	if plan.Week != nil {
		for _, g := range plan.Week.Groups {
			some[string(g.Group)] = slices.ContainsFunc(g.Offered, func(v float64) bool { return v > 0 })
		}
	}
	kept := []wrapcast.Silence{}
	for _, s := range silences {
		if s.Kind != wrapcast.LevelGroup || s.Since != 0 || !some[s.ID] {
			kept = append(kept, s)
		}
	}
	return kept
}

// requireHeard refuses plans that silence holds now: what was silent when they were made, or, where nobody looked then,
// what is silent now.
func (p *planner) requireHeard(ctx context.Context, plans []wrapcast.Plan) error {
	accepted, err := p.accepted(ctx)
	if err != nil {
		return err
	}
	for i := range plans {
		if plans[i].Silences == nil {
			if err := p.noteSilence(ctx, plans[i:i+1]); err != nil {
				return err
			}
		}
		plans[i].Silences = p.acceptances(accepted).Mark(plans[i].Silences)
	}
	return HeldBySilence(plans)
}

// acceptedIn are the acceptances that let plans be submitted in spite of silence, each once.
func acceptedIn(plans []wrapcast.Plan) []wrapcast.SilenceID {
	var ids []wrapcast.SilenceID
	for _, plan := range plans {
		for _, s := range plan.Silences {
			if s.Accepted != "" && !slices.Contains(ids, s.Accepted) {
				ids = append(ids, s.Accepted)
			}
		}
	}
	return ids
}

// HeldBySilence is the error of plans that wait until somebody accepts a silence by name, nil where none does.
func HeldBySilence(plans []wrapcast.Plan) error {
	held := map[string]wrapcast.Silence{}
	var order []string
	for _, plan := range plans {
		for _, s := range silence.Held(plan.Silences) {
			key := string(s.Kind) + s.ID
			if _, known := held[key]; !known {
				order = append(order, key)
			}
			held[key] = s
		}
	}
	if len(order) == 0 {
		return nil
	}
	all := make([]wrapcast.Silence, len(order))
	for i, key := range order {
		all[i] = held[key]
	}
	return wrapcast.Errorf(wrapcast.InvalidData, "plan", "silence is not zero, so nothing is submitted: %s",
		silence.Words(all)).WithHint("%s", silence.Hint(all))
}
