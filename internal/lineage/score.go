package lineage

import (
	"math"
	"slices"

	"github.com/wrapcast/wrapcast"
)

// The rules of the evidence. Each is the logarithm of how many times likelier it is if the codes after are those before
// under other ids than if both changed by themselves.
const (
	// priorSame is how likely it is that a code that begins takes another's place, before anything is known of it;
	// priorMore that a further code takes part.
	priorSame, priorMore = 0.2, 0.2
	// maxOverlap is how many days old and new codes may be in use together, and overlapMean how many they usually are;
	// fastestGap bounds how exactly a gap of days without either can be told, in contacts per day.
	maxOverlap, overlapMean, fastestGap = 35, 5.0, 0.8
	// overlapShare is how many changes have such days.
	overlapShare = 0.3
	// crowdDays and crowdShare say which codes change together on a day, and how much of them is said of each.
	crowdDays, crowdShare = 3, 0.5
	// maxGap is how many days may lie between rare codes.
	maxGap = 91
	// drift is the standard deviation of the logarithm of a code's level against its streams, from the weeks before to
	// the weeks after; anyLevel that of the ratio of two codes that have nothing to do with each other.
	drift, anyLevel = 0.25, 1.5
	// told is from how many contacts on a profile tells no more: codes change by themselves too.
	told = 20.0
	// ownStreams, anyStreams are the concentrations of a code's streams around its own past, or all contacts.
	ownStreams, anyStreams = 1.0, 1.5
	// ownWeekdays, anyWeekdays are the same of weekdays.
	ownWeekdays, anyWeekdays = 14.0, 30.0
	// handleDrift, handleScatter and anyHandle are standard deviations of logarithms of handle times: of a code's mean
	// from before to after, of one contact, of the means of two codes.
	handleDrift, handleScatter, anyHandle = 0.12, 0.9, 0.5
	// sameNames is what names that are the same say, otherNames what names without anything in common say.
	sameNames, otherNames, likeNames = 2.5, -0.4, 0.7
	// minSinceDays is how many days after the change must have been seen.
	minSinceDays = 5
)

// change is a set of codes that ended, a set that began, and what speaks for these being those.
type change struct {
	from, to []turn
	// score is the logarithm of how many times likelier it is than that all changed by themselves, confidence its
	// probability among all changes that its codes could be part of.
	score, confidence float64
	evidence          wrapcast.LineageEvidence
}

// weigh adds up the evidence for a change; false where it cannot be one.
func (p *panel) weigh(from, to []turn) (change, bool) {
	c := change{from: from, to: to, score: math.Log(priorSame)}
	first := 0
	for i, a := range from {
		for j, b := range to {
			if !p.timely(a, b) {
				return c, false
			}
			switch {
			case i == 0 && j == 0:
				c.score += p.timing(a, b) - math.Log(max(p.crowd(a, c), p.crowd(b, c)))
			case j == 0:
				c.score += math.Log(priorMore) + p.timing(a, b) - math.Log(p.crowd(a, c))
			case i == 0:
				c.score += math.Log(priorMore) + p.timing(a, b) - math.Log(p.crowd(b, c))
			}
			first = max(first, a.at+1, b.at)
		}
	}
	since := p.since(to, first)
	if since.days() < minSinceDays {
		return c, false
	}
	c.score += p.compare(&c, since) + p.abrupt(from, to)
	return c, true
}

// crowd is how many codes a day end, or begin, as another does, that have no part in a change: in the whole history, or
// around that day, for codes that are reviewed together change together without taking each other's place.
func (p *panel) crowd(t turn, c change) float64 {
	others, near := 1.0, 0.0
	for _, o := range p.turns {
		if o.ends != t.ends || o.id == t.id || slices.Contains(c.codes(), o.id) {
			continue
		}
		others++
		if o.at >= t.at-crowdDays && o.at <= t.at+crowdDays {
			near++
		}
	}
	return max(others/float64(p.days), crowdShare*near/(2*crowdDays+1))
}

// since are the days from which on all codes after a change are in use, as many as tell something.
func (p *panel) since(to []turn, first int) window {
	w := window{first, min(first+habitDays, p.days)}
	for w.until < p.days && w.days() < longHabit {
		n := 0.0
		for _, b := range to {
			n += b.contacts(w)
		}
		if n >= enoughContacts {
			break
		}
		w.until = min(w.until+habitDays, p.days, first+longHabit)
	}
	return w
}

