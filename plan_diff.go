package wrapcast

// WeekDiff is what a new plan of a week changes against another.
type WeekDiff struct {
	Start  Date        `json:"start"`
	Groups []GroupDiff `json:"groups"`
	// Total is all groups together.
	Total []DayDiff `json:"total"`
}

// GroupDiff is what changes for one planning group.
type GroupDiff struct {
	Group PlanningGroupID `json:"group"`
	Name  string          `json:"name"`
	// Added and Removed say that only the new, or only the old plan has the group.
	Added   bool `json:"added,omitempty"`
	Removed bool `json:"removed,omitempty"`
	// Days are the local days of the week and those after it that both arrays reach.
	Days []DayDiff `json:"days"`
}

// DayDiff is one local day before and after: contacts, and seconds per contact (0 where there is none).
type DayDiff struct {
	Day              Date    `json:"day"`
	OldOffered       float64 `json:"old_offered"`
	NewOffered       float64 `json:"new_offered"`
	OldHandleSeconds float64 `json:"old_handle_seconds"`
	NewHandleSeconds float64 `json:"new_handle_seconds"`
}

// Change is how many contacts more the new plan has.
func (d DayDiff) Change() float64 { return d.NewOffered - d.OldOffered }

// PlanList is what `plan` prints: the plans it made, one per week.
type PlanList struct {
	Schema string `json:"schema"`
	Plans  []Plan `json:"plans"`
}

// PlanListSchema names the JSON of a PlanList.
const PlanListSchema = "wrapcast.plans/1"
