package wrapcast

import (
	"strings"
	"time"
)

// Identifiers are the platform's own, kept unchanged. Ours (runs, plans,
// submissions, deliveries, forecasts) are UUIDv7.
type (
	// OrganisationID is a Genesys Cloud organisation: "0c6d8a2e-41b3-4f9a-9a55-3f1e5b0c7d11".
	OrganisationID string
	// QueueID is a queue: "5b6b2f0e-8a5f-4f0e-9c1d-2c3a4b5c6d7e".
	QueueID string
	// CodeID is a wrap-up code: a UUID, a system code such as "ININ-WRAP-UP-TIMEOUT", or NoCode.
	CodeID string
	// LanguageID is a language that a contact may ask for; "" where it asks for none, or where nobody told.
	LanguageID string
	// SkillID is a routing skill that a contact may ask for.
	SkillID string
	// PlanningGroupID is a planning group of Workforce Management.
	PlanningGroupID string
	// BusinessUnitID is a business unit of Workforce Management.
	BusinessUnitID string
	// RunID is one pass of the run: "01936d6c-7c2e-7b1a-8f00-9a1b2c3d4e5f".
	RunID string
	// ForecastID is one forecast wrapcast made.
	ForecastID string
	// PlanID is one plan; it is part of the forecast's description at the platform.
	PlanID string
	// SubmissionID is one attempt to have a plan accepted.
	SubmissionID string
	// DeliveryID is one webhook message; receivers see it as the webhook-id.
	DeliveryID string
)

// NoCode stands for contacts that ended without a wrap-up code. They are a series of
// their own, never dropped.
const NoCode CodeID = ""

// DefaultCode is the platform's "Default Wrap-up Code", the same in every organisation.
const DefaultCode CodeID = "7fb334b0-0e9e-11e4-9191-0800200c9a66"

const systemPrefix = "ININ-"

// Title is what a code is called where no list names it: "(no code)", "Default Wrap-up Code", or its id.
func (c CodeID) Title() string {
	switch c {
	case NoCode:
		return "(no code)"
	case DefaultCode: // the platform's lists may leave it out
		return "Default Wrap-up Code"
	}
	return string(c)
}

// shownID is how many characters of an id people are shown where there is no name.
const shownID = 8

// Title is what a queue is called where no list names it: "(no queue)", or "queue 1b2c3d4e… (not visible to this client)",
// since queues that can be seen have a name.
func (q QueueID) Title() string {
	if q == "" {
		return "(no queue)"
	}
	id := string(q)
	if len(id) > shownID+1 {
		id = id[:shownID] + "…"
	}
	return "queue " + id + " (not visible to this client)"
}

// IsSystem reports whether the platform set the code itself: "ININ-WRAP-UP-TIMEOUT".
func (c CodeID) IsSystem() bool { return strings.HasPrefix(string(c), systemPrefix) }

// MediaType is the channel of a contact in the spelling of the platform's analytics: "voice".
type MediaType string

// The media types Workforce Management plans for.
const (
	Voice    MediaType = "voice"
	Chat     MediaType = "chat"
	Email    MediaType = "email"
	Callback MediaType = "callback"
	Message  MediaType = "message"
)

// Direction says who began a contact, in the spelling of the platform's analytics but for the inbound ones, which are
// the rule and have none: "outbound".
type Direction string

// The directions. What the platform says of no direction counts as inbound.
const (
	Inbound  Direction = ""
	Outbound Direction = "outbound"
)

const inboundTitle = "inbound"

// Title is what a direction is called: "inbound", "outbound".
func (d Direction) Title() string {
	if d == Inbound {
		return inboundTitle
	}
	return string(d)
}

// MarshalText writes a direction by its title.
func (d Direction) MarshalText() ([]byte, error) { return []byte(d.Title()), nil }

// UnmarshalText reads a title.
func (d *Direction) UnmarshalText(text []byte) error {
	if *d = Direction(text); string(text) == inboundTitle {
		*d = Inbound
	}
	return nil
}

// Organisation is the Genesys Cloud organisation a client belongs to.
type Organisation struct {
	ID     OrganisationID `json:"id"`
	Name   string         `json:"name"`
	Region string         `json:"region"`
}

// Queue is where contacts wait.
type Queue struct {
	ID   QueueID `json:"id"`
	Name string  `json:"name"`
}

// Code is a wrap-up code: what an agent says a contact was about. Its name may
// change, its id does not; a deleted code stays in the history.
type Code struct {
	ID      CodeID `json:"id"`
	Name    string `json:"name"`
	Deleted bool   `json:"deleted,omitempty"`
}

