package genesys

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys/internal/sizing"
	"github.com/wrapcast/wrapcast/internal/genesys/internal/transport"
)

// refusals is what the platform refused of one question about the history, and from when on it was answered. A refusal
// may mean that too much was asked for, that there is no history at that time, or that the platform does not take the
// question at all; no code tells which. The shortest interval does, asked for once at the same time.
type refusals struct {
	about string // "codes" or "queues"
	ask   func(ctx context.Context, s span) error

	mu sync.Mutex
	// since is from when on the question was answered in this reading, zero before it was.
	since time.Time
	// tried are the intervals that were refused in a row, all from one time on.
	tried []span
}

// errNothingThere tells that there is no history before reading.begins, so that a piece must be cut there.
var errNothingThere = errors.New("no history there")

func (r *reading) refusalsOfQueues() *refusals {
	return &refusals{about: "queues", ask: func(ctx context.Context, s span) error {
		_, err := r.client.arrived(ctx, s, r.dimensions(), 0)
		return err
	}}
}

func (r *reading) refusalsOfCodes() *refusals {
	return &refusals{about: "codes", ask: func(ctx context.Context, s span) error {
		_, err := r.client.handled(ctx, s, r.dimensions(), 0)
		return err
	}}
}

// dimensions are those that are asked for now.
func (r *reading) dimensions() dimensions {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.by
}

// answered takes in that a piece was answered.
func (q *refusals) answered(s span) {
	q.knownFrom(s.From)
	q.mu.Lock()
	defer q.mu.Unlock()
	q.tried = nil
}

// knownFrom takes in that the question is answered at a time.
func (q *refusals) knownFrom(from time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.since.IsZero() || from.Before(q.since) {
		q.since = from
	}
}

// refused takes in that an interval was not answered.
func (q *refusals) refused(s span) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.tried) > 0 && !q.tried[0].From.Equal(s.From) {
		q.tried = nil
	}
	q.tried = append(q.tried, s)
}

// never reports whether the question was not answered yet.
func (q *refusals) never() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.since.IsZero()
}

// answers reports whether the question was answered at a time or before it.
func (q *refusals) answers(t time.Time) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return !q.since.IsZero() && !t.Before(q.since)
}

// probe asks for the quarter-hour from a time on. refusal is what the platform said against it, nil where it answered;
// err is any other failure.
func (q *refusals) probe(ctx context.Context, at time.Time) (refusal, err error) {
	s := span{From: at, To: at.Add(wrapcast.QuarterHour)}
	switch err = q.ask(ctx, s); {
	case err == nil:
		return nil, nil
	case errors.Is(err, transport.ErrMaybeTooMuch):
		return err, nil
	}
	return nil, err
}

// hopeless is the error of a question that is not answered however little is asked for from a time on.
func (q *refusals) hopeless(from time.Time, answer error) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	var lengths []string
	for _, s := range q.tried { // empty where another piece was answered just now
		if n := lengthOf(s); s.From.Equal(from) && (len(lengths) == 0 || lengths[len(lengths)-1] != n) {
			lengths = append(lengths, n)
		}
	}
	var cause error // without the mark that less may do
	if e, ok := errors.AsType[*transport.APIError](answer); ok {
		cause = e
	}
	return &wrapcast.Error{Kind: wrapcast.KindOf(answer), Op: "genesys." + transport.AggregatesCall,
		Message: fmt.Sprintf("the history of %s cannot be read: from %s on were tried %s, and the platform's answer is: %v",
			q.about, from.Format(time.RFC3339), cmp.Or(strings.Join(lengths, ", "), "shorter and shorter intervals"), answer),
		Hint: "the answer's message may say which part it does not take (api.volume_metric is a part that can be set); " +
			"`wrapcast doctor` asks for a day and for a week; the platform's support can look up the correlation id",
		Err: cause}
}

// lengthOf is a span's length in words.
func lengthOf(s span) string {
	unit, one, many := 1, "quarter-hour", "quarter-hours"
	switch n := s.Length(); {
	case n >= 96:
		unit, one, many = 96, "day", "days"
	case n >= 4:
		unit, one, many = 4, "hour", "hours"
	}
	if n := float64(s.Length()) / float64(unit); n != 1 {
		return fmt.Sprintf("%.3g %s", n, many)
	}
	return "1 " + one
}

// curable reports whether asking for less may cure an error.
func curable(err error) bool {
	return errors.Is(err, transport.ErrTooMuch) || errors.Is(err, transport.ErrMaybeTooMuch) ||
		errors.Is(err, transport.ErrTooSlow)
}

// judge finds out what the refusal of a piece means. It returns the refusal where asking for less may cure it,
// errNothingThere where there is no history, and an error for people where the platform does not take the question.
func (r *reading) judge(ctx context.Context, q *refusals, s span, by dimensions, refusal error) error {
	if !curable(refusal) || by.refusedIn(refusal) != (dimensions{}) {
		return refusal
	}
	r.judging.Lock() // whose piece is refused at the same time learns what is found out
	defer r.judging.Unlock()
	q.refused(s)
	switch {
	case s.From.Before(r.historyBegins()):
		return errNothingThere
	case !errors.Is(refusal, transport.ErrMaybeTooMuch), q.answers(s.From):
		return refusal
	}
	if s.Length() > 1 {
		again, err := q.probe(ctx, s.From)
		if err != nil {
			return err
		}
		if again == nil {
			q.knownFrom(s.From)
			return refusal
		}
		q.refused(span{From: s.From, To: s.From.Add(wrapcast.QuarterHour)})
		refusal = again
	}
	return r.judgeTime(ctx, q, s.From, refusal)
}

