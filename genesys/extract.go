package genesys

import (
	"context"
	"io"
	"time"

	"github.com/wrapcast/wrapcast"
)

// Extract reads everything the platform knows about from…to, half-open, on quarter-hours: all that
// ReadHistory would read of it, in one piece.
func (c *Client) Extract(ctx context.Context, from, to time.Time) (wrapcast.Extract, error) {
	all := wrapcast.Extract{From: from.UTC(), To: to.UTC()}
	_, err := c.ReadHistory(ctx, History{
		Gaps: []wrapcast.Interval{{From: all.From, To: all.To}},
		Keep: func(_ context.Context, e wrapcast.Extract, _ int) error {
			all.Observations = append(all.Observations, e.Observations...)
			all.Arrivals = append(all.Arrivals, e.Arrivals...)
			all.QueueHandled = append(all.QueueHandled, e.QueueHandled...)
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

func (c *Client) handled(ctx context.Context, i span) ([]wrapcast.Observation, error) {
	var rows []wrapcast.Observation
	err := c.aggregates(ctx, i, c.handledQuery(i), func() { rows = nil }, func(g group) (err error) {
		rows, err = g.observations(rows, i, metricNamed(c.volume))
		return err
	})
	return rows, err
}

func (c *Client) arrived(ctx context.Context, i span) ([]queueRow, error) {
	var rows []queueRow
	err := c.aggregates(ctx, i, c.arrivedQuery(i), func() { rows = nil }, func(g group) (err error) {
		rows, err = g.queueRows(rows, i, metricNamed(c.volume))
		return err
	})
	return rows, err
}

// aggregates sends one query; begin is called before the answer of every attempt is read.
func (c *Client) aggregates(ctx context.Context, i span, q aggregatesQuery, begin func(), take func(group) error) error {
	_, err := c.transport.do(ctx, call{
		name: aggregatesCall, base: c.api, body: q, divisible: i.length() > 1, hurried: i.length() > 96,
		read: func(body io.Reader) error {
			begin()
			return readGroups(body, take)
		},
	})
	return err
}
