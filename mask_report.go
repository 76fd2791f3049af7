package wrapcast

// MaskReport lists the days of history hidden from the models: which, by what rule, why, and what difference it makes.
type MaskReport struct {
	Schema string `json:"schema"`
	From   Date   `json:"from"`
	To     Date   `json:"to"`
	// Days is how many days ahead the effects are measured over.
	Days  int         `json:"days"`
	Codes []CodeMasks `json:"codes"`
	// Edits are all decisions of people, withdrawn ones included, the latest first.
	Edits []MaskEdit `json:"edits"`
}

// CodeMasks are the masks of one code.
type CodeMasks struct {
	Code  Code         `json:"code"`
	Masks []MaskEffect `json:"masks"`
	// With and Without are the contacts forecast per day with the code's masks, and if none of them were hidden.
	With    Measure `json:"with"`
	Without Measure `json:"without"`
}

// MaskEffect is one masked day and what it does to the forecast.
type MaskEffect struct {
	Mask
	// Edit is the decision that hid it, "" where a rule did.
	Edit MaskID `json:"edit,omitempty"`
	// Shown says that a rule would hide it and somebody decided that it is shown, by the decision Edit.
	Shown bool `json:"shown,omitempty"`
	// Without is what would be forecast per day if this day alone were not hidden; null unless asked for.
	Without Measure `json:"without"`
}

// MaskReportSchema names the JSON of a MaskReport.
const MaskReportSchema = "wrapcast.masks/1"
