package sizing

import "testing"

// What is refused is put down to its rows or to its length, whichever earlier answers leave possible. What was answered
// in this reading counts for more than what was answered in an earlier one.
func TestARefusalIsPutDownToRowsOrToLength(t *testing.T) {
	t.Parallel()
	known := LearnedLimits{MaxRows: 10_000, MaxLength: 100}
	known.here.rows, known.here.length = 10_000, 100
	withTooLong := known
	withTooLong.TooLong = 150
	withTooMany := known
	withTooMany.TooManyRows = 15_000
	earlier := LearnedLimits{MaxRows: 10_000, MaxLength: 2000}
	const week = FirstLength
	for name, c := range map[string]struct {
		before       LearnedLimits
		length, rows int
		tooMany      int
		tooLong      int
		doubted      int
	}{
		"no longer than what was answered":         {known, 90, 12_000, 12_000, 0, 0},
		"then what seemed too long was not":        {withTooLong, 90, 12_000, 12_000, 0, 0},
		"that should have had fewer rows":          {known, 90, 8000, 10_001, 0, 0},
		"longer, and far fewer rows":               {known, 120, 5000, 0, 120, 0},
		"longer still, and far fewer rows":         {withTooLong, 200, 5000, 0, 150, 0},
		"longer, and about as many rows":           {known, 120, 9500, 10_001, 0, 0},
		"longer, and more rows":                    {known, 120, 20_000, 20_000, 0, 0},
		"longer than a week, and more rows":        {known, week + 1, 20_000, 0, week + 1, 20_000},
		"the same where more rows were too many":   {withTooMany, week + 1, 14_000, 15_000, week + 1, 14_000},
		"the same where as many rows are too many": {withTooMany, week + 1, 15_000, 15_000, 0, 0},
		"the first of all":                         {LearnedLimits{}, 120, 20_000, 20_000, 0, 0},
		"few rows":                                 {LearnedLimits{}, 120, 999, 0, 120, 0},
		"what an earlier reading was given":        {earlier, 2000, 5000, 0, 2000, 0},
		"fewer rows than what was refused before":  {withTooMany, 120, 13_000, 13_000, 0, 0},
	} {
		l := c.before
		if l.refused(c.length, c.rows); l.TooManyRows != c.tooMany || l.TooLong != c.tooLong || l.TooLongRows != c.doubted {
			t.Errorf("%s: too many rows are %d, too long is %d (%d); want %d and %d (%d)", name, l.TooManyRows, l.TooLong, l.TooLongRows, c.tooMany, c.tooLong, c.doubted)
		}
	}
}

// Before anything was answered a week is asked for, afterwards twice as much, at most what is allowed; then halfway to
// what was refused, in whole days, and only where that saves requests.
func TestLongerIntervalsAreTriedOnceAWeekWasAnswered(t *testing.T) {
	t.Parallel()
	const days, month, years = 96, 31 * 96, 730 * 96
	for name, c := range map[string]struct {
		known         LearnedLimits
		allowed, left int
		want          int
	}{
		"nothing known":                      {LearnedLimits{}, month, years, 7 * days},
		"less is allowed":                    {LearnedLimits{}, 2 * days, years, 2 * days},
		"a week was answered":                {LearnedLimits{MaxLength: 7 * days}, month, years, 14 * days},
		"a fortnight was answered":           {LearnedLimits{MaxLength: 14 * days}, month, years, month},
		"a fortnight, and a year is allowed": {LearnedLimits{MaxLength: 14 * days}, 365 * days, years, 28 * days},
		"a month was answered":               {LearnedLimits{MaxLength: month}, month, years, month},
		"three days were answered":           {LearnedLimits{MaxLength: 3 * days}, month, years, 14 * days},
		"little is left":                     {LearnedLimits{MaxLength: 7 * days}, month, 14 * days, 7 * days},
		"a fortnight was refused":            {LearnedLimits{MaxLength: 7 * days, TooLong: 14 * days}, month, years, 10 * days},
		"ten days were refused":              {LearnedLimits{MaxLength: 7 * days, TooLong: 10 * days}, month, years, 8 * days},
		"eight days were refused":            {LearnedLimits{MaxLength: 7 * days, TooLong: 8 * days}, month, years, 7 * days},
		"a week was refused":                 {LearnedLimits{TooLong: 7 * days}, month, years, 7 * days / 2},
		"a month once, refused now":          {LearnedLimits{MaxLength: month, TooLong: month}, month, years, 19 * days},
	} {
		if first := c.known.length(c.allowed, c.left); first > c.known.safe() || first > c.want {
			t.Errorf("%s: %d quarter-hours are asked for first", name, first)
		}
		if c.known.MaxLength > 0 {
			c.known.here.length = min(c.known.MaxLength, 7*days) // of this reading
		}
		if got := c.known.length(c.allowed, c.left); got != c.want {
			t.Errorf("%s: %d quarter-hours are asked for, want %d", name, got, c.want)
		}
	}
}

