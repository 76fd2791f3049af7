package genesys

import (
	"time"

	"github.com/wrapcast/wrapcast/internal/source"
)

// usualParallel is how many questions about the history are under way at a time, maxParallel how many may be where the
// platform is slow. Once the answers under way and those not yet kept should have maxRowsHeld rows in all, no other is
// asked: they are all in memory.
const (
	usualParallel = 4
	maxParallel   = 8
	maxRowsHeld   = 400_000
)

// pace finds how many questions must be under way at a time to use the budget: one more whenever as many as there may
// be were answered and nobody had to wait for the budget meanwhile.
type pace struct {
	max   int
	fixed bool
	// idle counts answers since waited, the time spent waiting for the budget, was seen to grow.
	idle   int
	waited time.Duration
	usage  func() source.Usage
}

// newPace begins with the number of the settings, and stays there where they give one.
func newPace(c *Client) pace {
	if c.parallel > 0 {
		return pace{max: c.parallel, fixed: true, usage: c.Usage}
	}
	return pace{max: usualParallel, usage: c.Usage}
}

// answered takes in that a question was answered.
func (p *pace) answered() {
	if waited := p.usage().WaitedForBudget; waited > p.waited {
		p.waited, p.idle = waited, 0
		return
	}
	if p.idle++; p.idle >= p.max && !p.fixed {
		p.max, p.idle = min(p.max+1, maxParallel), 0
	}
}
