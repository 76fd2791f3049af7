package wrapcast

import "time"

// LineageID is one change of ours, a UUIDv7.
type LineageID string

// LineageKind says how wrap-up codes changed: renamed, merged, split or retired.
type LineageKind string

// The kinds of change. A code that is only called differently keeps its id and needs none.
const (
	// LineageRename: one code took the place of another under a new id.
	LineageRename LineageKind = "rename"
	// LineageMerge: several became one.
	LineageMerge LineageKind = "merge"
	// LineageSplit: one became several.
	LineageSplit LineageKind = "split"
	// LineageRetire: they are used no more, and nothing takes their place.
	LineageRetire LineageKind = "retire"
)

// LineageChange is a change of wrap-up codes from a local day on. The history of the codes before it counts as history
// of the codes that follow them.
type LineageChange struct {
	ID           LineageID      `json:"id,omitempty"`
	Organisation OrganisationID `json:"organisation,omitempty"`
	Kind         LineageKind    `json:"kind"`
	// On is the first local day of the new state.
	On Date `json:"on"`
	// From are the codes before, To those after: one and one for a rename, several and one for a merge, one and
	// several for a split, any and none for a retirement.
	From []CodeID       `json:"from"`
	To   []LineageShare `json:"to,omitempty"`
	// Author and Reason say who knows it, and why it was done.
	Author string    `json:"author,omitempty"`
	Reason string    `json:"reason,omitempty"`
	MadeAt time.Time `json:"made_at,omitzero"`
	// WithdrawnAt and WithdrawnBy say that it was taken back.
	WithdrawnAt time.Time `json:"withdrawn_at,omitzero"`
	WithdrawnBy string    `json:"withdrawn_by,omitempty"`
}

// Decision implements [Decided].
func (c *LineageChange) Decision() Decision {
	return Decision{Kind: DecisionLineage, ID: string(c.ID), Organisation: c.Organisation, Author: c.Author,
		Reason: c.Reason,
		MadeAt: c.MadeAt, WithdrawnAt: c.WithdrawnAt, WithdrawnBy: c.WithdrawnBy}
}

// Keep implements [Decided].
func (c *LineageChange) Keep(d Decision) {
	c.ID, c.Organisation, c.MadeAt = LineageID(d.ID), d.Organisation, d.MadeAt
	c.WithdrawnAt, c.WithdrawnBy = d.WithdrawnAt, d.WithdrawnBy
}

// InUse reports whether nobody has withdrawn it.
func (c LineageChange) InUse() bool { return c.Decision().InUse() }

// LineageShare is one code after a change and the share of the contacts before that are taken for its own.
type LineageShare struct {
	Code CodeID `json:"code"`
	// Share is from 0 to 1; the shares of a split add up to one. All zero means that they are learned from the weeks
	// after it.
	Share float64 `json:"share,omitempty"`
}
