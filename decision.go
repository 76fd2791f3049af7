package wrapcast

import "time"

// DecisionKind names a kind of decision where it is stored and in the audit chain, whose actions begin with it:
// "mask.added".
type DecisionKind string

// The kinds of decision. CONTRIBUTING.md says what a new one needs.
const (
	// DecisionOverride is the kind of an [Override].
	DecisionOverride DecisionKind = "override"
	// DecisionOverlap is the kind of an [OverlapDecision].
	DecisionOverlap DecisionKind = "overlap"
	// DecisionMask is the kind of a [MaskEdit].
	DecisionMask DecisionKind = "mask"
	// DecisionLineage is the kind of a [LineageChange].
	DecisionLineage DecisionKind = "lineage"
	// DecisionSilence is the kind of an [AcceptedSilence].
	DecisionSilence DecisionKind = "silence"
	// DecisionCalendar is the kind of a [CalendarVersion].
	DecisionCalendar DecisionKind = "calendar"
)

// DecisionKinds lists the kinds: each is bound to the audit chain.
func DecisionKinds() []DecisionKind {
	return []DecisionKind{DecisionOverride, DecisionOverlap, DecisionMask, DecisionLineage, DecisionCalendar,
		DecisionSilence}
}

// Decision is the part that everything a person decides has in common, whatever it is about. A decision is never
// edited: one that is wrong is withdrawn and made anew.
type Decision struct {
	Kind         DecisionKind
	ID           string
	Organisation OrganisationID
	// Author and Reason say who answers for it, and why it was made.
	Author string
	Reason string
	MadeAt time.Time
	// LastDay is the last local day it is about, nil where it is about all days to come.
	LastDay *Date
	// Until is the instant from which it is not used any more, whatever its days. Zero means that there is none.
	Until time.Time
	// WithdrawnAt and WithdrawnBy say when and by whom it was withdrawn. Zero means that nobody did.
	WithdrawnAt time.Time
	WithdrawnBy string
}

// InUse reports whether nobody has withdrawn it.
func (d Decision) InUse() bool { return d.WithdrawnAt.IsZero() }

// Active reports whether it is used at an instant: made by then, and neither withdrawn nor at its end.
func (d Decision) Active(at time.Time) bool {
	return !at.Before(d.MadeAt) && (d.Until.IsZero() || at.Before(d.Until)) && (d.InUse() || at.Before(d.WithdrawnAt))
}

// Decided is implemented by pointers to the types that are decisions.
type Decided[T any] interface {
	*T
	// Decision returns the common part, as it stands in the type's own fields.
	Decision() Decision
	// Keep sets what is filled in when a decision is kept or withdrawn: ID, Organisation, MadeAt, WithdrawnAt and
	// WithdrawnBy. The rest is the author's and stays.
	Keep(d Decision)
}
