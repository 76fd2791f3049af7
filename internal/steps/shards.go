package steps

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/gob"
	"encoding/hex"
	"fmt"
	"math"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/forecast"
	"github.com/wrapcast/wrapcast/internal/demand"
	"github.com/wrapcast/wrapcast/internal/store"
)

// A forecast of an organisation that is larger than a machine is made in three kinds of jobs: one learns what the
// series of a panel teach each other and divides them into shards, any worker forecasts shards, and the last of them
// enqueues the step again, which sets the results together where it would have asked the engine. What a shard has not
// come to (another version, a damaged row, a history that was read meanwhile) the step works out by itself: the bits
// are the same.

// Sharding says which forecasts are made in shards.
type Sharding struct {
	// Above is the number of leaves, queues with their codes and channels, from which a forecast is made in shards by the
	// workers of a service; 0 means 50,000, a negative number never.
	Above int `json:"above,omitempty"`
	// Series is how many series a shard has; 0 means 1,000.
	Series int `json:"series,omitempty"`
}

// What Sharding means by zero.
const (
	// ShardAbove is the number of leaves from which a forecast is made in shards.
	ShardAbove = 50_000
	// ShardSeries is how many series a shard has.
	ShardSeries = 1000
)

// ShardTo lets the runner make large forecasts in shards, whose jobs enqueue inserts.
func (r *Runner) ShardTo(enqueue func(*store.Tx, wrapcast.OrganisationID, store.Shard) error) {
	r.enqueue = enqueue
}

// Divided tells whether the forecast of a run is made in shards, all of which are there.
func Divided(run wrapcast.Run) bool {
	return slices.ContainsFunc(run.Steps, func(s wrapcast.Step) bool {
		return s.Name == wrapcast.StepForecast && s.State == wrapcast.RunRunning && len(s.Result) > 0
	})
}

// ShardFree tells whether nobody works on a shard, as far as its claim tells.
func (f *WrapUpForecaster) ShardFree(s store.OpenShard) bool {
	return s.Free(f.Clock.Now(), f.alive(""))
}

// spread divides a forecast that is large into shards, and tells whether the step has to wait for them.
func (r *Runner) spread(ctx context.Context, s *wrapcast.Step) (waits bool, err error) {
	if r.enqueue == nil || r.Spec.Sharding.Above < 0 {
		return false, nil
	}
	if len(s.Result) > 0 { // it was divided before
		r.useShards()
		return r.await(ctx)
	}
	if err := r.commit(ctx, func(tx *store.Tx) error { return tx.Shards().Clear(r.Organisation()) }); err != nil {
		return false, err
	}
	var all []store.Shard
	for _, v := range r.views {
		if !r.goesOn(v.Unit()) {
			continue
		}
		some, err := r.divide(ctx, v)
		if err != nil {
			return false, err
		}
		all = append(all, some...)
	}
	if len(all) == 0 {
		return false, nil
	}
	detail := fmt.Appendf(nil, `{"shards":%d}`, len(all))
	err = r.commit(ctx, func(tx *store.Tx) error {
		s.Result = detail
		if err := tx.Runs().SaveStep(r.Organisation(), r.run.ID, *s, wrapcast.RunRunning); err != nil {
			return err
		}
		for _, shard := range all {
			if err := r.enqueue(tx, r.Organisation(), shard); err != nil {
				return err
			}
		}
		return r.passLease(tx)
	})
	return err == nil, err
}

// await passes the lease on where shards are still to be done.
func (r *Runner) await(ctx context.Context) (waits bool, err error) {
	err = r.commit(ctx, func(tx *store.Tx) error {
		open, err := tx.Shards().Open(r.Organisation(), r.run.ID)
		if waits = len(open) > 0; err != nil || !waits {
			return err
		}
		return r.passLease(tx)
	})
	return waits && err == nil, err
}

// clearShards deletes the shards of a forecast that is made.
func (r *Runner) clearShards(tx *store.Tx, s *wrapcast.Step) error {
	if s.Name != wrapcast.StepForecast {
		return nil
	}
	return tx.Shards().Clear(r.Organisation())
}

