package wrapcast

import (
	"context"
	"time"
)

// QuarterHour is the width of every interval wrapcast keeps: the finest that
// Genesys Workforce Management plans in.
const QuarterHour = 15 * time.Minute

// Clock tells the time and waits. No package reads the wall clock itself: the
// command (or package run) hands one in, so that a replayed organisation can live in its own time and
// a test can make a night pass at once.
type Clock struct {
	// Now returns the present instant. It must be set.
	Now func() time.Time
	// Sleep waits for d or until ctx is done, and then returns ctx's error. It must be set.
	Sleep func(ctx context.Context, d time.Duration) error
}

// At returns a clock that reads start at this moment and runs on at the pace of c:
// the clock of a replayed contact log, whose last day lies in the past.
func (c Clock) At(start time.Time) Clock {
	base := c.Now()
	now := func() time.Time { return start.Add(c.Now().Sub(base)) }
	return Clock{Now: now, Sleep: c.Sleep}
}

// Elapsed returns a function that tells how much time has passed on this clock since Elapsed was called. Where the
// clock is set back meanwhile, time goes on: it is counted from one call to the next, never backwards. Two goroutines
// must not call it at once.
func (c Clock) Elapsed() func() time.Duration {
	last, passed := c.Now(), time.Duration(0)
	return func() time.Duration {
		now := c.Now()
		passed, last = passed+max(now.Sub(last), 0), now
		return passed
	}
}

// Since returns how long ago t was on this clock.
func (c Clock) Since(t time.Time) time.Duration { return c.Now().Sub(t) }
