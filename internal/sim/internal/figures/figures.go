// Package figures holds what was measured on a year of real requests to a city's contact centre, from which the
// built-in demand is drawn: figures.json. The file it was measured on is named in the figures themselves (About); who
// has it can check them:
//
//	WRAPCAST_CONTACTS=/absolute/path/boston311_2015_requests.csv.gz go test ./internal/sim/internal/demand -run Figures
//
// What is not in the figures is not in the file either: there are no handle times, no waits, no abandoned contacts and
// no agents.
package figures

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
)

// Figures are what a contact log says of its demand.
type Figures struct {
	// About names the source and the method, for whoever opens the file.
	About []string `json:"about"`
	// Requests is how many the log has, Days how many local days lie between its first and last.
	Requests int `json:"requests"`
	Days     int `json:"days"`
	// Total is the profile of all requests together.
	Total Profile `json:"total"`
	// Holidays are the special days of the year and what they did to all requests.
	Holidays []Holiday `json:"holidays"`
	Sources  []Source  `json:"sources"`
	Types    []Type    `json:"types"`
}

// Profile is how a series moves with the season and the week, on days that are no holidays.
// The expected requests of a day are Daily × Months[its month] × Weekdays[its weekday].
type Profile struct {
	Daily    float64     `json:"daily"`
	Months   [12]float64 `json:"months"`   // January first; 1 is an average month
	Weekdays [7]float64  `json:"weekdays"` // Monday first; 1 is an average day
}

// Holiday is a day that is unlike its weekday.
type Holiday struct {
	Name string `json:"name"`
	Date string `json:"date"`
	// Factor is the requests that came over those its weekday and month let expect.
	Factor float64 `json:"factor"`
}

// Source is one way by which requests come in: "Constituent Call".
type Source struct {
	Name     string `json:"name"`
	Requests int    `json:"requests"`
	// Bursts is the share of requests that follow another of the same department, type and source within five
	// minutes, beyond what chance lets expect, of those that have one before them on the same day.
	Bursts   float64    `json:"bursts"`
	Weekdays [7]float64 `json:"weekdays"` // as in Profile
	// Hours counts requests by local hour on Mondays to Fridays, Saturdays, and Sundays; holidays count as Sundays.
	Hours [3][24]int `json:"hours"`
}

// Type is a kind of request: a wrap-up code.
type Type struct {
	Name string `json:"name"`
	// Queues counts the requests by department and source.
	Queues map[string]map[string]int `json:"queues"`
	Profile
	// Hours counts requests by local hour, all days.
	Hours [24]int `json:"hours"`
	// Dispersion is how much days vary beyond Poisson around the profile: variance = mean + Dispersion × mean²,
	// by the method of moments. It may come out negative for rare types.
	Dispersion float64 `json:"dispersion"`
	// Persistence is the correlation of that variation from one day to the next, 0 where there is none to correlate.
	Persistence float64 `json:"persistence"`
}

// Requests returns how many requests of the type there were.
func (t *Type) Requests() int {
	n := 0
	for _, sources := range t.Queues {
		for _, requests := range sources {
			n += requests
		}
	}
	return n
}

//go:embed figures.json
var file []byte

// Load returns the committed figures.
func Load() (*Figures, error) {
	var f Figures
	if err := json.Unmarshal(file, &f); err != nil {
		return nil, fmt.Errorf("figures.json: %w", err)
	}
	return &f, nil
}

// Departments lists the names of the departments in the figures, in order of the alphabet.
func (f *Figures) Departments() []string {
	var names []string
	for _, t := range f.Types {
		for queue := range t.Queues {
			if !slices.Contains(names, queue) {
				names = append(names, queue)
			}
		}
	}
	slices.Sort(names)
	return names
}
