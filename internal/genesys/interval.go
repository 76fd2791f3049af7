package genesys

import (
	"time"

	"github.com/wrapcast/wrapcast"
)

// span is a stretch of time between two UTC quarter-hours.
type span wrapcast.Interval

const day = 24 * time.Hour

// Chunks cuts from…to into intervals that one query each can ask for: at most
// ChunkDays long, with borders on UTC days but for from and to themselves. Both must
// lie on a quarter-hour, from before to; otherwise there are no chunks.
func (c *Client) Chunks(from, to time.Time) []wrapcast.Interval {
	from, to = from.UTC(), to.UTC()
	var chunks []wrapcast.Interval
	for from.Before(to) {
		end := from.Truncate(day).Add(time.Duration(c.chunkDays) * day)
		if end.After(to) {
			end = to
		}
		chunks = append(chunks, wrapcast.Interval{From: from, To: end})
		from = end
	}
	return chunks
}

func (i span) check() error {
	if !i.From.Before(i.To) || !onQuarterHour(i.From) || !onQuarterHour(i.To) {
		return wrapcast.Errorf(wrapcast.Usage, "genesys.Extract", "%s is not an interval between two quarter-hours", i.iso()).
			WithHint("begin and end on :00, :15, :30 or :45")
	}
	return nil
}

// halves cuts the interval on the UTC day border next to its middle. A day is not cut.
func (i span) halves() (span, span, bool) {
	if i.To.Sub(i.From) <= day {
		return span{}, span{}, false
	}
	middle := i.From.Add(i.To.Sub(i.From) / 2).Truncate(day)
	if !middle.After(i.From) {
		middle = middle.Add(day)
	}
	return span{i.From, middle}, span{middle, i.To}, middle.Before(i.To)
}

// days cuts the interval on the borders of UTC days.
func (i span) days() (days []span) {
	for from := i.From; from.Before(i.To); {
		to := from.Truncate(day).Add(day)
		if to.After(i.To) {
			to = i.To
		}
		days = append(days, span{from, to})
		from = to
	}
	return days
}

func (i span) holds(t time.Time) bool { return !t.Before(i.From) && t.Before(i.To) }

func (i span) iso() string {
	const layout = "2006-01-02T15:04:05.000Z"
	return i.From.UTC().Format(layout) + "/" + i.To.UTC().Format(layout)
}
