package validate

import (
	"math"
	"strconv"
	"strings"

	"github.com/wrapcast/wrapcast"
)

// Series has the contacts that one wrap-up code handled per local day, summed over all its queues and channels.
type Series struct {
	Code wrapcast.Code
	// From is the local day of Values[0]; each value is the day after the one before.
	From wrapcast.Date
	// Values are contacts per day. NaN is a day that was never read from the platform; zero is a day
	// that was read and had none. What is no count (negative, infinite, beyond 10⁹) is taken as never read.
	Values []float64
	// Hidden and Shown are days that people decided about, with the reason: hidden days are masked whatever the rules
	// say, shown ones never are.
	Hidden, Shown map[wrapcast.Date]string
}

// largest is the number of contacts a day may have; more is a broken reading.
const largest = 1e9

// history is the part of a series that tells something: from the first day with a
// contact to the last day read.
type history struct {
	from   wrapcast.Date
	values []float64
	// unread counts the days after the last one read, broken those that held no count.
	unread, broken int
	hidden, shown  map[wrapcast.Date]string
}

// historyOf cuts a series to its history. It is empty when there never was a contact.
func historyOf(s Series) history {
	h := history{from: s.From, hidden: s.Hidden, shown: s.Shown}
	values := make([]float64, len(s.Values))
	first, last := -1, -1
	for t, v := range s.Values {
		if v < 0 || v > largest {
			h.broken++
			v = math.NaN()
		}
		values[t] = v
		if v > 0 && first < 0 {
			first = t
		}
		if !math.IsNaN(v) {
			last = t
		}
	}
	h.unread = len(values) - 1 - last
	if first < 0 {
		return h
	}
	h.from += wrapcast.Date(first)
	h.values = values[first : last+1]
	return h
}

func (h history) day(t int) wrapcast.Date { return h.from + wrapcast.Date(t) }

func (h history) last() wrapcast.Date { return h.day(len(h.values) - 1) }

// gaps counts the days never read, zeros those read without a contact, active those with one.
func (h history) gaps() int { return len(h.values) - len(known(h.values)) }

func (h history) zeros() int { return len(known(h.values)) - h.active() }

func (h history) active() int {
	n := 0
	for _, v := range h.values {
		if v > 0 {
			n++
		}
	}
	return n
}

func (h history) contacts() int {
	sum := 0.0
	for _, v := range known(h.values) {
		sum += v
	}
	return int(math.Round(sum))
}

// sparse reports whether most days are empty, weekdays that are always empty left out.
func (h history) sparse() bool {
	var days, active [week]int
	for t, v := range h.values {
		if math.IsNaN(v) {
			continue
		}
		days[t%week]++
		if v > 0 {
			active[t%week]++
		}
	}
	open, busy := 0, 0
	for i, n := range active {
		if n > 0 {
			open, busy = open+days[i], busy+n
		}
	}
	return 2*busy <= open
}

// number writes a figure for people: whole when it is, else with one decimal.
func number(v float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0")
}
