package staffing

import "math"

// Requirement counts agents for a goal many times over: for every quarter-hour of every path of a forecast. Its answers
// are those of Queue.Agents; what it saves is kept in tables, so that one Requirement belongs to one goroutine.
type Requirement struct {
	goal     Goal
	patience float64
	// lines have, for single handle times, the largest load that each number of agents carries.
	lines [octaves*perOctave + 1]*capacityLine
}

const (
	leastOctave, octaves = -10, 32 // handle times from a millisecond to seven weeks
	mantissaBits         = 5
	perOctave            = 1 << mantissaBits // handle times kept within each doubling: 2 to 3 % apart
	tableLoad            = 3000              // from so many erlangs on it is cheaper to count than to keep
)

// NewRequirement makes the tables of a goal, with the mean patience in seconds (0: nobody gives up).
func NewRequirement(g Goal, patience float64) (*Requirement, error) {
	if err := g.Check(); err != nil {
		return nil, err
	}
	if err := (Queue{Patience: patience}).Check(); err != nil {
		return nil, err
	}
	return &Requirement{goal: g, patience: patience}, nil
}

// Agents is the least whole number of agents that meet the goal when so many contacts come in so many seconds, of
// handle times that add up to so many seconds; 0 where nothing comes. None of the three is negative or not finite.
//
// It reads the agents off the lines of the next shorter and the next longer handle time that are kept: more where
// handle times are longer, so that what both say is right between them too. Where they differ, or the load lies on a
// line, it counts.
func (r *Requirement) Agents(contacts, handleSeconds, interval float64) int {
	if !(contacts > 0 && handleSeconds > 0) {
		return 0
	}
	handle, load := handleSeconds/contacts, handleSeconds/interval
	if at, kept := placeOf(handle); kept && load < tableLoad {
		if n := r.line(at).agents(load, r); r.line(at).surely(n, load, r) && r.line(at+1).surely(n, load, r) {
			return n
		}
	}
	return Queue{Rate: contacts / interval, Handle: handle, Patience: r.patience}.agents(r.goal)
}

// Parts are the agents for the goal in parts of an agent, for what a little more or less would cost: whole ones where
// they carry just what comes, and between them in proportion to the load. Handle times are rounded to those kept, 3 %
// apart; beyond the tables parts are whole.
func (r *Requirement) Parts(contacts, handleSeconds, interval float64) float64 {
	if !(contacts > 0 && handleSeconds > 0) {
		return 0
	}
	load := handleSeconds / interval
	at, kept := placeOf(handleSeconds / contacts)
	if !kept || load >= tableLoad {
		return float64(r.Agents(contacts, handleSeconds, interval))
	}
	c := r.line(at)
	n := c.agents(load, r)
	if n == 0 || math.IsInf(c.most[n], 1) {
		return float64(n)
	}
	return float64(n-1) + (load-c.most[n-1])/(c.most[n]-c.most[n-1])
}

// placeOf is the place of the next shorter handle time that is kept; false where none is.
func placeOf(handle float64) (int, bool) {
	at := int(math.Float64bits(handle)>>(52-mantissaBits)) - (1023+leastOctave)*perOctave
	return at, at >= 0 && at < octaves*perOctave
}

// line is that of a handle time, by its place.
func (r *Requirement) line(at int) *capacityLine {
	if r.lines[at] == nil {
		bits := uint64(at+(1023+leastOctave)*perOctave) << (52 - mantissaBits)
		r.lines[at] = &capacityLine{handle: math.Float64frombits(bits), most: []float64{0}}
	}
	return r.lines[at]
}

// capacityLine is what agents carry at one handle time in seconds.
type capacityLine struct {
	handle float64
	// most is the largest load in erlangs that 0, 1, 2 … agents carry.
	most []float64
	// first is the least number of agents that carry each quarter of an erlang: 0, 0.25, 0.5 …
	first []int32
}

const (
	bucketsPerErlang = 4
	onTheLine        = 4e-10 // how near to a line is too near to tell
	precision        = 1e-10 // of a line
)

// agents reads the least number off the line that carries a load.
func (c *capacityLine) agents(load float64, r *Requirement) int {
	bucket := int(load * bucketsPerErlang)
	if bucket >= len(c.first) {
		c.extend(bucket, r)
	}
	n := int(c.first[bucket])
	for c.most[n] < load {
		n++
	}
	return n
}

// surely tells whether n agents are the least that carry a load, and it does not lie on the line.
func (c *capacityLine) surely(n int, load float64, r *Requirement) bool {
	if bucket := int(load * bucketsPerErlang); bucket >= len(c.first) || n >= len(c.most) {
		c.extend(max(bucket, n*bucketsPerErlang), r)
	}
	near := onTheLine * load
	return n > 0 && c.most[n]-load > near && load-c.most[n-1] > near
}

// extend lengthens the line until it carries a bucket's loads, and half as many more.
func (c *capacityLine) extend(bucket int, r *Requirement) {
	buckets := bucket + bucket/2 + 2
	for n := int32(0); len(c.first) <= buckets; {
		from := float64(len(c.first)) / bucketsPerErlang
		if len(c.first) > 0 {
			n = max(n, c.first[len(c.first)-1])
		}
		for {
			if int(n) == len(c.most) {
				c.most = append(c.most, c.capacity(float64(n), r))
			}
			if c.most[n] > from {
				break
			}
			n++
		}
		c.first = append(c.first, n)
	}
	// agents looks one further, for loads of the last bucket.
	for c.most[len(c.most)-1] < float64(buckets+1)/bucketsPerErlang {
		c.most = append(c.most, c.capacity(float64(len(c.most)), r))
	}
}

// capacity is the largest load that n agents carry, by halving from that of one agent fewer.
func (c *capacityLine) capacity(n float64, r *Requirement) float64 {
	low := c.most[len(c.most)-1]
	if math.IsInf(low, 1) {
		return low
	}
	met := func(load float64) bool {
		return r.goal.met(Queue{Rate: load / c.handle, Handle: c.handle, Patience: r.patience}.With(n))
	}
	high, stride := low+1, 1.0
	for met(high) {
		if high > MaxLoad {
			return math.Inf(1)
		}
		low, stride = high, 2*stride
		high += stride
	}
	for high-low > precision*high && high > 1e-12 {
		middle := (low + high) / 2
		if met(middle) {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}
