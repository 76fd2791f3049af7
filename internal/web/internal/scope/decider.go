package scope

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/service"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/access"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
)

// Decider decides what a request is for, once, before any handler: which organisation it means, whether it is there,
// whether whoever asks may do this there, and whether the server works for it.
type Decider struct {
	Store  *store.Store
	Worker Worker
}

// Decide implements api.Decide. What somebody may not see is answered as what is not there.
func (d Decider) Decide(ctx context.Context, asked api.Asked) (api.Scope, error) {
	at := api.Scope{BusinessUnit: asked.BusinessUnit}
	if asked.Role == api.Anyone {
		return at, nil
	}
	who := access.WhoAsks(ctx)
	if p := access.Authorise(ctx, asked.Role); p != nil {
		return at, p
	}
	if asked.Need == api.Installed {
		return at, nil
	}
	if asked.Need == api.Chained && asked.Organisation == string(wrapcast.Installation) {
		at.Organisation = wrapcast.Installation
		return at, refusal(access.Refuse(who, who.Role, wrapcast.RoleAdmin))
	}
	org, err := d.meant(ctx, who, asked)
	if err != nil {
		return at, err
	}
	at.Organisation = org
	return at, refusal(access.Refuse(who, who.In(org), asked.Role))
}

// refusal is an error where there is a problem; a nil problem is none.
func refusal(p *api.Problem) error {
	if p == nil {
		return nil
	}
	return p
}

// meant finds the organisation a request means among those that whoever asks may see.
func (d Decider) meant(ctx context.Context, who access.Identity, asked api.Asked) (wrapcast.OrganisationID, error) {
	all, err := Seen(ctx, d.Store, who)
	if err != nil {
		return "", err
	}
	org, err := chosen(all, asked.Organisation)
	if asked.Need != api.Connected {
		return org, err
	}
	services := d.Worker.Services
	switch {
	case len(services) == 0 && asked.Organisation == "":
		return org, nil // the handler says that there is no service
	case len(services) == 0, err == nil && !who.Rights.In(org).May(asked.Role):
		return org, err // the platform is asked for nobody who may not
	case len(services) > 1:
		return d.oneOfSeveral(ctx, who, asked, all)
	}
	return d.connected(ctx, services[0], who, asked, all)
}

// oneOfSeveral returns the organisation that a request means, if one of the services works for it. Its platform alone
// is asked, and only for somebody who may.
func (d Decider) oneOfSeveral(ctx context.Context, who access.Identity, asked api.Asked,
	all []wrapcast.Organisation) (wrapcast.OrganisationID, error) {
	org, err := chosen(all, asked.Organisation)
	if err != nil || !who.Rights.In(org).May(asked.Role) {
		return org, err
	}
	served := d.Worker.Of(org)
	if served == nil {
		return "", d.Worker.none()
	}
	_, err = served.Meet(ctx)
	return org, err
}

// connected returns the organisation that the server works for, if that is the one a request means.
func (d Decider) connected(ctx context.Context, served *service.Service, who access.Identity, asked api.Asked,
	all []wrapcast.Organisation) (wrapcast.OrganisationID, error) {
	met, err := served.Meet(ctx)
	if err != nil {
		return "", err
	}
	seen := who.Rights.In(met.ID).May(wrapcast.RoleViewer)
	if asked.Organisation == "" && seen {
		return met.ID, nil
	}
	if seen && !slices.ContainsFunc(all, func(o wrapcast.Organisation) bool { return o.ID == met.ID }) {
		all = append(all, met) // nothing is stored of it yet
	}
	org, err := chosen(all, asked.Organisation)
	if err != nil || org == met.ID {
		return org, err
	}
	return "", otherOrganisation(met, seen)
}

// otherOrganisation refuses work for another organisation than the server's, which is named to those who may see it.
func otherOrganisation(met wrapcast.Organisation, seen bool) error {
	name := "another organisation"
	if seen {
		name = met.Name
	}
	return api.NewProblem(http.StatusConflict, "this server works for "+name+" and only shows stored data of others").
		WithHint("start another with the credentials of that organisation")
}

// Seen lists the organisations of the store that somebody may see.
func Seen(ctx context.Context, db *store.Store, who access.Identity) (all []wrapcast.Organisation, err error) {
	err = db.View(ctx, func(tx *store.Tx) error {
		all, err = tx.Directory().Organisations()
		return err
	})
	return slices.DeleteFunc(all, func(o wrapcast.Organisation) bool {
		return !who.Rights.In(o.ID).May(wrapcast.RoleViewer)
	}), err
}

// chosen finds the organisation that is named, by its id or else by a name that only one has; where none is named, the
// only one there is.
func chosen(all []wrapcast.Organisation, named string) (wrapcast.OrganisationID, error) {
	var names []string
	var called []wrapcast.OrganisationID
	for _, one := range all {
		if named != "" && string(one.ID) == named {
			return one.ID, nil
		}
		if strings.EqualFold(one.Name, named) {
			called = append(called, one.ID)
		}
		names = append(names, one.Name)
	}
	switch {
	case len(all) == 0:
		return "", api.NewProblem(http.StatusNotFound, "nothing is stored yet").
			WithHint("start a run, or look around with `wrapcast demo`")
	case named != "" && len(called) == 1:
		return called[0], nil
	case named != "" && len(called) > 1:
		return "", api.NewProblem(http.StatusUnprocessableEntity, "several organisations are called "+named).
			WithHint("give the id of one of them")
	case named != "":
		return "", api.NewProblem(http.StatusNotFound, "there is no organisation "+named).
			WithHint("there are: " + strings.Join(names, ", "))
	case len(all) > 1:
		return "", api.NewProblem(http.StatusUnprocessableEntity,
			"no organisation is given and the store holds several").
			WithHint("add ?organisation= with one of: " + strings.Join(names, ", "))
	}
	return all[0].ID, nil
}
