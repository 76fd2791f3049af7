package wrapcast

import "time"

// ForecastSnapshot is one local day of the forecast that held so many days before it. It is cut out of that forecast
// once the day is over and never changed, so that accuracy can be computed without reading every forecast there was.
type ForecastSnapshot struct {
	Organisation OrganisationID `json:"organisation"`
	Day          Date           `json:"day"`
	// Lead is one of AccuracyLeads; Age is how many days before the day the forecast began to hold, at least Lead.
	Lead int `json:"lead"`
	Age  int `json:"age"`
	// Forecast names the forecast, MadeAt is when it was made.
	Forecast ForecastID `json:"forecast"`
	MadeAt   time.Time  `json:"made_at"`
	// Published says that of the forecasts a target had this one held, Latest that it held of all that were made. One of
	// them is true at least.
	Published bool              `json:"published"`
	Latest    bool              `json:"latest"`
	Values    []SubjectSnapshot `json:"values"`
}

// SubjectSnapshot is the forecast of one subject (a code, a queue, a planning group, the total) for one day, in
// contacts and seconds.
type SubjectSnapshot struct {
	Kind AccuracyLevel `json:"kind"`
	ID   string        `json:"id,omitempty"`
	Name string        `json:"name,omitempty"`
	// Routes are those a planning group had.
	Routes []Route `json:"routes,omitempty"`
	SnapshotValue
	// Base is the same forecast without overrides; nil where none changed it.
	Base *SnapshotValue `json:"base,omitempty"`
	// Scale is the mean step of the seasonal naive in the history the forecast knew: what MASE is measured in.
	Scale Measure `json:"scale"`
}

// SnapshotValue is one day of a DailyForecast.
type SnapshotValue struct {
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
