package figures

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/web/internal/columns"
)

// explanation says in a few figures what the components show: the level, the weekdays, and similar past weeks.
type explanation struct {
	Level        levelFigures    `json:"level"`
	Weekdays     []weekdayFigure `json:"weekdays" doc:"Sunday first"`
	SpecialDays  []specialEffect `json:"special_days" doc:"What the calendar does to days that are forecast, the first first"`
	SimilarWeeks []similarWeek   `json:"similar_weeks" doc:"The past weeks whose days are nearest to the first seven days forecast, the nearest first, at most three"`
}

// levelFigures are means of the component level, in contacts per day.
type levelFigures struct {
	Recent     wrapcast.Measure `json:"recent" doc:"Of the last 28 days of history, in contacts per day"`
	Forecast   wrapcast.Measure `json:"forecast" doc:"Of the first 28 days forecast"`
	YearBefore wrapcast.Measure `json:"year_before" doc:"Of the same days 52 weeks earlier; null where the history does not reach back"`
}

// weekdayFigure is the effect of one weekday, as a fraction of the level: 0.2 is a fifth more contacts than the level.
type weekdayFigure struct {
	Weekday  time.Weekday     `json:"weekday"`
	Recent   wrapcast.Measure `json:"recent" doc:"The mean effect in the last eight weeks of history, as a fraction of the level"`
	Forecast wrapcast.Measure `json:"forecast" doc:"The mean effect in the first four weeks forecast, as a fraction of the level"`
}

// specialEffect is what the names of a day in the calendar do to its forecast.
type specialEffect struct {
	Day   wrapcast.Date `json:"day"`
	Names []string      `json:"names"`
	// Contacts are those forecast for it, before overrides.
	Contacts wrapcast.Measure `json:"contacts" doc:"Contacts forecast for the day before overrides"`
	Effect   wrapcast.Measure `json:"effect" doc:"Against an ordinary day of its weekday, a fraction: -0.8 is four fifths fewer; null where such a day has none"`
}

// similarWeek is a past week of seven days in a row.
type similarWeek struct {
	From     wrapcast.Date    `json:"from" doc:"Its first local day"`
	Contacts wrapcast.Measure `json:"contacts" doc:"The contacts handled in it"`
}

const (
	levelDays       = 28
	weekdayDays     = 56
	yearDays        = 364
	maxSimilarWeeks = 3
)

// explain works the figures out of the components; n is how many of the values are history.
func (b componentsBody) explain(n int) explanation {
	level, week := b.part("level"), b.part("week")
	ahead := min(n+levelDays, len(b.Values))
	out := explanation{
		Level: levelFigures{
			Recent:     columns.Measure(meanOf(level[max(n-levelDays, 0):n])),
			Forecast:   columns.Measure(meanOf(level[n:ahead])),
			YearBefore: wrapcast.NotMeasured(),
		},
		SimilarWeeks: b.similarWeeks(n),
	}
	if first := int(b.Ahead-b.From) - yearDays; first >= 0 && first+levelDays <= n {
		out.Level.YearBefore = columns.Measure(meanOf(level[first : first+levelDays]))
	}
	for day := range time.Weekday(7) {
		out.Weekdays = append(out.Weekdays, weekdayFigure{
			Weekday: day,
			Recent: weekdayEffect(day, b.From+wrapcast.Date(max(n-weekdayDays, 0)), level[max(n-weekdayDays, 0):n],
				week[max(n-weekdayDays, 0):n]),
			Forecast: weekdayEffect(day, b.Ahead, level[n:ahead], week[n:ahead]),
		})
	}
	return out
}

// specialDays says what the calendar does to the days forecast that it names; n is how many of the values are history.
func (b componentsBody) specialDays(n int, names map[wrapcast.Date][]string) []specialEffect {
	out := []specialEffect{}
	level, week, special := b.part("level"), b.part("week"), b.part("special")
	for t := n; t < len(b.Values); t++ {
		day := b.Ahead + wrapcast.Date(t-n)
		if len(names[day]) == 0 {
			continue
		}
		e := specialEffect{Day: day, Names: names[day], Contacts: columns.Measure(level[t] + week[t] + special[t]),
			Effect: wrapcast.NotMeasured()}
		if usual := level[t] + week[t]; usual > 0 {
			e.Effect = columns.Measure(special[t] / usual)
		}
		out = append(out, e)
	}
	return out
}

// part is the component of a name.
func (b componentsBody) part(name string) columns.Decimals {
	i := slices.IndexFunc(b.Parts, func(p componentPart) bool { return p.Name == name })
	return b.Parts[i].Values
}

// similarWeeks compares the first seven days forecast with each week of the history, counted back from its end.
func (b componentsBody) similarWeeks(n int) []similarWeek {
	weeks := []similarWeek{}
	if len(b.Values) < n+7 || !(sumOf(b.Values[n:n+7]) > 0) {
		return weeks
	}
	distances := map[wrapcast.Date]float64{}
	for from := n - 7; from >= 0; from -= 7 {
		distance := 0.0
		for i := range 7 {
			distance += math.Abs(b.Values[from+i] - b.Values[n+i])
		}
		if !math.IsNaN(distance) {
			week := similarWeek{From: b.From + wrapcast.Date(from),
				Contacts: columns.Measure(sumOf(b.Values[from : from+7]))}
			distances[week.From] = distance
			weeks = append(weeks, week)
		}
	}
	slices.SortStableFunc(weeks, func(x, y similarWeek) int {
		return cmp.Compare(distances[x.From],
			distances[y.From])
	})
	return weeks[:min(len(weeks), maxSimilarWeeks)]
}

// weekdayEffect is the mean of the component week on the days of a weekday, over the mean level of all days.
func weekdayEffect(day time.Weekday, from wrapcast.Date, level, week columns.Decimals) wrapcast.Measure {
	effects := columns.Decimals{}
	for i, v := range week {
		if (from + wrapcast.Date(i)).Weekday() == day {
			effects = append(effects, v)
		}
	}
	mean := meanOf(level)
	if !(mean > 0) {
		return wrapcast.NotMeasured()
	}
	return columns.Measure(meanOf(effects) / mean)
}

// meanOf is the mean of the values there are; NaN where there is none.
func meanOf(values columns.Decimals) float64 {
	known := slices.DeleteFunc(slices.Clone(values), math.IsNaN)
	return sumOf(known) / float64(len(known))
}

// sumOf adds values up.
func sumOf(values columns.Decimals) (sum float64) {
	for _, v := range values {
		sum += v
	}
	return sum
}
