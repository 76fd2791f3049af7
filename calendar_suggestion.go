package wrapcast

// CalendarSuggestion is what a history says of the calendar: the days on which everything moved, the regions whose
// public holidays explain them, and the days that return without a name.
type CalendarSuggestion struct {
	Schema string `json:"schema"`
	// From and To bound the local days looked at, both included.
	From Date `json:"from"`
	To   Date `json:"to"`
	// Moved are the days on which everything moved and that the calendar does not name, in order.
	Moved []MovedDay `json:"moved"`
	// Regions explain them together, the one that explains most first.
	Regions []RegionFit `json:"regions"`
	// Returning are days that come back without a name, those that move most first.
	Returning []ReturningDays `json:"returning"`
}

// CalendarSuggestionSchema names the JSON of a CalendarSuggestion.
const CalendarSuggestionSchema = "wrapcast.calendar-suggestion/1"

// MovedDay is a day on which everything moved.
type MovedDay struct {
	Day Date `json:"day"`
	// Change is what came more or less than on the same weekdays around, a fraction.
	Change Change `json:"change"`
	// Name is what explains it, a holiday of a region suggested or days that return; "" where nothing does.
	Name string `json:"name,omitempty"`
}

// RegionFit is a region whose public holidays explain days on which everything moved.
type RegionFit struct {
	Region string `json:"region"`
	// Name is the region in words: "United States, Massachusetts".
	Name string `json:"name"`
	// Fits is how many of Of days on which everything moved are holidays there.
	Fits int `json:"fits"`
	Of   int `json:"of"`
	// Days are those, the farthest moved first; Quiet is how many of its holidays moved nothing.
	Days  []Date `json:"days"`
	Quiet int    `json:"quiet"`
	// Alike are regions that fit as well.
	Alike []string `json:"alike,omitempty"`
}

// ReturningDays are days that come back without a name, and move everything each time.
type ReturningDays struct {
	// Event names them, and is ready to be added to the calendar.
	Event CalendarEvent `json:"event"`
	// Days are those of the history, Change is what came more or less on the median one, a fraction.
	Days   []Date `json:"days"`
	Change Change `json:"change"`
}

// Unexplained are the moved days that nothing explains.
func (s CalendarSuggestion) Unexplained() []MovedDay {
	var left []MovedDay
	for _, d := range s.Moved {
		if d.Name == "" {
			left = append(left, d)
		}
	}
	return left
}
