package session

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/progress"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/settings"
	"github.com/wrapcast/wrapcast/internal/imports"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/target"
)

// Files is an organisation that is fed by files.
type Files struct {
	// Named is its id or its name.
	Named string
	// Note is told what became of files of its directory; nil tells the terminal, or the log of what works in the
	// background.
	Note func(imports.FolderNote)
}

// storedFiles is the stored organisation that is fed by files and that is meant: the one that is named, or the only one
// there is, where the settings have no credentials of another; "" where none is.
func (o *Opener) storedFiles(ctx context.Context, n settings.Named) (id string) {
	there, err := store.IsThere(ctx, o.StoreOptions())
	if err != nil || !there {
		return "" // whoever needs the store is told what is wrong with it
	}
	secret, _ := o.Settings.ClientSecret(n.Settings)
	named := cmp.Or(o.Settings.Organisation, string(n.ID), n.Name)
	if named == "" && (n.Settings.ClientID != "" || secret != "") {
		return ""
	}
	_ = o.StoredAll(ctx, func(tx *store.Tx) error {
		org, err := chooseOrganisation(tx, named, o.Where())
		if err == nil && org.FromFiles() {
			id = string(org.ID)
		}
		return err
	})
	return id
}

// readFileSecrets reads the secrets of an organisation without a platform: those of its webhook.
func (o *Opener) readFileSecrets(at *Access) error {
	signing, err := o.Settings.WebhookSecret(at.Settings)
	if err != nil {
		return err
	}
	at.WebhookSecrets = strings.Fields(signing)
	if at.Settings.Webhook.URL != "" && len(at.WebhookSecrets) == 0 {
		return usage("webhook.url is set, and nothing signs its messages: there is no client whose secret could").
			WithHint("set WFM_WEBHOOK_SECRET, or webhook.secret_file")
	}
	at.Network, err = o.Settings.Network(at.Settings)
	return err
}

// openFiles opens what works on an organisation that is fed by files.
func (o *Opener) openFiles(ctx context.Context, at Access) (*Session, error) {
	s := &Session{Progress: progress.New(o.Terminal, o.Clock.Now), OwnWebhookSecret: len(at.WebhookSecrets) > 0}
	if at.Background {
		s.Progress = progress.Silent{}
	}
	sender, err := o.Sender(at)
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
	waiting := &waitingStep{report: s.Progress.Report}
	keeper := imports.Keeper{Store: s.Store, Clock: o.Clock, NewID: o.NewID}
	from := imports.Source{Keeper: keeper, Named: at.Files.Named}
	if f := at.Settings.Files; f.Directory != "" {
		from.Folder = &imports.Folder{Keeper: keeper, Dir: f.Directory, Pattern: f.Pattern, Quiet: time.Duration(f.Quiet),
			Request: imports.Request{Organisation: at.Files.Named, SettingsName: at.Meant.Name,
				Sender: f.Sender, Actor: "directory",
				DefaultZone: at.Settings.TimeZone}, Note: at.Files.Note}
		if from.Folder.Note == nil {
			from.Folder.Note = o.noteFile(ctx, at)
		}
	}
	s.Forecaster = &steps.WrapUpForecaster{Store: s.Store, Source: from, Sender: sender, Clock: o.Clock,
		Targets: target.Targets{wrapcast.WFM: imports.NoTarget{}}, NewID: o.NewID, Report: waiting.step, Holder: o.holder(),
		Alive: store.HolderAlive, Version: o.Version, Meant: at.Meant}
	o.keepAfter(s, at)
	return s, nil
}

// noteFile tells what became of a file of a directory.
func (o *Opener) noteFile(ctx context.Context, at Access) func(imports.FolderNote) {
	return func(n imports.FolderNote) {
		switch {
		case n.Err != nil && at.Background:
			o.Terminal.Log().ErrorContext(ctx, "a file was refused", "file", n.File, "reason", n.Err.Error(), "what_to_do",
				wrapcast.Hint(n.Err))
		case n.Err != nil:
			o.Terminal.Note("warning: " + n.Err.Error() + "; " + wrapcast.Hint(n.Err))
		case n.Result != nil && at.Background:
			o.Terminal.Log().InfoContext(ctx, "a file was imported", "file", n.File, "contacts", n.Result.Contacts)
		case n.Result != nil:
			o.Terminal.Note("imported " + imports.Sentence(n.Result.Import))
		}
	}
}
