package staffing

import (
	"container/heap"
	"math"
	"math/rand/v2"
	"slices"
)

// Pool is contacts of several kinds that are served by teams with several skills, which no formula knows: it is
// simulated, contact by contact. The same pool and seed give the same figures.
//
// Rule: a contact goes to a free agent of the team with the fewest skills that has its own, so that those who can do
// more stay free; who becomes free takes whoever of their skills has waited longest. Contacts, handle times and
// patience are as in Queue.
type Pool struct {
	Kinds []Queue
	Teams []Team
	// Within is the target of the service level in seconds.
	Within float64
	Seed   uint64
}

// Team is agents with the same skills: places among the pool's kinds.
type Team struct {
	Agents int
	Skills []int
}

// PoolKind is what a kind of contacts met, with what the simulation leaves open.
type PoolKind struct {
	// ServiceLevel, PWait and Abandoned are shares of all contacts, ASA is the mean wait of all in seconds.
	ServiceLevel, PWait, Abandoned, ASA Estimate
}

const (
	batches  = 20
	warmUp   = 2     // batches that are not counted, while the queues fill
	student  = 2.093 // of 19 degrees of freedom, 95 %
	mostRate = 1e5   // contacts per second
)

// Simulate simulates so many seconds and says what each kind of contacts met. Bounds are those of the means of twenty
// equal stretches (the method of batch means; A. Law, W. Kelton, 3rd ed. 2000, ch. 9): they hold
// where a stretch is long against the time a queue takes to change.
func (p Pool) Simulate(seconds float64) ([]PoolKind, error) {
	for _, k := range p.Kinds {
		if err := k.Check(); err != nil {
			return nil, err
		}
	}
	for _, t := range p.Teams {
		if t.Agents < 0 || slices.ContainsFunc(t.Skills, func(k int) bool { return k < 0 || k >= len(p.Kinds) }) {
			return nil, usage("a team has %d agents with the skills %v of %d kinds", t.Agents, t.Skills, len(p.Kinds))
		}
	}
	if !(seconds > 0) || p.rate() > mostRate || p.rate() <= 0 {
		return nil, usage("%v contacts per second over %v seconds cannot be simulated", p.rate(), seconds)
	}
	s := newSimulation(p, seconds)
	s.run()
	return s.figures(), nil
}

func (p Pool) rate() (sum float64) {
	for _, k := range p.Kinds {
		sum += k.Rate
	}
	return sum
}

// simulation is a pool under way.
type simulation struct {
	Pool
	rng    *rand.Rand
	length float64 // of a batch, in seconds
	now    float64

	free    []int       // agents per team
	order   [][]int     // per kind: the teams that have it, those with the fewest skills first
	waiting [][]contact // per kind, who came first first
	busy    ends
	sums    [][]batch // per kind and batch
}

// contact is one that waits: when it came, and when it gives up.
type contact struct{ came, leaves float64 }

// batch has the sums of the contacts that came in one.
type batch struct{ contacts, within, waited, abandoned, wait float64 }

// end is when an agent of a team becomes free.
type end struct {
	at   float64
	team int
}

type ends []end

func (e ends) Len() int           { return len(e) }
func (e ends) Less(i, j int) bool { return e[i].at < e[j].at }
func (e ends) Swap(i, j int)      { e[i], e[j] = e[j], e[i] }
func (e *ends) Push(v any)        { *e = append(*e, v.(end)) } //nolint:forcetypeassert // only ends are pushed
func (e *ends) Pop() any {
	last := (*e)[len(*e)-1]
	*e = (*e)[:len(*e)-1]
	return last
}

func newSimulation(p Pool, seconds float64) *simulation {
	s := &simulation{Pool: p, rng: rand.New(rand.NewPCG(p.Seed, uint64(len(p.Kinds)))), length: seconds / batches,
		waiting: make([][]contact, len(p.Kinds)), order: make([][]int, len(p.Kinds)), sums: make([][]batch, len(p.Kinds))}
	for _, t := range p.Teams {
		s.free = append(s.free, t.Agents)
	}
	for k := range p.Kinds {
		s.sums[k] = make([]batch, batches)
		for t, team := range p.Teams {
			if slices.Contains(team.Skills, k) {
				s.order[k] = append(s.order[k], t)
			}
		}
		slices.SortStableFunc(s.order[k], func(a, b int) int { return len(p.Teams[a].Skills) - len(p.Teams[b].Skills) })
	}
	return s
}

