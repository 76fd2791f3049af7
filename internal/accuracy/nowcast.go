package accuracy

import (
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
)

// Lateness is the share of a day's contacts and codes that had arrived at each age, learned from days that were read
// when they were young and again when they were settled: the development factors of the chain ladder, by which insurers
// reckon claims that happened and were not reported yet (Mack, ASTIN Bulletin 23, 1993).
type Lateness struct {
	zone *time.Location
	// settled is the age from which on a reading is final.
	settled time.Duration
	days    []developed
}

// developed is a settled day: its final contacts by code, and its earlier readings.
type developed struct {
	final map[wrapcast.CodeID]float64
	early []early
}

// early is the contacts by code that a day had at an age.
type early struct {
	age     time.Duration
	handled map[wrapcast.CodeID]float64
}

const (
	// latenessDays is how many days back lateness is learned from: eight weeks.
	latenessDays = 56
	// minDays is how many days it takes to learn from.
	minDays = 7
	// sameAge is how far apart ages may be that are taken for one: runs do not come on the second.
	sameAge = 8 * time.Hour
	// prior is how many contacts the factor of all codes together counts for, beside a code's own.
	prior = 50
	// minFactor and maxFactor bound every factor.
	minFactor, maxFactor = 0.2, 5
)

// LearnLateness takes the readings of days, in any order; a day counts as settled when its latest reading is so old.
// Days that were never read when they were young teach nothing.
func LearnLateness(readings []wrapcast.DayReading, zone *time.Location, settled time.Duration) *Lateness {
	l := &Lateness{zone: zone, settled: settled}
	byDay := map[wrapcast.Date]map[time.Duration]map[wrapcast.CodeID]float64{}
	newest := wrapcast.Date(0)
	for _, r := range readings {
		newest = max(newest, r.Day)
		age := l.age(r.Day, r.ReadAt)
		if byDay[r.Day] == nil {
			byDay[r.Day] = map[time.Duration]map[wrapcast.CodeID]float64{}
		}
		if byDay[r.Day][age] == nil {
			byDay[r.Day][age] = map[wrapcast.CodeID]float64{}
		}
		byDay[r.Day][age][r.Code] += float64(r.Handled)
	}
	for day, ages := range byDay {
		if day <= newest-latenessDays {
			continue
		}
		if d, ok := l.develop(ages); ok {
			l.days = append(l.days, d)
		}
	}
	return l
}

// age is how long after its end a day was read.
func (l *Lateness) age(day wrapcast.Date, readAt time.Time) time.Duration {
	return readAt.Sub((day + 1).Midnight(l.zone))
}

// develop parts a day's final reading from its early ones; ok is false where one of the two is missing.
func (l *Lateness) develop(ages map[time.Duration]map[wrapcast.CodeID]float64) (d developed, ok bool) {
	var sorted []time.Duration
	for age := range ages {
		sorted = append(sorted, age)
	}
	slices.Sort(sorted)
	last := sorted[len(sorted)-1]
	if last < l.settled || len(sorted) < 2 {
		return d, false
	}
	d.final = ages[last]
	for _, age := range sorted[:len(sorted)-1] {
		d.early = append(d.early, early{age, ages[age]})
	}
	return d, true
}

// Development is how many contacts of each code a young day will have in the end, over those it has now.
type Development struct {
	// Days is how many days it was learned from; with 0 every factor is 1.
	Days int
	// all is the factor of contacts, coded that of all codes together; own those of single codes, as far as they are
	// known.
	all, coded float64
	own        map[wrapcast.CodeID]float64
}

// At returns the development of a day that was read at an instant. A settled day has none, and neither
// has one of an age at which too few days were read.
func (l *Lateness) At(day wrapcast.Date, readAt time.Time) Development {
	age := l.age(day, readAt)
	d := Development{all: 1, coded: 1, own: map[wrapcast.CodeID]float64{}}
	if age >= l.settled {
		return d
	}
	then, finally := map[wrapcast.CodeID]float64{}, map[wrapcast.CodeID]float64{}
	days := 0
	for _, past := range l.days {
		e, ok := past.at(age)
		if !ok {
			continue
		}
		days++
		addTo(then, e.handled)
		addTo(finally, past.final)
	}
	if days < minDays {
		return d
	}
	d.Days = days
	d.learn(then, finally)
	return d
}

// at returns the reading whose age is nearest, if it is near enough.
func (d developed) at(age time.Duration) (nearest early, ok bool) {
	for _, e := range d.early {
		if off := (e.age - age).Abs(); off <= sameAge && (!ok || off < (nearest.age-age).Abs()) {
			nearest, ok = e, true
		}
	}
	return nearest, ok
}

func addTo(sum, more map[wrapcast.CodeID]float64) {
	for c, n := range more {
		sum[c] += n
	}
}

// learn takes the sums over the same days at one age and in the end.
func (d *Development) learn(then, finally map[wrapcast.CodeID]float64) {
	total := func(m map[wrapcast.CodeID]float64) (sum float64) {
		for _, n := range m {
			sum += n
		}
		return sum
	}
	d.all = factor(total(finally), total(then))
	d.coded = factor(total(finally)-finally[wrapcast.NoCode], total(then)-then[wrapcast.NoCode])
	for code, n := range finally {
		if code != wrapcast.NoCode {
			d.own[code] = factor(n+prior*d.coded, then[code]+prior)
		}
	}
}

func factor(finally, then float64) float64 {
	if then <= 0 {
		return 1
	}
	return min(max(finally/then, minFactor), maxFactor)
}

// Of returns the factors of the codes of a day which now has so many contacts of each. What the codes gain, contacts
// without a code lose, so that all together grow by what arrives late and no more.
func (d Development) Of(now map[wrapcast.CodeID]float64) map[wrapcast.CodeID]float64 {
	factors := make(map[wrapcast.CodeID]float64, len(now))
	total, coded, grown := 0.0, 0.0, 0.0
	for code, n := range now {
		total += n
		if code == wrapcast.NoCode {
			continue
		}
		factors[code] = d.of(code)
		coded += n
		grown += n * factors[code]
	}
	if room := total * d.all; grown > room && grown > coded { // there are not that many contacts without a code
		for code := range factors {
			factors[code] = 1 + (factors[code]-1)*max(room-coded, 0)/(grown-coded)
		}
		grown = min(grown, max(room, coded))
	}
	if none := now[wrapcast.NoCode]; none > 0 {
		factors[wrapcast.NoCode] = max(total*d.all-grown, 0) / none
	}
	return factors
}

// of returns the factor of a code; one that was never seen develops as all codes together do.
func (d Development) of(code wrapcast.CodeID) float64 {
	if f, ok := d.own[code]; ok {
		return f
	}
	return d.coded
}
