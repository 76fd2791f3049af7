package validate

import (
	"fmt"
	"maps"
	"math"
	"time"

	"github.com/wrapcast/wrapcast"
)

// Request is an organisation's history and what is to be forecast from it.
type Request struct {
	// Series are the codes, contacts without a code included; their days may differ.
	Series []Series
	// From and To bound the local days looked at, both included.
	From, To wrapcast.Date
	// Zone says whose days these are; nil means UTC.
	Zone *time.Location
	// Horizon is how many days are to be forecast.
	Horizon int
}

// History judges every code of an organisation, in the order given, and what
// concerns all of them: the horizon, days never read, days without the contacts one
// would expect of them, contacts without a code, and the days of 23 and 25 hours.
func History(r Request, rules Rules) wrapcast.ValidationReport {
	report := wrapcast.ValidationReport{
		Schema: wrapcast.ValidationSchema, From: r.From, To: r.To,
		ClockChanges: clockChanges(r), Codes: make([]wrapcast.CodeReport, 0,
			len(r.Series)), Findings: []wrapcast.Finding{},
	}
	for _, s := range r.Series {
		report.Codes = append(report.Codes, Check(s, rules))
	}
	rules = rules.withDefaults()
	total := sum(r)
	report.Findings = append(report.Findings, horizonFindings(r.Horizon, rules)...)
	report.Findings = append(report.Findings, totalFindings(total, rules)...)
	report.Findings = append(report.Findings, codingFindings(report.Codes, rules)...)
	report.Findings = append(report.Findings, clockFindings(report.ClockChanges, r.Zone)...)
	return report
}

// Horizon refuses a horizon that is longer than the rules allow or not positive; with or without strict mode.
func Horizon(days int, rules Rules) error {
	rules = rules.withDefaults()
	switch {
	case days < 1:
		return wrapcast.Errorf(wrapcast.Usage, "validate", "a horizon of %d days forecasts nothing", days).
			WithHint("ask for at least one day")
	case rules.MaxHorizon > 0 && days > rules.MaxHorizon:
		return wrapcast.Errorf(wrapcast.Usage, "validate", "a horizon of %d days is longer than the %d allowed", days,
			rules.MaxHorizon).
			WithHint("forecast fewer days, or raise validation.max_horizon_days in the settings")
	}
	return nil
}

func horizonFindings(days int, rules Rules) []wrapcast.Finding {
	err := Horizon(days, rules)
	if err == nil {
		return nil
	}
	return []wrapcast.Finding{{Code: "horizon", Severity: wrapcast.Blocking, Message: err.Error(),
		Advice: wrapcast.Hint(err)}}
}

func clockChanges(r Request) []wrapcast.Date {
	changes := []wrapcast.Date{}
	if r.Zone == nil {
		return changes
	}
	for day := r.From; day <= r.To; day++ {
		if day.QuarterHours(r.Zone) != 96 {
			changes = append(changes, day)
		}
	}
	return changes
}

// sum adds up all series over the request's days. A day that no series knows is NaN; one that people hid in any is
// hidden.
func sum(r Request) Series {
	total := Series{From: r.From, Values: make([]float64, max(int(r.To-r.From)+1, 0)),
		Hidden: map[wrapcast.Date]string{}}
	for i := range total.Values {
		total.Values[i] = math.NaN()
	}
	for _, s := range r.Series {
		maps.Copy(total.Hidden, s.Hidden)
		for i, v := range s.Values {
			at := int(s.From-r.From) + i
			if at < 0 || at >= len(total.Values) || math.IsNaN(v) || v < 0 || v > largest {
				continue
			}
			if math.IsNaN(total.Values[at]) {
				total.Values[at] = 0
			}
			total.Values[at] += v
		}
	}
	return total
}

// totalFindings tells of days that are missing or odd in the organisation as a whole: an extract that
// failed, an outage, a closure.
func totalFindings(total Series, rules Rules) []wrapcast.Finding {
	h := historyOf(total)
	if len(h.values) == 0 {
		return []wrapcast.Finding{{Code: "no-contacts", Severity: wrapcast.Blocking, Message: "no contact on any day",
			Advice: "check the queues' divisions and the role of the OAuth client, then run wrapcast extract"}}
	}
	var findings []wrapcast.Finding
	if spans := h.gapSpans(); len(spans) > 0 {
		findings = append(findings, wrapcast.Finding{Code: "gaps", Severity: wrapcast.Warning, Place: spans[0].String(),
			Message: fmt.Sprintf("%d days were never read: %s", h.gaps(),
				someOf(spans, 5)), Advice: "run wrapcast extract for these days"})
	}
	for _, m := range findMasks(h, rules).masks {
		if m.Rule == RuleHand {
			continue
		}
		findings = append(findings, wrapcast.Finding{Code: "odd-day", Severity: wrapcast.Info, Place: m.Day.String(),
			Message: "all codes together: " +
				m.Reason, Advice: "if it had a cause, name it as an event in the calendar"})
	}
	return findings
}

// codingFindings tells how many contacts no agent gave a code.
func codingFindings(codes []wrapcast.CodeReport, rules Rules) []wrapcast.Finding {
	var none, system, all int
	for _, c := range codes {
		all += c.Contacts
		switch {
		case c.Code == wrapcast.NoCode:
			none += c.Contacts
		case c.Code.IsSystem():
			system += c.Contacts
		}
	}
	if none+system == 0 {
		return nil
	}
	share := float64(none+system) / float64(all)
	severity := wrapcast.Info
	if rules.MaxUncodedShare > 0 && share > rules.MaxUncodedShare {
		severity = wrapcast.Warning
	}
	return []wrapcast.Finding{{Code: "uncoded", Severity: severity,
		Message: fmt.Sprintf("%.1f %% of contacts have no code of an agent: %d without any, %d with a system code",
			100*share, none, system),
		Advice: "make wrap-up mandatory in the queues concerned, or lengthen its time limit"}}
}

func clockFindings(changes []wrapcast.Date, zone *time.Location) []wrapcast.Finding {
	if len(changes) == 0 {
		return nil
	}
	return []wrapcast.Finding{{Code: "clock-change", Severity: wrapcast.Info, Place: changes[0].String(),
		Message: fmt.Sprintf("%d days in %s do not have 24 hours: %s", len(changes), zone, someOf(changes, 8))}}
}
