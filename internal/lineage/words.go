package lineage

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
)

// StillOpen are the suggestions that no change in use speaks of: none of their codes before has been changed since.
func StillOpen(all []wrapcast.LineageSuggestion, known []wrapcast.LineageChange) []wrapcast.LineageSuggestion {
	open := []wrapcast.LineageSuggestion{}
	for _, s := range all {
		if !slices.ContainsFunc(known, func(c wrapcast.LineageChange) bool {
			return c.InUse() && slices.ContainsFunc(c.From, func(id wrapcast.CodeID) bool { return slices.Contains(s.From, id) })
		}) {
			open = append(open, s)
		}
	}
	return open
}

// Findings say suggestions in words, each with the command that accepts it.
func Findings(all []wrapcast.LineageSuggestion, code func(wrapcast.CodeID) wrapcast.Code) []wrapcast.Finding {
	var findings []wrapcast.Finding
	for _, s := range all {
		findings = append(findings, wrapcast.Finding{Code: "lineage-suggestion", Severity: wrapcast.Warning,
			Place: names(s.To, code), Message: Title(s, code) + ": " + Evidence(s),
			Advice: "its history counts for what came after once it is accepted: wrapcast lineage accept " + s.ID})
	}
	return findings
}

// Title says what a suggestion is: "Refund seems to have become Refund (new) on 3 Nov 2026".
func Title(s wrapcast.LineageSuggestion, code func(wrapcast.CodeID) wrapcast.Code) string {
	return fmt.Sprintf("%s %s %s on %s", names(s.From, code),
		map[wrapcast.LineageKind]string{wrapcast.LineageRename: "seems to have become",
			wrapcast.LineageMerge: "seem to have been merged into", wrapcast.LineageSplit: "seems to have been split into"}[s.Kind],
		names(s.To, code), s.On.Midnight(time.UTC).Format("2 Jan 2006"))
}

// names are those of codes, "A, B and C".
func names(ids []wrapcast.CodeID, code func(wrapcast.CodeID) wrapcast.Code) string {
	var all []string
	for _, id := range ids {
		all = append(all, code(id).Name)
	}
	if n := len(all); n > 1 {
		return strings.Join(all[:n-1], ", ") + " and " + all[n-1]
	}
	return strings.Join(all, "")
}

// Evidence says what speaks for a suggestion, and how likely it is.
func Evidence(s wrapcast.LineageSuggestion) string {
	e := s.Evidence
	text := fmt.Sprintf("last used %s, first used %s; %.0f contacts in %d days where %.0f were to be expected; "+
		"%.0f %% in the same queues and channels, %.0f %% on the same weekdays", day(e.LastBefore), day(e.FirstAfter),
		e.Actual, e.Days, e.Expected, 100*e.SameQueues, 100*e.SameWeekdays)
	if e.HandleSecondsBefore.Known() && e.HandleSecondsAfter.Known() {
		text += fmt.Sprintf("; handle time %s, before %s", clock(e.HandleSecondsAfter), clock(e.HandleSecondsBefore))
	}
	if e.NamesAlike >= likeNames {
		text += "; the names are alike"
	}
	return fmt.Sprintf("%s; %d %% sure", text, min(99, int(100*s.Confidence)))
}

func day(d wrapcast.Date) string { return d.Midnight(time.UTC).Format("2 Jan") }

// clock writes seconds as minutes and seconds.
func clock(seconds wrapcast.Measure) string {
	return fmt.Sprintf("%d:%02d", int(seconds+0.5)/60, int(seconds+0.5)%60)
}
