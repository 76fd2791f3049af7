package wrapcast

import "time"

// OverrideID is one override of ours, a UUIDv7.
type OverrideID string

// OverrideImportID is one decision about the changed cells of a workbook, a UUIDv7.
type OverrideImportID string

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
	// Ticket is where more is written about it: a number or a link, "" where there is none.
	Ticket string `json:"ticket,omitempty"`
	// Overlap is the rule that its author chose where it overlaps overrides made before it; "" where none was chosen.
	Overlap OverlapRule `json:"overlap,omitempty"`
	// Import is the edited workbook it was read from: an id that all overrides of one decision share. It is "" where it
	// was made by itself.
	Import OverrideImportID `json:"import,omitempty"`
	// ExpiresAt is when it stops to be used; zero means with its last day.
	ExpiresAt time.Time `json:"expires_at,omitzero"`
	// WithdrawnAt and WithdrawnBy say that it was taken back.
	WithdrawnAt time.Time `json:"withdrawn_at,omitzero"`
	WithdrawnBy string    `json:"withdrawn_by,omitempty"`
	// Settled are the rules chosen since, for it and the overrides it overlaps. It is filled in when overrides are read
	// and no part of what is stored of one.
	Settled []SettledOverlap `json:"settled,omitempty"`
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

// OverlapRule says what holds where two overrides change the same leaves on the same days.
type OverlapRule string

// The rules. docs/PLANNING.md has them with an example.
const (
	// OverlapCompound: both are used, one on top of the other. The order in which they were made does not matter: what
	// is set comes first, then per cent, then what is added.
	OverlapCompound OverlapRule = "compound"
	// OverlapReplace: the one made later takes the place of the earlier one.
	OverlapReplace OverlapRule = "replace"
	// OverlapNarrower: the one that names less takes the place of the other: fewer leaves; of equally many, a code in a
	// queue before a code or a queue; then fewer days; then the one made later.
	OverlapNarrower OverlapRule = "narrower"
)

// OverlapRules lists the rules in the order in which they are offered.
func OverlapRules() []OverlapRule {
	return []OverlapRule{OverlapCompound, OverlapReplace, OverlapNarrower}
}

// OverlapID is one decision about two overrides that overlap, a UUIDv7.
type OverlapID string

// OverlapDecision is a rule chosen for two overrides that overlap, after both were made: it holds in place of the rule
// that the later of them has. It is never edited; a later one about the same two takes its place.
type OverlapDecision struct {
	ID           OverlapID      `json:"id"`
	Organisation OrganisationID `json:"organisation"`
	// Overrides are the two, in any order.
	Overrides []OverrideID `json:"overrides"`
	Rule      OverlapRule  `json:"rule"`
	// Author is required, Reason is not.
	Author string    `json:"author"`
	Reason string    `json:"reason,omitempty"`
	MadeAt time.Time `json:"made_at"`
	// WithdrawnAt and WithdrawnBy say that it was taken back.
	WithdrawnAt time.Time `json:"withdrawn_at,omitzero"`
	WithdrawnBy string    `json:"withdrawn_by,omitempty"`
}

// Decision implements [Decided].
func (o *OverlapDecision) Decision() Decision {
	return Decision{Kind: DecisionOverlap, ID: string(o.ID), Organisation: o.Organisation, Author: o.Author,
		Reason: o.Reason, MadeAt: o.MadeAt, WithdrawnAt: o.WithdrawnAt, WithdrawnBy: o.WithdrawnBy}
}

// Keep implements [Decided].
func (o *OverlapDecision) Keep(d Decision) {
	o.ID, o.Organisation, o.MadeAt = OverlapID(d.ID), d.Organisation, d.MadeAt
	o.WithdrawnAt, o.WithdrawnBy = d.WithdrawnAt, d.WithdrawnBy
}

// SettledOverlap is what an [OverlapDecision] says to one of its two overrides.
type SettledOverlap struct {
	Decision OverlapID   `json:"decision"`
	With     OverrideID  `json:"with"`
	Rule     OverlapRule `json:"rule"`
	Author   string      `json:"author"`
	At       time.Time   `json:"at"`
}

// AppliedOverlap is two overrides that change the same leaves on the same days of a forecast, and the rule that held.
type AppliedOverlap struct {
	// Earlier and Later are in the order in which they were made.
	Earlier OverrideID  `json:"earlier"`
	Later   OverrideID  `json:"later"`
	Rule    OverlapRule `json:"rule"`
	// Leaves is how many they share, From and To are the local days, both included.
	Leaves int  `json:"leaves"`
	From   Date `json:"from"`
	To     Date `json:"to"`
}
