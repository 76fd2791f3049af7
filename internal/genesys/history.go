package genesys

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/wrapcast/wrapcast"
)

// History says what to read and what to do with it.
type History struct {
	// Gaps are the intervals to read, between UTC quarter-hours, in the order of time; none overlap.
	Gaps []wrapcast.Interval
	// Sizes is what earlier readings have learned; the zero value is nothing.
	Sizes Sizes
	// Keep takes each piece of the history when it is complete, one at a time; left is about how many requests are still
	// to come. What it has taken is never asked for again. An error ends the reading.
	Keep func(ctx context.Context, e wrapcast.Extract, left int) error
}

// ReadHistory reads everything the platform knows about the gaps: what was handled per queue, wrap-up
// code and channel, and what was offered, abandoned, handled and passed on per queue and channel.
// It asks for as much at once as the platform gives, learns how much that is, and asks for less where
// an answer was too large or too slow. Several requests are under way at a time; pieces are kept as they
// become complete, not always in their order. Contacts without a code have NoCode, those without a queue an
// empty queue. Rows are sorted by leaf and time.
//
// What was learned is returned also where the reading fails or is interrupted; then at most the
// requests under way were in vain.
func (c *Client) ReadHistory(ctx context.Context, h History) (Sizes, error) {
	for _, g := range h.Gaps {
		if err := span(g).check(); err != nil {
			return h.Sizes, err
		}
	}
	r := newReading(c, h)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(ctx, r.wake)()
	var workers sync.WaitGroup
	for range max(c.parallel, mostParallel) {
		workers.Go(func() {
			if err := r.work(ctx); err != nil {
				cancel(err) // the first error is the one that counts
			}
		})
	}
	workers.Wait()
	return r.learned(), context.Cause(ctx)
}

// reading is one ReadHistory under way. Two questions are asked of every interval: queues, which are
// fewer and tell how busy it was, and codes.
type reading struct {
	client *Client
	keep   func(context.Context, wrapcast.Extract, int) error

	mu      sync.Mutex
	changed *sync.Cond
	sizes   Sizes
	queues  *track
	codes   *track
	// answers are those about queues that codes still wait for; told foretells the rows about codes by them.
	answers []queueAnswer
	told    told
	// asking is how many questions about queues are under way. underWay are the pieces whose codes are asked for, whole
	// those that wait to be kept.
	asking   int
	underWay []span
	whole    []codeAnswer
	// pace says how many questions may be under way.
	pace pace

	keeping sync.Mutex
}

func newReading(c *Client, h History) *reading {
	r := &reading{client: c, keep: h.Keep, sizes: h.Sizes, pace: newPace(c)}
	r.sizes.Refused = slices.Clone(h.Sizes.Refused)
	r.told = newTold(h.Sizes)
	r.changed = sync.NewCond(&r.mu)
	longest := c.chunkDays * 96
	gaps := make([]span, 0, len(h.Gaps))
	for _, g := range h.Gaps {
		gaps = append(gaps, span{g.From.UTC(), g.To.UTC()})
	}
	r.queues = newTrack(&r.sizes, newExpectation(h.Sizes.Queues), longest, slices.Clone(gaps))
	r.codes = newTrack(&r.sizes, newExpectation(h.Sizes.Codes), longest, gaps)
	r.codes.told = r.foretold
	return r
}

// learned is what is known now.
func (r *reading) learned() Sizes {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.sizes
	s.Queues, s.Codes, s.CodesByContacts, s.BesideTold = r.queues.week, r.codes.week, r.told.codes, r.told.beside
	return s
}

// work asks one question after the other until there are none.
func (r *reading) work(ctx context.Context) error {
	for {
		ask, piece, ok := r.next(ctx)
		if !ok {
			return ctx.Err()
		}
		if err := ask(ctx, piece); err != nil {
			return err
		}
		if err := r.keepWhole(ctx); err != nil {
			return err
		}
	}
}

// next returns the question to ask now. Codes are asked for what is known of queues, so that their
// rows can be foretold, and one at a time until it is known how well; where neither can be asked yet, it waits for an answer.
func (r *reading) next(ctx context.Context) (ask func(context.Context, span) error, piece span, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for ctx.Err() == nil {
		codes, some := r.codes.peek()
		switch {
		case !some && len(r.queues.left) == 0 && r.asked() == 0:
			return nil, span{}, false
		case r.full():
		case r.wantsQueues(codes):
			piece, _ = r.queues.next()
			r.asking++
			return r.askQueues, piece, true
		case some && r.knows(codes) && (r.codes.practised() || len(r.underWay) == 0):
			piece, _ = r.codes.next()
			r.underWay = append(r.underWay, piece)
			return r.askCodes, piece, true
		}
		r.changed.Wait()
	}
	return nil, span{}, false
}

// asked is how many questions are under way.
func (r *reading) asked() int { return r.asking + len(r.underWay) }

// full reports whether as much is under way as the pace and memory allow.
func (r *reading) full() bool { return r.asked() >= r.pace.most || r.rowsHeld() >= manyRows }

// rowsHeld is how many rows are in memory or on their way there, but for those of queues that codes wait for.
func (r *reading) rowsHeld() int {
	sum := r.queues.rowsAsked() + r.codes.rowsAsked()
	for _, a := range r.whole {
		sum += a.rows.count()
	}
	return sum
}

// wantsQueues reports whether to ask about queues before the next question about codes: some answers ahead, of which an
// interruption makes waste, one at a time until it is known how large they are.
func (r *reading) wantsQueues(codes span) bool {
	half := max(r.pace.most/2, 1)
	switch {
	case len(r.queues.left) == 0, r.asking >= half, r.asking > 0 && !r.queues.practised():
		return false
	}
	return !r.knows(codes) || r.ahead(codes)+r.asking < min(half+1, r.pace.most)
}

