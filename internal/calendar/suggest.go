package calendar

import (
	"cmp"
	_ "embed" // the names of regions
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
)

const (
	// tellingChance is the probability that everything moves on a public holiday of the right region, and besideChance
	// that it does on a day beside one, whether that is a holiday or not.
	tellingChance, besideChance = 0.6, 0.35
	// leastScore is the logarithm of how many times likelier the moved days must be with a region than without, and
	// leastFits how many of them it must explain.
	leastScore, leastFits = 6, 3
	// abroad is by how much less likely a region is, as such a logarithm, that lies in another country than the time zone.
	abroad = 2
	// mostRegions is how many regions are suggested at most.
	mostRegions = 3
)

// SuggestHistory is what a suggestion is made from.
type SuggestHistory struct {
	From wrapcast.Date
	// Codes have the contacts per day of a code each; NaN where a day was not read, or somebody hid it.
	Codes [][]float64
	// Calendar names what is known already, for the days of the history.
	Calendar *ResolvedCalendar
	// Regions are the regions that the calendar uses.
	Regions []string
	// Zone is that of the days: of regions that fit alike, one of its country is likelier. "" says nothing.
	Zone string
}

// Suggest finds the days on which everything moved, and what would explain them.
func Suggest(h SuggestHistory) (wrapcast.CalendarSuggestion, error) {
	m := learnMovement(h.From, h.Codes)
	to := h.From + wrapcast.Date(len(m.common)) - 1
	s := wrapcast.CalendarSuggestion{Schema: wrapcast.CalendarSuggestionSchema, From: h.From, To: to,
		Moved: []wrapcast.MovedDay{}, Regions: []wrapcast.RegionFit{}, Returning: []wrapcast.ReturningDays{}}
	known, err := regions()
	if err != nil {
		return s, err
	}
	f := &fitting{movement: m, country: countryOf(h.Zone), open: map[wrapcast.Date]bool{}}
	for day := h.From; day <= to; day++ {
		if m.known(day) && len(h.Calendar.Names(day)) == 0 {
			f.open[day] = m.movedOn(day)
		}
	}
	for day, moved := range f.open {
		if moved {
			s.Moved = append(s.Moved, wrapcast.MovedDay{Day: day, Change: wrapcast.Change(m.change[day-h.From])})
		}
	}
	slices.SortFunc(s.Moved, func(a, b wrapcast.MovedDay) int { return cmp.Compare(a.Day, b.Day) })
	holidays := f.holidaysOf(known, h.Regions, h.From, to)
	for len(s.Regions) < mostRegions {
		fit, found := f.best(holidays, len(s.Moved))
		if !found {
			break
		}
		s.Regions = append(s.Regions, fit)
		explain(s.Moved, holidays[fit.Region])
		f.take(holidays[fit.Region])
	}
	s.Returning = f.returning(namesAround(h.Calendar, s, holidays))
	for _, r := range s.Returning {
		names := dayNames{}
		for _, day := range r.Days {
			names[day] = r.Event.Name
		}
		explain(s.Moved, names)
	}
	return s, nil
}

// explain names the moved days that have a name.
func explain(moved []wrapcast.MovedDay, names dayNames) {
	for i, d := range moved {
		if d.Name == "" {
			moved[i].Name = names[d.Day]
		}
	}
}

// dayNames are the names of days.
type dayNames map[wrapcast.Date]string

// fitting is the movement, and the days that nothing explains yet: true where everything moved.
type fitting struct {
	*movement
	// country is that of the time zone, "" where it says nothing.
	country string
	open    map[wrapcast.Date]bool
}

// holidaysOf are the holidays by region and day, of the regions that are not used yet.
func (f *fitting) holidaysOf(known map[string][]holiday, used []string, from,
	to wrapcast.Date) map[string]dayNames {
	all := map[string]dayNames{}
	for region, holidays := range known {
		if slices.Contains(used, region) {
			continue
		}
		days := dayNames{}
		for _, h := range holidays {
			for year := from.Year() - 1; year <= to.Year()+1; year++ {
				for _, d := range h.on(year) {
					days[d.actual] = h.name
					if d.observed != d.actual && days[d.observed] == "" {
						days[d.observed] = h.name + " (observed)"
					}
				}
			}
		}
		all[region] = days
	}
	return all
}

