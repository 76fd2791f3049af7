package genesys

import (
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys/internal/sizing"
)

// span is a half-open interval between two UTC quarter-hours.
type span = sizing.Span

const day = 24 * time.Hour

func checkSpan(s span) error {
	if !s.From.Before(s.To) || !onQuarterHour(s.From) || !onQuarterHour(s.To) {
		return wrapcast.Errorf(wrapcast.Usage, "genesys.Extract", "%s is not an interval between two quarter-hours",
			iso(s)).
			WithHint("begin and end on :00, :15, :30 or :45")
	}
	return nil
}

// iso writes a span as the platform wants it: UTC with milliseconds.
func iso(s span) string {
	const layout = "2006-01-02T15:04:05.000Z"
	return s.From.UTC().Format(layout) + "/" + s.To.UTC().Format(layout)
}

// queuePiece is what the queues of an interval handled and were offered, in the order of time.
type queuePiece struct {
	span
	readAt time.Time
	by     dimensions
	rows   packedQueues
	// contacts is how many contacts the channels of queues handled, per quarter-hour.
	contacts []sizing.ContactHistogram
}

// codePiece is what the codes of an interval handled.
type codePiece struct {
	span
	readAt time.Time
	by     dimensions
	rows   packedCodes
	// sizes is how many rows each quarter-hour has, seen how many codes there were among how many contacts.
	sizes      []int
	codeCounts map[int]sizing.CodeCount
}

// count finds out what there is to be learned of an answer.
func (a *codePiece) count() {
	a.sizes, a.codeCounts = a.rows.perQuarterHour(a.Length()), codesByContacts(&a.rows)
}

// packedCodes is what leaves handled, packedQueues what the channels of queues were offered and handled.
type (
	packedCodes  = packed[wrapcast.Leaf, codeFacts]
	packedQueues = packed[wrapcast.Stream, queueFacts]
)

type codeFacts struct {
	handled               int
	handleMs, afterCallMs int64
}

type queueFacts struct{ offered, abandoned, handled, transferred int }

// joined puts what the queues of a piece did beside its codes, both told apart by what both were counted by, and no
// further than the detail asks. It was read when the first of them was.
func joined(codes codePiece, queues []queuePiece, detail wrapcast.Detail) wrapcast.Extract {
	e := wrapcast.Extract{From: codes.From, To: codes.To, ReadAt: codes.readAt, Detail: detail}
	by := codes.by
	for _, a := range queues {
		by = by.in(a.by)
		if a.readAt.Before(e.ReadAt) {
			e.ReadAt = a.readAt
		}
	}
	e.Detail.Refused = dimensionsFor(detail).without(by).names()
	kept := func(s wrapcast.Stream) wrapcast.Stream { return detail.Reduce(by.reduce(s)) }
	e.Observations = mergeObservations(observations(&codes.rows, kept))
	var rows []queueRow
	for _, a := range queues {
		rows = append(rows, queueRows(&a.rows, codes.span, kept)...)
	}
	e.Arrivals, e.QueueHandled = byQueue(rows)
	return e
}

// observations unpacks what codes had; kept is the stream that one is kept as.
func observations(p *packedCodes, kept func(wrapcast.Stream) wrapcast.Stream) []wrapcast.Observation {
	leaves := make([]wrapcast.Leaf, len(p.keys))
	for i, l := range p.keys {
		leaves[i] = l.In(kept(l.Stream()))
	}
	all := make([]wrapcast.Observation, 0, len(p.rows))
	for _, row := range p.rows {
		all = append(all, wrapcast.Observation{Leaf: leaves[row.key], Start: p.start(row),
			Handled: row.had.handled, HandleMs: row.had.handleMs, AfterCallMs: row.had.afterCallMs})
	}
	return all
}

// queueRows unpacks what queues had within a piece; kept is the stream that one is kept as.
func queueRows(p *packedQueues, piece span, kept func(wrapcast.Stream) wrapcast.Stream) (some []queueRow) {
	streams := make([]wrapcast.Stream, len(p.keys))
	for i, s := range p.keys {
		streams[i] = kept(s)
	}
	for _, row := range p.rows {
		if at := p.start(row); piece.Holds(at) {
			a := wrapcast.Arrival{Start: at, Offered: row.had.offered, Abandoned: row.had.abandoned}
			some = append(some, queueRow{a.In(streams[row.key]), row.had.handled, row.had.transferred})
		}
	}
	return some
}

// contactHistograms is what the channels of queues handled in each of so many quarter-hours.
func contactHistograms(rows *packedQueues, length int) []sizing.ContactHistogram {
	all := make([]sizing.ContactHistogram, length)
	for _, row := range rows.rows {
		all[row.quarterHour].Add(row.had.handled, 1)
	}
	return all
}

// codesByContacts counts, for each number of contacts that a channel of a queue had in a quarter-hour, such channels
// and their codes.
func codesByContacts(rows *packedCodes) map[int]sizing.CodeCount {
	type place struct {
		wrapcast.Stream
		quarterHour int32
	}
	type had struct{ contacts, codes int }
	places := map[place]had{}
	for _, row := range rows.rows {
		at := place{rows.keys[row.key].Stream(), row.quarterHour}
		h := places[at]
		places[at] = had{h.contacts + row.had.handled, h.codes + 1}
	}
	seen := map[int]sizing.CodeCount{}
	for _, h := range places {
		c := seen[h.contacts]
		seen[h.contacts] = sizing.CodeCount{Channels: c.Channels + 1, Codes: c.Codes + h.codes}
	}
	return seen
}
