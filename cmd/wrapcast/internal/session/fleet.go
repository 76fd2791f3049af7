package session

import (
	"context"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/settings"
	"github.com/wrapcast/wrapcast/internal/genesys"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Member is one of the organisations that a process works for: its access, and what is open for it.
type Member struct {
	Access
	*Session
}

// Fleet is the organisations that a process works for, on one store.
type Fleet struct {
	Store   *store.Store
	Members []Member
	// Problems are those of organisations of the settings that nobody can work for; the others go on.
	Problems []error
}

// FleetOf is a fleet of one session that is open already, and that its opener closes.
func FleetOf(at Access, s *Session) *Fleet {
	return &Fleet{Store: s.Store, Members: []Member{{at, s}}}
}

// OpenFleet opens the store and every organisation of the settings, or the one that --organisation names. What is wrong
// with one is its own: the others are opened. An error is one of the settings as a whole, or of the store.
func (o *Opener) OpenFleet(ctx context.Context, all settings.Installation) (*Fleet, error) {
	chosen := all.Organisations
	if o.Settings.Organisation != "" {
		one, err := o.Chosen(ctx)
		if err != nil {
			return nil, err
		}
		chosen = []settings.Named{one}
	}
	db, err := o.Store(ctx)
	if err != nil {
		return nil, err
	}
	if o.Holder == "" {
		o.Holder = store.Holder(o.NewID()) // one name on all leases
	}
	f := &Fleet{Store: db}
	if o.Settings.Organisation == "" {
		if chosen, err = o.withImported(ctx, db, all); err != nil {
			f.Close()
			return nil, err
		}
	}
	budgets := map[string]*genesys.Budget{}
	for _, n := range chosen {
		m, err := o.member(ctx, n, db, budgets)
		if err != nil {
			f.Problems = append(f.Problems, n.Settings.OfOrganisation(err))
			continue
		}
		f.Members = append(f.Members, m)
	}
	return f, nil
}

// withImported are the organisations of the settings, and the stored ones that are fed by files and that the settings
// do not name. They take the place of settings that say nothing of an organisation.
func (o *Opener) withImported(ctx context.Context, db *store.Store,
	all settings.Installation) ([]settings.Named, error) {
	secret, _ := o.Settings.ClientSecret(all.Settings) // who needs it is told what is wrong with it
	one := !all.Several()
	ofNobody := one && all.Settings.ClientID == "" && secret == "" && all.Settings.Files.Directory == ""
	ofFiles := one && all.Settings.ClientID == "" && all.Settings.Files.Directory != ""
	var imported []settings.Named
	err := db.View(ctx, func(tx *store.Tx) error {
		stored, err := tx.Directory().Organisations()
		if err != nil {
			return err
		}
		called, err := tx.Directory().Names()
		for _, org := range stored {
			_, byName := all.Find(called[org.ID])
			_, byID := all.Find(string(org.ID))
			if !org.FromFiles() || byName || byID {
				continue
			}
			c := all.Settings
			c.ClientID, c.Files, c.Webhook = "", settings.Files{}, settings.Webhook{}
			if one && !ofNobody {
				c.Schedules = nil // they are those of another
			}
			imported = append(imported, settings.Named{ID: org.ID, Settings: c})
		}
		return err
	})
	switch {
	case ofNobody && len(imported) > 0:
		return imported, err
	case ofFiles && len(imported) == 1: // it is the one that the directory is of
		return all.Organisations, err
	}
	return append(slices.Clone(all.Organisations), imported...), err
}

// member opens one organisation. Those that use one OAuth client share its budget.
func (o *Opener) member(ctx context.Context, n settings.Named, db *store.Store,
	budgets map[string]*genesys.Budget) (Member, error) {
	at, err := o.accessTo(ctx, n)
	if err != nil {
		return Member{}, err
	}
	at.Background, at.Store, at.Budget = true, db, budgets[n.Client()]
	if at.Budget == nil {
		at.Budget = budget(at.Settings.API, &store.Ledger{Clock: o.Clock, Store: db})
		budgets[n.Client()] = at.Budget
	}
	s, err := o.Open(ctx, at)
	return Member{at, s}, err
}

// Close closes what is open for every organisation, and the store.
func (f *Fleet) Close() {
	for _, m := range f.Members {
		m.Close()
	}
	_ = f.Store.Close() // everything that matters was committed
}

// NeedOne is an error where there is nobody to work for, with why.
func (f *Fleet) NeedOne() error {
	switch {
	case len(f.Members) > 0:
		return nil
	case len(f.Problems) == 1:
		return f.Problems[0]
	case len(f.Problems) == 0:
		return usage("the settings have no organisation to work for")
	}
	text := ""
	for _, p := range f.Problems {
		text += "\n  " + p.Error()
	}
	return wrapcast.Errorf(wrapcast.Usage, "", "nobody can be worked for:%s", text).
		WithHint("wrapcast doctor --all says of each what to do")
}