// timely reports whether a code began when another ended: after it by no more than rareness explains, or before by a
// few weeks in which both were in use.
func (p *panel) timely(a, b turn) bool {
	gap := b.at - a.at
	return gap > -maxOverlap && gap < maxGap && p.gap(a, b)*gapRate(a, b) < 5
}

// gap is how many days lie between the end of a code and the beginning of another, in days on which the first would
// have been used: a weekend on which its queues are closed is none.
func (p *panel) gap(a, b turn) float64 {
	if b.at <= a.at+1 {
		return 0
	}
	return p.expected(a.code, a.profile, a.habit, window{a.at + 1, b.at}) / a.perDay
}

// gapRate is how many contacts a day a gap between two codes would have had.
func gapRate(a, b turn) float64 {
	return min(fastestGap, a.perDay/math.Sqrt(a.excess), b.perDay/math.Sqrt(b.excess))
}

// timing is how likely the days are, by day, of a change: it leaves a gap of a contact's distance, or some days of
// overlap.
func (p *panel) timing(a, b turn) float64 {
	if b.at > a.at {
		rate := gapRate(a, b)
		return math.Log(rate) - rate*p.gap(a, b)
	}
	return math.Log(overlapShare/overlapMean) - float64(a.at-b.at)/overlapMean
}

// compare is what volume, queues, weekdays, handle times and names say; it fills in the evidence.
func (p *panel) compare(c *change, since window) float64 {
	var before, after profile
	expected, known, excess, own, all := 0.0, 0.0, 1.0, 0.0, 0.0
	for _, a := range c.from {
		due := p.seasonal(a, since)
		before = before.plus(a.profile.scaled(due / a.profile.contacts))
		expected, known, excess = expected+due, known+a.profile.contacts, max(excess, a.excess)
	}
	apart := 0.0 // each of several codes after the change as if it alone came after
	for _, b := range c.to {
		part := p.profileOf(b.code, since)
		after, excess = after.plus(part), max(excess, b.excess)
		apart += p.sameProfile(before, part)
	}
	for _, s := range sortedKeys(after.streams) {
		own += after.streams[s]
		for t := since.from; t < since.until; t++ {
			all += p.streams[s].daily[t]
		}
	}
	names, alike := c.names()
	c.evidence = wrapcast.LineageEvidence{Expected: expected, Actual: after.contacts, Days: since.days(),
		SameQueues: overlap(before.streams, after.streams), SameWeekdays: overlapDays(before.weekdays, after.weekdays),
		HandleSecondsBefore: before.meanSeconds(), HandleSecondsAfter: after.meanSeconds(), NamesAlike: alike}
	return level(expected, after.contacts, known, excess)*(1-own/max(all, 1)) +
		max(apart, p.sameProfile(before, after)) + sameHandle(before, after) + names
}

// names is what names say, each of the codes on the side that has several beside the nearest of the other; alike is how
// alike the nearest are.
func (c *change) names() (score, nearest float64) {
	side, other := c.from, c.to
	if len(c.to) > 1 {
		side, other = c.to, c.from
	}
	for _, t := range side {
		best := 0.0
		for _, u := range other {
			best = max(best, alike(t.name, u.name))
		}
		score += otherNames + (sameNames-otherNames)*min(best/likeNames, 1)
		nearest = max(nearest, best)
	}
	return score, nearest
}

// sameProfile is what queues, channels and weekdays say.
func (p *panel) sameProfile(before, after profile) float64 {
	return p.sameStreams(before, after) + p.sameWeekdays(before, after)
}

// level is what the volume says: near what was expected, or anything.
func level(expected, actual, known, excess float64) float64 {
	r := math.Log((actual + 0.5) / (expected + 0.5))
	narrow := excess*(1/max(known, 1)+1/max(expected, 1)) + drift*drift
	return narrowOrWide(r, narrow, narrow+anyLevel*anyLevel)
}

// narrowOrWide is the logarithm of the ratio of two normal densities around zero with these variances.
func narrowOrWide(x, narrow, wide float64) float64 {
	return 0.5*math.Log(wide/narrow) - x*x/2*(1/narrow-1/wide)
}

