// Package retention deletes what the settings do not keep for ever: bit by bit, each bit with an entry in the audit
// chain that has the digests of what is gone. It keeps what forecasts are made of, what is judged, and what somebody
// still has to settle. The audit chain itself is never shortened.
package retention

import (
	"cmp"

	"github.com/wrapcast/wrapcast"
)

// Rules say how many days things are kept; 0 is for ever.
type Rules struct {
	// HistoryDays of contacts are kept before the last that was read.
	HistoryDays int
	// ForecastDays are how long forecasts are kept after the last day they speak of, with what they were made of, their
	// snapshots, plans and submissions.
	ForecastDays int
	// RunDays are how long runs are kept after they ended, with their settings and validation reports.
	RunDays int
	// MessageDays are how long messages to the webhook are kept after they were made.
	MessageDays int
}

// judgedDays are how far back decisions are judged, and accuracy with them; spare is what is kept beyond what is
// needed: zones, weeks, days that are read again.
const (
	judgedDays = 365
	spare      = 14
)

// The least that is kept, in days.
const (
	LeastForecastDays = judgedDays + 1
	LeastRunDays      = 31
	LeastMessageDays  = 7
)

// LeastHistoryDays is the least history that is kept where so many days are learned from.
func LeastHistoryDays(lookback int) int { return max(lookback, judgedDays) + spare }

// Any reports whether anything is ever deleted.
func (r Rules) Any() bool { return r != Rules{} }

// Check refuses rules by which something would be deleted that is needed; lookback is how many days are learned from.
func (r Rules) Check(lookback int) error {
	return cmp.Or(
		check("history_days", r.HistoryDays, LeastHistoryDays(lookback),
			"forecasts learn from history.lookback_days, and decisions are judged over 365 days, with two weeks to spare"),
		check("forecasts_days", r.ForecastDays, LeastForecastDays,
			"accuracy and the ledger of decisions look back 365 days"),
		check("runs_days", r.RunDays, LeastRunDays, "people look for what went wrong last month"),
		check("messages_days", r.MessageDays, LeastMessageDays, "a receiver that was down asks what it has missed"))
}

func check(name string, days, least int, why string) error {
	if days == 0 || days >= least {
		return nil
	}
	return wrapcast.Errorf(wrapcast.Usage, "retention", "retention.%s is %d; at least %d days are kept, because %s",
		name, days, least, why).WithHint("set it to %d or more, or to 0, which keeps everything", least)
}
