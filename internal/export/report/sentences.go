package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
)

// headline says the week in a sentence or two.
func headline(r wrapcast.WeekReport) string {
	t := r.Total
	words := fmt.Sprintf("%s contacts are expected, %s hours of handling.", count(t.Mean), count(t.Hours))
	if t.Handled.Known() {
		off := 0.0
		if t.Handled > 0 {
			off = t.Mean/float64(t.Handled) - 1
		}
		return fmt.Sprintf("%s contacts were handled; %s had been forecast, %s.", measured(t.Handled), count(t.Mean),
			overOrUnder(off))
	}
	switch c := t.Change(); {
	case !c.Known():
	case math.Abs(float64(c)) < 0.02:
		words += fmt.Sprintf(" That is about as many as the %s of %s.", measured(t.Before), before(r))
	case c > 0:
		words += fmt.Sprintf(" That is %s more than the %s of %s.", percent(float64(c)), measured(t.Before), before(r))
	default:
		words += fmt.Sprintf(" That is %s fewer than the %s of %s.", percent(-float64(c)), measured(t.Before),
			before(r))
	}
	return words
}

func overOrUnder(off float64) string {
	switch {
	case math.Abs(off) < 0.005:
		return "which is as many"
	case off > 0:
		return percent(off) + " too many"
	}
	return percent(-off) + " too few"
}

// before says which days the week is compared with.
func before(r wrapcast.WeekReport) string {
	return shortDay(r.BeforeFrom) + " to " + shortDay(r.BeforeFrom+6)
}

// movers are the codes that change most against the seven days before, in contacts, among those listed: at most three
// each way.
func movers(r wrapcast.WeekReport) (all []wrapcast.ReportSubject) {
	const most, least = 3, 0.1
	by := slices.Clone(r.Codes)
	gain := func(t wrapcast.ReportSubject) float64 { return t.Mean - float64(t.Before) }
	by = slices.DeleteFunc(by, func(t wrapcast.ReportSubject) bool {
		return !t.Change().Known() || math.Abs(float64(t.Change())) < least
	})
	slices.SortFunc(by, func(a, b wrapcast.ReportSubject) int {
		return cmp.Compare(math.Abs(gain(b)),
			math.Abs(gain(a)))
	})
	return by[:min(most, len(by))]
}

// overrideWords says what somebody has changed.
func overrideWords(o wrapcast.AppliedOverride) string {
	amount := fmt.Sprintf("set to %s a day", count(o.Value))
	switch o.Kind {
	case wrapcast.OverridePercent:
		amount = change(wrapcast.Measure(o.Value / 100))
	case wrapcast.OverrideAdd:
		amount = fmt.Sprintf("%+g a day", o.Value)
	case wrapcast.OverrideSet:
	}
	days := weekdayOf(o.From)
	if o.To != o.From {
		days += " to " + weekdayOf(o.To)
	}
	ticket := ""
	if o.Ticket != "" {
		ticket = " (ticket " + o.Ticket + ")"
	}
	return fmt.Sprintf("%s: %s (%s contacts become %s), by %s: %s%s", days, amount, count(o.Before), count(o.After),
		o.Author, o.Reason, ticket)
}

// decidedWords say of a decision what it added over its days.
func decidedWords(e wrapcast.LedgerEntry) string {
	what := map[wrapcast.DecisionKind]string{wrapcast.DecisionMask: "days excluded", wrapcast.DecisionLineage: "codes changed",
		wrapcast.DecisionEvent: "event " + e.Name}[e.Kind]
	if what == "" {
		what = "override"
	}
	soFar := ""
	if !e.Over {
		soFar = " so far"
	}
	closer := count(math.Abs(e.Sum.ValueAdded)) + " closer"
	if e.Sum.ValueAdded < 0 {
		closer = count(-e.Sum.ValueAdded) + " further away"
	}
	days := "1 day"
	if e.Sum.Days != 1 {
		days = fmt.Sprintf("%d days", e.Sum.Days)
	}
	return fmt.Sprintf("%s by %s (%s), %s on: %s contacts without it, %s with it, %s came in %s%s: %s",
		strings.ToUpper(what[:1])+what[1:], e.Author, e.Reason, weekdayOf(e.From), count(e.Sum.Without), count(e.Sum.With),
		count(e.Sum.Actual), days, soFar, closer)
}

// signed writes contacts with their sign.
func signed(v float64) string {
	if v < 0 {
		return "−" + count(-v)
	}
	return "+" + count(v)
}

// overlapWords say by which rules an override holds where it overlaps earlier ones; "" where it overlaps none.
func overlapWords(o wrapcast.AppliedOverride, overlaps []wrapcast.AppliedOverlap) (words string) {
	for _, rule := range wrapcast.OverlapRules() {
		n := 0
		for _, overlap := range overlaps {
			if overlap.Later == o.ID && overlap.Rule == rule {
				n++
			}
		}
		switch {
		case n == 1:
			words += fmt.Sprintf("; it overlaps another override: %s", rule)
		case n > 1:
			words += fmt.Sprintf("; it overlaps %d other overrides: %s", n, rule)
		}
	}
	return words
}

// published says whether the week's plan has reached its target.
func published(r wrapcast.WeekReport, zone *time.Location) string {
	if len(r.Submissions) == 0 {
		return "No plan of this week was submitted."
	}
	switch last := r.Submissions[0]; last.State {
	case wrapcast.SubmissionCompleted:
		return fmt.Sprintf("Workforce Management has the plan of this week since %s (forecast %s).",
			instant(last.UpdatedAt, zone), last.TargetForecastID)
	case wrapcast.SubmissionUnchanged:
		return fmt.Sprintf("Workforce Management already had the plan of this week on %s (forecast %s).",
			instant(last.UpdatedAt, zone), last.TargetForecastID)
	case wrapcast.SubmissionFailed, wrapcast.SubmissionUnknown:
		return fmt.Sprintf("The plan of this week is %s: %s", last.State, last.Reason)
	case wrapcast.SubmissionPlanned, wrapcast.SubmissionUploading, wrapcast.SubmissionSending,
		wrapcast.SubmissionAccepted:
	}
	return fmt.Sprintf("The plan of this week is being submitted: %s.", r.Submissions[0].State)
}

// leadOf is the accuracy of a level at a lead; nil where there is none.
func leadOf(a *wrapcast.AccuracyReport, kind string, lead int) *wrapcast.LeadAccuracy {
	for _, l := range a.Levels {
		if string(l.Kind) != kind {
			continue
		}
		for i := range l.Leads {
			if l.Leads[i].Lead == lead {
				return &l.Leads[i]
			}
		}
	}
	return nil
}
