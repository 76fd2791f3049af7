package today

import (
	"encoding/csv"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
)

// Given are counts of today by hand: what a wallboard or another system shows.
type Given struct {
	rows []givenRow
	// file is what they are from.
	file string
}

// givenRow are the contacts of a stretch that begins at a time of day.
type givenRow struct {
	line        int
	hour        int // minutes after midnight on the wall clock
	queue, code string
	contacts    float64
}

// ReadGiven reads a CSV file with a header: time (such as 09:15), contacts, and queue and code where they are told
// apart, by id or name.
func ReadGiven(r io.Reader, file string) (*Given, error) {
	rows := csv.NewReader(r)
	rows.TrimLeadingSpace = true
	header, err := rows.Read()
	if err != nil {
		return nil, badFile(file, 1, "it has no header").WithHint("begin it with a line such as time,queue,contacts")
	}
	places := map[string]int{}
	for i, name := range header {
		places[strings.ToLower(strings.Trim(name, "\ufeff \t"))] = i
	}
	for _, needed := range []string{"time", "contacts"} {
		if _, there := places[needed]; !there {
			return nil, badFile(file, 1, "it has no column %q", needed).WithHint("begin it with a line such as time,queue,contacts")
		}
	}
	g := &Given{file: file}
	for line := 2; ; line++ {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, badFile(file, line, "%v", err)
		}
		one, err := readRow(file, line, row, places)
		if err != nil {
			return nil, err
		}
		g.rows = append(g.rows, one)
	}
	if len(g.rows) == 0 {
		return nil, badFile(file, 2, "it has no counts")
	}
	return g, nil
}

func badFile(file string, line int, format string, args ...any) *wrapcast.Error {
	return wrapcast.Errorf(wrapcast.Usage, "", "%s, line %d: "+format, append([]any{file, line}, args...)...)
}

func readRow(file string, line int, row []string, places map[string]int) (one givenRow, err error) {
	one.line = line
	text := strings.TrimSpace(row[places["time"]])
	at, err := time.Parse("15:04", text)
	if err != nil || at.Minute()%15 != 0 {
		return one, badFile(file, line, "%q is no quarter-hour of the day", text).WithHint("write 09:00 or 14:15")
	}
	one.hour = at.Hour()*60 + at.Minute()
	text = strings.TrimSpace(row[places["contacts"]])
	one.contacts, err = strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(one.contacts) || math.IsInf(one.contacts, 0) || one.contacts < 0 {
		return one, badFile(file, line, "%q is no number of contacts", text)
	}
	for name, into := range map[string]*string{"queue": &one.queue, "code": &one.code} {
		if i, there := places[name]; there {
			*into = strings.TrimSpace(row[i])
		}
	}
	return one, nil
}

// step is how many quarter-hours a row is for: the shortest distance of two times of the file, an hour at most, and an
// hour where it has one time alone.
func (g *Given) step() int {
	var times []int
	for _, r := range g.rows {
		times = append(times, r.hour)
	}
	slices.Sort(times)
	times = slices.Compact(times)
	step := 60
	for i := 1; i < len(times); i++ {
		step = min(step, times[i]-times[i-1])
	}
	return step / 15
}

// into takes the counts for today's. They are known up to the end of the last row, or to now where that is earlier.
// A count is spread over its quarter-hours as the forecast is. What is not told apart counts for all contacts alone.
func (g *Given) into(m *maker) error {
	step, queues, codes := g.step(), true, true
	expected, _ := m.intraday.QuarterHours(m.made, func(wrapcast.Leaf) bool { return true }, m.report.Day, m.report.Day)
	for _, r := range g.rows {
		leaf, err := m.leafOf(g.file, r)
		if err != nil {
			return err
		}
		queues, codes = queues && r.queue != "", codes && r.code != ""
		first := m.slotAt(r.hour)
		to := min(first+step, m.counts.slots)
		m.until = max(m.until, to)
		weight := sumOf(expected[first:to])
		for q := first; q < to; q++ {
			part := 1 / float64(to-first)
			if weight > 0 {
				part = expected[q] / weight
			}
			m.counts.add(leaf, q, r.contacts*part)
		}
	}
	now := int(m.options.Now.Sub(m.counts.midnight) / wrapcast.QuarterHour)
	m.until = min(m.until, max(now, 0))
	m.counts.only = subjectKinds(queues, codes)
	m.find(wrapcast.Info, "by-hand", "", "", "today's counts are those of %s", g.file)
	return nil
}

// subjectKinds are the kinds of subjects that counts tell apart.
func subjectKinds(queues, codes bool) map[wrapcast.AccuracyLevel]bool {
	return map[wrapcast.AccuracyLevel]bool{wrapcast.LevelTotal: true, wrapcast.LevelQueue: queues,
		wrapcast.LevelGroup: queues, wrapcast.LevelCode: codes}
}

// slotAt is the quarter-hour of today that begins at a time of the wall clock; of an hour that is skipped the one after
// it.
func (m *maker) slotAt(minutes int) int {
	for q := range m.counts.slots {
		if at := m.start(q); at.Hour()*60+at.Minute() >= minutes {
			return q
		}
	}
	return m.counts.slots - 1
}

// leafOf finds the queue and code a row names among those of the forecast, on the channel that has most contacts of
// them.
func (m *maker) leafOf(file string, r givenRow) (leaf wrapcast.Leaf, err error) {
	best, found := -1.0, r.queue == "" && r.code == ""
	for _, l := range m.made.Leaves {
		if r.queue != "" && !m.named(r.queue, string(l.Leaf.Queue), m.view.Directory.Queue(l.Leaf.Queue).Name) ||
			r.code != "" && !m.named(r.code, string(l.Leaf.Code), m.view.Directory.Code(l.Leaf.Code).Name) {
			continue
		}
		if n := l.Mean[m.at]; n > best {
			best, leaf, found = n, l.Leaf, true
		}
	}
	if !found {
		return leaf, badFile(file, r.line, "the forecast has no queue %q with the code %q", r.queue, r.code).
			WithHint("write names or ids as `wrapcast codes` and `wrapcast validate queues` list them")
	}
	if r.code == "" {
		leaf.Code = wrapcast.NoCode
	}
	return leaf, nil
}

func (*maker) named(text, id, name string) bool { return text == id || strings.EqualFold(text, name) }
