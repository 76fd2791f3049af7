package wrapcast

// AccuracyLevel says what is judged: single wrap-up codes, queues, planning groups, everything.
type AccuracyLevel string

// The levels.
const (
	LevelCode  AccuracyLevel = "code"
	LevelQueue AccuracyLevel = "queue"
	LevelGroup AccuracyLevel = "planning_group"
	LevelTotal AccuracyLevel = "total"
)

// AccuracyLevels lists the levels from the finest to the whole.
func AccuracyLevels() []AccuracyLevel {
	return []AccuracyLevel{LevelCode, LevelQueue, LevelGroup, LevelTotal}
}

// AccuracyLeads lists how many days ahead forecasts are judged at: the day before, and one, two, four and six weeks
// before.
func AccuracyLeads() []int { return []int{1, 7, 14, 28, 42} }

// AccuracySource says which forecasts are judged.
type AccuracySource string

// The sources.
const (
	// SourcePublished: forecasts that a target had.
	SourcePublished AccuracySource = "published"
	// SourceMade: all that were made, those of dry runs too.
	SourceMade AccuracySource = "made"
)

// AccuracyReport says how good forecasts were: what each predicted so many days ahead, as it was kept, against the
// contacts handled since.
type AccuracyReport struct {
	Schema       string         `json:"schema"`
	Organisation OrganisationID `json:"organisation"`
	// BusinessUnit is the unit whose forecasts are judged, in its days; "" where there is none.
	BusinessUnit BusinessUnitID `json:"business_unit,omitempty"`
	CountingRule string         `json:"counting_rule"`
	TimeZone     string         `json:"time_zone"`
	// From and To bound the local days judged, both included. Days whose codes may still arrive are not judged.
	From Date `json:"from"`
	To   Date `json:"to"`
	// Source says which forecasts count, Forecasts how many there were of them.
	Source    AccuracySource `json:"source"`
	Forecasts int            `json:"forecasts"`
	// Level is that of the interval judged, a fraction such as 0.85.
	Level float64 `json:"level"`
	// Leads are those of AccuracyLeads at which anything was judged.
	Leads []int `json:"leads"`
	// Levels have the cells of all subjects of a level together, Subjects each of them; the busiest first within their
	// kind.
	Levels   []LevelAccuracy   `json:"levels"`
	Subjects []SubjectAccuracy `json:"things"`
	// Watch is the test whether anything leaves its band too often.
	Watch BandWatch `json:"watch"`
	// Findings are the alarms of the watch in words, and why something could not be judged.
	Findings []Finding `json:"findings"`
}

// AccuracyReportSchema names the JSON of an AccuracyReport.
const AccuracyReportSchema = "wrapcast.accuracy/1"

// LevelAccuracy is the accuracy of all subjects of a level, cell by cell: one cell is one subject on one day.
type LevelAccuracy struct {
	Kind AccuracyLevel `json:"kind"`
	// Subjects is how many were judged.
	Subjects int            `json:"things"`
	Leads    []LeadAccuracy `json:"leads"`
}

// SubjectAccuracy is the accuracy of one subject: a code, a queue, a planning group, or the total.
type SubjectAccuracy struct {
	Kind AccuracyLevel `json:"kind"`
	// ID is the platform's, "" for the total and for contacts without a code.
	ID   string `json:"id"`
	Name string `json:"name"`
	// Contacts is how many contacts were handled on the days judged.
	Contacts float64        `json:"contacts"`
	Leads    []LeadAccuracy `json:"leads"`
}

// LeadAccuracy is the accuracy of the forecasts that held so many days before the days they are judged on.
type LeadAccuracy struct {
	// Lead is the number of days; Age is how old the forecasts were on average, which is more where forecasts are made
	// seldom.
	Lead int     `json:"lead"`
	Age  Measure `json:"age"`
	// Accuracy is that of the forecasts as they were kept, overrides included. Origins is how many forecasts there
	// were.
	Accuracy
	// HandleTime is the error of the handle time, a fraction: the sum of its absolute errors over the sum of handle
	// times, by contact.
	HandleTime Measure `json:"handle_time"`
	// Overridden is how many of the cells overrides had changed, Without what the accuracy of the same cells would have
	// been without any; nil where nothing was overridden.
	Overridden int       `json:"overridden"`
	Without    *Accuracy `json:"without_overrides,omitempty"`
}

// BandWatch is the test whether actuals leave their band more often than its level allows. For each subject that never
// should be outside more often than 1 − Level of the time, the number of days outside is set beside the binomial
// distribution of as many days: the p-value is the probability of so many or more (one-sided, exact). Days are those at
// the lead of a day, where a band that holds is left independently of the day before (Christoffersen 1998). Of all
// subjects of a kind, those are alarms whose p-values the procedure of Benjamini and Hochberg (1995) selects at the
// false discovery rate.
type BandWatch struct {
	Lead int  `json:"lead"`
	From Date `json:"from"`
	To   Date `json:"to"`
	// Level is that of the band, Rate the share of alarms that may be false on average.
	Level float64 `json:"level"`
	Rate  float64 `json:"false_discovery_rate"`
	// Tested is how many subjects were tested, over all kinds.
	Tested int         `json:"tested"`
	Alarms []BandAlarm `json:"alarms"`
}

// BandAlarm is a subject whose actuals left its band more often than its level allows.
type BandAlarm struct {
	Kind AccuracyLevel `json:"kind"`
	ID   string        `json:"id"`
	Name string        `json:"name"`
	// Days is how many days were judged. On Above of them more contacts were handled than the band's upper bound, on
	// Below of them fewer than its lower one.
	Days  int `json:"days"`
	Above int `json:"above"`
	Below int `json:"below"`
	// Expected is how many days outside the level allows on average.
	Expected float64 `json:"expected"`
	// PValue is the probability of so many or more where the band holds; QValue is the smallest false discovery rate at
	// which it is an alarm.
	PValue float64 `json:"p_value"`
	QValue float64 `json:"q_value"`
}

// Outside is the number of days on which the actual lay outside the band.
func (a BandAlarm) Outside() int { return a.Above + a.Below }

// ForecastVsActual sets the forecasts that held so many days ahead against the contacts handled, subject by subject and
// day by day.
type ForecastVsActual struct {
	Schema string         `json:"schema"`
	Source AccuracySource `json:"source"`
	Lead   int            `json:"lead"`
	// Level is that of the interval.
	Level float64 `json:"level"`
	// From is the first local day, Days how many there are; values are columns, null on days that cannot be judged.
	From     Date            `json:"from"`
	Days     int             `json:"days"`
	Subjects []SubjectSeries `json:"things"`
}

// ForecastVsActualSchema names the JSON of a ForecastVsActual.
const ForecastVsActualSchema = "wrapcast.forecast-vs-actual/1"

// SubjectSeries is one subject's part of ForecastVsActual, in contacts and one value per day: the median that was
// forecast, the lower and upper bound of its interval, and the contacts handled.
type SubjectSeries struct {
	Kind     AccuracyLevel `json:"kind"`
	ID       string        `json:"id"`
	Name     string        `json:"name"`
	Forecast []Measure     `json:"forecast"`
	Lower    []Measure     `json:"lower"`
	Upper    []Measure     `json:"upper"`
	Actual   []Measure     `json:"actual"`
}
