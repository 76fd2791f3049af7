package wrapcast

import "time"

// DecisionEvent is the kind of an event of the calendar in the ledger; where it is stored it is part of a
// [CalendarVersion].
const DecisionEvent DecisionKind = "event"

// DecisionSnapshot is what one decision did to a forecast on one day: contacts of what it is about, with it and
// without it. The forecast without an override is the same one with all other overrides; that without a mask, an event
// or a change of lineage was made beside it from the same history, before any override.
type DecisionSnapshot struct {
	Kind DecisionKind `json:"kind"`
	ID   string       `json:"id"`
	// Name is that of an event, "" otherwise.
	Name string `json:"name,omitempty"`
	// Cells are what is set against actuals: one for all a decision is about, one for each code of a change of lineage.
	Cells []DecisionCell `json:"cells"`
}

// DecisionCell is the contacts of one part of what a decision is about: of some codes in some queues, none named
// meaning all.
type DecisionCell struct {
	Codes   []CodeID  `json:"codes,omitempty"`
	Queues  []QueueID `json:"queues,omitempty"`
	With    float64   `json:"with"`
	Without float64   `json:"without"`
}

// Counterfactual is what a forecast would have been without one decision, for each of its first days.
type Counterfactual struct {
	Kind DecisionKind `json:"kind"`
	ID   string       `json:"id"`
	// Name is that of an event, "" otherwise.
	Name string `json:"name,omitempty"`
	// Days has the cells of each day of the forecast from its first, as many as are judged.
	Days [][]DecisionCell `json:"days"`
}

// Ledger says of decisions whose days are over whether they were worth it: the forecast with and without each, and the
// actual.
type Ledger struct {
	Schema       string         `json:"schema"`
	Organisation OrganisationID `json:"organisation"`
	BusinessUnit BusinessUnitID `json:"business_unit,omitempty"`
	TimeZone     string         `json:"time_zone"`
	// From and To bound the local days that were judged, both included.
	From   Date           `json:"from"`
	To     Date           `json:"to"`
	Source AccuracySource `json:"source"`
	// Lead is how many days before a day the forecast held that is judged.
	Lead int `json:"lead"`
	// ErrorRate is the greatest probability that any verdict of one table is wrong, however often it is looked at.
	ErrorRate float64       `json:"error_rate"`
	Entries   []LedgerEntry `json:"entries"`
	// Authors, Reasons and Kinds add entries up.
	Authors []LedgerGroup `json:"authors"`
	Reasons []LedgerGroup `json:"reasons"`
	Kinds   []LedgerGroup `json:"kinds"`
	// Findings say what could not be judged.
	Findings []Finding `json:"findings"`
}

// LedgerSchema names the JSON of a Ledger.
const LedgerSchema = "wrapcast.ledger/1"

// LedgerEntry is one decision, day by day.
type LedgerEntry struct {
	Kind DecisionKind `json:"kind"`
	ID   string       `json:"id"`
	// Name is that of an event, "" otherwise.
	Name   string    `json:"name,omitempty"`
	Author string    `json:"author"`
	Reason string    `json:"reason"`
	Ticket string    `json:"ticket,omitempty"`
	MadeAt time.Time `json:"made_at"`
	// Codes and Queues are what it is about; none means all.
	Codes  []CodeID  `json:"codes,omitempty"`
	Queues []QueueID `json:"queues,omitempty"`
	// From and To are the days on which it is judged; Over says that the last is over and all its codes have arrived.
	From Date        `json:"from"`
	To   Date        `json:"to"`
	Over bool        `json:"over"`
	Days []LedgerDay `json:"days"`
	Sum  LedgerSum   `json:"sum"`
}

// LedgerDay is one day of a decision, in contacts.
type LedgerDay struct {
	Day Date `json:"day"`
	// Forecast is the one that held.
	Forecast ForecastID `json:"forecast"`
	With     float64    `json:"with"`
	Without  float64    `json:"without"`
	Actual   float64    `json:"actual"`
	// ErrorWith and ErrorWithout are absolute, added up over the parts of what the decision is about.
	ErrorWith    float64 `json:"error_with"`
	ErrorWithout float64 `json:"error_without"`
}

// ValueAdded is by how many contacts the decision brought the day's forecast closer to the actual; below zero it took
// it further away.
func (d LedgerDay) ValueAdded() float64 { return d.ErrorWithout - d.ErrorWith }

// LedgerSum adds days up, in contacts.
type LedgerSum struct {
	Days         int     `json:"days"`
	With         float64 `json:"with"`
	Without      float64 `json:"without"`
	Actual       float64 `json:"actual"`
	ErrorWith    float64 `json:"error_with"`
	ErrorWithout float64 `json:"error_without"`
	// ValueAdded is ErrorWithout − ErrorWith. Closer and Further are on how many days the forecast was brought closer to
	// the actual, and taken further away.
	ValueAdded float64 `json:"value_added"`
	Closer     int     `json:"closer"`
	Further    int     `json:"further"`
}

// LedgerVerdict says whether decisions are worth it.
type LedgerVerdict string

// The verdicts.
const (
	VerdictHelped LedgerVerdict = "helped"
	VerdictHurt   LedgerVerdict = "hurt"
	VerdictFew    LedgerVerdict = "too few days to say"
)

// LedgerGroup is the decisions of one author, reason or kind together.
type LedgerGroup struct {
	Name string `json:"name"`
	// Decisions is how many had a day that is over, Helped and Hurt how many of these brought the forecast closer and
	// took it further away, over their days together.
	Decisions int `json:"decisions"`
	Helped    int `json:"helped"`
	Hurt      int `json:"hurt"`
	// Independent is how many count in the test: decisions whose last day lies in a week that is over, those of one week
	// that share a day as one.
	Independent int       `json:"independent"`
	Sum         LedgerSum `json:"sum"`
	// Verdict is that of the test; Evidence is the greater of the two e-values it rests on: the factor by which a bet
	// against "no better than no decision", or against "no worse", has multiplied its stake.
	Verdict  LedgerVerdict `json:"verdict"`
	Evidence float64       `json:"evidence"`
}
