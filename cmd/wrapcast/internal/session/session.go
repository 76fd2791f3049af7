// Package session opens what commands work on: the data directory, the platform by its settings, the webhook.
package session

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/progress"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/settings"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/genesys"
	"github.com/wrapcast/wrapcast/internal/ids"
	"github.com/wrapcast/wrapcast/internal/imports"
	"github.com/wrapcast/wrapcast/internal/retention"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Opener opens what a command works on.
type Opener struct {
	Settings settings.Source
	Terminal *terminal.Terminal
	Clock    wrapcast.Clock
	// IDs makes identifiers, greater than all of the store that was opened last.
	IDs *ids.Growing
	// Dir is the data directory. Database, if set, is the PostgreSQL database that takes its place, as --store has it;
	// WRAPCAST_STORE has it where the flag is not given, so that no help or list of processes shows a password.
	Dir      string
	Database string
	// MakesKey says that the key which signs the audit chain may be made in the data directory beside a database.
	MakesKey bool
	// Holder names this process on leases; "" makes one for each session.
	Holder string
	// Version is that of the program; the platform and receivers of webhooks are told it.
	Version string
}

// Store opens the data directory, or the database.
func (o *Opener) Store(ctx context.Context) (*store.Store, error) {
	s, err := store.Open(ctx, o.StoreOptions())
	if err == nil {
		o.IDs.Bind(func() string {
			last, _ := s.LastID(context.WithoutCancel(ctx)) // a store that cannot tell keeps nothing either
			return last
		})
	}
	return s, err
}

// StoreOptions say where everything is kept, and by which key the audit chain is signed.
func (o *Opener) StoreOptions() store.Options {
	all, _ := o.Settings.All() // what it says of the key; a mistake in it is told to those who need more of it
	return store.Options{Dir: o.Dir, URL: o.URL(), PasswordFile: o.Settings.Env("WRAPCAST_STORE_PASSWORD_FILE", ""),
		AuditKeyFile: all.Settings.Audit.KeyFile, AuditKey: o.Settings.Env("WRAPCAST_AUDIT_KEY", ""), MakesAuditKey: o.MakesKey,
		Converting: o.converting}
}

// converting tells people on a terminal, or whoever keeps what is written there, how far it is to bring what an older
// wrapcast stored into its new form.
func (o *Opener) converting(done, all int) {
	const shown = 1000
	if o.Terminal == nil || o.Terminal.Quiet || all < shown || done%shown != 0 && done < all {
		return
	}
	_, _ = fmt.Fprintf(o.Terminal.Err, "upgrade   history of %d of %d pairs of queue and code is in its new form\n", done, all)
}

// URL is the database that takes the data directory's place, "" where none does. It may hold a password.
func (o *Opener) URL() string { return cmp.Or(o.Database, o.Settings.Env("WRAPCAST_STORE", "")) }

// Where names what everything is kept in, to people.
func (o *Opener) Where() string {
	if url := o.URL(); url != "" {
		return store.NameOf(url)
	}
	return o.Dir
}

// NewID makes an identifier of ours.
func (o *Opener) NewID() string { return o.IDs.New() }

// Session is what a command that works on an organisation holds open.
type Session struct {
	Store  *store.Store
	Client *genesys.Client
	// Writer submits, nil where Client does.
	Writer     *genesys.Client
	Forecaster *steps.WrapUpForecaster
	Progress   progress.Display
	// shared says that the store is closed by somebody else.
	shared bool
	// OwnWebhookSecret says that messages are not signed by a secret derived from the client's.
	OwnWebhookSecret bool
}

// Open connects store, platform and webhook. Nothing is sent yet.
func (o *Opener) Open(ctx context.Context, at Access) (*Session, error) {
	if at.Files != nil {
		return o.openFiles(ctx, at)
	}
	s := &Session{Progress: progress.New(o.Terminal, o.Clock.Now), OwnWebhookSecret: len(at.WebhookSecrets) > 0}
	if at.Background {
		s.Progress = progress.Silent{}
	}
	waiting := &waitingStep{report: s.Progress.Report}
	ledger := &store.Ledger{Clock: o.Clock}
	if at.Budget == nil {
		at.Budget = budget(at.Settings.API, ledger)
	}
	var err error
	if s.Client, s.Writer, err = o.Clients(at, at.Budget, waiting.wait); err != nil {
		return nil, err
	}
	sender, err := o.Sender(at)
	if err != nil {
		return nil, err
	}
	rest, err := o.restClient(at, waiting.wait)
	if err != nil {
		return nil, err
	}
	if err := s.openStore(ctx, o, at); err != nil {
		return nil, err
	}
	if err := s.Store.CanSign(); err != nil {
		s.closeStore()
		return nil, err
	}
	ledger.Store = s.Store
	if behind := o.ClockBehind(ctx, s.Store); behind != "" {
		if at.Background {
			o.Terminal.Log().Warn(behind, "hint", ClockAdvice)
		} else {
			o.Terminal.Note("warning: " + behind + "; " + ClockAdvice)
		}
	}
	s.Forecaster = &steps.WrapUpForecaster{Store: s.Store, Source: genesys.Source{Client: s.Client}, Sender: sender,
		Clock: o.Clock,
		Targets: genesys.NewTargets(genesys.TargetOptions{Reader: s.Client, Writer: s.Writer, REST: rest,
			IgnoresIdempotencyKey: at.Settings.REST.IgnoresIdempotencyKey}),
		NewID: o.NewID, Report: waiting.step, Holder: o.holder(), Alive: store.HolderAlive,
		Version: o.Version, Meant: at.Meant}
	o.keepAfter(s, at)
	if s.Writer != nil { // a nil client is no meter
		s.Forecaster.Writer = s.Writer
	}
	return s, nil
}

