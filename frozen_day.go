package wrapcast

import "time"

// FrozenDay is what was said of a local day so many days before it, by the forecast that held then. It is cut out of a
// frozen forecast once the day is over, so that accuracy can be told without reading every forecast there was.
type FrozenDay struct {
	Organisation OrganisationID `json:"organisation"`
	Day          Date           `json:"day"`
	// Lead is one of AccuracyLeads; Age is how many days before the day the forecast began to hold, at least Lead.
	Lead int `json:"lead"`
	Age  int `json:"age"`
	// Forecast is which it was, MadeAt when it was made.
	Forecast ForecastID `json:"forecast"`
	MadeAt   time.Time  `json:"made_at"`
	// Published says that of the forecasts a target had this one held, Latest that it held of all that were made. One of
	// them is true at least.
	Published bool          `json:"published"`
	Latest    bool          `json:"latest"`
	Values    []FrozenValue `json:"values"`
}

// FrozenValue is what a forecast said of one thing on one day.
type FrozenValue struct {
	Kind AccuracyLevel `json:"kind"`
	ID   string        `json:"id,omitempty"`
	Name string        `json:"name,omitempty"`
	// Routes are those a planning group had.
	Routes []Route `json:"routes,omitempty"`
	SaidValue
	// Base is what was said without overrides; nil where none changed it.
	Base *SaidValue `json:"base,omitempty"`
	// Scale is the mean step of the seasonal naive in the history the forecast knew: what MASE is measured in.
	Scale Measure `json:"scale"`
}

// SaidValue is one day of a DailyForecast.
type SaidValue struct {
	Mean          float64     `json:"mean"`
	Median        float64     `json:"median"`
	HandleSeconds float64     `json:"handle_seconds"`
	Bands         []BandValue `json:"bands,omitempty"`
}

// BandValue is a Band on one day.
type BandValue struct {
	Level float64 `json:"level"`
	Lower float64 `json:"lower"`
	Upper float64 `json:"upper"`
}