// best is the region that explains the days on which everything moved best: with p₀ the share of such days among all,
// and more beside a holiday, each holiday on one makes it likelier by p₁/p₀, each on another less likely by
// (1-p₁)/(1-p₀).
func (f *fitting) best(holidays map[string]dayNames, of int) (fit wrapcast.RegionFit, found bool) {
	p0 := 0.0
	for _, moved := range f.open {
		if moved {
			p0++
		}
	}
	p0 = min(max(p0/float64(max(len(f.open), 1)), 0.002), 0.3)
	score := float64(leastScore)
	var names []string
	for region := range holidays {
		names = append(names, region)
	}
	slices.Sort(names)
	for _, region := range names {
		r, s := f.fit(region, holidays[region], p0)
		r.Of = of
		switch {
		case r.Fits < leastFits || s < score-1e-9:
		case found && s < score+1e-9:
			fit.Alike = append(fit.Alike, region)
		default:
			fit, score, found = r, s, true
		}
	}
	slices.SortFunc(fit.Days, func(a, b wrapcast.Date) int {
		return cmp.Or(cmp.Compare(math.Abs(f.common[b-f.from]), math.Abs(f.common[a-f.from])), cmp.Compare(a, b))
	})
	return fit, found
}

// fit says how well the holidays of a region explain the days on which everything moved: the logarithm of how many
// times likelier they are with it.
func (f *fitting) fit(region string, holidays dayNames, p0 float64) (r wrapcast.RegionFit, score float64) {
	r = wrapcast.RegionFit{Region: region, Name: RegionName(region)}
	for day := range holidays {
		ordinarily := p0
		if holidays[day-1] != "" || holidays[day+1] != "" {
			ordinarily = besideChance
		}
		switch moved, open := f.open[day]; {
		case open && moved:
			r.Days = append(r.Days, day)
			score += math.Log(tellingChance / ordinarily)
		case open:
			r.Quiet++
			score += math.Log((1 - tellingChance) / (1 - ordinarily))
		}
	}
	r.Fits = len(r.Days)
	if f.country != "" && f.country != region && !strings.HasPrefix(region, f.country+"-") {
		score -= abroad
	}
	return r, score
}

// take puts the days of a region aside.
func (f *fitting) take(days dayNames) {
	for day := range days {
		delete(f.open, day)
	}
}

// regionNames is the table of regions' names.
//
//go:embed regions.txt
var regionsTable string

// countryOf is the country of a time zone, "" where the table does not say.
func countryOf(zone string) string {
	country := ""
	for line := range strings.Lines(regionsTable) {
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] == "#" {
			continue
		}
		if fields[0] != "@" {
			country = fields[0]
		} else if slices.Contains(fields[1:], zone) {
			return country
		}
	}
	return ""
}

// RegionName is a region in words, "United States, Massachusetts"; its code where it has no name.
func RegionName(region string) string {
	country, _, part := strings.Cut(region, "-")
	names := map[string]string{}
	for line := range strings.Lines(regionsTable) {
		if code, name, ok := strings.Cut(strings.TrimSpace(line), " "); ok && (code == region || code == country) {
			names[code] = name
		}
	}
	switch {
	case names[region] == "":
		return region
	case !part:
		return names[region]
	}
	return names[country] + ", " + names[region]
}

// StillMissing is a suggestion without what a calendar has by now.
func StillMissing(s wrapcast.CalendarSuggestion, now wrapcast.Calendar) wrapcast.CalendarSuggestion {
	s.Regions = slices.DeleteFunc(slices.Clone(s.Regions),
		func(r wrapcast.RegionFit) bool { return slices.Contains(now.Holidays, r.Region) })
	s.Returning = slices.DeleteFunc(slices.Clone(s.Returning), func(r wrapcast.ReturningDays) bool {
		return slices.ContainsFunc(now.Events, func(e wrapcast.CalendarEvent) bool { return e.Name == r.Event.Name })
	})
	return s
}

// SuggestionFindings say a suggestion in words: which region fits, and which days want a name.
func SuggestionFindings(s wrapcast.CalendarSuggestion) []wrapcast.Finding {
	var findings []wrapcast.Finding
	for _, r := range s.Regions {
		findings = append(findings, wrapcast.Finding{Code: "calendar-suggestion", Severity: wrapcast.Warning, Place: r.Region,
			Message: fmt.Sprintf("everything moved on %s: the public holidays of %s fit %d of %d such days",
				SomeDays(r.Days), r.Name, r.Fits, r.Of),
			Advice: "use them: wrapcast calendar use " + r.Region})
	}
	for _, r := range s.Returning {
		findings = append(findings, wrapcast.Finding{Code: "day-without-a-name", Severity: wrapcast.Info, Place: r.Event.Name,
			Message: fmt.Sprintf("%s moves everything each time, by %s: %s", r.Event.Name, r.Change, SomeDays(r.Days)),
			Advice:  "name it as an event: wrapcast calendar suggest shows how"})
	}
	return findings
}

// SomeDays writes the first few days: "26 Nov, 25 Dec, 4 Jul and 16 more".
func SomeDays(days []wrapcast.Date) string {
	const few = 3
	var words []string
	for i, day := range days {
		if i == few && len(days) > few+1 {
			return fmt.Sprintf("%s and %d more", strings.Join(words, ", "), len(days)-few)
		}
		words = append(words, day.Midnight(time.UTC).Format("2 Jan 2006"))
	}
	return strings.Join(words, ", ")
}
