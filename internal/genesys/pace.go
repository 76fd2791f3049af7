package genesys

import "time"

// usualParallel is how many questions about the history are under way at a time, mostParallel how many may be where the
// platform is slow. Once the answers under way, with those not yet kept, should have manyRows in all, no other is asked: they are all in
// memory, and the less is under way, the more is known of what comes next.
const (
	usualParallel = 4
	mostParallel  = 8
	manyRows      = 400_000
)

// pace finds how many questions must be under way at a time to use the budget: one more whenever as many as there may be
// were answered and nobody had to wait for the budget meanwhile.
type pace struct {
	most  int
	fixed bool
	// idle counts answers since waited, the time spent waiting for the budget, was seen to grow.
	idle   int
	waited time.Duration
	meter  *meter
}

// newPace begins with the number of the settings, and stays there where they give one.
func newPace(c *Client) pace {
	if c.parallel > 0 {
		return pace{most: c.parallel, fixed: true, meter: c.transport.meter}
	}
	return pace{most: usualParallel, meter: c.transport.meter}
}

// answered takes in that a question was answered.
func (p *pace) answered() {
	if waited := p.meter.read().WaitedForBudget; waited > p.waited {
		p.waited, p.idle = waited, 0
		return
	}
	if p.idle++; p.idle >= p.most && !p.fixed {
		p.most, p.idle = min(p.most+1, mostParallel), 0
	}
}
