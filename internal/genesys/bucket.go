package genesys

import (
	"time"

	"github.com/wrapcast/wrapcast"
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
