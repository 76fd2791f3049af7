package calendar

import (
	"maps"
	"slices"
	"time"

	"github.com/rickar/cal/v2"

	"github.com/wrapcast/wrapcast"
)

// addHolidays names the public holidays, and the days they are observed on where those differ.
func (rc *ResolvedCalendar) addHolidays(c wrapcast.Calendar) error {
	known := regions()
	for _, region := range c.Holidays {
		holidays, ok := known[region]
		if !ok {
			return calendarError("the public holidays of %q are not known", region).
				WithHint("known are %s; name the country and add what is missing as events", regionNames(known))
		}
		for _, h := range holidays {
			if slices.Contains(c.Except, h.Name) {
				continue
			}
			// A year more on either side: a holiday of 1 January may be observed in December.
			for year := rc.from.Year() - 1; year <= rc.to.Year()+1; year++ {
				actual, observed := dates(h, year)
				rc.addHoliday(actual, h.Name)
				if observed != actual {
					rc.addHoliday(observed, h.Name+" (observed)")
				}
			}
		}
	}
	return nil
}

func (rc *ResolvedCalendar) addHoliday(day wrapcast.Date, name string) {
	if day == 0 || day < rc.from-1 || day > rc.to {
		return
	}
	rc.holidays[day] = true // the day before the first too: its night may reach into it
	if day >= rc.from {
		rc.name(day, name, holidayKind)
	}
}

// dates returns the day of a holiday and the one it is observed on, zero in years that do not have it. The library
// counts in the machine's zone, where a midnight may not exist and be given as 23:00 of the day before.
func dates(h *cal.Holiday, year int) (actual, observed wrapcast.Date) {
	day := func(t time.Time) wrapcast.Date {
		if t.IsZero() {
			return 0
		}
		return wrapcast.DateOf(t.Add(2 * time.Hour))
	}
	a, o := h.Calc(year)
	return day(a), day(o)
}

func regionNames(known map[string][]*cal.Holiday) []string { return slices.Sorted(maps.Keys(known)) }

// HolidayRegion is a region whose public holidays are known.
type HolidayRegion struct {
	// Region is its code by ISO 3166.
	Region string
	// Holidays are the names of its public holidays, in the order of the year as far as they have one.
	Holidays []string
}

// HolidayRegions lists the regions whose public holidays are known, by their codes.
func HolidayRegions() []HolidayRegion {
	known := regions()
	all := make([]HolidayRegion, 0, len(known))
	for _, name := range regionNames(known) {
		r := HolidayRegion{Region: name, Holidays: []string{}}
		for _, h := range known[name] {
			if !slices.Contains(r.Holidays, h.Name) {
				r.Holidays = append(r.Holidays, h.Name)
			}
		}
		all = append(all, r)
	}
	return all
}