// judgeTime finds out why not even a quarter-hour from a time on is answered: because there is no history yet, which a
// question about the present tells, or for whatever other reason.
func (r *reading) judgeTime(ctx context.Context, q *refusals, from time.Time, refusal error) error {
	present := r.present()
	if r.queueRefusals.answers(from) || r.codeRefusals.answers(from) || !from.Before(present) {
		return q.hopeless(from, refusal)
	}
	again, err := q.probe(ctx, present)
	if err != nil {
		return err
	}
	if again != nil {
		return q.hopeless(from, again)
	}
	begins, err := q.beginning(ctx, from, present)
	if err != nil {
		return err
	}
	q.knownFrom(begins)
	r.begin(begins, refusal)
	return errNothingThere
}

// beginning finds the first UTC day that is answered, between a time that is not and one that is.
func (q *refusals) beginning(ctx context.Context, refused, answered time.Time) (time.Time, error) {
	for {
		middle := refused.Add(answered.Sub(refused) / 2).Truncate(day)
		if !middle.After(refused) {
			middle = middle.Add(day)
		}
		if !middle.Before(answered) {
			return answered, nil
		}
		refusal, err := q.probe(ctx, middle)
		switch {
		case err != nil:
			return answered, err
		case refusal != nil:
			refused = middle
		default:
			answered = middle
		}
	}
}

// present is the last quarter-hour to be read, or one of yesterday where that is later.
func (r *reading) present() time.Time {
	at := r.client.transport.Clock().Now().UTC().Add(-day)
	if last := r.end; last.After(at) {
		at = last
	}
	return at.Add(-wrapcast.QuarterHour).Truncate(wrapcast.QuarterHour)
}

// historyBegins is what the platform has nothing before; zero where it is not known to have.
func (r *reading) historyBegins() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.limits.NothingBefore
}

// begin takes in that there is no history before a time: nothing of it is asked for any more.
func (r *reading) begin(at time.Time, refusal error) {
	r.mu.Lock()
	r.limits.NothingBefore = at
	r.mu.Unlock()
	r.tellBeginning(at, refusal)
}

func (r *reading) tellBeginning(at time.Time, refusal error) {
	if r.tell != nil {
		r.tell(at, refusal.Error())
	}
}

// after puts a piece back that was too much to be answered at once, or that was to be counted by what the platform does
// not count by, or cuts off what there is no history of; any other error stays one.
func (r *reading) after(p *sizing.Planner, q *refusals, s span, by dimensions, err error) error {
	if refused := r.refusedBy(q, by, err); refused != (dimensions{}) {
		r.by = r.by.without(refused)
		p.Again(s)
		return nil
	}
	switch {
	case errors.Is(err, errNothingThere):
		p.Withdraw(s)
		r.queues.SkipBefore(r.limits.NothingBefore)
		r.codes.SkipBefore(r.limits.NothingBefore)
		return nil
	case errors.Is(err, transport.ErrTooMuch) || errors.Is(err, transport.ErrMaybeTooMuch):
		if p.Refused(s) {
			return nil
		}
		return q.hopeless(s.From, err)
	case errors.Is(err, transport.ErrTooSlow):
		if p.Slow(s) {
			return nil
		}
		return q.hopeless(s.From, err)
	}
	return err
}

// refusedBy finds the dimensions that a refusal is about: those it names, or, where the question was never answered and
// not even the shortest is, all that make it more than queues, codes and channels.
func (r *reading) refusedBy(q *refusals, by dimensions, err error) dimensions {
	switch refused := by.refusedIn(err); {
	case refused != dimensions{}:
		return refused
	case transport.StatusOf(err) != http.StatusBadRequest || curable(err):
		return dimensions{}
	case by != r.by: // others that were asked at the same time were given up already
		return by.without(r.by)
	case q.never():
		return by
	}
	return dimensions{}
}

// recall asks whether there still is nothing before the time that an earlier reading has found, and returns what is
// known then. One question tells, where the gaps reach back so far.
func (r *reading) recall(ctx context.Context, gaps []wrapcast.Interval) error {
	begins := r.limits.NothingBefore
	if len(gaps) == 0 || !gaps[0].From.Before(begins) {
		return nil
	}
	at := begins.Add(-day)
	if first := gaps[0].From.UTC(); first.After(at) {
		at = first
	}
	refusal, err := r.queueRefusals.probe(ctx, at)
	switch {
	case err != nil:
		return err
	case refusal == nil:
		r.limits.NothingBefore = time.Time{}
		r.plan(gaps)
	default:
		r.tellBeginning(begins, refusal)
	}
	return nil
}
