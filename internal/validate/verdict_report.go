package validate

import "github.com/wrapcast/wrapcast"

// PairReport says whether a wrap-up code can be forecast in a queue.
type PairReport struct {
	Code    wrapcast.Code    `json:"code"`
	Queue   wrapcast.Queue   `json:"queue"`
	Verdict wrapcast.Verdict `json:"verdict"`
	// Reason is the verdict in words, Fallback what is used instead of a forecast of its own, Fix the cheapest thing
	// that would help.
	Reason   string `json:"reason"`
	Fallback string `json:"fallback,omitempty"`
	Fix      string `json:"fix,omitempty"`
	// Days are counted from the first contact to the last day read, Zeros those of them without one.
	Days     int `json:"days"`
	Zeros    int `json:"zeros"`
	Contacts int `json:"contacts"`
	// PerWeek is how many contacts a week it had in the last eight weeks, Share which share of the queue's contacts
	// these were.
	PerWeek float64          `json:"per_week"`
	Share   wrapcast.Measure `json:"share"`
	// Findings are all that was noticed, worst first.
	Findings []wrapcast.Finding `json:"findings"`
}

// QueueReport says how well the codes of a queue tell what its contacts were about.
type QueueReport struct {
	Queue    wrapcast.Queue   `json:"queue"`
	Verdict  wrapcast.Verdict `json:"verdict"`
	Reason   string           `json:"reason"`
	Fix      string           `json:"fix,omitempty"`
	Contacts int              `json:"contacts"`
	// Coded is the share of contacts with a code that an agent chose; Other the share of these whose code says nothing,
	// "Other" and the like.
	Coded wrapcast.Measure `json:"coded"`
	Other wrapcast.Measure `json:"other"`
	// Codes is how many codes were used, Good how many of them can be forecast here by themselves.
	Codes    int                `json:"codes"`
	Good     int                `json:"good"`
	Findings []wrapcast.Finding `json:"findings"`
}

// VerdictReport says of every queue and every code in it whether it can be forecast.
type VerdictReport struct {
	Schema string        `json:"schema"`
	From   wrapcast.Date `json:"from"`
	To     wrapcast.Date `json:"to"`
	Queues []QueueReport `json:"queues"`
	// Pairs are sorted by queue and contacts, the busiest first.
	Pairs []PairReport `json:"pairs"`
}

// verdictSchema names the JSON of a VerdictReport.
const verdictSchema = "wrapcast.verdicts/1"
