package outcome

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/internal/demand"
	"github.com/wrapcast/wrapcast/internal/lineage"
	"github.com/wrapcast/wrapcast/internal/source"
	"github.com/wrapcast/wrapcast/internal/steps"
)

// Write shows a run to a person: its steps, the total with the largest queues, the largest codes, and what it took.
func Write(ctx context.Context, b *show.Page, out steps.Outcome) error {
	fmt.Fprintf(b, "\nRun %s: %s\n\n", out.Run.ID, out.Run.State)
	b.WriteString(stepsTable(b, out) + "\n")
	if remarks := RemarkLines(b, out.Extract); remarks != "" {
		b.WriteString("\n" + remarks)
	}
	b.WriteString(BeginsWords(b, out.Extract))
	if out.Forecast != nil {
		ahead, err := newWeekAhead(ctx, out.Forecast)
		if err != nil {
			return err
		}
		b.WriteString("\n" + ahead.queuesTable(b, *out.Forecast) + "\n")
		b.WriteString("\n" + ahead.codesTable(b, out) + "\n")
		writeAccuracy(b, *out.Forecast)
		for _, f := range overrideFindings(*out.Forecast) {
			b.WriteString("\n")
			b.Say(strings.TrimSuffix(fmt.Sprintf("Overrides: %s. %s", f.Message, f.Advice), " "), "  ")
		}
	}
	writeLineage(b, out.Validation)
	writeSubmissions(b, out)
	writeUnits(b, out)
	writeUsage(b, out)
	if out.NoPlan != "" {
		b.WriteString("\n")
		b.Say(out.NoPlan, "")
	}
	return nil
}

// writeLineage says which codes seem to have been renamed, merged or split, and how to accept it.
func writeLineage(b *show.Page, r *wrapcast.ValidationReport) {
	if r == nil || len(r.LineageSuggestions) == 0 {
		return
	}
	name := func(id wrapcast.CodeID) wrapcast.Code {
		for _, c := range r.Codes {
			if c.Code == id {
				return wrapcast.Code{ID: id, Name: c.Name}
			}
		}
		return wrapcast.Code{ID: id, Name: string(id)}
	}
	text := lineage.Title(r.LineageSuggestions[0], name)
	if n := len(r.LineageSuggestions) - 1; n > 0 {
		text += fmt.Sprintf(", and %s more", show.Count(n, "change of codes", "changes of codes"))
	}
	b.WriteString("\n")
	b.Say(text+": wrapcast lineage suggest shows why and how to accept it", "  ")
}

// RemarkLines say what an extraction brought that is out of the ordinary, each on lines of its own.
func RemarkLines(p *show.Page, x steps.ExtractResult) string {
	lines := ""
	for _, remark := range x.Remarks() {
		lines += p.Wrap(strings.ToUpper(remark[:1])+remark[1:]+".", "  ") + "\n"
	}
	return lines
}

func stepsTable(p *show.Page, out steps.Outcome) string {
	t := p.Table("step", "state", " time", "what")
	for _, s := range out.Run.Steps {
		t.Row(string(s.Name), string(s.State), show.Duration(time.Duration(s.LatencyMs)*time.Millisecond),
			stepWords(out, s))
	}
	return t.String()
}

// BeginsWords says that the platform has no history at the beginning of what was wanted, and what it answered; "" where
// it has.
func BeginsWords(p *show.Page, x steps.ExtractResult) string {
	if x.Begins == nil {
		return ""
	}
	return p.Wrap(fmt.Sprintf("The platform has no history before %s (asked for from %s on): %s",
		x.Begins.Format(time.DateOnly), x.From.Format(time.DateOnly), x.Answer), "") + "\n"
}

