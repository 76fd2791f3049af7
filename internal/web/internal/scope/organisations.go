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

// OrganisationInput says whose numbers are meant. Every operation that shows or changes an organisation's has it.
type OrganisationInput struct {
	Organisation string `query:"organisation" maxLength:"200" doc:"The organisation, by id or name; may be left out where the store holds one"`
	BusinessUnit string `query:"business_unit" maxLength:"200" doc:"The business unit in whose days and planning groups numbers are, by id or name; left out: the first of the settings. Lists of what units make have that of all where it is left out"`
}

// Units are those that a body names, or else the one that the query names.
func (in OrganisationInput) Units(named []string) []string {
	if len(named) == 0 && in.BusinessUnit != "" {
		return []string{in.BusinessUnit}
	}
	return named
}

// Organisations finds the organisation that a request means, and what is kept of it.
type Organisations struct {
	Store     *store.Store
	Snapshots *snapshot.Snapshots
}

// Choose finds the organisation a request means. Every operation of an organisation goes through it, and nothing else
// reads the parameter.
func (o Organisations) Choose(ctx context.Context, in OrganisationInput) (wrapcast.OrganisationID, error) {
	all, err := o.All(ctx)
	if err != nil {
		return "", err
	}
	var names []string
	for _, one := range all {
		if in.Organisation != "" && (string(one.ID) == in.Organisation ||
			strings.EqualFold(one.Name, in.Organisation)) {
			return one.ID, nil
		}
		names = append(names, one.Name)
	}
	switch {
	case len(all) == 0:
		return "", api.NewProblem(http.StatusNotFound, "nothing is stored yet").
			WithHint("start a run, or look around with `wrapcast demo`")
	case in.Organisation != "":
		return "", api.NewProblem(http.StatusNotFound, "there is no organisation "+in.Organisation).
			WithHint("there are: " + strings.Join(names, ", "))
	case len(all) > 1:
		return "", api.NewProblem(http.StatusUnprocessableEntity,
			"no organisation is given and the store holds several").
			WithHint("add ?organisation= with one of: " + strings.Join(names, ", "))
	}
	return all[0].ID, nil
}

// All lists the organisations of the store.
func (o Organisations) All(ctx context.Context) (all []wrapcast.Organisation, err error) {
	err = o.Store.View(ctx, func(tx *store.Tx) error {
		all, err = tx.Directory().Organisations()
		return err
	})
	return all, err
}

// Look returns the snapshot a request means.
func (o Organisations) Look(ctx context.Context, in OrganisationInput) (*snapshot.Snapshot, error) {
	org, err := o.Choose(ctx, in)
	if err != nil {
		return nil, err
	}
	unit, err := o.unit(ctx, org, in)
	if err != nil {
		return nil, err
	}
	return o.Snapshots.Of(ctx, org, unit)
}

// unit finds the business unit a request means, by id or name; "" where it names none.
func (o Organisations) unit(ctx context.Context, org wrapcast.OrganisationID,
	in OrganisationInput) (id wrapcast.BusinessUnitID, err error) {
	if in.BusinessUnit == "" {
		return "", nil
	}
	err = o.Store.View(ctx, func(tx *store.Tx) error {
		known, err := tx.Directory().Units(org)
		if err != nil {
			return err
		}
		var names []string
		for _, u := range known {
			if string(u.ID) == in.BusinessUnit || strings.EqualFold(u.Name, in.BusinessUnit) && id == "" {
				id = u.ID
			}
			names = append(names, u.Name)
		}
		if id == "" {
			return api.NewProblem(http.StatusNotFound, "there is no business unit "+in.BusinessUnit).
				WithHint("those that were planned: " + strings.Join(names, ", "))
		}
		return nil
	})
	return id, err
}

// ListedUnit finds the business unit whose things a list has, "" where it has those of all.
func (o Organisations) ListedUnit(ctx context.Context, in OrganisationInput) (wrapcast.BusinessUnitID, error) {
	if in.BusinessUnit == "" {
		return "", nil
	}
	org, err := o.Choose(ctx, in)
	if err != nil {
		return "", err
	}
	return o.unit(ctx, org, in)
}

// View runs work on what is stored of the organisation a request means.
func (o Organisations) View(ctx context.Context, in OrganisationInput,
	work func(*store.Tx, wrapcast.OrganisationID) error) error {
	org, err := o.Choose(ctx, in)
	if err != nil {
		return err
	}
	return o.Store.View(ctx, func(tx *store.Tx) error { return work(tx, org) })
}
