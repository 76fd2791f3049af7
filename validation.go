package wrapcast

// Severity says how much a finding matters.
type Severity string

// The severities, from least to most.
const (
	// Info is worth knowing and changes nothing.
	Info Severity = "info"
	// Warning makes a forecast weaker.
	Warning Severity = "warning"
	// Blocking makes strict mode refuse, and a plan impossible to submit.
	Blocking Severity = "blocking"
)

// Finding is one thing a check noticed, in words a planner can act on.
type Finding struct {
	// Code names the rule: "short-history".
	Code string `json:"code"`
	// Severity says how much it matters.
	Severity Severity `json:"severity"`
	// Place is what it is about: a code, a date, a planning group.
	Place string `json:"place,omitempty"`
	// Message says what was found, with the figures.
	Message string `json:"message"`
	// Advice is the cheapest thing that would help.
	Advice string `json:"advice,omitempty"`
}

// Verdict sums up whether a code's history can carry a forecast.
type Verdict string

// The verdicts.
const (
	// Good history: every check passed.
	Good Verdict = "good"
	// Weak history: a forecast is made, with the stated fallback where one is needed. Strict mode refuses it.
	Weak Verdict = "weak"
	// Empty history: nothing was ever handled; the forecast is zero.
	Empty Verdict = "empty"
)

// CodeReport is what validation says of one wrap-up code.
type CodeReport struct {
	Code    CodeID  `json:"code"`
	Name    string  `json:"name"`
	Verdict Verdict `json:"verdict"`
	// Reason is the verdict in words: the worst finding's message.
	Reason string `json:"reason"`
	// Fallback names the simpler method that will be used, "" when none is needed.
	Fallback string `json:"fallback,omitempty"`
	// Days is the length of the complete calendar from the first day with a contact to the last day read.
	Days int `json:"days"`
	// Gaps is how many of these days were never read from the platform.
	Gaps int `json:"gaps"`
	// Zeros is how many of the days read had no contact.
	Zeros int `json:"zeros"`
	// Contacts is the number handled in all.
	Contacts int `json:"contacts"`
	// Seasonality is the weekly autocorrelation (lag 7) with masked days left out; null where the series never moves.
	Seasonality Measure `json:"seasonality"`
	// OutliersRaw counts the days outside the interquartile bounds of the raw series, weekday and
	// level left in; only Masks, found on the seasonally adjusted series, are hidden from the models.
	OutliersRaw int       `json:"outliers_raw"`
	Masks       []Mask    `json:"masks"`
	Findings    []Finding `json:"findings"`
}

// ValidationReport is what validation says of an organisation's history.
type ValidationReport struct {
	Schema string `json:"schema"`
	// From and To bound the local days looked at, both included.
	From Date `json:"from"`
	To   Date `json:"to"`
	// ClockChanges lists the local days that do not have 96 quarter-hours.
	ClockChanges []Date       `json:"clock_changes"`
	Codes        []CodeReport `json:"codes"`
	// Findings are about the whole: horizon, calendar.
	Findings []Finding `json:"findings"`
	// CalendarSuggestion is what the history says of the calendar; nil in reports of before it was looked at.
	CalendarSuggestion *CalendarSuggestion `json:"calendar_suggestion,omitempty"`
	// LineageSuggestions are changes of codes that the history looks like and that nobody has made known.
	LineageSuggestions []LineageSuggestion `json:"lineage_suggestions,omitempty"`
}

// ValidationSchema names the JSON of a ValidationReport.
const ValidationSchema = "wrapcast.validation/1"

// VerdictCounts is how many wrap-up codes there are, and how many of each verdict, with the number of days hidden from
// the models over all codes.
type VerdictCounts struct {
	Codes      int `json:"codes"`
	Good       int `json:"good"`
	Weak       int `json:"weak"`
	Empty      int `json:"empty"`
	MaskedDays int `json:"masked_days"`
}

// Counts adds up the verdicts and the masks of the report's codes.
func (r ValidationReport) Counts() VerdictCounts {
	v := VerdictCounts{Codes: len(r.Codes)}
	for _, c := range r.Codes {
		v.MaskedDays += len(c.Masks)
		switch c.Verdict {
		case Good:
			v.Good++
		case Weak:
			v.Weak++
		case Empty:
			v.Empty++
		}
	}
	return v
}
