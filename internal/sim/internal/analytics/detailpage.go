package analytics

import (
	"cmp"
	"slices"
	"sync"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
)

// page is a stretch of what a details query finds, in its order. A conversation is built only when somebody looks at
// it: of the hundred thousands of a large organisation's day, those are few.
type page struct {
	from, to int // places, counted over the whole interval
	// whole counts to the end of the interval; otherwise counting stops behind the page.
	whole bool
	// each sees every conversation found; nil where nobody wants to.
	each func(*conversation)
	// counts remembers how many a day has, where that never changes; nil where it may.
	counts *sync.Map

	found []*conversation
	total int // found so far
}

// hit is a conversation that was found: its place in its day, and its times.
type hit struct {
	ordinal    int
	start, end int64
}

// read fills a page day by day, so that no more than a day is in memory.
func (r *Room) read(q *detailsQuery, now int64, p *page) {
	zone := r.Organisation.Zone
	first, last := localDay(q.span.from, zone)-1, localDay(q.span.to-1, zone)
	first, last = max(first, r.Organisation.Start), min(last, localDay(now, zone))
	for n := range last - first + 1 {
		day := first + n
		if q.Order == "desc" {
			day = last - n
		}
		if r.readDay(q, day, now, p); !p.whole && p.total > p.to {
			return
		}
	}
}

// readDay counts what a day has and builds what of it lies on the page.
func (r *Room) readDay(q *detailsQuery, day wrapcast.Date, now int64, p *page) {
	if n, known := p.known(day); known && (p.total+n <= p.from || p.total >= p.to) {
		p.total += n
		return
	}
	hits := r.hits(q, day, now, p.each)
	before := p.total
	p.total += len(hits)
	if p.counts != nil {
		p.counts.Store(day, len(hits))
	}
	from, to := max(p.from-before, 0), min(p.to-before, len(hits))
	if from >= to {
		return
	}
	slices.SortFunc(hits, q.compare)
	places := map[int]int{}
	for i, h := range hits[from:to] {
		places[h.ordinal] = i
	}
	built := make([]*conversation, to-from)
	r.eachConversation(day, func(ordinal int, legs []contact.Contact) {
		if i, wanted := places[ordinal]; wanted {
			built[i] = newConversation(r.book(), legs, now)
		}
	})
	p.found = append(p.found, built...)
}

func (p *page) known(day wrapcast.Date) (n int, known bool) {
	if p.counts == nil {
		return 0, false
	}
	value, known := p.counts.Load(day)
	n, _ = value.(int)
	return n, known
}

// hits are the conversations of a day that the query finds.
func (r *Room) hits(q *detailsQuery, day wrapcast.Date, now int64, each func(*conversation)) []hit {
	var found []hit
	r.eachConversation(day, func(ordinal int, legs []contact.Contact) {
		if !q.covers(legs, now) {
			return
		}
		if !q.conditions.trivial() || each != nil {
			v := newConversation(r.book(), legs, now)
			if !q.conditions.hold(v) {
				return
			}
			if each != nil {
				each(v)
			}
		}
		found = append(found, hit{ordinal, legs[0].Arrived, ended(legs)})
	})
	return found
}

// eachConversation puts the legs of a day's conversations together; the slice is used again.
func (r *Room) eachConversation(day wrapcast.Date, do func(ordinal int, legs []contact.Contact)) {
	ordinal := 0
	var legs []contact.Contact
	for c := range r.Contacts.Day(day) {
		if c.Leg == 0 && len(legs) > 0 {
			do(ordinal, legs)
			ordinal++
			legs = legs[:0]
		}
		legs = append(legs, c)
	}
	if len(legs) > 0 {
		do(ordinal, legs)
	}
}

// compare puts hits in order: of their beginning unless another was asked for, backwards for desc.
func (q *detailsQuery) compare(a, b hit) int {
	x, y := a.start, b.start
	if q.OrderBy == "conversationEnd" || q.OrderBy == "segmentEnd" {
		x, y = a.end, b.end
	}
	order := cmp.Or(cmp.Compare(x, y), cmp.Compare(a.ordinal, b.ordinal))
	if q.Order == "desc" {
		return -order
	}
	return order
}
