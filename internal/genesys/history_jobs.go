package genesys

import (
	"context"
	"slices"

	"github.com/wrapcast/wrapcast"
)

// peekJob returns the next piece for a job about codes, if that is cheaper than queries, and these take so long that it matters.
func (r *reading) peekJob() (piece span, ok bool) {
	const givenUp = 2 // jobs that came to nothing
	limits, _ := r.client.transport.budget.read()
	if r.client.queriesOnly || r.failedJobs >= givenUp || !r.codes.practised() || r.codes.requestsLeft() < shortMinutes*limits.PerMinute {
		return span{}, false
	}
	if _, sure := r.sizes.tooManyRows(); !sure || r.jobs > 0 && r.sizes.Jobs.Requests == 0 {
		return span{}, false // the first is tried alone
	}
	piece = r.codes.peekRows(r.sizes.Jobs.rows(r.sizes.MostRows))
	return piece, r.sizes.Jobs.cheaper(r.codes.of(piece), r.sizes.MostRows)
}

// takeCodes takes the next piece of codes.
func (r *reading) takeCodes(long span, byJob bool) (ask func(context.Context, span) error, piece span) {
	if byJob {
		r.codes.take(long, false)
		r.jobs++
		r.underWay = append(r.underWay, long)
		return r.askCodesByJob, long
	}
	piece, _ = r.codes.next()
	r.underWay = append(r.underWay, piece)
	return r.askCodes, piece
}

// askCodesByJob is askCodes by a job. If that comes to nothing, for whatever reason, its piece is asked for by queries.
func (r *reading) askCodesByJob(ctx context.Context, s span) error {
	a := codeAnswer{span: s, readAt: r.client.transport.clock.Now().UTC()}
	var err error
	var requests int
	if a.rows, requests, err = r.client.handledByJob(ctx, s, r.about(r.codes, s)); err == nil {
		a.count()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	defer r.changed.Broadcast()
	r.underWay = slices.DeleteFunc(r.underWay, func(u span) bool { return u == s })
	r.jobs--
	switch {
	case err != nil && ctx.Err() != nil:
		return err
	case err != nil:
		r.failedJobs++
		if wrapcast.KindOf(err) != wrapcast.Unavailable { // which may pass
			r.sizes.Jobs.failed()
		}
		r.codes.notByJob(s)
		return nil
	}
	r.sizes.Jobs.given(requests)
	r.codes.answeredByJob(s, a.sizes)
	r.learnCodes(a)
	return nil
}
