package sizing

import "testing"

// What is refused is put down to its rows or to its length, whichever earlier answers leave possible.
func TestARefusalIsPutDownToRowsOrToLength(t *testing.T) {
	t.Parallel()
	known := LearnedLimits{MaxRows: 1000, MaxLength: 100}
	withTooLong := known
	withTooLong.TooLong = 150
	for name, c := range map[string]struct {
		before       LearnedLimits
		length, rows int
		tooMany      int
		tooLong      int
	}{
		"no longer than what was answered":        {known, 90, 1200, 1200, 0},
		"then what seemed too long was not":       {withTooLong, 90, 1200, 1200, 0},
		"that should have had fewer rows":         {known, 90, 800, 1001, 0},
		"longer, and far fewer rows":              {known, 120, 500, 0, 120},
		"longer still, and far fewer rows":        {withTooLong, 200, 500, 0, 150},
		"longer, and about as many rows":          {known, 120, 950, 1001, 0},
		"longer, and more rows":                   {known, 120, 2000, 2000, 0},
		"the first of all":                        {LearnedLimits{}, 120, 2000, 2000, 0},
		"fewer rows than what was refused before": {LearnedLimits{MaxRows: 1000, MaxLength: 100, TooManyRows: 1500}, 120, 1300, 1300, 0},
	} {
		l := c.before
		if l.refused(c.length, c.rows); l.TooManyRows != c.tooMany || l.TooLong != c.tooLong {
			t.Errorf("%s: too many rows are %d, too long is %d; want %d and %d", name, l.TooManyRows, l.TooLong, c.tooMany, c.tooLong)
		}
	}
}

func TestAnAnswerLiftsTheBoundsItPasses(t *testing.T) {
	t.Parallel()
	l := LearnedLimits{MaxRows: 1000, MaxLength: 100, TooManyRows: 1200, TooLong: 150}
	l.answered(150, 1300)
	if want := (LearnedLimits{MaxRows: 1300, MaxLength: 150, TooManyRows: 1301}); l.MaxRows != want.MaxRows || l.MaxLength != want.MaxLength ||
		l.TooManyRows != want.TooManyRows || l.TooLong != 0 {
		t.Errorf("%+v, want %+v", l, want)
	}
	if got := l.rows(); got != 1300 {
		t.Errorf("%v rows are tried where 1300 were given and 1301 are too many", got)
	}
}

// Once it is known how many rows a refused interval had, that is what counts.
func TestWhatWasRefusedIsCountedLater(t *testing.T) {
	t.Parallel()
	predicted := LearnedLimits{MaxRows: 1000, MaxLength: 100, TooManyRows: 1100}
	counted := LearnedLimits{MaxRows: 1000, MaxLength: 100, TooManyRows: 1400, counted: true}
	for name, c := range map[string]struct {
		before           LearnedLimits
		length, rows     int
		tooMany, tooLong int
	}{
		"more than was predicted":           {predicted, 90, 1500, 1500, 0},
		"fewer than were counted before":    {counted, 90, 1200, 1200, 0},
		"more than were counted before":     {counted, 90, 1900, 1400, 0},
		"no more than were given: too long": {predicted, 120, 900, 0, 120},
		"the same where rows were counted":  {counted, 120, 900, 1400, 120},
	} {
		l := c.before
		if l.sized(c.length, c.rows); l.TooManyRows != c.tooMany || l.TooLong != c.tooLong {
			t.Errorf("%s: too many rows are %d, too long is %d; want %d and %d", name, l.TooManyRows, l.TooLong, c.tooMany, c.tooLong)
		}
	}
}
