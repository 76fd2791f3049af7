package wrapcast

import "time"

// ForecastInput is what a forecast was made of, beside the history itself: kept so that it can be shown, and
// made again.
type ForecastInput struct {
	Schema   string     `json:"schema"`
	Forecast ForecastID `json:"forecast"`
	// Version of wrapcast made it, "" where that is not known.
	Version string `json:"version"`
	// At was the present of the run.
	At        time.Time `json:"at"`
	Directory Directory `json:"directory"`
	// Calendar, Lineage, Masks and Overrides are the decisions that held.
	Calendar  Calendar        `json:"calendar"`
	Lineage   []LineageChange `json:"lineage"`
	Masks     []MaskEdit      `json:"masks"`
	Overrides []Override      `json:"overrides"`
	// History has a line for each UTC day of the history: its date and its digest.
	History string `json:"history"`
}

// ForecastInputSchema names the JSON of a ForecastInput.
const ForecastInputSchema = "wrapcast.forecast-input/1"
