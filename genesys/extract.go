package genesys

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/wrapcast/wrapcast"
)

// Extract reads everything the platform knows about from…to (half-open, on
// quarter-hours): what was handled per queue, wrap-up code and channel, and what was
// offered and abandoned per queue and channel. An interval the platform finds too large,
// or too slow to answer, is asked for in halves, down to one day. Contacts without a code
// have NoCode, those without a queue an empty queue. The rows are sorted by leaf and time.
func (c *Client) Extract(ctx context.Context, from, to time.Time) (wrapcast.Extract, error) {
	i := span{From: from.UTC(), To: to.UTC()}
	if err := i.check(); err != nil {
		return wrapcast.Extract{}, err
	}
	e := wrapcast.Extract{From: i.From, To: i.To, ReadAt: c.transport.clock.Now().UTC()}
	var err error
	if e.Observations, err = split(i, func(i span) ([]wrapcast.Observation, error) { return c.handled(ctx, i) }); err != nil {
		return wrapcast.Extract{}, err
	}
	arrived, err := split(i, func(i span) ([]queueRow, error) { return c.arrived(ctx, i) })
	if err != nil {
		return wrapcast.Extract{}, err
	}
	e.Arrivals, e.QueueHandled = byQueue(arrived)
	e.Observations = mergeObservations(e.Observations)
	return e, nil
}

// split asks for the interval whole and, if that is too much, for its halves.
func split[T any](i span, ask func(span) ([]T, error)) ([]T, error) {
	rows, err := ask(i)
	first, second, can := i.halves()
	if !errors.Is(err, errTooMuch) || !can {
		return rows, err
	}
	rows, err = split(first, ask)
	if err != nil {
		return nil, err
	}
	more, err := split(second, ask)
	return append(rows, more...), err
}

func (c *Client) handled(ctx context.Context, i span) ([]wrapcast.Observation, error) {
	var rows []wrapcast.Observation
	err := c.aggregates(ctx, i, handledQuery(i), func() { rows = nil }, func(g group) (err error) {
		rows, err = g.observations(rows, i)
		return err
	})
	return rows, err
}

func (c *Client) arrived(ctx context.Context, i span) ([]queueRow, error) {
	var rows []queueRow
	err := c.aggregates(ctx, i, arrivedQuery(i), func() { rows = nil }, func(g group) (err error) {
		rows, err = g.queueRows(rows, i)
		return err
	})
	return rows, err
}

// aggregates sends one query; begin is called before the answer of every attempt is read.
func (c *Client) aggregates(ctx context.Context, i span, q aggregatesQuery, begin func(), take func(group) error) error {
	_, _, divisible := i.halves()
	_, err := c.transport.do(ctx, call{
		name: aggregatesCall, base: c.api, body: q, hurried: divisible,
		read: func(body io.Reader) error {
			begin()
			return readGroups(body, take)
		},
	})
	return err
}
