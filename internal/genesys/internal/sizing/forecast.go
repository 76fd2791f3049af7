package sizing

import "time"

// Predictor predicts the rows of a quarter-hour from what is known besides its hour of the week; ok is false where it
// cannot.
type Predictor func(quarterHour time.Time) (rows float64, ok bool)

// rowForecast predicts how many rows an answer will have: by the hour of the week, or by a Predictor where there is
// one.
type rowForecast struct {
	// week is the usual rows of a quarter-hour, full the same without gaps, nil while nothing is known.
	week, full WeekProfile
	level      level
	predict    Predictor // nil: there is none
	// quiet is for how many quarter-hours in a row there were far fewer rows than usual.
	quiet int
}

// level is how many rows there are now over what is usual, 1 where they are as many.
type level float64

// follow moves the level by the rows there were over those predicted; one answer counts for little.
func (l *level) follow(predicted, rows float64) {
	const newest, least, most = 0.3, 0.9, 1.25
	if predicted >= 1 && rows >= 1 {
		*l *= level(1 + newest*(min(max(rows/predicted, least), most)-1))
	}
}

// quietBreak is how long, in quarter-hours, it may be quiet before that is usual: a holiday and a day on either side.
const quietBreak = 3 * 96

// newRowForecast begins with what was learned of the week earlier.
func newRowForecast(week WeekProfile) rowForecast {
	f := rowForecast{week: newWeekProfile(week), level: 1}
	f.full = f.week.complete()
	return f
}

// Known reports whether anything is known of the rows by hour of the week.
func (f *rowForecast) Known() bool { return f.full != nil }

// Rows is how many rows a span should have, 0 where nothing is known.
func (f *rowForecast) Rows(s Span) float64 {
	if !f.Known() {
		return 0
	}
	return s.sum(f.at)
}

// usual is how many rows that hour of the week has now; it needs Known.
func (f *rowForecast) usual(t time.Time) float64 {
	return float64(f.level) * float64(f.full[slotOf(t)])
}

// at is how many rows a quarter-hour should have; it needs Known.
func (f *rowForecast) at(t time.Time) float64 {
	if f.predict != nil {
		if rows, ok := f.predict(t); ok {
			return rows
		}
	}
	return f.usual(t)
}

// fitting counts the quarter-hours from an instant on, up to most, that should have no more rows than the ceiling.
func (f *rowForecast) fitting(from time.Time, most int, ceiling float64) int {
	sum := 0.0
	for n := range most {
		if sum += f.at(from.Add(Quarters(n))); sum > ceiling {
			return n
		}
	}
	return most
}

// learn follows an answer day by day. rows has how many every quarter-hour of the span had.
func (f *rowForecast) learn(s Span, rows []int) {
	var usual, counted float64
	for _, d := range s.days() {
		part := rows[s.Index(d.From):][:d.Length()]
		typical := true
		if f.Known() {
			predicted, there := d.sum(f.usual), total(part)
			if typical = f.typical(d, predicted, there); typical {
				usual, counted = usual+predicted, counted+there
			}
		}
		f.learnHours(d, part, typical)
	}
	f.level.follow(usual, counted)
	f.full = f.week.complete()
}

func total(rows []int) (sum float64) {
	for _, n := range rows {
		sum += float64(n)
	}
	return sum
}

// typical reports whether a day says what is usual: a holiday must not make the same day of next week look small.
func (f *rowForecast) typical(d Span, usual, rows float64) bool {
	if usual <= 1 || rows >= 0.8*usual {
		f.quiet = 0
		return true
	}
	f.quiet += d.Length()
	return f.quiet > quietBreak
}

// learnHours follows the hours of a day. Of one that is not typical only those are learned that were never seen: on
// weekends one such day follows the other.
func (f *rowForecast) learnHours(d Span, rows []int, typical bool) {
	for i, n := range rows {
		at := d.From.Add(Quarters(i))
		if typical || f.week[slotOf(at)] < 0 {
			f.week.learn(at, float32(n))
		}
	}
}
