package handlers

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/calendar"
	"github.com/wrapcast/wrapcast/internal/lineage"
	"github.com/wrapcast/wrapcast/internal/service"
	"github.com/wrapcast/wrapcast/internal/silence"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/publishing"
	"github.com/wrapcast/wrapcast/internal/web/internal/snapshot"
)

// attention is something that somebody should look at.
type attention struct {
	Kind     string            `json:"kind" enum:"silence,overlap,missed-run,failed-run,held-run,partial-run,unknown-submission,accuracy-alarm,weak-data,unpublished,dead-delivery,stale-data,bias,no-forecast,calendar,lineage"`
	Severity wrapcast.Severity `json:"severity"`
	Title    string            `json:"title"`
	Detail   string            `json:"detail"`
	Code     *wrapcast.CodeID  `json:"code,omitempty"`
	Run      wrapcast.RunID    `json:"run,omitempty"`
	Plan     wrapcast.PlanID   `json:"plan,omitempty"`
	// Delivery is the first of those that are dead.
	Delivery wrapcast.DeliveryID `json:"delivery,omitempty"`
}

// urgency orders what needs attention: what stops the plans of tomorrow comes first.
func urgency(a attention) int {
	return slices.Index([]wrapcast.Severity{wrapcast.Info, wrapcast.Warning, wrapcast.Blocking}, a.Severity)
}

func has(all []attention, kind string) bool {
	return slices.ContainsFunc(all, func(a attention) bool { return a.Kind == kind })
}

// alertsOf lists what went wrong and stays so until somebody acts: runs that did not begin, plans of which nobody knows
// whether they were taken, messages that were given up.
func alertsOf(tx *store.Tx, org wrapcast.OrganisationID, now time.Time) (out []attention, err error) {
	missed, err := service.MissedIn(tx, now)
	if err != nil {
		return nil, err
	}
	for _, m := range missed {
		if m.Organisation.ID == org {
			out = append(out, attention{Kind: "missed-run", Severity: wrapcast.Blocking,
				Title:  "A scheduled run has not begun",
				Detail: fmt.Sprintf("Schedule %s was due %s ago. Is the service running, and does it reach the platform?", m.Schedule.ID, inWords(now.Sub(m.Schedule.NextAt)))})
		}
	}
	unknown, err := tx.Submissions().In(org, wrapcast.SubmissionUnknown)
	for _, s := range unknown {
		out = append(out, attention{Kind: "unknown-submission", Severity: wrapcast.Blocking,
			Title:  "Nobody knows whether the platform has taken a plan",
			Detail: sentence(s.Reason) + " \"Settle\" on the plan's page looks for it there; nothing is sent again blindly.",
			Plan:   s.Plan, Run: s.Run})
	}
	if err != nil {
		return nil, err
	}
	dead, n, err := tx.Deliveries().Before(org, store.DeliveryQuery{State: wrapcast.DeliveryDead, Limit: 1})
	if n > 0 && len(dead) > 0 {
		out = append(out, attention{Kind: "dead-delivery", Severity: wrapcast.Warning,
			Title:    "A webhook message was given up",
			Detail:   fmt.Sprintf("%s %d such messages wait under Settings to be sent again.", sentence(dead[0].Reason), n),
			Delivery: dead[0].ID})
	}
	return out, err
}

// inWords is a time a person grasps: minutes, hours or days.
func inWords(d time.Duration) string {
	switch {
	case d < 2*time.Hour:
		return fmt.Sprintf("%.0f minutes", d.Minutes())
	case d < 48*time.Hour:
		return fmt.Sprintf("%.0f hours", d.Hours())
	}
	return fmt.Sprintf("%.0f days", d.Hours()/24)
}

// sentence ends a text with a full stop and begins it with a capital.
func sentence(text string) string {
	if text == "" {
		return ""
	}
	text = strings.ToUpper(text[:1]) + text[1:]
	return strings.TrimSuffix(text, ".") + "."
}

// endOf tells of a run that did not go through.
func endOf(r publishing.RunRow) []attention {
	a := attention{Kind: "failed-run", Severity: wrapcast.Blocking, Title: "The latest run failed", Run: r.ID,
		Detail: strings.TrimSpace(sentence(r.Reason) + " " + sentence(r.Hint))}
	switch {
	case r.Held:
		a.Kind, a.Title = "held-run", "The latest run is held: it waits for somebody"
	case r.State == wrapcast.RunFailed:
	case r.State == wrapcast.RunPartial:
		a.Kind, a.Severity, a.Title = "partial-run", wrapcast.Warning, "The latest run is only partly done"
	default:
		return nil
	}
	return []attention{a}
}

// alarmsIn tells of codes, queues and groups whose actuals leave their interval too often.
func alarmsIn(snap *snapshot.Snapshot) (out []attention) {
	const some = 3
	if snap.Forecast == nil {
		return nil
	}
	var alarms []wrapcast.Finding
	for _, f := range snap.Forecast.Findings {
		if f.Code == "out-of-band" {
			alarms = append(alarms, f)
		}
	}
	for i, f := range alarms {
		if i == some {
			out = append(out, attention{Kind: "accuracy-alarm", Severity: wrapcast.Warning,
				Title:  fmt.Sprintf("%d more leave their interval too often", len(alarms)-some),
				Detail: "The page Accuracy lists them under Drift."})
			break
		}
		out = append(out, attention{Kind: "accuracy-alarm", Severity: wrapcast.Warning,
			Title: strings.ToUpper(f.Place[:1]) + f.Place[1:] + " leaves its interval too often", Detail: sentence(f.Message) + " " + sentence(f.Advice)})
	}
	return out
}

