package genesys

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys/internal/sizing"
)

// History says what to read and what to do with it.
type History struct {
	// Gaps are the intervals to read, between UTC quarter-hours, in the order of time; none overlap.
	Gaps []wrapcast.Interval
	// Known is what earlier readings have learned; the zero value is nothing.
	Known LearnedLimits
	// Detail is what contacts are told apart by beyond queue, code and channel.
	Detail wrapcast.Detail
	// Keep takes each piece of the history when it is complete, one at a time; left is about how many requests are
	// still to come. What it has taken is never asked for again. An error ends the reading.
	Keep func(ctx context.Context, e wrapcast.Extract, left int) error
	// Begins, where it is not nil, is told from when on the platform has history where the gaps reach further back, and
	// what it answered for the time before: nothing is read of that, which is no error.
	Begins func(at time.Time, answer string)
}

// ReadHistory reads everything the platform knows about the gaps: what was handled per queue, wrap-up
// code and channel, and what was offered, abandoned, handled and passed on per queue and channel.
// It asks for as much at once as the platform gives, learns how much that is, and asks for less where
// an answer was too large or too slow. Several requests are under way at a time; pieces are kept as they
// become complete, not always in their order. Contacts without a code have NoCode, those without a queue an
// empty queue. Rows are sorted by leaf and time. A dimension that the platform refuses to count by is asked for no
// more, and named in the detail of what is kept.
//
// What was learned is returned also where the reading fails or is interrupted; then at most the
// requests under way were in vain.
func (c *Client) ReadHistory(ctx context.Context, h History) (LearnedLimits, error) {
	for _, g := range h.Gaps {
		if err := checkSpan(span(g)); err != nil {
			return h.Known, err
		}
	}
	r := newReading(c, h)
	if err := r.recall(ctx, h.Gaps); err != nil {
		return h.Known, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(ctx, r.wake)()
	var workers sync.WaitGroup
	for range max(c.parallel, maxParallel) {
		workers.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					cancel(wrapcast.Errorf(wrapcast.Internal, "history", "an answer of the platform broke the reading: %v", p))
				}
			}()
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

	// detail is what is told apart.
	detail wrapcast.Detail

	mu      sync.Mutex
	changed *sync.Cond
	limits  LearnedLimits
	// by are the dimensions that are asked for.
	by     dimensions
	queues *sizing.Planner
	codes  *sizing.Planner
	// answers are those about queues that codes still wait for; model predicts the rows about codes by them.
	answers []queuePiece
	model   *sizing.RowModel
	// asking is how many questions about queues are under way. underWay are the pieces whose codes are asked for, whole
	// those that wait to be kept.
	asking   int
	underWay []span
	whole    []codePiece
	// pace says how many questions may be under way.
	pace pace

	// end is that of the last gap. judging is held while it is found out what a refusal means, tell is told from when
	// on there is history.
	end                         time.Time
	judging                     sync.Mutex
	queueRefusals, codeRefusals *refusals
	tell                        func(at time.Time, answer string)

	keeping sync.Mutex
}

func newReading(c *Client, h History) *reading {
	by := dimensionsFor(h.Detail)
	h.Known = h.Known.For(by.key())
	r := &reading{client: c, keep: h.Keep, detail: h.Detail, by: by, limits: h.Known, pace: newPace(c),
		model: sizing.NewRowModel(h.Known), tell: h.Begins}
	r.queueRefusals, r.codeRefusals = r.refusalsOfQueues(), r.refusalsOfCodes()
	r.changed = sync.NewCond(&r.mu)
	r.plan(h.Gaps)
	return r
}

// plan divides what of the gaps the platform has.
func (r *reading) plan(all []wrapcast.Interval) {
	longest := r.client.chunkDays * 96
	gaps := make([]span, 0, len(all))
	for _, g := range all {
		gaps = append(gaps, span{From: g.From.UTC(), To: g.To.UTC()})
		r.end = g.To.UTC()
	}
	r.queues = sizing.NewPlanner(&r.limits, r.limits.Queues, nil, longest, slices.Clone(gaps))
	r.codes = sizing.NewPlanner(&r.limits, r.limits.Codes, r.predict, longest, gaps)
	r.queues.SkipBefore(r.limits.NothingBefore)
	r.codes.SkipBefore(r.limits.NothingBefore)
}

