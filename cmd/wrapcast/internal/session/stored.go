package session

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Stored runs work on what the data directory holds of one organisation, offline.
func (o *Opener) Stored(ctx context.Context, named string, work func(*store.Tx, wrapcast.Organisation) error) error {
	s, err := o.toLookAt(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	return s.View(ctx, func(tx *store.Tx) error {
		org, err := chooseOrganisation(tx, cmp.Or(named, o.Settings.Organisation), o.Where())
		if err != nil {
			return err
		}
		return work(tx, org)
	})
}

// StoredAll runs work on all that the data directory holds, offline.
func (o *Opener) StoredAll(ctx context.Context, work func(*store.Tx) error) error {
	s, err := o.toLookAt(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	return s.View(ctx, work)
}

// holdsNothing is the error of a data directory in which nothing is stored. Looking makes none.
func (o *Opener) holdsNothing() error {
	return wrapcast.Errorf(wrapcast.NotFound, "", "%s holds no organisation yet", o.Where()).WithHint("%s", elsewhere)
}

// elsewhere says where else somebody may look.
const elsewhere = "run `wrapcast demo` or `wrapcast run` first, or name another directory with --data, another database " +
	"with --store"

// toLookAt opens what is stored, if anything is.
func (o *Opener) toLookAt(ctx context.Context) (*store.Store, error) {
	there, err := store.IsThere(ctx, o.StoreOptions())
	if err == nil && !there {
		err = o.holdsNothing()
	}
	if err != nil {
		return nil, err
	}
	return o.Store(ctx)
}

// chooseOrganisation takes the one named by id, by what the settings call it, or by a name that only one has; where
// none is named, the only one there is.
func chooseOrganisation(tx *store.Tx, named, dir string) (wrapcast.Organisation, error) {
	all, err := tx.Directory().Organisations()
	if err != nil {
		return wrapcast.Organisation{}, err
	}
	called, err := tx.Directory().Names()
	if err != nil {
		return wrapcast.Organisation{}, err
	}
	if named != "" {
		for _, is := range []func(wrapcast.Organisation) bool{
			func(o wrapcast.Organisation) bool { return string(o.ID) == named },
			func(o wrapcast.Organisation) bool { return strings.EqualFold(called[o.ID], named) },
			func(o wrapcast.Organisation) bool { return strings.EqualFold(o.Name, named) },
		} {
			found := slices.DeleteFunc(slices.Clone(all), func(o wrapcast.Organisation) bool { return !is(o) })
			if len(found) == 1 {
				return found[0], nil
			}
			if len(found) > 1 {
				return wrapcast.Organisation{}, usage("%s holds several organisations called %q", dir, named).
					WithHint("choose one by its id: %s", titles(found))
			}
		}
	}
	switch {
	case len(all) == 0:
		return wrapcast.Organisation{}, wrapcast.Errorf(wrapcast.NotFound, "", "%s holds no organisation yet", dir).
			WithHint("%s", elsewhere)
	case named != "":
		return wrapcast.Organisation{}, usage("%s holds no organisation %q", dir, named).
			WithHint("it holds %s", titles(all))
	case len(all) > 1:
		return wrapcast.Organisation{}, usage("%s holds %d organisations", dir, len(all)).
			WithHint("choose one with --organisation: %s", titles(all))
	}
	return all[0], nil
}

// titles are names of organisations with their ids.
func titles(all []wrapcast.Organisation) string {
	var names []string
	for _, o := range all {
		names = append(names, o.Name+" ("+string(o.ID)+")")
	}
	return strings.Join(names, ", ")
}

// UnitsPlanned are the business units that were planned before, by organisation.
func UnitsPlanned(ctx context.Context, s *store.Store) (map[wrapcast.OrganisationID][]wrapcast.BusinessUnit, error) {
	known := map[wrapcast.OrganisationID][]wrapcast.BusinessUnit{}
	return known, s.View(ctx, func(tx *store.Tx) error {
		all, err := tx.Directory().Organisations()
		for _, org := range all {
			if known[org.ID], err = tx.Directory().Units(org.ID); err != nil {
				return err
			}
		}
		return err
	})
}

// UnitWords names the business unit that figures are of, in whose days and planning groups they are, where the
// organisation has several; "" where there is nothing to tell apart.
func UnitWords(ctx context.Context, s *store.Store, of wrapcast.Directory) (words string, err error) {
	err = s.View(ctx, func(tx *store.Tx) error {
		all, err := tx.Directory().Units(of.Organisation.ID)
		if err == nil && len(all) > 1 && of.HasUnit() {
			words = fmt.Sprintf("business unit %s (%s), one of %d", of.BusinessUnit.Name, of.BusinessUnit.TimeZone, len(all))
		}
		return err
	})
	return words, err
}

// Offline is what commands work on that ask nothing of the platform.
type Offline struct {
	*steps.WrapUpForecaster
	Org       wrapcast.OrganisationID
	Directory wrapcast.Directory
	Spec      steps.Spec
}

// Offline runs work on what the data directory holds of one organisation, by the rules of the settings.
func (o *Opener) Offline(ctx context.Context, organisation string, work func(Offline) error) error {
	if organisation != "" {
		o.Settings.Organisation = organisation
	}
	n, err := o.Chosen(ctx)
	if err != nil {
		return err
	}
	organisation = cmp.Or(string(n.ID), n.Name, o.Settings.Organisation)
	s, err := o.toLookAt(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	off := Offline{WrapUpForecaster: &steps.WrapUpForecaster{Store: s, Clock: o.Clock, NewID: o.NewID},
		Spec: n.Settings.Spec()}
	err = s.View(ctx, func(tx *store.Tx) error {
		org, err := chooseOrganisation(tx, organisation, o.Where())
		if err != nil {
			return err
		}
		off.Org = org.ID
		if off.Directory, err = tx.Directory().Of(org.ID); err != nil {
			return err
		}
		return off.Spec.LookFrom(&off.Directory)
	})
	if err != nil {
		return err
	}
	return work(off)
}

// Look looks at what is stored of the organisation, by the rules of the settings.
func (o Offline) Look(ctx context.Context) (*steps.View, error) { return o.View(ctx, o.Org, o.Spec) }
