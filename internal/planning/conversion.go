package planning

import (
	"fmt"
	"maps"
	"slices"

	"github.com/wrapcast/wrapcast"
)

const (
	// borrowedRatio is how many handled contacts the ratio of the queue is worth to a stream, and that of all to a
	// queue.
	borrowedRatio = 50
	// minRatio and maxRatio bound the offered contacts per handled one. Beyond them the two do not count the same
	// contacts.
	minRatio, maxRatio = 0.1, 10
)

// Conversion is how many contacts are offered to a stream for each one handled there.
func (p *RecentPatterns) Conversion(s wrapcast.Stream) float64 { return p.conversion(s) }

// conversion returns how many contacts are offered to a stream for each one
// handled there. Handled counts know no abandoned contact and count a transferred one
// twice; the platform plans for what is offered. The ratio is that of recent weeks,
// (offered + 50·R) / (handled + 50) with R the queue's and for the queue that of all,
// so that few contacts move it little. It is R where nothing was handled, and one where
// contacts were handled but none was ever offered: outbound work, or a client that may
// not see arrivals.
func (p *RecentPatterns) conversion(s wrapcast.Stream) float64 {
	if r, ok := p.ratios[s]; ok {
		return r
	}
	return p.overallRatio
}

// convert learns the ratios, and notes the streams where they mean nothing.
func (p *RecentPatterns) convert() {
	var all intradayCounts
	queues := map[wrapcast.QueueID]*intradayCounts{}
	channels := sumChannels(p.counts)
	for _, s := range slices.SortedFunc(maps.Keys(channels), wrapcast.Stream.Compare) {
		t := channels[s]
		if t.offered == 0 || t.handled == 0 {
			continue // its contacts are counted on one side only
		}
		if queues[s.Queue] == nil {
			queues[s.Queue] = &intradayCounts{}
		}
		for _, sum := range []*intradayCounts{queues[s.Queue], &all} {
			sum.offered += t.offered
			sum.handled += t.handled
		}
	}
	p.overallRatio = shrunk(&all, 1)
	p.noArrivals = all.offered == 0
	p.ratios = make(map[wrapcast.Stream]float64, len(p.counts))
	for _, s := range p.counts.streams() {
		p.ratios[s] = p.ratio(s, channels[channelOf(s)], queues[s.Queue])
	}
}

// channelOf is the stream's queue and channel, whatever language and skills.
func channelOf(s wrapcast.Stream) wrapcast.Stream {
	return wrapcast.Stream{Queue: s.Queue, Media: s.Media}
}

// channelCounts are the contacts of a queue on a channel, and whether those offered and those handled are told apart by
// language or skills.
type channelCounts struct {
	offered, handled         float64
	offeredTold, handledTold bool
}

// sumChannels adds up the contacts of each queue and channel.
func sumChannels(counts streamCounts) map[wrapcast.Stream]*channelCounts {
	channels := map[wrapcast.Stream]*channelCounts{}
	for s, t := range counts {
		channel := channels[channelOf(s)]
		if channel == nil {
			channel = &channelCounts{}
			channels[channelOf(s)] = channel
		}
		channel.offered += t.offered
		channel.handled += t.handled
		if s != channelOf(s) {
			channel.offeredTold = channel.offeredTold || t.offered > 0
			channel.handledTold = channel.handledTold || t.handled > 0
		}
	}
	return channels
}

// ratio is that of a stream. Where only one side of its contacts is told apart by language and skills, or nothing was
// offered of its own, it is that of all contacts of its queue and channel.
func (p *RecentPatterns) ratio(s wrapcast.Stream, channel *channelCounts, queue *intradayCounts) float64 {
	parent := p.overallRatio
	if queue != nil {
		parent = shrunk(queue, parent)
	}
	switch t := p.counts[s]; {
	case (channel.offeredTold != channel.handledTold || channel.offeredTold && t.offered == 0) &&
		channel.offered > 0 && channel.handled > 0:
		sum := intradayCounts{offered: channel.offered, handled: channel.handled}
		return min(max(shrunk(&sum, parent), minRatio), maxRatio)
	case t.offered == 0:
		if !p.noArrivals {
			p.find(s, "never-offered",
				fmt.Sprintf("%.0f contacts were handled and none was offered: each is planned as one", t.handled),
				"expected if the work is outbound; otherwise check that the OAuth client may see the queue's offered contacts")
		}
		return 1
	case t.handled == 0:
		p.find(s, "never-handled", fmt.Sprintf("%.0f contacts were offered and none was handled: none is planned",
			t.offered),
			"check who answers this queue")
		return parent
	default:
		r := shrunk(t, parent)
		if r < minRatio || r > maxRatio {
			p.find(s, "odd-conversion",
				fmt.Sprintf("%.0f contacts were offered and %.0f handled: planned as if %.3g were offered for each handled",
					t.offered, t.handled, min(max(r, minRatio),
						maxRatio)), "check how contacts reach and leave this queue")
		}
		return min(max(r, minRatio), maxRatio)
	}
}

// note is a finding about a stream, before its queue has a name.
type note struct {
	stream                wrapcast.Stream
	code, message, advice string
}

func (p *RecentPatterns) find(s wrapcast.Stream, code, message, advice string) {
	p.notes = append(p.notes, note{s, code, message, advice})
}

func shrunk(t *intradayCounts, to float64) float64 {
	return (t.offered + borrowedRatio*to) / (t.handled + borrowedRatio)
}