// wake lets everybody look anew at what there is to do.
func (r *reading) wake() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.changed.Broadcast()
}

func (r *reading) askQueues(ctx context.Context, s span) error {
	a := queueAnswer{span: s, readAt: r.client.transport.clock.Now().UTC()}
	var err error
	if a.rows, err = r.client.arrived(ctx, s, r.about(r.queues, s)); err == nil {
		a.crowds = crowdsOf(&a.rows, s.length())
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	defer r.changed.Broadcast()
	r.asking--
	r.pace.answered()
	if err != nil {
		return r.queues.after(s, err)
	}
	r.learnQueues(a)
	return nil
}

// learnQueues takes in what queues did.
func (r *reading) learnQueues(a queueAnswer) {
	r.queues.answered(a.span, a.rows.perQuarterHour(a.length()))
	at, _ := slices.BinarySearchFunc(r.answers, a, func(x, y queueAnswer) int { return x.From.Compare(y.From) })
	r.answers = slices.Insert(r.answers, at, a)
	if !r.codes.known() {
		r.codes.atMost(a.span) // what is too much for queues is too much for their codes
	}
}

func (r *reading) askCodes(ctx context.Context, s span) error {
	a := codeAnswer{span: s, readAt: r.client.transport.clock.Now().UTC()}
	var err error
	if a.rows, err = r.client.handled(ctx, s, r.about(r.codes, s)); err == nil {
		a.count()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	defer r.changed.Broadcast()
	r.underWay = slices.DeleteFunc(r.underWay, func(u span) bool { return u == s })
	r.pace.answered()
	if err != nil {
		return r.codes.after(s, err)
	}
	r.codes.answered(s, a.sizes)
	r.learnCodes(a)
	return nil
}

// learnCodes takes in what codes did.
func (r *reading) learnCodes(a codeAnswer) {
	r.told.learn(a.span, a.sizes, a.seen, r.crowdAt)
	r.whole = append(r.whole, a)
}

// about is how many rows a piece should have, and some more; 0 where nothing is known.
func (r *reading) about(t *track, s span) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !t.known() {
		return 0
	}
	return int(1.05 * min(t.of(s), mostRowsForetold))
}

// mostRowsForetold bounds what is set aside before an answer has come.
const mostRowsForetold = 200_000

// after puts a piece back that was too much to be answered at once; any other error stays one.
func (t *track) after(s span, err error) error {
	switch {
	case errors.Is(err, errTooMuch) && t.tooMuch(s):
		return nil
	case errors.Is(err, errTooSlow) && t.tooSlow(s):
		return nil
	}
	return err
}

// index is which quarter-hour of the span an instant of it lies in.
func (i span) index(t time.Time) int { return int(t.Sub(i.From) / wrapcast.QuarterHour) }

// ahead counts the answers about queues that reach beyond the beginning of the next question about codes.
func (r *reading) ahead(codes span) (n int) {
	for _, a := range r.answers {
		if a.To.After(codes.From) {
			n++
		}
	}
	return n
}

// knows reports whether the queues of an interval were answered.
func (r *reading) knows(s span) bool {
	at := s.From
	for _, a := range r.answers { // in the order of time
		if a.holds(at) {
			at = a.To
		}
	}
	return !at.Before(s.To)
}

// foretold is how many rows about codes a quarter-hour should have by the contacts of its queues; false where they were not
// answered or nothing is known of codes.
func (r *reading) foretold(t time.Time) (rows float64, ok bool) {
	if c := r.crowdAt(t); c != nil && r.told.known() {
		return r.told.rows(t, c), true
	}
	return 0, false
}

// crowdAt is what the queues of a quarter-hour had, nil where they were not answered.
func (r *reading) crowdAt(t time.Time) *crowd {
	for _, a := range r.answers {
		if a.holds(t) {
			return &a.crowds[a.index(t)]
		}
	}
	return nil
}

// keepWhole hands over what is whole, one piece at a time.
func (r *reading) keepWhole(ctx context.Context) error {
	r.keeping.Lock()
	defer r.keeping.Unlock()
	for {
		codes, queues, left, ok := r.takeWhole()
		if !ok {
			return nil
		}
		if err := r.keep(ctx, joined(codes, queues), left); err != nil {
			return err
		}
	}
}

// takeWhole takes the codes of a piece and the queues it lies in, and forgets queues that no piece will need any more.
func (r *reading) takeWhole() (codes codeAnswer, queues []queueAnswer, left int, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.whole) == 0 {
		return codes, nil, 0, false
	}
	codes, r.whole = r.whole[0], r.whole[1:]
	for _, a := range r.answers {
		if a.From.Before(codes.To) && codes.From.Before(a.To) {
			queues = append(queues, a)
		}
	}
	r.forget()
	r.changed.Broadcast() // there is room for more
	return codes, queues, r.queues.requestsLeft() + r.codes.requestsLeft() + len(r.underWay), true
}

// forget drops the answers about queues that lie before everything still wanted.
func (r *reading) forget() {
	var from time.Time
	earliest := func(t time.Time) {
		if from.IsZero() || t.Before(from) {
			from = t
		}
	}
	for _, s := range append(slices.Clone(r.underWay), r.codes.left...) {
		earliest(s.From)
	}
	for _, a := range r.whole {
		earliest(a.From)
	}
	r.answers = slices.DeleteFunc(r.answers, func(a queueAnswer) bool { return from.IsZero() || !from.Before(a.To) })
}
