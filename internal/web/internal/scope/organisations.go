// Package scope has what handlers of every subject share: the organisation that a request means and what is kept of it,
// the service that works for it, and how lists, streams and decisions are answered.
package scope

import (
	"context"
	"net/http"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/snapshot"
)

// Organisations has what is kept of the organisation that a request is for.
type Organisations struct {
	Store     *store.Store
	Snapshots *snapshot.Snapshots
}

// Look returns the snapshot of what a request is for.
func (o Organisations) Look(ctx context.Context, at api.Scope) (*snapshot.Snapshot, error) {
	unit, err := o.ListedUnit(ctx, at)
	if err != nil {
		return nil, err
	}
	return o.Snapshots.Of(ctx, at.Organisation, unit)
}

// ListedUnit finds the business unit that a request names, by id or name; "" where it names none.
func (o Organisations) ListedUnit(ctx context.Context, at api.Scope) (id wrapcast.BusinessUnitID, err error) {
	if at.BusinessUnit == "" {
		return "", nil
	}
	err = o.View(ctx, at, func(tx *store.Tx, org wrapcast.OrganisationID) error {
		known, err := tx.Directory().Units(org)
		if err != nil {
			return err
		}
		var names []string
		for _, u := range known {
			if string(u.ID) == at.BusinessUnit || strings.EqualFold(u.Name, at.BusinessUnit) && id == "" {
				id = u.ID
			}
			names = append(names, u.Name)
		}
		if id == "" {
			return api.NewProblem(http.StatusNotFound, "there is no business unit "+at.BusinessUnit).
				WithHint("those that were planned: " + strings.Join(names, ", "))
		}
		return nil
	})
	return id, err
}

// View runs work on what is stored of the organisation a request is for.
func (o Organisations) View(
	ctx context.Context, at api.Scope, work func(*store.Tx, wrapcast.OrganisationID) error,
) error {
	return o.Store.View(ctx, func(tx *store.Tx) error { return work(tx, at.Organisation) })
}

// Name is that of the organisation a request means.
func (o Organisations) Name(ctx context.Context, at api.Scope) (string, error) {
	snap, err := o.Look(ctx, at)
	if err != nil {
		return "", err
	}
	return snap.Directory.Organisation.Name, nil
}
