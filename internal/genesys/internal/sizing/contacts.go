package sizing

import (
	"maps"
	"math"
	"slices"
)

// CodesByContacts is how many codes there are among so many contacts of one queue and channel in a quarter-hour, on
// average, from one contact on by quarters of powers of two; below zero where that was never seen. Each of these codes
// is a row of the answer about codes. Nil knows nothing.
type CodesByContacts []float32

const (
	// contactSteps is the length of a CodesByContacts: up to 2^13 contacts of a queue in a quarter-hour.
	contactSteps = 4*13 + 1
	// sharing is the power of the contacts that codes follow where so many contacts were never seen: the more there
	// are, the more of them share a code.
	sharing = 0.7
)

// stepOf is the step that a number of contacts belongs to.
func stepOf(contacts float64) int {
	return min(max(int(math.Round(4*math.Log2(max(contacts, 1)))), 0), contactSteps-1)
}

// contactsOf is the middle of a step.
func contactsOf(step int) float64 { return math.Exp2(float64(step) / 4) }

// ContactHistogram is how many channels of queues handled how many contacts in a quarter-hour, by steps of
// CodesByContacts.
type ContactHistogram [contactSteps]float32

// Add counts channels with so many contacts each. Those with more than the middle of their step count as more channels.
func (c *ContactHistogram) Add(contacts, channels int) {
	if contacts > 0 {
		step := stepOf(float64(contacts))
		c[step] += float32(float64(channels) * math.Pow(float64(contacts)/contactsOf(step), sharing))
	}
}

// learn takes in what an answer about codes had. What was seen in earlier ones fades.
func (r CodesByContacts) learn(seen map[int]CodeCount) {
	var codes [contactSteps]float64
	var histogram ContactHistogram
	for _, contacts := range slices.Sorted(maps.Keys(seen)) { // sums of fractions depend on their order
		histogram.Add(contacts, seen[contacts].Channels)
		codes[stepOf(float64(contacts))] += float64(seen[contacts].Codes)
	}
	for step, n := range histogram {
		if n > 0 {
			r.blend(step, codes[step]/float64(n), float64(n))
		}
	}
}

// CodeCount is how many channels of queues, over all quarter-hours of an answer, had a number of contacts, and how many
// codes all of them had.
type CodeCount struct{ Channels, Codes int }

// blend moves a step towards what so many channels had.
func (r CodesByContacts) blend(step int, codes, channels float64) {
	const remembered = 1000 // channels
	if r[step] < 0 {
		r[step] = float32(codes)
		return
	}
	r[step] += float32(channels / (channels + remembered) * (codes - float64(r[step])))
}

// complete returns the codes of every step, where it was never seen by the nearest that was; nil where nothing is known
// at all.
func (r CodesByContacts) complete() (full CodesByContacts) {
	for step := range r {
		near, ok := r.nearest(step)
		if !ok {
			return nil
		}
		full = append(full, r[near]*float32(math.Pow(contactsOf(step)/contactsOf(near), sharing)))
	}
	return full
}

// nearest is the nearest step that was seen.
func (r CodesByContacts) nearest(step int) (near int, ok bool) {
	for off := range len(r) {
		for _, near := range [2]int{step - off, step + off} {
			if near >= 0 && near < len(r) && r[near] >= 0 {
				return near, true
			}
		}
	}
	return 0, false
}

// of is how many codes such contacts should have in all; it needs a complete r.
func (r CodesByContacts) of(c *ContactHistogram) (rows float64) {
	for step, n := range c {
		rows += float64(n) * float64(r[step])
	}
	return rows
}
