package wrapcast

import "time"

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
	return Decision{Kind: DecisionMask, ID: string(m.ID), Organisation: m.Organisation, Author: m.Author, Reason: m.Reason,
		MadeAt: m.CreatedAt, LastDay: &m.To, WithdrawnAt: m.WithdrawnAt, WithdrawnBy: m.WithdrawnBy}
}

// Keep implements [Decided].
func (m *MaskEdit) Keep(d Decision) {
	m.ID, m.Organisation, m.CreatedAt = MaskID(d.ID), d.Organisation, d.MadeAt
	m.WithdrawnAt, m.WithdrawnBy = d.WithdrawnAt, d.WithdrawnBy
}

// InUse reports whether nobody has withdrawn it.
func (m MaskEdit) InUse() bool { return m.Decision().InUse() }