// run lets contacts come and agents become free, in the order of time.
func (s *simulation) run() {
	until := s.length * (batches + warmUp)
	for next := s.after(1 / s.rate()); next < until || len(s.busy) > 0; {
		if len(s.busy) > 0 && s.busy[0].at <= next {
			e := heap.Pop(&s.busy).(end) //nolint:forcetypeassert // only ends are pushed
			s.now = e.at
			s.released(e.team)
			continue
		}
		if next >= until {
			break
		}
		s.now = next
		s.came(s.kind())
		next = s.now + s.after(1/s.rate())
	}
}

// after is an exponential time of a mean in seconds.
func (s *simulation) after(mean float64) float64 { return mean * s.rng.ExpFloat64() }

// kind draws the kind of a contact.
func (s *simulation) kind() int {
	u := s.rng.Float64() * s.rate()
	for k, q := range s.Kinds {
		if u -= q.Rate; u < 0 {
			return k
		}
	}
	return len(s.Kinds) - 1
}

func (s *simulation) came(kind int) {
	for _, t := range s.order[kind] {
		if s.free[t] > 0 {
			s.free[t]--
			s.serve(kind, t, s.now)
			return
		}
	}
	c := contact{came: s.now, leaves: math.Inf(1)}
	if patience := s.Kinds[kind].Patience; patience > 0 {
		c.leaves = s.now + s.after(patience)
	}
	s.waiting[kind] = append(s.waiting[kind], c)
}

// serve begins a contact that came at a time.
func (s *simulation) serve(kind, team int, came float64) {
	heap.Push(&s.busy, end{s.now + s.after(s.Kinds[kind].Handle), team})
	s.count(kind, came, s.now-came, false)
}

// released gives an agent who became free the contact that has waited longest.
func (s *simulation) released(team int) {
	longest := -1
	for _, k := range s.Teams[team].Skills {
		s.dropGone(k)
		if len(s.waiting[k]) > 0 && (longest < 0 || s.waiting[k][0].came < s.waiting[longest][0].came) {
			longest = k
		}
	}
	if longest < 0 {
		s.free[team]++
		return
	}
	c := s.waiting[longest][0]
	s.waiting[longest] = s.waiting[longest][1:]
	s.serve(longest, team, c.came)
}

// dropGone takes those off the head of a queue who have given up since.
func (s *simulation) dropGone(kind int) {
	q := s.waiting[kind]
	for len(q) > 0 && q[0].leaves <= s.now {
		s.count(kind, q[0].came, q[0].leaves-q[0].came, true)
		q = q[1:]
	}
	s.waiting[kind] = q
}

// count adds a contact to the batch in which it came.
func (s *simulation) count(kind int, came, wait float64, gaveUp bool) {
	i := int(came/s.length) - warmUp
	if i < 0 || i >= batches {
		return
	}
	b := &s.sums[kind][i]
	b.contacts++
	b.wait += wait
	if wait > 0 {
		b.waited++
	}
	switch {
	case gaveUp:
		b.abandoned++
	case wait <= s.Within:
		b.within++
	}
}

// figures are the means over the batches. Who still waits at the end counts as having waited until then.
func (s *simulation) figures() []PoolKind {
	s.now = s.length * (batches + warmUp)
	out := make([]PoolKind, len(s.Kinds))
	for k, sums := range s.sums {
		s.dropGone(k)
		for _, c := range s.waiting[k] {
			s.count(k, c.came, s.now-c.came, c.leaves <= s.now)
		}
		of := func(part func(batch) float64) Estimate { return batchMean(sums, part) }
		out[k] = PoolKind{ServiceLevel: of(func(b batch) float64 { return b.within }),
			PWait:     of(func(b batch) float64 { return b.waited }),
			Abandoned: of(func(b batch) float64 { return b.abandoned }), ASA: of(func(b batch) float64 { return b.wait })}
	}
	return out
}

// batchMean is a part of all contacts per contact, with the bounds that its scatter over the batches suggests.
func batchMean(sums []batch, part func(batch) float64) Estimate {
	all, contacts := 0.0, 0.0
	for _, b := range sums {
		all += part(b)
		contacts += b.contacts
	}
	if contacts == 0 {
		return Estimate{}
	}
	mean, squares := all/contacts, 0.0
	for _, b := range sums {
		off := (part(b) - mean*b.contacts) * batches / contacts
		squares += off * off
	}
	half := student * math.Sqrt(squares/(batches-1)/batches)
	return Estimate{Mean: mean, Lower: mean - half, Upper: mean + half}
}
