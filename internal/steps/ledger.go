package steps

import (
	"context"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Ledger keeps the request budgets of organisations in a store, so that all processes which work on it share them.
type Ledger struct {
	Store *store.Store
	Clock wrapcast.Clock
}

// Reserve sets up to n requests aside.
func (l Ledger) Reserve(ctx context.Context, org wrapcast.OrganisationID, b wrapcast.BudgetLimits, n int) (a wrapcast.Allowance, err error) {
	err = l.Store.Update(ctx, func(tx *store.Tx) error {
		a, err = tx.Budget().Reserve(org, b, n, l.Clock.Now())
		return err
	})
	return a, err
}

// GiveBack returns the last n requests of an allowance, which were not made.
func (l Ledger) GiveBack(ctx context.Context, org wrapcast.OrganisationID, a wrapcast.Allowance, n int) error {
	return l.Store.Update(ctx, func(tx *store.Tx) error { return tx.Budget().GiveBack(org, a, n, l.Clock.Now()) })
}

// Postpone lets nobody send before an instant.
func (l Ledger) Postpone(ctx context.Context, org wrapcast.OrganisationID, until time.Time) error {
	return l.Store.Update(ctx, func(tx *store.Tx) error { return tx.Budget().Postpone(org, until) })
}