// stepWords says in a few words what a step brought.
func stepWords(out steps.Outcome, s wrapcast.Step) string {
	if s.Reason != "" {
		return show.Shorten(s.Reason, 100) // all of it is the error below
	}
	if s.State != wrapcast.RunDone {
		return ""
	}
	switch s.Name {
	case wrapcast.StepExtract:
		x := out.Extract
		return fmt.Sprintf("%s, %s without a code; %s read, %s changed%s", show.Count(x.Contacts, "contact", "contacts"),
			show.Thousands(int64(x.ContactsWithoutCode)), show.Count(x.Chunks, "interval", "intervals"),
			show.Count(x.ChangedCells, "cell", "cells"), x.SightWords())
	case wrapcast.StepValidate:
		return verdictWords(out.Validation)
	case wrapcast.StepForecast:
		return fmt.Sprintf("%s, %s from %s", show.Count(len(out.Forecast.Codes), "code", "codes"),
			show.Count(out.Forecast.Days, "day", "days"), out.Forecast.From)
	case wrapcast.StepPlan:
		if out.NoPlan != "" {
			return "nothing: no business unit"
		}
		return planWords(out.Plans)
	case wrapcast.StepSubmit:
		return show.Count(len(out.Submissions), "submission", "submissions")
	case wrapcast.StepNotify:
		return notifyWords(out.Deliveries)
	}
	return ""
}

func verdictWords(r *wrapcast.ValidationReport) string {
	if r == nil {
		return ""
	}
	good, masked := 0, 0
	for _, c := range r.Codes {
		masked += len(c.Masks)
		if c.Verdict == wrapcast.Good {
			good++
		}
	}
	return fmt.Sprintf("%d of %s good, %s masked", good, show.Count(len(r.Codes), "code", "codes"),
		show.Count(masked, "day", "days"))
}

func planWords(plans []wrapcast.Plan) string {
	if len(plans) == 0 {
		return ""
	}
	if plans[0].Payload != nil {
		return fmt.Sprintf("payload of %s", show.Count(len(plans[0].Payload.Dimensions), "code", "codes"))
	}
	weeks, groups := map[wrapcast.Date]bool{}, map[wrapcast.PlanningGroupID]bool{}
	units := map[wrapcast.BusinessUnitID]bool{}
	for _, plan := range plans {
		weeks[plan.Week.Start], units[plan.Week.BusinessUnit.ID] = true, true
		for _, g := range plan.Week.Groups {
			groups[g.Group] = true
		}
	}
	planned := show.Count(len(groups), "planning group", "planning groups")
	if len(units) > 1 {
		return fmt.Sprintf("%s for %s of %s", show.Count(len(plans), "week", "weeks"), planned,
			show.Count(len(units), "business unit", "business units"))
	}
	return fmt.Sprintf("%s from %s for %s", show.Count(len(weeks), "week", "weeks"), plans[0].Week.Start, planned)
}

func notifyWords(deliveries []wrapcast.Delivery) string {
	switch {
	case len(deliveries) == 0:
		return "no webhook is set"
	case delivered(deliveries):
		return show.Count(len(deliveries), "message", "messages") + " delivered"
	}
	return "not delivered"
}

// longestName is how many characters of a queue's or code's name are shown.
const longestName = 44

// Of a run without codes chosen so many queues and codes are shown.
const shownQueues, shownCodes = 5, 10

// weekAhead is what is expected of everything over the seven days from today, with intervals of one level.
type weekAhead struct {
	level  float64
	total  wrapcast.SumForecast
	queues map[wrapcast.QueueID]wrapcast.SumForecast
	codes  map[wrapcast.CodeID]wrapcast.SumForecast
}

func newWeekAhead(ctx context.Context, f *wrapcast.Forecast) (*weekAhead, error) {
	sums, err := demand.SumsOver(ctx, f, wrapcast.Span{From: f.From, To: f.From + 6})
	if err != nil {
		return nil, err
	}
	w := &weekAhead{level: f.Accuracy.Level, total: sums[0].Total, queues: map[wrapcast.QueueID]wrapcast.SumForecast{},
		codes: map[wrapcast.CodeID]wrapcast.SumForecast{}}
	for i, q := range f.Queues {
		w.queues[q.Queue.ID] = sums[0].Queues[i]
	}
	for i, c := range f.Codes {
		w.codes[c.Code.ID] = sums[0].Codes[i]
	}
	return w, nil
}

// queuesTable shows all contacts, and the queues with the most of them in the seven days from today.
func (w *weekAhead) queuesTable(p *show.Page, f wrapcast.Forecast) string {
	t := w.table(p, "queue")
	t.Row(w.row("All contacts", f.Total, w.total)...)
	queues := slices.Clone(f.Queues)
	slices.SortFunc(queues, func(a, b wrapcast.QueueForecast) int {
		return cmp.Or(cmp.Compare(sevenDays(b.Mean), sevenDays(a.Mean)), cmp.Compare(a.Queue.ID, b.Queue.ID))
	})
	for _, q := range queues[:min(shownQueues, len(queues))] {
		t.Row(w.row(q.Queue.Name, q.DailyForecast, w.queues[q.Queue.ID])...)
	}
	return t.String() + andMore(len(queues)-shownQueues, "queue more", "queues more")
}

