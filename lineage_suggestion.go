package wrapcast

// LineageSuggestions are the changes of codes that a history looks like and that nobody has made known.
type LineageSuggestions struct {
	Schema string `json:"schema"`
	// From and To bound the local days looked at, both included.
	From Date `json:"from"`
	To   Date `json:"to"`
	// Suggestions are in the order of their days, the latest first.
	Suggestions []LineageSuggestion `json:"suggestions"`
}

// LineageSuggestionsSchema names the JSON of LineageSuggestions.
const LineageSuggestionsSchema = "wrapcast.lineage-suggestions/1"

// LineageSuggestion is a rename, a merge or a split that a history looks like: codes fell silent when others appeared
// and took over their contacts.
type LineageSuggestion struct {
	// ID is made of kind and codes: the same change has the same one each time.
	ID   string      `json:"id"`
	Kind LineageKind `json:"kind"`
	// On is the first local day of the new state.
	On   Date     `json:"on"`
	From []CodeID `json:"from"`
	To   []CodeID `json:"to"`
	// Confidence is the probability that it is one, from 0 to 1, by the evidence.
	Confidence float64         `json:"confidence"`
	Evidence   LineageEvidence `json:"evidence"`
}

// LineageEvidence is what speaks for a suggested change: the codes before it beside those after it.
type LineageEvidence struct {
	// LastBefore is the last day of the codes before that is no straggler, FirstAfter the first of the codes after.
	LastBefore Date `json:"last_before"`
	FirstAfter Date `json:"first_after"`
	// Expected are the contacts that the codes before would have had since, by their share of their queues; Actual are
	// those that the codes after had; Days is how many days both are of.
	Expected float64 `json:"expected"`
	Actual   float64 `json:"actual"`
	Days     int     `json:"days"`
	// SameQueues and SameWeekdays say which part of the contacts lies on the same queues and channels, and on the same
	// weekdays, from 0 to 1.
	SameQueues   float64 `json:"same_queues"`
	SameWeekdays float64 `json:"same_weekdays"`
	// HandleSecondsBefore and HandleSecondsAfter are mean handle times.
	HandleSecondsBefore Measure `json:"handle_seconds_before"`
	HandleSecondsAfter  Measure `json:"handle_seconds_after"`
	// NamesAlike is how alike the names are, from 0 to 1.
	NamesAlike float64 `json:"names_alike"`
}

// Change is the suggestion as a change of lineage, with shares to be learned from the weeks after it.
func (s LineageSuggestion) Change() LineageChange {
	c := LineageChange{Kind: s.Kind, On: s.On, From: s.From}
	for _, code := range s.To {
		c.To = append(c.To, LineageShare{Code: code})
	}
	return c
}
