package session

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/settings"
	"github.com/wrapcast/wrapcast/internal/genesys"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
)

// FastPoll is how often a simulator is asked, which answers at once.
const FastPoll = 500 * time.Millisecond

// Access is how a session reaches the platform, and what differs between a real
// organisation and a simulated one.
type Access struct {
	Settings settings.Settings
	// Secret is that of the OAuth client.
	Secret string
	// WriteSecret is that of the OAuth client that submits, where there is one.
	WriteSecret string
	// WebhookSecrets sign messages; none derives one from the client's secret.
	WebhookSecrets []string
	// Network is how hosts are reached.
	Network genesys.Network
	// Meant is the organisation that the settings mean.
	Meant steps.Meant
	// Budget is the share of the platform's limits that is drawn on, Store what everything is kept in; nil opens their
	// own.
	Budget *genesys.Budget
	Store  *store.Store
	// PollFast asks the simulator, which answers at once, more often than one would ask the platform.
	PollFast bool
	// Files says that the organisation is fed by files and has no platform, nil where it has one.
	Files *Files
	// Impatient gives up early: a person waits for an answer.
	Impatient bool
	// Background shows no progress: nobody looks at the terminal.
	Background bool
}

// Access reads settings and secrets of the organisation that is chosen, or of the only one, and refuses to go on
// without them.
func (o *Opener) Access(ctx context.Context) (Access, error) {
	n, err := o.Chosen(ctx)
	if err != nil {
		return Access{}, err
	}
	return o.accessTo(ctx, n)
}

// accessTo is the access to an organisation of the settings, or to a stored one that is fed by files.
func (o *Opener) accessTo(ctx context.Context, n settings.Named) (Access, error) {
	if named := o.storedFiles(ctx, n); named != "" && n.Err == nil {
		at := Access{Settings: n.Settings, Meant: o.meant(n), Files: &Files{Named: named}}
		return at, n.Settings.OfOrganisation(o.readFileSecrets(&at))
	}
	return o.AccessOf(n)
}

// AccessOf reads the secrets of an organisation of the settings, and refuses to go on without them.
func (o *Opener) AccessOf(n settings.Named) (Access, error) {
	if n.Err != nil {
		return Access{}, n.Err
	}
	at := Access{Settings: n.Settings, Meant: o.meant(n)}
	if n.Settings.Files.Directory != "" && n.Settings.ClientID == "" {
		at.Files = &Files{Named: cmp.Or(string(n.ID), n.Name, o.Settings.Organisation)}
		return at, n.Settings.OfOrganisation(o.readFileSecrets(&at))
	}
	return at, n.Settings.OfOrganisation(o.readSecrets(&at))
}

// readSecrets fills in what is never in the settings file.
func (o *Opener) readSecrets(at *Access) (err error) {
	c := at.Settings
	if at.Secret, err = o.Settings.ClientSecret(c); err != nil {
		return err
	}
	if at.Secret == "" && at.Meant.Name == "" {
		if err = o.useSimulator(at); err != nil {
			return err
		}
		c = at.Settings
	}
	if err = c.NeedCredentials(at.Secret); err != nil {
		return err
	}
	if at.WriteSecret, err = o.Settings.WriteSecret(c); err != nil {
		return err
	}
	signing, err := o.Settings.WebhookSecret(c)
	if err != nil {
		return err
	}
	at.WebhookSecrets = strings.Fields(signing)
	at.Network, err = o.Settings.Network(c)
	return err
}

// meant says which organisation the settings mean, and refuses another.
func (o *Opener) meant(n settings.Named) steps.Meant {
	m, named := steps.Meant{Name: n.Name}, o.Settings.Organisation
	if n.ID == "" && (n.Name != "" || named == "") {
		return m
	}
	m.Accept = func(org wrapcast.Organisation) error {
		switch {
		case n.ID != "" && org.ID != n.ID:
			return usage("organisation %s: the credentials are those of %s (%s), and the settings say the id is %s", n.Name,
				org.Name, org.ID, n.ID).WithHint("correct id, or the OAuth client")
		case n.Name == "" && named != "" && string(org.ID) != named && !strings.EqualFold(org.Name, named):
			return usage("the credentials are those of %s, not of %s", org.Name, named).
				WithHint("leave out --organisation, or give the credentials of the other")
		}
		return nil
	}
	return m
}

// IsMeant asks the platform who it is where the settings or the command line say who that should be.
func (a Access) IsMeant(ctx context.Context, c *genesys.Client) error {
	if a.Meant.Accept == nil {
		return nil
	}
	org, err := c.Organisation(ctx)
	if err != nil {
		return err
	}
	return a.Meant.Accept(org)
}

// Chosen is the organisation that --organisation names: by its name in the settings, or by its id or name at the
// platform where it is stored; the only one where none is named.
func (o *Opener) Chosen(ctx context.Context) (settings.Named, error) {
	all, err := o.Settings.All()
	if err != nil {
		return settings.Named{}, err
	}
	named := o.Settings.Organisation
	if _, found := all.Find(named); all.Several() && named != "" && !found && o.storedFiles(ctx, settings.Named{}) != "" {
		return settings.Named{Settings: all.Settings}, nil // it was imported without settings of its own
	}
	if _, found := all.Find(named); all.Several() && named != "" && !found {
		if known := o.calledInSettings(ctx, named); known != "" {
			named = known
		}
	}
	return all.Choose(named)
}

// calledInSettings is what the settings call a stored organisation that is named by its id or name, "" where none is.
func (o *Opener) calledInSettings(ctx context.Context, named string) (name string) {
	_ = o.StoredAll(ctx, func(tx *store.Tx) error { // whoever needs the store is told what is wrong with it
		org, err := chooseOrganisation(tx, named, o.Where())
		if err != nil {
			return err
		}
		names, err := tx.Directory().Names()
		name = names[org.ID]
		return err
	})
	return name
}

// usage is the error of settings that cannot work.
func usage(format string, args ...any) *wrapcast.Error {
	return wrapcast.Errorf(wrapcast.Usage, "", format, args...)
}