// codesTable shows the codes that were asked for, or else those with the most contacts in the seven days from today.
func (w *weekAhead) codesTable(p *show.Page, out steps.Outcome) string {
	codes, shown := slices.Clone(out.Reported()), shownCodes
	if len(out.Codes) > 0 {
		shown = len(codes)
	}
	slices.SortFunc(codes, func(a, b wrapcast.CodeForecast) int {
		return cmp.Or(cmp.Compare(sevenDays(b.Mean), sevenDays(a.Mean)), cmp.Compare(a.Code.ID, b.Code.ID))
	})
	t := w.table(p, "wrap-up code")
	for _, c := range codes[:min(shown, len(codes))] {
		t.Row(w.row(c.Code.Name, c.DailyForecast, w.codes[c.Code.ID])...)
	}
	return t.String() + andMore(len(codes)-shown, "code more", "codes more")
}

func (w *weekAhead) table(p *show.Page, of string) *show.Grid {
	level := fmt.Sprintf("(%.0f %%)", 100*w.level)
	return p.Table(of, " 7 days "+level, " tomorrow "+level, " AHT", " WAPE")
}

// row shows a subject's seven days and tomorrow, each with its interval: 195 (141–258).
func (w *weekAhead) row(name string, d wrapcast.DailyForecast, week wrapcast.SumForecast) []string {
	sum, tomorrow := show.Amount(week.Mean), show.Amount(at(d.Mean, 1))
	if b, ok := week.Band(w.level); ok {
		sum += fmt.Sprintf(" (%s–%s)", show.Bound(b.Lower), show.Bound(b.Upper))
	}
	return []string{show.Shorten(name, longestName), sum, tomorrow + interval(d.Bands, w.level, 1),
		show.Minutes(at(d.HandleSeconds, 1)), show.Percent(d.Accuracy.WAPE)}
}

func andMore(n int, one, many string) string {
	if n <= 0 {
		return ""
	}
	return "\n  … and " + show.Count(n, one, many)
}

func sevenDays(mean []float64) float64 {
	sum := 0.0
	for _, v := range mean[:min(7, len(mean))] {
		sum += v
	}
	return sum
}

func at(values []float64, i int) float64 {
	if len(values) == 0 {
		return 0
	}
	return values[min(i, len(values)-1)]
}

func interval(bands []wrapcast.Band, level float64, day int) string {
	i := slices.IndexFunc(bands, func(b wrapcast.Band) bool { return b.Level == level })
	if i < 0 {
		return ""
	}
	return fmt.Sprintf(" (%s–%s)", show.Bound(at(bands[i].Lower, day)), show.Bound(at(bands[i].Upper, day)))
}

// writeAccuracy shows how far off the forecast of a day was in the backtest, of everything first.
func writeAccuracy(b *show.Page, f wrapcast.Forecast) {
	if f.Accuracy.Cells == 0 {
		b.WriteString("\nAccuracy: too little history to measure any\n\n")
		return
	}
	b.WriteString("\n")
	b.Line(fmt.Sprintf("Accuracy of a day's forecast, 1 to %d days ahead, over %s:", steps.AccuracyDays,
		show.Count(f.Accuracy.Origins, "test period", "test periods")), "")
	t := b.Table("of", " WAPE", " bias", " MASE", fmt.Sprintf(" inside %.0f %%", 100*f.Accuracy.Level))
	for _, a := range f.AccuracyByLevel {
		t.Row(levelName(a.Kind), show.Percent(a.WAPE), show.Percent(a.Bias), show.Figure(a.MASE),
			show.Percent(a.Coverage))
	}
	b.WriteString(t.String() + "\n\n")
}

func levelName(l wrapcast.AccuracyLevel) string {
	switch l {
	case wrapcast.LevelTotal:
		return "all contacts"
	case wrapcast.LevelGroup:
		return "planning groups"
	case wrapcast.LevelQueue:
		return "queues"
	case wrapcast.LevelCode:
	}
	return "wrap-up codes"
}

