package today

import (
	"math"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/intraday"
	"github.com/wrapcast/wrapcast/internal/steps"
)

const (
	// learnedDays is how many days before today are looked at: fourteen weeks.
	learnedDays = 98
	slots       = 96
	// hidden is the share of a subject's day that may be hidden by people before the day teaches nothing.
	hidden = 0.1
)

// series is what came of one subject: today, and on the days before it.
type series struct {
	days  map[wrapcast.Date]*dayCounts
	today []float64
}

// dayCounts is a past day by wall clock: what teaches something, all that came, and the part of it that people hid.
type dayCounts struct {
	counts      []float64
	all, unseen float64
}

// counter adds up observations by subject.
type counter struct {
	zone  *time.Location
	today wrapcast.Date
	slots int // of today
	of    map[subjectKey]*series
	group func(wrapcast.Leaf) (wrapcast.PlanningGroup, bool)
	// none are contacts without a code and all, per queue: today by quarter-hour, on past days together.
	none, all         map[wrapcast.QueueID][]float64
	usualNone, usual  map[wrapcast.QueueID]float64
	coded             map[wrapcast.Leaf][]float64
	midnight, nextDay time.Time
	// only has the kinds of subjects that today's counts tell apart; nil where they tell all.
	only map[wrapcast.AccuracyLevel]bool
}

type subjectKey struct {
	kind wrapcast.AccuracyLevel
	id   string
}

func newCounter(v *steps.View, today wrapcast.Date) *counter {
	return &counter{zone: v.Zone, today: today, slots: today.QuarterHours(v.Zone), of: map[subjectKey]*series{},
		group: v.Directory.GroupOf(), none: map[wrapcast.QueueID][]float64{}, all: map[wrapcast.QueueID][]float64{},
		usualNone: map[wrapcast.QueueID]float64{}, usual: map[wrapcast.QueueID]float64{},
		coded: map[wrapcast.Leaf][]float64{}, midnight: today.Midnight(v.Zone), nextDay: (today + 1).Midnight(v.Zone)}
}

// subjects are those a leaf belongs to.
func (c *counter) subjects(leaf wrapcast.Leaf) []subjectKey {
	keys := []subjectKey{{wrapcast.LevelTotal, ""}, {wrapcast.LevelQueue, string(leaf.Queue)},
		{wrapcast.LevelCode, string(leaf.Code)}}
	if g, ok := c.group(leaf); ok {
		keys = append(keys, subjectKey{wrapcast.LevelGroup, string(g.ID)})
	}
	return keys
}

func (c *counter) series(key subjectKey) *series {
	s := c.of[key]
	if s == nil {
		s = &series{days: map[wrapcast.Date]*dayCounts{}, today: make([]float64, c.slots)}
		c.of[key] = s
	}
	return s
}

// past adds what a leaf handled in a quarter-hour of a past day.
func (c *counter) past(o wrapcast.Observation, hides func(wrapcast.Leaf, wrapcast.Date) bool) {
	local := o.Start.In(c.zone)
	day := wrapcast.DateOf(local)
	unseen := hides != nil && hides(o.Leaf, day)
	n := float64(o.Handled)
	c.usual[o.Leaf.Queue] += n
	if o.Leaf.Code == wrapcast.NoCode {
		c.usualNone[o.Leaf.Queue] += n
	}
	for _, key := range c.subjects(o.Leaf) {
		s := c.series(key)
		d := s.days[day]
		if d == nil {
			d = &dayCounts{counts: make([]float64, slots)}
			s.days[day] = d
		}
		d.all += n
		if unseen {
			d.unseen += n
			continue
		}
		d.counts[local.Hour()*4+local.Minute()/15] += n
	}
}

// now adds what a leaf handled in a quarter-hour of today.
func (c *counter) now(o wrapcast.Observation) {
	q := int(o.Start.Sub(c.midnight) / wrapcast.QuarterHour)
	if q < 0 || q >= c.slots {
		return
	}
	c.add(o.Leaf, q, float64(o.Handled))
}

// add adds contacts of a leaf to a quarter-hour of today.
func (c *counter) add(leaf wrapcast.Leaf, q int, n float64) {
	for _, sums := range []map[wrapcast.QueueID][]float64{c.all, c.none} {
		if sums[leaf.Queue] == nil {
			sums[leaf.Queue] = make([]float64, c.slots)
		}
	}
	c.all[leaf.Queue][q] += n
	if leaf.Code == wrapcast.NoCode {
		c.none[leaf.Queue][q] += n
	}
	if c.coded[leaf] == nil {
		c.coded[leaf] = make([]float64, c.slots)
	}
	c.coded[leaf][q] += n
}

// lateHours is over how many quarter-hours late codes are reckoned together, and lateWeight how many contacts the usual
// share counts for beside those of these.
const (
	lateHours  = 4
	lateWeight = 20.0
)

// settle adds today's counts up by subject. Contacts without a code beyond the share that a queue has in the end are
// given to the codes of the queue in proportion, hour by hour: codes are set late.
func (c *counter) settle() (late LateCodes) {
	var none, all, usualNone, usual float64
	factors := map[wrapcast.QueueID][]codeFactor{}
	for queue, counts := range c.all {
		share := 0.0
		if c.usual[queue] > 0 {
			share = c.usualNone[queue] / c.usual[queue]
		}
		usual, usualNone = usual+sumOf(counts), usualNone+share*sumOf(counts)
		none, all = none+sumOf(c.none[queue]), all+sumOf(counts)
		for at := 0; at < c.slots; at += lateHours {
			to := min(at+lateHours, c.slots)
			factors[queue] = append(factors[queue], newCodeFactor(sumOf(c.none[queue][at:to]), sumOf(counts[at:to]), share))
		}
	}
	for leaf, counts := range c.coded {
		for q, n := range counts {
			f := factors[leaf.Queue][q/lateHours]
			for _, key := range c.subjects(leaf) {
				v := n
				if key.kind == wrapcast.LevelCode {
					v = n * f.of(leaf.Code)
				}
				c.series(key).today[q] += v
			}
			if leaf.Code != wrapcast.NoCode {
				late.Shared += n * (f.coded - 1)
			}
		}
	}
	late.Now, late.Usual = wrapcast.NotMeasured(), wrapcast.NotMeasured()
	if all > 0 {
		late.Now, late.Usual = wrapcast.Measure(none/all), wrapcast.Measure(usualNone/usual)
	}
	return late
}

// codeFactor is what counts with and without a code are multiplied by.
type codeFactor struct{ coded, none float64 }

func newCodeFactor(none, all, usual float64) codeFactor {
	share := (none + lateWeight*usual) / (all + lateWeight)
	if share <= usual || usual >= 1 || none == 0 || all <= none {
		return codeFactor{1, 1}
	}
	excess := (share - usual) * all // what is given away, at most what is there
	excess = min(excess, none)
	return codeFactor{1 + excess/(all-none), 1 - excess/none}
}

func (f codeFactor) of(code wrapcast.CodeID) float64 {
	if code == wrapcast.NoCode {
		return f.none
	}
	return f.coded
}

// ordinary are the past days of a subject that teach something of an ordinary day like today.
func (s *series) ordinary(days []wrapcast.Date) (past []intraday.Past) {
	for _, day := range days {
		d := s.days[day]
		if d == nil || d.unseen > hidden*d.all {
			continue
		}
		past = append(past, intraday.Past{Day: int(day), Counts: d.counts, Forecast: math.NaN()})
	}
	return past
}

func sumOf(values []float64) (sum float64) {
	for _, v := range values {
		sum += v
	}
	return sum
}
