package genesys

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
)

// aggregatesQuery asks for sums per quarter-hour. There is no paging.
type aggregatesQuery struct {
	Interval    string   `json:"interval"`
	Granularity string   `json:"granularity"`
	GroupBy     []string `json:"groupBy"`
	Metrics     []string `json:"metrics"`
}

// VolumeMetrics are the metrics by which the contacts of a code may be counted. No public source says for each whether it
// carries the code; the first, handle time, surely does, since it is stamped when the code is chosen.
func VolumeMetrics() []string { return []string{"tHandle", "tTalkComplete", "tTalk", "nConnected"} }

// handledQuery and arrivedQuery are two, because what a queue is offered has no
// wrap-up code yet: grouped by code it would be found only among contacts without one.
// arrivedQuery asks what the queue handled as well, so that the codes can be checked against it.
func (c *Client) handledQuery(i span) aggregatesQuery {
	return c.query(i, []string{"queueId", "wrapUpCode", "mediaType"}, "tHandle", "tAcw")
}

func (c *Client) arrivedQuery(i span) aggregatesQuery {
	return c.query(i, []string{"queueId", "mediaType"}, "nOffered", "tAbandon", "tHandle", "nTransferred")
}

func (c *Client) query(i span, groupBy []string, metrics ...string) aggregatesQuery {
	if !slices.Contains(metrics, c.volume) {
		metrics = append(metrics, c.volume)
	}
	return aggregatesQuery{Interval: i.iso(), Granularity: "PT15M", GroupBy: groupBy, Metrics: metrics}
}

// group is one combination of dimensions that occurs. A dimension its contacts lack is
// missing, which does not make it a subtotal of others; what was not asked for may be
// there too, so that two groups can stand for one leaf.
type group struct {
	Group struct {
		QueueID    wrapcast.QueueID   `json:"queueId"`
		WrapUpCode wrapcast.CodeID    `json:"wrapUpCode"`
		MediaType  wrapcast.MediaType `json:"mediaType"`
	} `json:"group"`
	Data []bucket `json:"data"`
}

// bucket is one quarter-hour in which something happened; the others are left out.
type bucket struct {
	Interval quarterHour `json:"interval"`
	Metrics  []metric    `json:"metrics"`
}

type metric struct {
	Metric metricName `json:"metric"`
	Stats  struct {
		Count float64 `json:"count"`
		Sum   float64 `json:"sum"`
	} `json:"stats"`
}

// metricName is one of the metrics asked for, or otherMetric.
type metricName int

const (
	otherMetric metricName = iota
	handleTime
	afterCallTime
	offered
	abandonTime
	transferred
	talkComplete
	talkTime
	connected
)

// metricNamed returns the constant of a name.
func metricNamed(name string) (m metricName) {
	_ = m.UnmarshalJSON([]byte(`"` + name + `"`)) // it refuses none
	return m
}

// UnmarshalJSON reads the name without keeping it: there are millions.
func (m *metricName) UnmarshalJSON(b []byte) error {
	switch string(b) {
	case `"tHandle"`:
		*m = handleTime
	case `"tAcw"`:
		*m = afterCallTime
	case `"nOffered"`:
		*m = offered
	case `"tAbandon"`:
		*m = abandonTime
	case `"nTransferred"`:
		*m = transferred
	case `"tTalkComplete"`:
		*m = talkComplete
	case `"tTalk"`:
		*m = talkTime
	case `"nConnected"`:
		*m = connected
	default:
		*m = otherMetric
	}
	return nil
}

// quarterHour is the start of an interval that is exactly as long as was asked.
type quarterHour struct{ start time.Time }

// UnmarshalJSON reads "2026-11-23T10:15:00.000Z/2026-11-23T10:30:00.000Z" as instants,
// whatever their offset and precision.
func (q *quarterHour) UnmarshalJSON(b []byte) error {
	var from, to time.Time
	for i, c := range b {
		if c != '/' {
			continue
		}
		if from.UnmarshalText(b[1:i]) != nil || to.UnmarshalText(b[i+1:len(b)-1]) != nil {
			break
		}
		if to.Sub(from) != wrapcast.QuarterHour || !onQuarterHour(from) {
			return nonsense("the interval %s is not a quarter-hour", printable(string(b), 80))
		}
		q.start = from.UTC()
		return nil
	}
	return nonsense("%s is not an interval", printable(string(b), 80))
}

func onQuarterHour(t time.Time) bool { return t.Equal(t.Truncate(wrapcast.QuarterHour)) }

// nonsense is an answer that is good JSON and cannot be true. It is not asked for
// again: the platform would say the same.
func nonsense(format string, args ...any) error {
	return wrapcast.Errorf(wrapcast.Unavailable, "genesys."+aggregatesCall, format, args...).
		WithHint("nothing of this answer was kept; run again, and report it if it stays")
}

// readGroups gives every group of an answer to take, one at a time, so that an answer
// need not fit into memory. Nothing found is `{}` or an empty list.
func readGroups(body io.Reader, take func(group) error) error {
	d := json.NewDecoder(body)
	if err := expect(d, json.Delim('{')); err != nil {
		return err
	}
	seen := false
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return brokenJSON(err)
		}
		if key != "results" {
			var skipped json.RawMessage
			if err := d.Decode(&skipped); err != nil {
				return brokenJSON(err)
			}
			continue
		}
		if seen {
			return errors.New("results twice")
		}
		seen = true
		if err := readResults(d, take); err != nil {
			return err
		}
	}
	if err := expect(d, json.Delim('}')); err != nil {
		return err
	}
	return endOfJSON(d)
}

func readResults(d *json.Decoder, take func(group) error) error {
	open, err := d.Token()
	if err != nil {
		return brokenJSON(err)
	}
	if open == nil { // "results": null
		return nil
	}
	if open != json.Delim('[') {
		return fmt.Errorf("results that are no list: %v", open)
	}
	for d.More() {
		var g group
		if err := d.Decode(&g); err != nil {
			return brokenJSON(err)
		}
		if err := take(g); err != nil {
			return err
		}
	}
	return expect(d, json.Delim(']'))
}

func expect(d *json.Decoder, want json.Delim) error {
	got, err := d.Token()
	if err != nil {
		return brokenJSON(err)
	}
	if got != want {
		return fmt.Errorf("unreadable JSON: %v where %v belongs", got, want)
	}
	return nil
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