// staleAfter is the greatest age of the numbers that is no reason to ask why.
const staleAfter = 36 * time.Hour

// silenceIn is what of the latest plans waits until somebody accepts that it has no contacts.
func silenceIn(plans []wrapcast.Plan) []attention {
	held := silence.Held(publishing.SilencesOf(plans))
	if len(held) == 0 {
		return nil
	}
	at := slices.IndexFunc(plans, func(p wrapcast.Plan) bool { return len(silence.Held(p.Silences)) > 0 })
	return []attention{{Kind: "silence", Severity: wrapcast.Blocking,
		Title: "Submissions wait: no contacts where some are expected", Detail: silence.Short(held) +
			": accept them by name there, or mend what the OAuth client may see.",
		Plan: plans[at].ID}}
}

// unsettledOverlaps are the overrides that overlap while nobody has chosen a rule: those of days that are forecast stop
// the next publication.
func unsettledOverlaps(snap *snapshot.Snapshot) (out []attention) {
	if snap.Forecast == nil {
		return nil
	}
	for _, f := range snap.Forecast.Findings {
		if f.Code == steps.OverlapFinding {
			out = append(out, attention{Kind: "overlap", Severity: f.Severity,
				Title: "Two overrides overlap: choose which rule holds", Detail: f.Message})
		}
	}
	return out
}

// attention lists what somebody should look at.
func attentionTo(snap *snapshot.Snapshot, o overviewBody, now time.Time) []attention {
	out := []attention{}
	add := func(a attention) { out = append(out, a) }
	if r := o.LatestRun; r != nil {
		out = append(out, endOf(*r)...)
	}
	if snap.Forecast == nil {
		add(attention{Kind: "no-forecast", Severity: wrapcast.Warning, Title: "There is no forecast yet",
			Detail: "Start a run."})
	}
	files := snap.Directory.Organisation.FromFiles() // its plans go nowhere, and nobody is asked for its numbers
	if p := o.LatestPlan; p != nil && !files && (p.Submission == nil || !p.Submission.State.Holds()) &&
		(p.Submission == nil || p.Submission.State != wrapcast.SubmissionUnknown) {
		add(attention{Kind: "unpublished", Severity: wrapcast.Warning, Title: "The latest plan is not published",
			Detail: planState(p), Plan: p.ID})
	}
	if age := now.Sub(snap.AsOf); len(snap.Read) > 0 && age > staleAfter {
		until, detail := snap.AsOf.In(snap.Zone).Format("2 January 2006, 15:04"), "The platform was last asked about %s."
		if files {
			detail = "The files end at %s: import a newer one."
		}
		add(attention{Kind: "stale-data", Severity: wrapcast.Info, Title: "The data is not up to date",
			Detail: fmt.Sprintf(detail, until)})
	}
	return slices.Concat(out, alarmsIn(snap), weakCodes(snap, 5))
}

// missingHolidays tells of regions whose holidays the history keeps and the calendar does not have.
func missingHolidays(snap *snapshot.Snapshot, held wrapcast.Calendar) (out []attention) {
	if snap.Report == nil || snap.Report.CalendarSuggestion == nil {
		return nil
	}
	for _, r := range calendar.StillMissing(*snap.Report.CalendarSuggestion, held).Regions {
		out = append(out, attention{Kind: "calendar", Severity: wrapcast.Warning,
			Title:  "The holidays of " + r.Name + " are not in the calendar",
			Detail: fmt.Sprintf("They fit %d of %d days on which everything moved: %s.", r.Fits, r.Of, calendar.SomeDays(r.Days))})
	}
	return out
}

func planState(p *publishing.PlanHead) string {
	switch {
	case p.Refusals > 0:
		return fmt.Sprintf("It cannot be submitted: %d blocking findings.", p.Refusals)
	case p.Submission == nil:
		return "It was made by a dry run."
	}
	return fmt.Sprintf("Its submission is %s. %s", p.Submission.State, p.Submission.Reason)
}

// weakCodes are the largest codes whose history is weak.
func weakCodes(snap *snapshot.Snapshot, limit int) []attention {
	var out []attention
	for _, c := range topCodes(snap, len(snap.Codes)) {
		if c.Verdict == wrapcast.Weak && c.Next7 > 0 && len(out) < limit {
			out = append(out, attention{Kind: "weak-data", Severity: wrapcast.Info, Title: c.Name + " has weak data",
				Detail: c.Reason, Code: &c.ID})
		}
	}
	return out
}

// openLineage tells of codes that seem to have been renamed, merged or split, while nobody said so.
func openLineage(snap *snapshot.Snapshot, known []wrapcast.LineageChange) (out []attention) {
	if snap.Report == nil {
		return nil
	}
	for _, s := range lineage.StillOpen(snap.Report.LineageSuggestions, known) {
		out = append(out, attention{Kind: "lineage", Severity: wrapcast.Warning,
			Title: lineage.Title(s, snap.Directory.Code), Detail: sentence(lineage.Evidence(s))})
	}
	return out
}
