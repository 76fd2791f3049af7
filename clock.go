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

// Since returns how long ago t was on this clock.
func (c Clock) Since(t time.Time) time.Duration { return c.Now().Sub(t) }
