package wrapcast

import "time"

// Mask hides local days of a series from the models, so that an outage is not
// learned as a habit. Masked days keep their place: weekdays never shift.
type Mask struct {
	// Day is the masked local day.
	Day Date `json:"day"`
	// Rule names what masked it: "iqr".
	Rule string `json:"rule"`
	// Reason says why, with the figures.
	Reason string `json:"reason"`
	// Value is what was observed, for whoever wants to undo the mask.
	Value float64 `json:"value"`
}

// MaskID is one mask set or undone by hand, a UUIDv7.
type MaskID string

// MaskKind says what a person decided about days of history.
type MaskKind string

// The kinds of decision.
const (
	// MaskHide hides days from the models, whatever the rules say: an outage.
	MaskHide MaskKind = "hide"
	// MaskShow shows days to the models that a rule would hide: it was a real day.
	MaskShow MaskKind = "show"
)

// MaskEdit is a person's decision about days of history, above that of the rules. It is never edited; one that is wrong
// is withdrawn and made anew.
type MaskEdit struct {
	ID           MaskID         `json:"id"`
	Organisation OrganisationID `json:"organisation"`
	// Codes are those it is about; none means all. NoCode may be among them.
	Codes []CodeID `json:"codes,omitempty"`
	// From and To bound the local days, both included.
	From Date     `json:"from"`
	To   Date     `json:"to"`
	Kind MaskKind `json:"kind"`
	// Author and Reason are required.
	Author    string    `json:"author"`
	Reason    string    `json:"reason"`
	CreatedAt time.Time `json:"created_at"`
	// WithdrawnAt and WithdrawnBy say that it was taken back.
	WithdrawnAt time.Time `json:"withdrawn_at,omitzero"`
	WithdrawnBy string    `json:"withdrawn_by,omitempty"`
}

// Decision implements [Decided].
func (m *MaskEdit) Decision() Decision {
	return Decision{Kind: DecisionMask, ID: string(m.ID), Organisation: m.Organisation, Author: m.Author,
		Reason: m.Reason,
		MadeAt: m.CreatedAt, LastDay: &m.To, WithdrawnAt: m.WithdrawnAt, WithdrawnBy: m.WithdrawnBy}
}

// Keep implements [Decided].
func (m *MaskEdit) Keep(d Decision) {
	m.ID, m.Organisation, m.CreatedAt = MaskID(d.ID), d.Organisation, d.MadeAt
	m.WithdrawnAt, m.WithdrawnBy = d.WithdrawnAt, d.WithdrawnBy
}

// InUse reports whether nobody has withdrawn it.
func (m MaskEdit) InUse() bool { return m.Decision().InUse() }

// MaskReport lists the days of history hidden from the models: which, by what rule, why, and what difference it makes.
type MaskReport struct {
	Schema string `json:"schema"`
	From   Date   `json:"from"`
	To     Date   `json:"to"`
	// Days is how many days ahead the effects are measured over.
	Days  int         `json:"days"`
	Codes []CodeMasks `json:"codes"`
	// Edits are all decisions of people, withdrawn ones included, the latest first.
	Edits []MaskEdit `json:"edits"`
}

// CodeMasks are the masks of one code.
type CodeMasks struct {
	Code  Code         `json:"code"`
	Masks []MaskEffect `json:"masks"`
	// With and Without are the contacts forecast per day with the code's masks, and if none of them were hidden.
	With    Measure `json:"with"`
	Without Measure `json:"without"`
}

// MaskEffect is one masked day and what it does to the forecast.
type MaskEffect struct {
	Mask
	// Edit is the decision that hid it, "" where a rule did.
	Edit MaskID `json:"edit,omitempty"`
	// Shown says that a rule would hide it and somebody decided that it is shown, by the decision Edit.
	Shown bool `json:"shown,omitempty"`
	// Without is what would be forecast per day if this day alone were not hidden; null unless asked for.
	Without Measure `json:"without"`
}

// MaskReportSchema names the JSON of a MaskReport.
const MaskReportSchema = "wrapcast.masks/1"
