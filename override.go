package wrapcast

import "time"

// OverrideID is one override of ours, a UUIDv7.
type OverrideID string

// OverrideKind says what an override does to the contacts forecast per day.
type OverrideKind string

// The kinds of override.
const (
	// OverridePercent changes by Value per cent: 12 is 12 % more, -100 is nothing.
	OverridePercent OverrideKind = "percent"
	// OverrideSet makes it Value contacts a day.
	OverrideSet OverrideKind = "set"
	// OverrideAdd makes it Value contacts a day more, or less.
	OverrideAdd OverrideKind = "add"
)

// Override is somebody's better knowledge of some days: what is forecast for codes and
// queues is changed, with a name and a reason. It is never edited; one that is wrong is
// withdrawn and made anew.
type Override struct {
	ID           OverrideID     `json:"id"`
	Organisation OrganisationID `json:"organisation"`
	// Codes and Queues say what it is about: the leaves of these codes in these queues; none means all. NoCode may be
	// among the codes.
	Codes  []CodeID  `json:"codes,omitempty"`
	Queues []QueueID `json:"queues,omitempty"`
	// From and To bound the local days, both included.
	From  Date         `json:"from"`
	To    Date         `json:"to"`
	Kind  OverrideKind `json:"kind"`
	Value float64      `json:"value"`
	// Author and Reason are required: a number nobody answers for is not used.
	Author    string    `json:"author"`
	Reason    string    `json:"reason"`
	CreatedAt time.Time `json:"created_at"`
	// ExpiresAt is when it stops to be used; zero means with its last day.
	ExpiresAt time.Time `json:"expires_at,omitzero"`
	// WithdrawnAt and WithdrawnBy say that it was taken back.
	WithdrawnAt time.Time `json:"withdrawn_at,omitzero"`
	WithdrawnBy string    `json:"withdrawn_by,omitempty"`
}

// Active reports whether it is in use at an instant: made, not expired, not withdrawn.
func (o Override) Active(at time.Time) bool { return o.Decision().Active(at) }

// Decision implements [Decided].
func (o *Override) Decision() Decision {
	return Decision{Kind: DecisionOverride, ID: string(o.ID), Organisation: o.Organisation, Author: o.Author,
		Reason: o.Reason,
		MadeAt: o.CreatedAt, LastDay: &o.To, Until: o.ExpiresAt, WithdrawnAt: o.WithdrawnAt, WithdrawnBy: o.WithdrawnBy}
}

// Keep implements [Decided].
func (o *Override) Keep(d Decision) {
	o.ID, o.Organisation, o.CreatedAt = OverrideID(d.ID), d.Organisation, d.MadeAt
	o.WithdrawnAt, o.WithdrawnBy = d.WithdrawnAt, d.WithdrawnBy
}

// AppliedOverride is an override and what it did to a forecast.
type AppliedOverride struct {
	Override
	// Before and After are the contacts of the leaves and days it touched.
	Before float64 `json:"before"`
	After  float64 `json:"after"`
	// Leaves and Days are how many it touched.
	Leaves int `json:"leaves"`
	Days   int `json:"days"`
}