// keepAfter says what is kept and deleted after a run.
func (o *Opener) keepAfter(s *Session, at Access) {
	if dir := at.Settings.Audit.CheckpointDir; dir != "" {
		s.Forecaster.KeepCheckpoint = terminal.CheckpointDir(dir).Keep
	}
	if rules := at.Settings.Retention.Rules(); rules.Any() {
		s.Forecaster.Prune = o.prune(s.Store, rules)
	}
}

// prune deletes what is kept no longer after a run, for a minute at most: the next goes on.
func (o *Opener) prune(s *store.Store, rules retention.Rules) func(context.Context, wrapcast.OrganisationID) error {
	k := retention.Keeper{Store: s, Clock: o.Clock, Rules: rules, Actor: "retention", For: time.Minute}
	return func(ctx context.Context, org wrapcast.OrganisationID) error {
		_, err := k.Apply(ctx, org)
		return err
	}
}

// ClockAdvice is what to do about a clock that is behind what was written by it.
const ClockAdvice = "see that this machine's clock is right (timedatectl); if it is now, nothing else is to be done: " +
	"what was put off by the wrong clock is done by this one"

// ClockBehind says in a sentence that the clock is behind what the store was written by, "" where it is not.
func (o *Opener) ClockBehind(ctx context.Context, s *store.Store) string {
	const slack = time.Minute
	var at time.Time
	err := s.View(ctx, func(tx *store.Tx) (err error) {
		at, err = tx.Audit().LastWritten()
		return err
	})
	now := o.Clock.Now()
	if err != nil || !at.After(now.Add(slack)) {
		return ""
	}
	return fmt.Sprintf("the clock was set back: it says %s, and the audit trail was last written at %s, %v later",
		now.UTC().Format(time.RFC3339), at.Format(time.RFC3339), at.Sub(now).Round(time.Second))
}

// With runs work on the organisation of the settings.
func (o *Opener) With(ctx context.Context, work func(*Session, Access) error) error {
	at, err := o.Access(ctx)
	if err != nil {
		return err
	}
	s, err := o.Open(ctx, at)
	if err != nil {
		return err
	}
	defer s.Close()
	return work(s, at)
}

// Close ends the display, and closes what the session holds.
func (s *Session) Close() {
	s.Progress.Close()
	for _, c := range []*genesys.Client{s.Client, s.Writer} {
		if c != nil {
			c.Close()
		}
	}
	s.closeStore()
}

func (s *Session) closeStore() {
	if !s.shared {
		_ = s.Store.Close() // everything that matters was committed
	}
}

// openStore opens the store, or takes the one that the process has open.
func (s *Session) openStore(ctx context.Context, o *Opener, at Access) (err error) {
	if s.Store, s.shared = at.Store, at.Store != nil; s.shared {
		return nil
	}
	s.Store, err = o.Store(ctx)
	return err
}

// holder names this process on leases.
func (o *Opener) holder() string {
	if o.Holder == "" {
		return store.Holder(o.NewID())
	}
	return o.Holder
}

// CheckSource looks whether the platform would do what runs of a specification ask of it. Nothing it sends changes
// anything.
func (s *Session) CheckSource(spec steps.Spec) func(context.Context) []wrapcast.Check {
	return func(ctx context.Context) []wrapcast.Check {
		if from, is := s.Forecaster.Source.(imports.Source); is {
			return from.Check(ctx)
		}
		known, err := UnitsPlanned(ctx, s.Store)
		if err != nil {
			return []wrapcast.Check{{Name: "data directory", Status: wrapcast.CheckFailed, Message: err.Error(),
				Advice: wrapcast.Hint(err)}}
		}
		return s.Client.Check(ctx, genesys.CheckOptions{BusinessUnits: spec.BusinessUnits,
			Known: known, Codes: spec.Codes,
			ReadOnly: spec.DryRun,
			Writer:   s.Writer})
	}
}