func writeSubmissions(b *show.Page, out steps.Outcome) {
	for _, s := range out.Submissions {
		week := ""
		if s.Week != nil {
			week = unitWords(out, s) + ", week of " + s.Week.String()
		}
		if s.State == wrapcast.SubmissionUnchanged {
			b.Line(fmt.Sprintf("Not submitted to %s%s: unchanged, %s has the same numbers already", s.Target, week,
				s.TargetForecastID), "  ")
			continue
		}
		b.Line(fmt.Sprintf("Submitted to %s%s: %s, forecast %s", s.Target, week, s.State,
			cmp.Or(s.TargetForecastID, "without an id")), "  ")
	}
	writeFindings(b, out.Plans)
}

// writeFindings says what was found of the plans, once what was found of several weeks.
func writeFindings(b *show.Page, plans []wrapcast.Plan) {
	weeks, lines := map[string]int{}, []string{}
	for _, p := range plans {
		for _, f := range append(slices.Clone(p.Refusals), p.Findings...) {
			line := fmt.Sprintf("Plan: %s: %s", cmp.Or(f.Place, string(f.Severity)), f.Message)
			if weeks[line]++; weeks[line] == 1 {
				lines = append(lines, line)
			}
		}
	}
	for _, line := range lines {
		if n := weeks[line]; n > 1 {
			line += fmt.Sprintf(" (%d weeks)", n)
		}
		b.Line(line, "  ")
	}
}

// unitWords names the business unit of a submission where the run was for several.
func unitWords(out steps.Outcome, s wrapcast.Submission) string {
	for _, u := range out.Units {
		if u.ID == s.BusinessUnit && len(out.Units) > 1 {
			return ", " + u.Name
		}
	}
	return ""
}

// writeUnits says how a run for several business units ended for each.
func writeUnits(b *show.Page, out steps.Outcome) {
	if len(out.Units) < 2 {
		return
	}
	b.WriteString("\nBusiness units:\n")
	for _, u := range out.Units {
		words := string(u.State)
		if u.State != wrapcast.RunDone {
			words += " at " + string(u.Step) + ": " + strings.TrimPrefix(u.Reason, u.Name+": ")
		}
		zone := ""
		if u.TimeZone != "" {
			zone = " (" + u.TimeZone + ")"
		}
		b.WriteString("  " + b.Wrap(u.Name+zone+": "+words, "    ") + "\n")
	}
	if out.Forecast != nil && len(out.Units) > 1 {
		b.Say("Codes and accuracy above are in the days of "+out.Forecast.TimeZone+".", "")
	}
}

func writeUsage(b *show.Page, out steps.Outcome) {
	if out.Usage.PerMinute > 0 { // files are asked of nobody
		b.Line(UsageWords(out.Usage), "  ")
	}
	fmt.Fprintf(b, "Audit chain: %s of this run\n", show.Count(out.AuditEntries, "entry", "entries"))
}

// UsageWords says what was taken of the platform, and which share of the budget that was.
func UsageWords(u source.Usage) string {
	s := fmt.Sprintf("API: %s, %d of them retried, %d rate-limited; %s; %.1f MB; %s waited",
		show.Count(u.Requests, "request",
			"requests"), u.Retries, u.RateLimited, shareWords(u), float64(u.BytesIn)/1e6, show.Duration(u.Waited()))
	if u.PerMonth > 0 {
		s += fmt.Sprintf("; %s of %s this month", show.Thousands(int64(u.MonthRequests)),
			show.Thousands(int64(u.PerMonth)))
	}
	return s
}

// shareWords says how much of the budget was used: of the minutes it took, or of one minute where it took less, which a
// burst makes nothing of. A burst at its beginning is not more than all of it.
func shareWords(u source.Usage) string {
	if share := u.Share(); share.Known() && u.Latest.Sub(u.First) >= time.Minute {
		return fmt.Sprintf("%s of the budget of %s a minute", show.Percent(min(share, 1)), show.Thousands(int64(u.PerMinute)))
	}
	return fmt.Sprintf("%d of the %s that one minute allows", u.Budgeted, show.Thousands(int64(u.PerMinute)))
}