// sameStreams is what queues and channels say.
func (p *panel) sameStreams(before, after profile) float64 {
	had, has := make([]float64, len(p.streams)), make([]float64, len(p.streams))
	for s, v := range before.streams {
		had[s] = v
	}
	for s, v := range after.streams {
		has[s] = v
	}
	return likeBefore(had, has, p.byStream, ownStreams, anyStreams)
}

// sameWeekdays is what weekdays say.
func (p *panel) sameWeekdays(before, after profile) float64 {
	return likeBefore(before.weekdays[:], after.weekdays[:], p.byWeekday[:], ownWeekdays, anyWeekdays)
}

// likeBefore is how many times likelier, as a logarithm, counts are given those before than given the shares of all
// contacts: Dirichlet-multinomial.
func likeBefore(before, after, all []float64, own, other float64) float64 {
	had, has := upTo(before), upTo(after)
	near, far := make([]float64, len(all)), make([]float64, len(all))
	for i, share := range all {
		near[i], far[i] = had[i]+own*share, other*share
	}
	return dirichletMultinomial(has, near) - dirichletMultinomial(has, far)
}

// upTo scales counts down to what they can tell.
func upTo(counts []float64) []float64 {
	sum := 0.0
	for _, v := range counts {
		sum += v
	}
	scaled := make([]float64, len(counts))
	for i, v := range counts {
		scaled[i] = v * min(1, told/max(sum, 1))
	}
	return scaled
}

// dirichletMultinomial is the logarithm of the probability of counts, without the multinomial coefficient.
func dirichletMultinomial(counts, weights []float64) float64 {
	n, weight, sum := 0.0, 0.0, 0.0
	for i, v := range counts {
		if v == 0 {
			weight += weights[i]
			continue
		}
		w := max(weights[i], 1e-6)
		n, weight = n+v, weight+w
		sum += lgamma(w+v) - lgamma(w)
	}
	return sum + lgamma(weight) - lgamma(weight+n)
}

func lgamma(x float64) float64 {
	v, _ := math.Lgamma(x)
	return v
}

// sameHandle is what the mean handle times say.
func sameHandle(before, after profile) float64 {
	had, has := before.meanSeconds(), after.meanSeconds()
	if !had.Known() || !has.Known() {
		return 0
	}
	narrow := handleScatter*handleScatter*(1/before.contacts+1/after.contacts) + handleDrift*handleDrift
	return narrowOrWide(math.Log(float64(has/had)), narrow, narrow+anyHandle*anyHandle)
}

// abrupt is what speaks against a change where old and new codes together fade out before it, or fade in after it: a
// season does so, a change of codes does not. Never more than nothing.
func (p *panel) abrupt(from, to []turn) float64 {
	against := 0.0
	for _, side := range [][]turn{from, to} {
		had, usual, excess := 0.0, 0.0, 1.0
		for _, t := range side {
			near, rest := t.beside()
			usual += p.expected(t.code, p.profileOf(t.code, rest), rest, near)
			excess = max(excess, t.excess)
			for _, u := range slices.Concat(from, to) {
				had += u.contacts(near) / float64(len(side))
			}
		}
		if usual >= tellable {
			z := math.Abs(had-usual) / math.Sqrt(excess*usual+drift*drift*usual*usual)
			against -= max(0, z-1) * max(0, z-1) / 2
		}
	}
	return against
}

// beside are the days next to a turn, and the others that say what is usual.
func (t turn) beside() (near, rest window) {
	if t.ends {
		cut := max(t.habit.from, t.at+1-recentDays)
		return window{cut, t.at + 1}, window{t.habit.from, cut}
	}
	cut := min(t.habit.until, t.at+recentDays)
	return window{t.at, cut}, window{cut, t.habit.until}
}

// overlap is the part of two profiles' contacts that lies on the same streams.
func overlap(a, b map[int]float64) float64 {
	sumA, sumB, same := 0.0, 0.0, 0.0
	for _, s := range sortedKeys(a) {
		sumA += a[s]
	}
	for _, s := range sortedKeys(b) {
		sumB += b[s]
	}
	for _, s := range sortedKeys(a) {
		same += min(a[s]/max(sumA, 1), b[s]/max(sumB, 1))
	}
	return same
}

func overlapDays(a, b [7]float64) float64 {
	mapA, mapB := map[int]float64{}, map[int]float64{}
	for i := range a {
		mapA[i], mapB[i] = a[i], b[i]
	}
	return overlap(mapA, mapB)
}