// divide learns from each of the panels that the step will forecast, and keeps their shards. It keeps none where the
// organisation is not large. What a history is too short or too weak for, the step says.
func (r *Runner) divide(ctx context.Context, v *View) (all []store.Shard, err error) {
	h, err := v.LoadHistory(ctx)
	if err != nil || len(h.Leaves) < or(v.Spec.Sharding.Above, ShardAbove) {
		return nil, nil //nolint:nilerr // the step meets it again
	}
	pasts := []*History{h}
	for _, cut := range originsOf(h) {
		if past := h.from(cut, AccuracyDays); past != nil {
			pasts = append(pasts, past)
		}
	}
	for i, past := range pasts {
		days := AccuracyDays
		if i == 0 {
			days = v.horizon()
		}
		some, err := r.dividePanel(ctx, v.request(past, v.Judge(past), days), or(v.Spec.Sharding.Series, ShardSeries))
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// dividePanel learns from one panel and keeps its shards.
func (r *Runner) dividePanel(ctx context.Context, q demand.Request, perShard int) (all []store.Shard, err error) {
	series, options := demand.Panel(q)
	panel := panelDigest(series, options)
	learned, err := forecast.Learn(ctx, slices.Values(series), options)
	if err != nil {
		return nil, err
	}
	document, err := learned.MarshalBinary()
	if err != nil {
		return nil, err
	}
	err = r.commit(ctx, func(tx *store.Tx) error {
		if err := tx.Shards().AddLearned(r.Organisation(), r.run.ID, panel, document); err != nil {
			return err
		}
		for some := range slices.Chunk(series, perShard) {
			packed, err := pack(some)
			if err != nil {
				return err
			}
			shard := store.Shard{Run: r.run.ID, Panel: panel, Place: len(all)}
			if err := tx.Shards().Add(r.Organisation(), shard, packed); err != nil {
				return err
			}
			all = append(all, shard)
		}
		return nil
	})
	return all, err
}

// useShards lets the views of the run take what shards have come to in the place of the engine.
func (r *Runner) useShards() {
	for _, v := range r.views {
		v.engine = func(ctx context.Context, series []forecast.Series, o forecast.Options) ([]forecast.Result, error) {
			results, err := r.assembled(ctx, panelDigest(series, o))
			if err != nil || len(results) != len(series) {
				return forecast.Run(ctx, series, o) // some are missing: the same comes out
			}
			v.inShards++
			return results, nil
		}
	}
}

// assembled are the results of a panel's shards, as many as can be read.
func (r *Runner) assembled(ctx context.Context, panel string) (all []forecast.Result, err error) {
	var parts [][]byte
	err = r.Store.View(ctx, func(tx *store.Tx) error {
		parts, err = tx.Shards().Results(r.Organisation(), r.run.ID, panel)
		return err
	})
	for _, part := range parts {
		var some []forecast.Result
		if err == nil && len(part) > 0 {
			err = unpack(part, &some)
		}
		all = append(all, some...)
	}
	return all, err
}

// WorkShard forecasts a shard, unless it is done or somebody works on it. The one that does the last of a run inserts
// what follows, in the transaction of its results: next, with the run. Who was overtaken meanwhile writes nothing.
func (f *WrapUpForecaster) WorkShard(ctx context.Context, org wrapcast.OrganisationID, s store.Shard,
	next func(*store.Tx, wrapcast.Run) error) error {
	w := &shardWork{f: f, org: org, Shard: s, holder: marked(f.Holder, f.NewID()), next: next}
	series, learned, err := w.claim(ctx)
	if err != nil || series == nil {
		return err
	}
	f.Report.Report(wrapcast.Progress{Step: wrapcast.StepForecast, What: "shards", Done: s.Place})
	ctx, cancel := context.WithCancelCause(ctx)
	renewed := make(chan struct{})
	go func() { defer close(renewed); w.renew(ctx, cancel) }()
	defer func() { cancel(nil); <-renewed }()
	done, err := f.Turns.take(ctx)
	if err != nil {
		return err
	}
	defer done()
	results := w.work(ctx, series, learned)
	if ctx.Err() != nil {
		return context.Cause(ctx) // whoever looks next takes it up
	}
	return f.Store.Update(ctx, func(tx *store.Tx) error {
		left, err := tx.Shards().Finish(org, s, w.holder, results)
		if err != nil || left > 0 {
			return err
		}
		return w.goOn(tx)
	})
}

// shardWork is one worker's work on a shard.
type shardWork struct {
	store.Shard
	f      *WrapUpForecaster
	org    wrapcast.OrganisationID
	holder string
	next   func(*store.Tx, wrapcast.Run) error
}

// lease is the worker's on the shard, from now on.
func (w *shardWork) lease() wrapcast.Lease {
	return wrapcast.Lease{Holder: w.holder, Until: w.f.Clock.Now().Add(leaseFor)}
}

// claim takes the shard; nil where its run is over, or is to stop, which the step is told.
func (w *shardWork) claim(ctx context.Context) (series, learned []byte, err error) {
	err = w.f.Store.Update(ctx, func(tx *store.Tx) error {
		run, err := tx.Runs().Get(w.org, w.Run)
		if err != nil || !Unfinished(run) {
			return err
		}
		if why, err := asksToCancel(tx, w.org, w.Run); why != nil || err != nil {
			if err == nil {
				err = w.goOn(tx)
			}
			return err
		}
		if series, err = tx.Shards().Claim(w.org, w.Shard, w.lease(), w.f.Clock.Now(), w.f.alive("")); err != nil {
			return err
		}
		learned, err = tx.Shards().Learned(w.org, w.Run, w.Panel)
		return err
	})
	return series, learned, err
}

// goOn inserts what follows the run's shards.
func (w *shardWork) goOn(tx *store.Tx) error {
	run, err := tx.Runs().Get(w.org, w.Run)
	if err != nil {
		return err
	}
	return w.next(tx, run)
}

// renew keeps the claim while the shard is worked on, and ends the work where it is lost.
func (w *shardWork) renew(ctx context.Context, cancel context.CancelCauseFunc) {
	for w.f.Clock.Sleep(ctx, leaseRenew) == nil {
		err := w.f.Store.Update(ctx, func(tx *store.Tx) error { return tx.Shards().Renew(w.org, w.Shard, w.lease()) })
		if err != nil && ctx.Err() == nil {
			cancel(fmt.Errorf("the claim of a shard was lost: %w", err))
		}
	}
}

// work forecasts the shard. What cannot be read here, or breaks, has no results: the step, which asks the engine itself
// then, says why.
func (w *shardWork) work(ctx context.Context, packed, document []byte) (results []byte) {
	defer func() {
		if recover() != nil {
			results = nil
		}
	}()
	var series []forecast.Series
	var learned forecast.Learned
	if unpack(packed, &series) != nil || learned.UnmarshalBinary(document) != nil {
		return nil
	}
	all, err := learned.Forecast(ctx, series, 0)
	if err != nil {
		return nil
	}
	if results, err = pack(all); err != nil {
		return nil
	}
	return results
}

func pack(v any) ([]byte, error) {
	var b bytes.Buffer
	err := gob.NewEncoder(&b).Encode(v)
	return b.Bytes(), err
}

func unpack(data []byte, v any) error { return gob.NewDecoder(bytes.NewReader(data)).Decode(v) }

// panelDigest tells panels apart: by all of their series, and by all of how these are forecast but on how many cores. A
// calendar that was changed meanwhile makes another panel.
func panelDigest(series []forecast.Series, o forecast.Options) string {
	h := sha256.New()
	o.Workers = 0
	fmt.Fprintf(h, "%+v\n", o)
	written := map[*forecast.Event]string{} // series share their events
	events := func(all []forecast.Event) string {
		if len(all) == 0 {
			return ""
		}
		if _, is := written[&all[0]]; !is {
			written[&all[0]] = fmt.Sprintf("%+v", all)
		}
		return written[&all[0]]
	}
	var row []byte
	for _, s := range series {
		row = fmt.Appendf(row[:0], "%q %d %d %d %s %+v\n", s.ID, s.Start.UnixNano(), s.Step, len(s.Values), events(s.Events),
			s.Regressors)
		for _, v := range s.Values {
			row = binary.LittleEndian.AppendUint64(row, math.Float64bits(v))
		}
		h.Write(row)
	}
	return hex.EncodeToString(h.Sum(nil))
}
