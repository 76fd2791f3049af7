package calendar

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rickar/cal/v2"

	"github.com/wrapcast/wrapcast"
)

// addHolidays names the public holidays, and the days they are observed on where those differ.
func (rc *ResolvedCalendar) addHolidays(c wrapcast.Calendar) error {
	if len(c.Holidays) == 0 {
		return nil
	}
	known, err := regions()
	if err != nil {
		return err
	}
	for _, region := range c.Holidays {
		holidays, ok := known[region]
		if !ok {
			return unknownRegion(region, known)
		}
		for _, h := range holidays {
			if slices.Contains(c.Except, h.name) {
				continue
			}
			// A year more on either side: a holiday of 1 January may be observed in December.
			for year := rc.from.Year() - 1; year <= rc.to.Year()+1; year++ {
				for _, d := range h.on(year) {
					rc.addHoliday(d.actual, h.name)
					if d.observed != d.actual {
						rc.addHoliday(d.observed, h.name+" (observed)")
					}
				}
			}
		}
	}
	return nil
}

// unknownRegion says which regions there are instead: the one that was probably meant, those of the country, or all
// countries.
func unknownRegion(region string, known map[string][]holiday) error {
	err := calendarError("the public holidays of %q are not known", region)
	if right := strings.ToUpper(region); known[right] != nil {
		return err.WithHint("did you mean %s?", right)
	}
	country, _, _ := strings.Cut(region, "-")
	var near, countries []string
	for _, name := range regionNames(known) {
		if name == country || strings.HasPrefix(name, country+"-") {
			near = append(near, name)
		}
		if !strings.Contains(name, "-") {
			countries = append(countries, name)
		}
	}
	if len(near) > 0 {
		return err.WithHint("known are %s; add what is missing as events", strings.Join(near, ", "))
	}
	return err.WithHint("the countries known are %s; add the holidays of others as events", strings.Join(countries, ", "))
}

func (rc *ResolvedCalendar) addHoliday(day wrapcast.Date, name string) {
	if day == 0 || day < rc.from-1 || day > rc.to {
		return
	}
	rc.holidays[day] = true // the day before the first too: its night may reach into it
	if day >= rc.from {
		rc.name(day, name, HolidayKind)
	}
}

// calculating lets one at a time use the library.
var calculating sync.Mutex //nolint:gochecknoglobals // what it guards is global: the library's own variables

// held returns the day of the library's holiday and the one it is observed on, none in years that do not have it. The
// library counts in the machine's zone, where a midnight may not exist and be given as 23:00 of the day before.
func held(h *cal.Holiday, year int) []heldDay {
	calculating.Lock() // Japan's equinoxes are kept in variables
	actual, observed := h.Calc(year)
	calculating.Unlock()
	if actual.IsZero() {
		return nil
	}
	day := func(t time.Time) wrapcast.Date { return wrapcast.DateOf(t.Add(2 * time.Hour)) }
	if observed.IsZero() {
		observed = actual
	}
	return []heldDay{{day(actual), day(observed)}}
}

func regionNames(known map[string][]holiday) []string { return slices.Sorted(maps.Keys(known)) }

// HolidayRegion is a region whose public holidays are known.
type HolidayRegion struct {
	// Region is its code by ISO 3166, Name the region in words.
	Region string `json:"region"`
	Name   string `json:"name"`
	// Holidays are the names of its public holidays, in the order of the year as far as they have one.
	Holidays []string `json:"holidays"`
}

// HolidayRegions lists the regions whose public holidays are known, by their codes.
func HolidayRegions() []HolidayRegion {
	known, err := regions()
	if err != nil {
		return nil // the table is part of the program: a test reads it
	}
	all := make([]HolidayRegion, 0, len(known))
	for _, name := range regionNames(known) {
		r := HolidayRegion{Region: name, Name: RegionName(name), Holidays: []string{}}
		for _, h := range known[name] {
			if !slices.Contains(r.Holidays, h.name) {
				r.Holidays = append(r.Holidays, h.name)
			}
		}
		all = append(all, r)
	}
	return all
}
