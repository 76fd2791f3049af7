package genesys

import (
	"github.com/wrapcast/wrapcast"
)

// Outline is what reading a history will take, before anything is asked.
type Outline struct {
	// Requests are to be expected, Least are the fewest queries that could do if every size were known.
	Requests int `json:"requests"`
	Least    int `json:"least"`
	// Minutes is how long they take at the budget.
	Minutes float64 `json:"minutes"`
	// Known tells whether earlier answers have taught how much the platform gives at once; else the longest interval
	// allowed is reckoned with, and the first answers will tell.
	Known     bool              `json:"known"`
	Questions []OutlineQuestion `json:"questions"`
}

// OutlineQuestion is the part of an outline that one of the questions takes.
type OutlineQuestion struct {
	// Name is "codes" or "queues".
	Name     string `json:"name"`
	Requests int    `json:"requests"`
	Least    int    `json:"least"`
	// Rows are to be expected in all, 0 where nothing is known of them; MostRows is the largest answer reckoned with, 0 where
	// no bound is known.
	Rows     int `json:"rows"`
	MostRows int `json:"most_rows"`
	// LongestDays is the longest interval reckoned with, in days.
	LongestDays float64 `json:"longest_days"`
}

// Outline foretells what ReadHistory would take. It asks nothing.
func (c *Client) Outline(gaps []wrapcast.Interval, known Sizes) Outline {
	r := newReading(c, History{Gaps: gaps, Sizes: known})
	o := Outline{Known: known.MostRows > 0}
	for _, q := range []struct {
		name  string
		track *track
	}{{"codes", r.codes}, {"queues", r.queues}} {
		part := q.track.outline(q.name)
		o.Requests += part.Requests
		o.Least += part.Least
		o.Questions = append(o.Questions, part)
	}
	limits, _ := c.transport.budget.read()
	o.Minutes = float64(max(o.Requests-limits.Burst, 0)) / float64(limits.PerMinute)
	return o
}

// outline plays the track through as if every answer were as expected.
func (t *track) outline(name string) OutlineQuestion {
	q := OutlineQuestion{Name: name, LongestDays: float64(min(t.longest, t.lengthToTry())) / 96}
	if bound, _ := t.sizes.tooManyRows(); bound > 0 {
		q.MostRows = t.sizes.MostRows
	}
	t.wait = 1 << 30 // nothing is doubted in a plan
	for _, s := range t.left {
		q.Least += t.leastOf(s)
		if t.known() {
			q.Rows += int(t.of(s))
		}
	}
	for _, ok := t.next(); ok; _, ok = t.next() {
		q.Requests++
	}
	return q
}

// leastOf is the fewest pieces a span can be had in: each as long as was ever given, with as many rows.
func (t *track) leastOf(s span) (pieces int) {
	longest := t.longest
	if t.sizes.tooLong() > 0 {
		longest = min(longest, max(t.sizes.Longest, 1))
	}
	bound, _ := t.sizes.tooManyRows()
	length, rows := longest, 0.0
	for n := range s.length() {
		here := 0.0
		if bound > 0 && t.known() {
			here = t.at(s.From.Add(quarters(n)))
		}
		if length == longest || rows+here > float64(t.sizes.MostRows) && bound > 0 {
			pieces, length, rows = pieces+1, 0, 0
		}
		length, rows = length+1, rows+here
	}
	return pieces
}