func TestASlowAnswerIsTooLongUnlessAsLongAOneWasAnsweredNow(t *testing.T) {
	t.Parallel()
	l := LearnedLimits{MaxLength: 1000}
	if l.slow(800, 50); l.TooLong != 800 {
		t.Errorf("too long is %d, want 800", l.TooLong)
	}
	l.answered(900, 50)
	if l.slow(850, 50); l.TooLong != 0 {
		t.Errorf("too long is %d though more was answered", l.TooLong)
	}
}

func TestAnAnswerLiftsTheBoundsItPasses(t *testing.T) {
	t.Parallel()
	l := LearnedLimits{MaxRows: 1000, MaxLength: 100, TooManyRows: 1200, TooLong: 150, TooLongRows: 1200}
	l.answered(150, 1300)
	if want := (LearnedLimits{MaxRows: 1300, MaxLength: 150, TooManyRows: 1301}); l.MaxRows != want.MaxRows || l.MaxLength != want.MaxLength ||
		l.TooManyRows != want.TooManyRows || l.TooLong != 0 || l.TooLongRows != 0 {
		t.Errorf("%+v, want %+v", l, want)
	}
	if got := l.rows(); got != 1300 {
		t.Errorf("%v rows are tried where 1300 were given and 1301 are too many", got)
	}
}

// Once it is known how many rows a refused interval had, that is what counts.
func TestWhatWasRefusedIsCountedLater(t *testing.T) {
	t.Parallel()
	of := func(l LearnedLimits, rows, length int) LearnedLimits {
		l.MaxRows, l.MaxLength = 10_000, 100
		l.here.rows, l.here.length = rows, length
		return l
	}
	predicted := of(LearnedLimits{TooManyRows: 11_000}, 10_000, 100)
	counted := of(LearnedLimits{TooManyRows: 14_000, counted: true}, 10_000, 100)
	type bounds struct{ rows, tooMany, tooLong int }
	for name, c := range map[string]struct {
		before       LearnedLimits
		length, rows int
		want         bounds
	}{
		"more than was predicted":               {predicted, 90, 15_000, bounds{10_000, 15_000, 0}},
		"fewer than were counted before":        {counted, 90, 12_000, bounds{10_000, 12_000, 0}},
		"more than were counted before":         {counted, 90, 19_000, bounds{10_000, 14_000, 0}},
		"no more than were given: too long":     {predicted, 120, 9000, bounds{10_000, 0, 120}},
		"the same where rows were counted":      {counted, 120, 9000, bounds{10_000, 14_000, 120}},
		"its length may be reason enough":       {of(LearnedLimits{TooLong: 120, TooLongRows: 12_000}, 10_000, 100), 120, 15_000, bounds{10_000, 0, 120}},
		"its rows were predicted too low":       {of(LearnedLimits{TooLong: 120}, 10_000, 100), 120, 15_000, bounds{10_000, 15_000, 0}},
		"neither long nor many: length shrank":  {of(LearnedLimits{}, 4000, 40), 80, 8000, bounds{10_000, 0, 80}},
		"as many as were many: rows shrank":     {of(LearnedLimits{TooManyRows: 10_001}, 4000, 40), 80, 9500, bounds{4000, 9500, 0}},
		"as long as is answered: rows shrank":   {of(LearnedLimits{}, 4000, 90), 80, 8000, bounds{4000, 8000, 0}},
		"neither, and the like is answered now": {of(LearnedLimits{}, 9000, 90), 80, 8000, bounds{10_000, 0, 0}},
	} {
		l := c.before
		if l.sized(c.length, c.rows); (bounds{l.MaxRows, l.TooManyRows, l.TooLong}) != c.want {
			t.Errorf("%s: %+v; want %+v", name, l, c.want)
		}
	}
}

func TestALengthThatIsRefusedNowIsNotKept(t *testing.T) {
	t.Parallel()
	l := LearnedLimits{MaxLength: 31 * 96, TooLong: 14 * 96}
	l.here.length = 7 * 96
	if got := l.Settled().MaxLength; got != 7*96 {
		t.Errorf("%d quarter-hours are kept", got)
	}
	l.TooLong = 0
	if got := l.Settled().MaxLength; got != 31*96 {
		t.Errorf("%d quarter-hours are kept", got)
	}
}
