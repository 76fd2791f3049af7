package wrapcast

import "time"

// Leaf is the finest thing counted: one wrap-up code in one stream, that is in one queue on one channel, and by
// direction, language and skills where these are told apart.
type Leaf struct {
	Queue     QueueID    `json:"queue"`
	Code      CodeID     `json:"code"`
	Media     MediaType  `json:"media"`
	Direction Direction  `json:"direction,omitempty"`
	Language  LanguageID `json:"language,omitempty"`
	Skills    SkillSet   `json:"skills,omitempty"`
}

// Observation is what one leaf handled in one quarter-hour. Contacts are counted
// when their after-call work ends (the platform's tHandle.count), not when they
// arrive; a contact transferred once is handled twice.
type Observation struct {
	Leaf Leaf `json:"leaf"`
	// Start is the beginning of the quarter-hour, in UTC.
	Start time.Time `json:"start"`
	// Handled is the number of contacts handled, at least one: an empty quarter-hour has no observation.
	Handled int `json:"handled"`
	// HandleMs is the sum of their handle times in milliseconds, after-call work included.
	HandleMs int64 `json:"handle_ms"`
	// AfterCallMs is the part of HandleMs spent on after-call work, in milliseconds.
	AfterCallMs int64 `json:"after_call_ms"`
}

// Arrival is what a stream was offered in one quarter-hour. It knows
// no wrap-up code: a contact has none yet when it arrives.
type Arrival struct {
	Queue     QueueID    `json:"queue"`
	Media     MediaType  `json:"media"`
	Direction Direction  `json:"direction,omitempty"`
	Language  LanguageID `json:"language,omitempty"`
	Skills    SkillSet   `json:"skills,omitempty"`
	// Start is the beginning of the quarter-hour, in UTC.
	Start time.Time `json:"start"`
	// Offered is the number of contacts that entered the queue.
	Offered int `json:"offered"`
	// Abandoned is how many of them, counted when they left, were not answered.
	Abandoned int `json:"abandoned"`
}

// QueueHandled is what a stream handled in one quarter-hour, whatever the codes. It is asked for apart
// from the codes, so that their sum can be checked against it.
type QueueHandled struct {
	Queue     QueueID    `json:"queue"`
	Media     MediaType  `json:"media"`
	Direction Direction  `json:"direction,omitempty"`
	Language  LanguageID `json:"language,omitempty"`
	Skills    SkillSet   `json:"skills,omitempty"`
	// Start is the beginning of the quarter-hour, in UTC.
	Start time.Time `json:"start"`
	// Handled is the number of handled legs (tHandle.count).
	Handled int `json:"handled"`
	// Transferred is how many legs were ended by passing the contact on (nTransferred): it is handled again elsewhere.
	Transferred int `json:"transferred,omitempty"`
}

// Extract is everything the platform knows about an interval, read at one moment.
// Storing it replaces what was stored for the interval before: a late code must
// also empty the cell it leaves.
type Extract struct {
	// From and To bound the interval, half-open, both on a UTC quarter-hour.
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	// ReadAt is when the platform was asked.
	ReadAt       time.Time     `json:"read_at"`
	Observations []Observation `json:"observations"`
	Arrivals     []Arrival     `json:"arrivals"`
	// QueueHandled has the same contacts as Observations, counted by queue; empty where nobody asked.
	QueueHandled []QueueHandled `json:"queue_handled,omitempty"`
	// Detail is what the contacts were asked to be told apart by.
	Detail Detail `json:"detail,omitzero"`
}

// Interval is a stretch of time, half-open.
type Interval struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// Reading says that the history of an interval was read from the platform, when, and what it told apart.
type Reading struct {
	Interval
	ReadAt time.Time `json:"read_at"`
	Detail Detail    `json:"detail,omitzero"`
}

// LocalDay is what one leaf handled on one local day of its business unit.
type LocalDay struct {
	Leaf        Leaf  `json:"leaf"`
	Day         Date  `json:"day"`
	Handled     int   `json:"handled"`
	HandleMs    int64 `json:"handle_ms"`
	AfterCallMs int64 `json:"after_call_ms"`
}

// DayReading is how many contacts of a local day had a wrap-up code when the day was read at ReadAt. Codes arrive late,
// so that a later reading of the same day may have more.
type DayReading struct {
	Day     Date      `json:"day"`
	ReadAt  time.Time `json:"read_at"`
	Code    CodeID    `json:"code"`
	Handled int       `json:"handled"`
}

// CodeHistory is what a wrap-up code had on each local day, over all queues.
type CodeHistory struct {
	Code Code `json:"code"`
	// From is the first day; Handled are contacts per day, null on days that were never read.
	From    Date      `json:"from"`
	Handled []Measure `json:"handled"`
}
