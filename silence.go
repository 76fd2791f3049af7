package wrapcast

import "time"

// SilenceID is one acceptance of silence, a UUIDv7.
type SilenceID string

// SilenceCause is the likely cause of a silence, as far as it can be told from outside the platform.
type SilenceCause string

// The causes.
const (
	// SilentOrganisation: no queue has contacts, so that the OAuth client is probably not allowed to see them.
	SilentOrganisation SilenceCause = "organisation"
	// SilentUnlisted: the platform does not list the queue: it was deleted, or lies in a division that the client's
	// role does not cover.
	SilentUnlisted SilenceCause = "queue-not-listed"
	// SilentMedia: contacts of this media type are not counted as conversations, such as work items.
	SilentMedia SilenceCause = "media-type"
	// SilentLanguage: the queue has contacts on this channel, none in this language or with these skills.
	SilentLanguage SilenceCause = "language-or-skill"
	// SilentChannel: the queue has contacts, none on this channel.
	SilentChannel SilenceCause = "channel"
	// SilentQueue: the queue is listed and has no contacts: its role is not granted in the division of the contacts, or
	// there are none.
	SilentQueue SilenceCause = "queue"
	// SilentWithdrawn: the platform reported contacts before that it does not report any more.
	SilentWithdrawn SilenceCause = "withdrawn"
	// SilentUnhandled: contacts arrive, nobody handles any.
	SilentUnhandled SilenceCause = "unhandled"
)

// Silence is the whole organisation, a queue or a planning group without contacts where contacts are expected. It is a
// question for a person, never a plan of zero: it holds a submission until somebody accepts it by name.
type Silence struct {
	// Kind is LevelTotal, LevelQueue or LevelGroup.
	Kind AccuracyLevel `json:"kind"`
	ID   string        `json:"id"`
	Name string        `json:"name"`
	// BusinessUnit is whose planning group it is, "" where only one is looked at.
	BusinessUnit BusinessUnitID `json:"business_unit,omitempty"`
	// Since is the first local day without a contact; left out where there never was any in the stored history.
	Since Date `json:"since,omitzero"`
	// Days is how many ordinary days it lasts, closed and special ones left out, and Expected how many contacts they
	// would have had by the eight weeks before; 0 where there never was any.
	Days     int     `json:"days"`
	Expected float64 `json:"expected"`
	// Queues are those of a planning group.
	Queues []QueueID    `json:"queues,omitempty"`
	Cause  SilenceCause `json:"cause"`
	// Message says since when and what was to be expected, Likely the cause in words, Advice what to check.
	Message string `json:"message"`
	Likely  string `json:"likely"`
	Advice  string `json:"advice"`
	// Accepted is the acceptance that covers it, "" where it holds submissions.
	Accepted SilenceID `json:"accepted,omitempty"`
}

// AcceptedSilence is a person's decision that a silence is right: the queue, planning group or organisation has no
// contacts, and a plan of none may be submitted.
type AcceptedSilence struct {
	ID           SilenceID      `json:"id"`
	Organisation OrganisationID `json:"organisation"`
	// Kind and Of say what is silent, as in a Silence; Name is what it was called.
	Kind AccuracyLevel `json:"kind"`
	Of   string        `json:"of"`
	Name string        `json:"name"`
	// Ahead says that it was not silent yet when it was accepted: a silence that begins later is covered then. Otherwise
	// only the silence that was looked at is, not the next one.
	Ahead bool `json:"ahead,omitempty"`
	// Until is the last local day on which it holds; zero means that it has no end. EndsAt is when that day is over.
	Until  Date      `json:"until,omitzero"`
	EndsAt time.Time `json:"ends_at,omitzero"`
	// Author and Reason are required.
	Author    string    `json:"author"`
	Reason    string    `json:"reason"`
	CreatedAt time.Time `json:"created_at"`
	// WithdrawnAt and WithdrawnBy say that it was withdrawn: it holds submissions again.
	WithdrawnAt time.Time `json:"withdrawn_at,omitzero"`
	WithdrawnBy string    `json:"withdrawn_by,omitempty"`
}

// Decision implements [Decided].
func (a *AcceptedSilence) Decision() Decision {
	d := Decision{Kind: DecisionSilence, ID: string(a.ID), Organisation: a.Organisation, Author: a.Author,
		Reason: a.Reason, MadeAt: a.CreatedAt, Until: a.EndsAt, WithdrawnAt: a.WithdrawnAt, WithdrawnBy: a.WithdrawnBy}
	if a.Until != 0 {
		d.LastDay = &a.Until
	}
	return d
}

// Keep implements [Decided].
func (a *AcceptedSilence) Keep(d Decision) {
	a.ID, a.Organisation, a.CreatedAt = SilenceID(d.ID), d.Organisation, d.MadeAt
	a.WithdrawnAt, a.WithdrawnBy = d.WithdrawnAt, d.WithdrawnBy
}

// Holds reports whether the acceptance is in force at an instant: neither withdrawn nor at its end.
func (a AcceptedSilence) Holds(at time.Time) bool {
	return a.WithdrawnAt.IsZero() && (a.EndsAt.IsZero() || at.Before(a.EndsAt))
}

// SilenceReport lists what is silent now and what people have accepted.
type SilenceReport struct {
	Schema string `json:"schema"`
	// AsOf is when the platform was asked last.
	AsOf time.Time `json:"as_of"`
	// Silences are what is silent, those accepted too.
	Silences []Silence `json:"silences"`
	// Accepted are all acceptances, withdrawn ones included, the latest first.
	Accepted []AcceptedSilence `json:"accepted"`
}

// SilenceReportSchema names the JSON of a SilenceReport.
const SilenceReportSchema = "wrapcast.silences/1"
