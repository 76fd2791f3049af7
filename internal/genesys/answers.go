package genesys

import (
	"time"

	"github.com/wrapcast/wrapcast"
)

// queueAnswer is what the queues of an interval did, in the order of time.
type queueAnswer struct {
	span
	readAt time.Time
	rows   packedQueues
	crowds []crowd // per quarter-hour
}

// codeAnswer is what the codes of an interval did.
type codeAnswer struct {
	span
	readAt time.Time
	rows   packedCodes
	// sizes is how many rows each quarter-hour has, seen how many codes came with how many contacts.
	sizes []int
	seen  map[int]tally
}

// count finds out what there is to be learned of an answer.
func (a *codeAnswer) count() {
	a.sizes, a.seen = a.rows.perQuarterHour(a.length()), tallyByContacts(&a.rows)
}

// packedCodes is what leaves handled, packedQueues what the channels of queues were offered and handled.
type (
	packedCodes  = packed[wrapcast.Leaf, codeFacts]
	packedQueues = packed[queueChannel, queueFacts]
)

type codeFacts struct {
	handled               int
	handleMs, afterCallMs int64
}

type queueChannel struct {
	queue wrapcast.QueueID
	media wrapcast.MediaType
}

type queueFacts struct{ offered, abandoned, handled, transferred int }

// joined puts what the queues of a piece did beside its codes. It was read when the first of them was.
func joined(codes codeAnswer, queues []queueAnswer) wrapcast.Extract {
	e := wrapcast.Extract{From: codes.From, To: codes.To, ReadAt: codes.readAt, Observations: mergeObservations(observations(&codes.rows))}
	var rows []queueRow
	for _, a := range queues {
		rows = append(rows, queueRows(&a.rows, codes.span)...)
		if a.readAt.Before(e.ReadAt) {
			e.ReadAt = a.readAt
		}
	}
	e.Arrivals, e.QueueHandled = byQueue(rows)
	return e
}

// observations unpacks what codes had.
func observations(p *packedCodes) []wrapcast.Observation {
	all := make([]wrapcast.Observation, 0, len(p.rows))
	for _, row := range p.rows {
		all = append(all, wrapcast.Observation{Leaf: p.keys[row.key], Start: p.start(row),
			Handled: row.had.handled, HandleMs: row.had.handleMs, AfterCallMs: row.had.afterCallMs})
	}
	return all
}

// queueRows unpacks what queues had within a piece.
func queueRows(p *packedQueues, piece span) (some []queueRow) {
	for _, row := range p.rows {
		at, key := p.start(row), p.keys[row.key]
		if piece.holds(at) {
			a := wrapcast.Arrival{Queue: key.queue, Media: key.media, Start: at, Offered: row.had.offered, Abandoned: row.had.abandoned}
			some = append(some, queueRow{a, row.had.handled, row.had.transferred})
		}
	}
	return some
}