// Language is what contacts may ask to be spoken to in.
type Language struct {
	ID   LanguageID `json:"id"`
	Name string     `json:"name"`
}

// Skill is what contacts may ask agents to have.
type Skill struct {
	ID   SkillID `json:"id"`
	Name string  `json:"name"`
}

// BusinessUnit is the part of an organisation that is planned together. Its zone
// and the weekday its weeks begin on define every week and every interval's index.
type BusinessUnit struct {
	ID        BusinessUnitID `json:"id"`
	Name      string         `json:"name"`
	TimeZone  string         `json:"time_zone"`
	WeekStart time.Weekday   `json:"week_start"`
}

// PlanningGroup is what Workforce Management forecasts: a set of routes.
type PlanningGroup struct {
	ID     PlanningGroupID `json:"id"`
	Name   string          `json:"name"`
	Routes []Route         `json:"routes"`
	// Goal is the platform's service goal template of the group, nil where it has none or it could not be read.
	Goal *ServiceGoal `json:"goal,omitempty"`
}

// ServiceGoal is how the platform wants the contacts of a planning group to be served; what is 0 is no part of it.
type ServiceGoal struct {
	// Template is the name of the service goal template.
	Template string `json:"template"`
	// ServiceLevel is the share of contacts answered within Within seconds, as a fraction.
	ServiceLevel float64 `json:"service_level,omitempty"`
	Within       float64 `json:"within_seconds,omitempty"`
	// ASA is the longest mean wait in seconds, Abandoned the largest share that may give up.
	ASA       float64 `json:"asa_seconds,omitempty"`
	Abandoned float64 `json:"max_abandoned,omitempty"`
}

// Route is one path into a planning group: contacts of a queue and a channel, and of a language and with skills where
// it asks for them.
type Route struct {
	Queue    QueueID    `json:"queue"`
	Media    MediaType  `json:"media"`
	Language LanguageID `json:"language,omitempty"`
	Skills   []SkillID  `json:"skills,omitempty"`
}

// Directory is what an organisation is made of, as far as planning needs to know, looked at from one of its business
// units.
type Directory struct {
	Organisation Organisation `json:"organisation"`
	// BusinessUnit is the unit looked from. Where there is none it has neither id nor name, and a zone for the days.
	BusinessUnit BusinessUnit `json:"business_unit"`
	Queues       []Queue      `json:"queues"`
	Codes        []Code       `json:"codes"`
	// PlanningGroups are those of BusinessUnit.
	PlanningGroups []PlanningGroup `json:"planning_groups"`
	// Others are the other business units that are planned.
	Others []PlannedUnit `json:"others,omitempty"`
	// Languages and Skills have the names of those that planning groups ask for; empty where none does, or where they
	// could not be read.
	Languages []Language `json:"languages,omitempty"`
	Skills    []Skill    `json:"skills,omitempty"`
}

// Code returns the code of an id, under its title where the directory does not name it.
func (d Directory) Code(id CodeID) Code {
	for _, c := range d.Codes {
		if c.ID == id && c.Name != "" {
			return c
		}
	}
	return Code{ID: id, Name: id.Title()}
}

// StreamName calls a stream by the names of its queue, channel, direction where that is not inbound, language and
// skills: "Billing / voice / German / Tax".
func (d Directory) StreamName(s Stream) string {
	return d.Queue(s.Queue).Name + " / " + d.ChannelName(s)
}

// ChannelName is StreamName without the queue: "voice / German / Tax".
func (d Directory) ChannelName(s Stream) string {
	parts := []string{string(s.Media)}
	if s.Direction != Inbound {
		parts = append(parts, s.Direction.Title())
	}
	if s.Language != "" {
		parts = append(parts, d.LanguageName(s.Language))
	}
	for _, id := range s.Skills.IDs() {
		parts = append(parts, d.SkillName(id))
	}
	return strings.Join(parts, " / ")
}

// LanguageName is what a language is called, its id where the directory does not name it.
func (d Directory) LanguageName(id LanguageID) string {
	for _, l := range d.Languages {
		if l.ID == id && l.Name != "" {
			return l.Name
		}
	}
	return string(id)
}

// SkillName is what a skill is called, its id where the directory does not name it.
func (d Directory) SkillName(id SkillID) string {
	for _, s := range d.Skills {
		if s.ID == id && s.Name != "" {
			return s.Name
		}
	}
	return string(id)
}

// Queue returns the queue of an id, under its title where the directory does not name it; contacts may have none.
func (d Directory) Queue(id QueueID) Queue {
	for _, q := range d.Queues {
		if q.ID == id && q.Name != "" {
			return q
		}
	}
	return Queue{ID: id, Name: id.Title()}
}
