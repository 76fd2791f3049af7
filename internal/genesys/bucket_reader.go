package genesys

import (
	"bytes"
	"errors"
	"io"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys/internal/transport"
)

// bucket is one quarter-hour of one group in which something happened; the others are left out. It is valid until the
// next is read.
type bucket struct {
	// leaf is the group: a combination of dimensions that occurs. A dimension its contacts lack is missing, which does
	// not make it a subtotal of others; what was not asked for may be there too, so that two groups can stand for one
	// leaf.
	leaf    wrapcast.Leaf
	start   time.Time
	metrics []metric
}

type metric struct {
	name       metricName
	count, sum float64
}

// metricName is one of the metrics that are asked for, or otherMetric.
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

func metricNamed[T string | []byte](name T) metricName {
	switch string(name) {
	case "tHandle":
		return handleTime
	case "tAcw":
		return afterCallTime
	case "nOffered":
		return offered
	case "tAbandon":
		return abandonTime
	case "nTransferred":
		return transferred
	case "tTalkComplete":
		return talkComplete
	case "tTalk":
		return talkTime
	case "nConnected":
		return connected
	}
	return otherMetric
}

// readBuckets gives every bucket of an answer to take, one at a time, so that an answer
// need not fit into memory. Nothing found is `{}` or an empty list.
func readBuckets(body io.Reader, take func(*bucket) error) error {
	r := newBucketReader(body, take)
	if r.json.PeekKind() == 'n' {
		return errors.New("null where an answer belongs")
	}
	seen := false
	err := r.object(func(name []byte) error {
		switch {
		case string(name) != "results":
			return r.json.SkipValue()
		case seen:
			return errors.New("results twice")
		}
		seen = true
		return r.list(r.container)
	})
	if err != nil {
		return transport.BrokenJSON(err)
	}
	if _, err := r.json.ReadToken(); !errors.Is(err, io.EOF) {
		if errors.Is(err, transport.ErrTooLarge) {
			return err
		}
		return errors.New("more than one JSON value")
	}
	return nil
}

// bucketReader reads an answer; every method reads one value. An answer can have a hundred thousand rows, and several
// are read at a time, so that it is read token by token into one row that is used again: what reflection would allocate
// for each is more than the rows themselves.
type bucketReader struct {
	*tokens
	take   func(*bucket) error
	bucket bucket
}

func newBucketReader(body io.Reader, take func(*bucket) error) *bucketReader {
	return &bucketReader{tokens: newTokens(body), take: take}
}

// container reads a group and its buckets. JSON has no order: what stands before the group is kept until it is known.
func (r *bucketReader) container() error {
	r.bucket.leaf = wrapcast.Leaf{}
	known := false
	var early []byte
	err := r.object(func(name []byte) error {
		switch string(name) {
		case "group":
			known = true
			return r.dimensions()
		case "data":
			switch {
			case known:
				return r.list(r.datum)
			case early != nil:
				return errors.New("data twice")
			}
			data, err := r.json.ReadValue()
			early = append([]byte{}, data...)
			return err
		}
		return r.json.SkipValue()
	})
	if err != nil || early == nil {
		return err
	}
	later := newBucketReader(bytes.NewReader(early), r.take)
	later.bucket.leaf = r.bucket.leaf
	return later.list(later.datum)
}

func (r *bucketReader) dimensions() error {
	leaf := &r.bucket.leaf
	return r.object(func(name []byte) error {
		var take func(text string)
		switch string(name) {
		case "queueId":
			take = func(text string) { leaf.Queue = wrapcast.QueueID(firstOf(text)) }
		case "wrapUpCode":
			take = func(text string) { leaf.Code = wrapcast.CodeID(firstOf(text)) }
		case "mediaType":
			take = func(text string) { leaf.Media = wrapcast.MediaType(firstOf(text)) }
		case directionName:
			take = func(text string) { leaf.Direction = directionOf(firstOf(text)) }
		case languageName:
			take = func(text string) { leaf.Language = wrapcast.LanguageID(firstOf(text)) }
		case skillsName:
			take = func(text string) { leaf.Skills = skillsOf(text) }
		default:
			return r.json.SkipValue()
		}
		var text string
		err := r.textOfList(&text)
		take(text)
		return err
	})
}

func (r *bucketReader) datum() error {
	r.bucket.start, r.bucket.metrics = time.Time{}, r.bucket.metrics[:0]
	err := r.object(func(name []byte) error {
		switch string(name) {
		case "interval":
			return r.interval()
		case "metrics":
			return r.list(r.metric)
		}
		return r.json.SkipValue()
	})
	if err != nil {
		return err
	}
	return r.take(&r.bucket)
}

// interval reads a quarter-hour.
func (r *bucketReader) interval() error {
	text, err := r.json.ReadValue()
	if err != nil || text.Kind() == 'n' {
		return err
	}
	r.bucket.start, err = quarterHour(text)
	return err
}

func (r *bucketReader) metric() error {
	r.bucket.metrics = append(r.bucket.metrics, metric{})
	m := &r.bucket.metrics[len(r.bucket.metrics)-1]
	return r.object(func(name []byte) error {
		switch string(name) {
		case "metric":
			text, err := r.json.ReadValue()
			if err == nil && text.Kind() == '"' {
				m.name = metricNamed(unquoted(text))
			}
			return err
		case "stats":
			return r.stats(m)
		}
		return r.json.SkipValue()
	})
}

func (r *bucketReader) stats(m *metric) error {
	return r.object(func(name []byte) error {
		switch string(name) {
		case "count":
			return r.number(&m.count)
		case "sum":
			return r.number(&m.sum)
		}
		return r.json.SkipValue()
	})
}
