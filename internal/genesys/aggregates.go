package genesys

import (
	"bytes"
	"math"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys/internal/transport"
)

// aggregatesQuery asks for sums per quarter-hour. There is no paging.
type aggregatesQuery struct {
	Interval    string   `json:"interval"`
	Granularity string   `json:"granularity"`
	GroupBy     []string `json:"groupBy"`
	Metrics     []string `json:"metrics"`
	// Flatten gives a contact with several skills one group, with all of them in its name: else it would be counted
	// in one group for each of them.
	Flatten bool `json:"flattenMultivaluedDimensions,omitempty"`
}

// VolumeMetrics are the metrics by which the contacts of a code may be counted. No public source says for each whether
// it carries the code; the first, handle time, surely does, since it is stamped when the code is chosen.
func VolumeMetrics() []string { return []string{"tHandle", "tTalkComplete", "tTalk", "nConnected"} }

// handledQuery and arrivedQuery are two, because what a queue is offered has no
// wrap-up code yet: grouped by code it would be found only among contacts without one.
// arrivedQuery asks what the queue handled as well, so that the codes can be checked against it.
func (c *Client) handledQuery(i span, by dimensions) aggregatesQuery {
	return c.query(i, by, []string{"queueId", "wrapUpCode", "mediaType"}, "tHandle", "tAcw")
}

func (c *Client) arrivedQuery(i span, by dimensions) aggregatesQuery {
	return c.query(i, by, []string{"queueId", "mediaType"}, "nOffered", "tAbandon", "tHandle", "nTransferred")
}

func (c *Client) query(i span, by dimensions, groupBy []string, metrics ...string) aggregatesQuery {
	if !slices.Contains(metrics, c.volume) {
		metrics = append(metrics, c.volume)
	}
	return aggregatesQuery{Interval: iso(i), Granularity: "PT15M", GroupBy: append(groupBy, by.names()...),
		Metrics: metrics, Flatten: by.skills}
}

// quarterHour reads a JSON text such as "2026-11-23T10:15:00.000Z/2026-11-23T10:30:00.000Z" as instants, whatever their
// offset and precision, and returns the start of an interval that is exactly as long as was asked.
func quarterHour(text []byte) (time.Time, error) {
	first, second, ok := bytes.Cut(bytes.Trim(text, `"`), []byte("/"))
	var from, to time.Time
	if !ok || instant(first, &from) != nil || instant(second, &to) != nil {
		return from, nonsense("%s is not an interval", transport.Printable(string(text), 80))
	}
	if to.Sub(from) != wrapcast.QuarterHour || !onQuarterHour(from) {
		return from, nonsense("the interval %s is not a quarter-hour", transport.Printable(string(text), 80))
	}
	return from.UTC(), nil
}

// instant reads an ISO 8601 instant, its offset written as Z, +00:00, +0000 or +00.
func instant(text []byte, to *time.Time) error {
	err := to.UnmarshalText(text)
	for _, layout := range []string{"2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05Z07"} {
		if err == nil {
			break
		}
		*to, err = time.Parse(layout, string(text))
	}
	return err
}

func onQuarterHour(t time.Time) bool { return t.Equal(t.Truncate(wrapcast.QuarterHour)) }

// nonsense is an answer that is good JSON and cannot be true. It is not asked for
// again: the platform would say the same.
func nonsense(format string, args ...any) error {
	return wrapcast.Errorf(wrapcast.Unavailable, "genesys."+transport.AggregatesCall, format, args...).
		WithHint("nothing of this answer was kept; run again, and report it if it stays")
}

// count turns a JSON number into a count. Contacts are whole; a double holds them exactly up to 2^53.
func count(v float64) (int, error) {
	if v < 0 || v != math.Trunc(v) || v > 1<<53 {
		return 0, nonsense("%v is not a number of contacts", v)
	}
	return int(v), nil
}

// milliseconds turns a JSON number into whole milliseconds, rounded; the platform's schema allows fractions.
func milliseconds(v float64) (int64, error) {
	if v < 0 || v > 1<<53 {
		return 0, nonsense("%v is not a sum of milliseconds", v)
	}
	return int64(math.Round(v)), nil
}
