package reports

import "github.com/wrapcast/wrapcast"

// BacktestReport says how good forecasts of the stored past would have been: at each of several moments the whole
// procedure saw only what was known then, and its forecast of the days after was compared with the contacts handled.
type BacktestReport struct {
	Schema       string                  `json:"schema"`
	Organisation wrapcast.OrganisationID `json:"organisation"`
	// Algorithm is what was tried: "auto", "exponentialSmoothing".
	Algorithm string `json:"algorithm"`
	// HistoryFrom and HistoryTo bound the local days there are, both included.
	HistoryFrom wrapcast.Date `json:"history_from"`
	HistoryTo   wrapcast.Date `json:"history_to"`
	// Days is how many days were forecast at each origin.
	Days int `json:"days"`
	// Origins are the first days of these forecasts, oldest first.
	Origins []wrapcast.Date `json:"origins"`
	// Overall is over all codes; Total is of all contacts together.
	Overall wrapcast.Accuracy `json:"overall"`
	Total   wrapcast.Accuracy `json:"total"`
	Codes   []CodeBacktest    `json:"codes"`
	Queues  []QueueBacktest   `json:"queues"`
	// HandleTime is over all planning groups, GroupHandleTimes of each, the busiest first.
	HandleTime       HandleTimeBacktest        `json:"handle_time"`
	GroupHandleTimes []GroupHandleTimeBacktest `json:"group_handle_times"`
	// SpecialDays compares forecasts with and without the calendar; nil unless asked for.
	SpecialDays *SpecialDaysBacktest `json:"special_days,omitempty"`
}

// CodeBacktest is the accuracy of one wrap-up code over all its queues.
type CodeBacktest struct {
	Code wrapcast.Code `json:"code"`
	// Contacts were handled on the days that were forecast.
	Contacts int               `json:"contacts"`
	Accuracy wrapcast.Accuracy `json:"accuracy"`
}

// QueueBacktest is the accuracy of one queue over all its codes.
type QueueBacktest struct {
	Queue    wrapcast.Queue    `json:"queue"`
	Contacts int               `json:"contacts"`
	Accuracy wrapcast.Accuracy `json:"accuracy"`
}

// backtestSchema names the JSON of a BacktestReport.
const backtestSchema = "wrapcast.backtest/1"

// SpecialDaysBacktest says what knowing the calendar is worth on the days it has a name for: the accuracy of forecasts
// made with it, and of the same forecasts made without.
type SpecialDaysBacktest struct {
	// Days is how many of the days forecast have a name.
	Days   int                   `json:"days"`
	Levels []SpecialDaysAccuracy `json:"levels"`
	// Kinds are the names, with the accuracy of the total on their days.
	Kinds []SpecialKindAccuracy `json:"kinds"`
}

// SpecialDaysAccuracy is the accuracy of all subjects of a level on special days.
type SpecialDaysAccuracy struct {
	Kind    wrapcast.AccuracyLevel `json:"kind"`
	With    wrapcast.Accuracy      `json:"with"`
	Without wrapcast.Accuracy      `json:"without"`
}

// SpecialKindAccuracy is the accuracy of the total on the days of one name.
type SpecialKindAccuracy struct {
	Name    string            `json:"name"`
	Days    int               `json:"days"`
	With    wrapcast.Accuracy `json:"with"`
	Without wrapcast.Accuracy `json:"without"`
}

// HandleTimeBacktest says how far the handle times of planning groups were off, by contact: as they follow from the mix
// of their codes, and as two habits of planning would have had them. Each is the sum of absolute errors over the sum of
// handle times.
type HandleTimeBacktest struct {
	// Mix is that of the forecast: each code's handle time, weighted by what is forecast of it.
	Mix wrapcast.Measure `json:"mix"`
	// Average is that of the group's average over the whole history known then, Recent that of its last eight weeks
	// with weights falling from eight to one.
	Average wrapcast.Measure `json:"average"`
	Recent  wrapcast.Measure `json:"recent"`
}

// GroupHandleTimeBacktest is that of one planning group.
type GroupHandleTimeBacktest struct {
	Group    wrapcast.PlanningGroup `json:"group"`
	Contacts int                    `json:"contacts"`
	HandleTimeBacktest
}
