package staffing

import "math"

// Queue is one kind of contacts that are served in their order by agents who are all alike: contacts come by chance at
// a steady rate (Poisson), handle times and patience are exponential.
//
// Limits: within a quarter-hour the queue is taken for settled, which a long handle time after a jump of the load is
// not; contacts that come back after giving up are contacts of their own.
type Queue struct {
	// Rate is how many contacts come per second, Handle how many seconds one takes an agent on average.
	Rate, Handle float64
	// Patience is how many seconds somebody waits on average before giving up; 0: nobody ever does (Erlang C).
	Patience float64
}

// Load is how many agents would be busy if nobody ever waited, in erlangs.
func (q Queue) Load() float64 { return q.Rate * q.Handle }

// Performance is what a number of agents makes of a queue.
type Performance struct {
	// Agents is how many there are; where the formula allows, a part of one too.
	Agents float64
	// Stable is false where more comes than the agents can ever do and nobody gives up: then waiting grows without
	// bound, and ASA has no value.
	Stable bool
	// PWait is the share of contacts that find no agent free, ASA the mean wait of all contacts in seconds, of those
	// that give up too; Occupancy the share of their time that agents are busy, Abandoned the share that gives up.
	PWait, ASA, Occupancy, Abandoned float64

	queue Queue
	tail  tail
}

// tail says how long those wait who do.
type tail interface {
	// answeredAfter is the share of those who have to wait that is answered, but later than after so many seconds.
	answeredAfter(seconds float64) float64
}

// With is what a number of agents makes of the queue: Erlang A where people have a patience, else Erlang C. Rate,
// Handle and Patience are finite and not negative, or the answer has no meaning.
func (q Queue) With(agents float64) Performance {
	switch {
	case !(q.Load() > 0):
		return Performance{Agents: agents, Stable: true, queue: q, tail: nobody{}}
	case q.Patience > 0:
		return q.erlangA(agents)
	}
	return q.erlangC(agents)
}

// ServiceLevel is the share of all contacts that is answered within so many seconds; those that give up are none of
// them, however soon they do.
func (p Performance) ServiceLevel(within float64) float64 {
	if !p.Stable {
		return 0
	}
	answered := 1 - p.Abandoned
	return math.Max(0, math.Min(answered, answered-p.PWait*p.tail.answeredAfter(within)))
}

// Waiting is how many contacts wait on average (Little's law); none where the queue is not stable.
func (p Performance) Waiting() float64 { return p.queue.Rate * p.ASA }

// nobody is the tail of a queue in which nobody waits.
type nobody struct{}

func (nobody) answeredAfter(float64) float64 { return 0 }
