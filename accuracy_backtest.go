package wrapcast

// BacktestReport says how good forecasts of the stored past would have been: at each of several moments the whole
// procedure saw only what was known then, and what it said of the days after was compared with what came.
type BacktestReport struct {
	Schema       string         `json:"schema"`
	Organisation OrganisationID `json:"organisation"`
	// Algorithm is what was tried: "auto", "exponentialSmoothing".
	Algorithm string `json:"algorithm"`
	// HistoryFrom and HistoryTo bound the local days there are, both included.
	HistoryFrom Date `json:"history_from"`
	HistoryTo   Date `json:"history_to"`
	// Days is how many days were forecast at each origin.
	Days int `json:"days"`
	// Origins are the first days of these forecasts, oldest first.
	Origins []Date `json:"origins"`
	// Overall is over all codes; Total is of all contacts together.
	Overall Accuracy        `json:"overall"`
	Total   Accuracy        `json:"total"`
	Codes   []CodeBacktest  `json:"codes"`
	Queues  []QueueBacktest `json:"queues"`
}

// CodeBacktest is the accuracy of one wrap-up code over all its queues.
type CodeBacktest struct {
	Code Code `json:"code"`
	// Contacts were handled on the days that were forecast.
	Contacts int      `json:"contacts"`
	Accuracy Accuracy `json:"accuracy"`
}

// QueueBacktest is the accuracy of one queue over all its codes.
type QueueBacktest struct {
	Queue    Queue    `json:"queue"`
	Contacts int      `json:"contacts"`
	Accuracy Accuracy `json:"accuracy"`
}

// BacktestSchema names the JSON of a BacktestReport.
const BacktestSchema = "wrapcast.backtest/1"
