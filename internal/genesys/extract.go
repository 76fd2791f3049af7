package genesys

import (
	"context"
	"io"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys/internal/transport"
)

// Extract reads everything the platform knows about from…to, half-open, on quarter-hours: all that
// ReadHistory would read of it, in one piece.
func (c *Client) Extract(ctx context.Context, from, to time.Time) (wrapcast.Extract, error) {
	all := wrapcast.Extract{From: from.UTC(), To: to.UTC()}
	_, err := c.ReadHistory(ctx, History{
		Gaps:   []wrapcast.Interval{{From: all.From, To: all.To}},
		Detail: wrapcast.Detail{Direction: true},
		Keep: func(_ context.Context, e wrapcast.Extract, _ int) error {
			all.Observations = append(all.Observations, e.Observations...)
			all.Arrivals = append(all.Arrivals, e.Arrivals...)
			all.QueueHandled = append(all.QueueHandled, e.QueueHandled...)
			all.Detail = all.Detail.And(e.Detail)
			if all.ReadAt.IsZero() || e.ReadAt.Before(all.ReadAt) {
				all.ReadAt = e.ReadAt
			}
			return nil
		},
	})
	if err != nil {
		return wrapcast.Extract{}, err
	}
	sortExtract(&all)
	return all, nil
}

// handled asks what codes had; about how many rows that will be saves memory where it is known.
func (c *Client) handled(ctx context.Context, i span, by dimensions, about int) (rows packedCodes, err error) {
	volume := metricNamed(c.volume)
	begin := func() { rows = newPacked[wrapcast.Leaf, codeFacts](i, about) }
	err = c.aggregates(ctx, i, c.handledQuery(i, by), begin, func(b *bucket) error {
		o, err := b.observation(i, volume)
		if err == nil && (o.Handled > 0 || o.AfterCallMs > 0) {
			rows.add(o.Leaf, o.Start, codeFacts{o.Handled, o.HandleMs, o.AfterCallMs})
		}
		return err
	})
	return rows, err
}

// arrived asks what queues had.
func (c *Client) arrived(ctx context.Context, i span, by dimensions, about int) (rows packedQueues, err error) {
	volume := metricNamed(c.volume)
	begin := func() { rows = newPacked[wrapcast.Stream, queueFacts](i, about) }
	err = c.aggregates(ctx, i, c.arrivedQuery(i, by), begin, func(b *bucket) error {
		r, err := b.queueRow(i, volume)
		if err != nil {
			return err
		}
		rows.add(r.Stream(), r.Start,
			queueFacts{r.Offered, r.Abandoned, r.handled, r.transferred})
		return nil
	})
	return rows, err
}

// aggregates sends one query; begin is called before the answer of every attempt is read.
func (c *Client) aggregates(ctx context.Context, i span, q aggregatesQuery, begin func(),
	take func(*bucket) error) error {
	_, err := c.transport.Do(ctx, transport.Call{
		Name: transport.AggregatesCall, Base: c.api, Body: q, Divisible: true, Hurried: i.Length() > 96,
		Read: func(body io.Reader) error {
			begin()
			return readBuckets(body, take)
		},
	})
	return err
}
