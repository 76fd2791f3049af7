package main

import (
	"context"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

// withStored runs work on what the data directory holds of one organisation, offline.
func (a *app) withStored(ctx context.Context, named string, work func(*store.Tx, wrapcast.Organisation) error) error {
	s, err := store.Open(ctx, store.Options{Dir: a.dataDir})
	if err != nil {
		return err
	}
	defer s.Close()
	return s.View(ctx, func(tx *store.Tx) error {
		org, err := chooseOrganisation(tx, named, a.dataDir)
		if err != nil {
			return err
		}
		return work(tx, org)
	})
}

// chooseOrganisation takes the one named by id or name, or the only one there is.
func chooseOrganisation(tx *store.Tx, named, dir string) (wrapcast.Organisation, error) {
	all, err := tx.Directory().Organisations()
	if err != nil {
		return wrapcast.Organisation{}, err
	}
	var names []string
	for _, o := range all {
		if named != "" && (strings.EqualFold(o.Name, named) || string(o.ID) == named) {
			return o, nil
		}
		names = append(names, o.Name+" ("+string(o.ID)+")")
	}
	switch {
	case len(all) == 0:
		return wrapcast.Organisation{}, wrapcast.Errorf(wrapcast.NotFound, "", "%s holds no organisation yet", dir).
			WithHint("run `wrapcast demo` or `wrapcast run` first, or name another directory with --data")
	case named != "":
		return wrapcast.Organisation{}, usage("%s holds no organisation %q", dir, named).WithHint("it holds %s", strings.Join(names, ", "))
	case len(all) > 1:
		return wrapcast.Organisation{}, usage("%s holds %d organisations", dir, len(all)).
			WithHint("choose one with --organisation: %s", strings.Join(names, ", "))
	}
	return all[0], nil
}