// learned is what is known now.
func (r *reading) learned() LearnedLimits {
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.limits.Settled()
	l.CountedBy = r.by.key()
	l.Queues, l.Codes = r.queues.Profile(), r.codes.Profile()
	r.model.Save(&l)
	return l
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

// next returns the question to ask now. Codes are asked for what is known of queues, so that their rows can be
// predicted, and one at a time until it is known how well; where neither can be asked yet, it waits for an answer.
func (r *reading) next(ctx context.Context) (ask func(context.Context, span) error, piece span, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for ctx.Err() == nil {
		codes, some := r.codes.Peek()
		switch {
		case !some && len(r.queues.Left()) == 0 && r.asked() == 0:
			return nil, span{}, false
		case r.full():
		case r.wantsQueues(codes):
			piece, _ = r.queues.Next()
			r.asking++
			return r.askQueues, piece, true
		case some && r.knows(codes) && (r.codes.Practised() || len(r.underWay) == 0):
			piece, _ = r.codes.Next()
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
func (r *reading) full() bool { return r.asked() >= r.pace.max || r.rowsHeld() >= maxRowsHeld }

// rowsHeld is how many rows are in memory or on their way there, but for those of queues that codes wait for.
func (r *reading) rowsHeld() int {
	sum := r.queues.RowsUnderWay() + r.codes.RowsUnderWay()
	for _, a := range r.whole {
		sum += a.rows.count()
	}
	return sum
}

// wantsQueues reports whether to ask about queues before the next question about codes: some answers ahead, of which an
// interruption makes waste, one at a time until it is known how large they are.
func (r *reading) wantsQueues(codes span) bool {
	half := max(r.pace.max/2, 1)
	switch {
	case len(r.queues.Left()) == 0, r.asking >= half, r.asking > 0 && !r.queues.Practised():
		return false
	}
	return !r.knows(codes) || r.ahead(codes)+r.asking < min(half+1, r.pace.max)
}

// wake lets everybody look anew at what there is to do.
func (r *reading) wake() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.changed.Broadcast()
}

func (r *reading) askQueues(ctx context.Context, s span) error {
	about, by := r.about(r.queues, s)
	a := queuePiece{span: s, readAt: r.client.transport.Clock().Now().UTC(), by: by}
	var err error
	if a.rows, err = r.client.arrived(ctx, s, by, about); err == nil {
		a.contacts = contactHistograms(&a.rows, s.Length())
		r.queueRefusals.answered(s)
	} else {
		err = r.judge(ctx, r.queueRefusals, s, by, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	defer r.changed.Broadcast()
	r.asking--
	r.pace.answered()
	if err != nil {
		return r.after(r.queues, r.queueRefusals, s, by, err)
	}
	r.learnQueues(a)
	return nil
}

// learnQueues takes in what queues did.
func (r *reading) learnQueues(a queuePiece) {
	r.queues.Answered(a.span, a.rows.perQuarterHour(a.Length()))
	at, _ := slices.BinarySearchFunc(r.answers, a, func(x, y queuePiece) int { return x.From.Compare(y.From) })
	r.answers = slices.Insert(r.answers, at, a)
	if !r.codes.Known() {
		r.codes.Bound(a.span) // what is too much for queues is too much for their codes
	}
}

func (r *reading) askCodes(ctx context.Context, s span) error {
	about, by := r.about(r.codes, s)
	a := codePiece{span: s, readAt: r.client.transport.Clock().Now().UTC(), by: by}
	var err error
	if a.rows, err = r.client.handled(ctx, s, by, about); err == nil {
		a.count()
		r.codeRefusals.answered(s)
	} else {
		err = r.judge(ctx, r.codeRefusals, s, by, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	defer r.changed.Broadcast()
	r.underWay = slices.DeleteFunc(r.underWay, func(u span) bool { return u == s })
	r.pace.answered()
	if err != nil {
		return r.after(r.codes, r.codeRefusals, s, by, err)
	}
	r.codes.Answered(s, a.sizes)
	r.learnCodes(a)
	return nil
}

// learnCodes takes in what codes did.
func (r *reading) learnCodes(a codePiece) {
	r.model.Learn(a.span, a.sizes, a.codeCounts, r.contactsAt)
	r.whole = append(r.whole, a)
}

// about is how many rows a piece should have, and some more, 0 where nothing is known; and what to count by.
func (r *reading) about(p *sizing.Planner, s span) (int, dimensions) {
	const some, bound = 1.05, 200_000 // rows are set aside before an answer has come
	r.mu.Lock()
	defer r.mu.Unlock()
	return int(some * min(p.Rows(s), bound)), r.by
}

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
		if a.Holds(at) {
			at = a.To
		}
	}
	return !at.Before(s.To)
}

// predict is how many rows about codes a quarter-hour should have by the contacts of its queues; false where they were
// not answered or nothing is known of codes.
func (r *reading) predict(t time.Time) (rows float64, ok bool) {
	if c := r.contactsAt(t); c != nil && r.model.Known() {
		return r.model.Rows(t, c), true
	}
	return 0, false
}

// contactsAt is what the queues of a quarter-hour handled, nil where they were not answered.
func (r *reading) contactsAt(t time.Time) *sizing.ContactHistogram {
	for _, a := range r.answers {
		if a.Holds(t) {
			return &a.contacts[a.Index(t)]
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
		if err := r.keep(ctx, joined(codes, queues, r.detail), left); err != nil {
			return err
		}
	}
}

// takeWhole takes the codes of a piece and the queues it lies in, and forgets queues that no piece will need any more.
func (r *reading) takeWhole() (codes codePiece, queues []queuePiece, left int, ok bool) {
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
	return codes, queues, r.queues.RequestsLeft() + r.codes.RequestsLeft() + len(r.underWay), true
}

// forget drops the answers about queues that lie before everything still wanted.
func (r *reading) forget() {
	var from time.Time
	earliest := func(t time.Time) {
		if from.IsZero() || t.Before(from) {
			from = t
		}
	}
	for _, s := range append(slices.Clone(r.underWay), r.codes.Left()...) {
		earliest(s.From)
	}
	for _, a := range r.whole {
		earliest(a.From)
	}
	r.answers = slices.DeleteFunc(r.answers, func(a queuePiece) bool { return from.IsZero() || !from.Before(a.To) })
}
