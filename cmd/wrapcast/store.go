package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/storing"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/backup"
	"github.com/wrapcast/wrapcast/internal/store"
)

// storeCommand looks after the data directory: whole, backed up, put back.
type storeCommand struct {
	sessions *session.Opener
	out      *terminal.Terminal
}

func (cmd storeCommand) command() *cobra.Command {
	c := &cobra.Command{
		Use:   "store",
		Short: "Look after the data directory or the database: verify, back up, restore, repair, prune, migrate",
		Long: `Look after the data directory: see that everything in it is what was stored, back it up while serve
and runs go on, put a backup back, drop what is damaged so that it is read again, and delete what is kept no
longer. A PostgreSQL database (--store) is verified, repaired and pruned the same way; its tables are made by
migrate, and it is backed up by its own tools.`,
		Args: cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(cmd.verify(), cmd.backup(), cmd.restore(), cmd.repair(), cmd.prune(),
		storing.Migrate{Sessions: cmd.sessions, Out: cmd.out}.Command(),
		storing.Copy{Sessions: cmd.sessions, Out: cmd.out}.Command())
	return c
}

func (cmd storeCommand) verify() *cobra.Command {
	return &cobra.Command{
		Use:   "verify",
		Short: "Check that everything stored is what was stored",
		Long: `Check the file as the database sees it, tables and triggers, the digest of every row that figures come
from, what is derived against what it is derived from, every document, what refers to what, and the
audit chains. Nothing is changed, and others may work on it meanwhile. Exit code 3: something is damaged.`,
		Example: `  wrapcast store verify
  wrapcast store verify --data /srv/wrapcast --json`,
		Args: cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return cmd.runVerify(c.Context()) },
	}
}

func (cmd storeCommand) runVerify(ctx context.Context) error {
	s, err := store.OpenToRead(ctx, cmd.sessions.StoreOptions())
	if err != nil {
		return err
	}
	defer s.Close()
	v, err := s.Verify(ctx, cmd.tell)
	if err != nil {
		return err
	}
	if cmd.out.JSON {
		err = cmd.out.PrintJSON(v)
	} else if !cmd.out.Quiet {
		err = cmd.out.Print(verificationText(v))
	}
	if n := v.Damaged(); n > 0 && err == nil {
		return wrapcast.Errorf(wrapcast.InvalidData, "store verify", "%s is damaged in %s", v.File,
			show.Count(int(n), "place", "places")).WithHint("restore a backup with `wrapcast store restore FILE`; where only rows of " +
			"the history are damaged, `wrapcast store repair` drops them and the next run reads those days again")
	}
	return err
}

// tell shows what begins, to whoever looks.
func (cmd storeCommand) tell(what string) {
	if cmd.out.Interactive && !cmd.out.JSON {
		cmd.out.Note("… " + what)
	}
}

func verificationText(v store.Verification) string {
	var b strings.Builder
	t := show.Table("check", " looked at", " damaged", "")
	for _, c := range v.Checks {
		t.Row(c.Name, show.Thousands(c.Rows), show.Thousands(c.Damaged), c.Left)
	}
	fmt.Fprintf(&b, "%s, schema %d\n\n%s\n", v.File, v.DatabaseSchema, t.String())
	for _, c := range v.Checks {
		for _, d := range c.Damage {
			fmt.Fprintf(&b, "%s: %s\n", c.Name, d)
		}
		if more := c.Damaged - int64(len(c.Damage)); more > 0 {
			fmt.Fprintf(&b, "%s: and %s more\n", c.Name, show.Thousands(more))
		}
	}
	if v.Damaged() == 0 {
		b.WriteString("Everything is what was stored.\n")
	}
	return b.String()
}

func (cmd storeCommand) backup() *cobra.Command {
	var key bool
	c := &cobra.Command{
		Use:   "backup FILE|DIRECTORY",
		Short: "Back the data directory up to one file",
		Long: `Write everything that is stored to one file, readable by its owner only: as it is at this moment, while
serve and runs go on. What was copied is verified, packed, and read once more. A directory gets a file
named after the moment.

In it: history, forecasts, plans, decisions, submissions, the outbox, audit chains, users with the
hashes of their passwords, API tokens as hashes, addresses of webhooks. Not in it: the settings file,
secrets, and the key that signs the audit chain, unless --with-key asks for it: whoever has the key can
sign in your name.`,
		Example: `  wrapcast store backup /backups
  wrapcast store backup monday.backup --with-key`,
		Args: cli.Args(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, given []string) error { return cmd.runBackup(c.Context(), given[0], key) },
	}
	c.Flags().BoolVar(&key, "with-key", false, "put the key that signs the audit chain into the backup too")
	return c
}

// directoryOnly refuses what is done with data directories alone.
func (cmd storeCommand) directoryOnly(what, instead string) error {
	if cmd.sessions.URL() == "" {
		return nil
	}
	return wrapcast.Errorf(wrapcast.Usage, what, "%s is a PostgreSQL database: %s is for data directories",
		cmd.sessions.Where(), what).WithHint("%s", instead)
}

// backedUp is what `store backup` prints.
type backedUp struct {
	Schema string `json:"schema"`
	File   string `json:"file"`
	backup.Manifest
}

func (cmd storeCommand) runBackup(ctx context.Context, to string, key bool) error {
	c, err := cmd.sessions.Settings.All()
	if err == nil {
		err = cmd.directoryOnly("store backup", "back it up as your databases are backed up: pg_dump --format=custom --file=FILE "+
			"DATABASE, or base backups with their WAL; the key that signs the audit chain lies elsewhere and needs a copy of its own")
	}
	if err != nil {
		return err
	}
	path, m, err := backup.Make(ctx, backup.Options{Dir: cmd.sessions.Dir, To: to, Version: cmd.sessions.Version,
		Now: cmd.sessions.Clock.Now(), Key: key, KeyFile: c.Settings.Audit.KeyFile, Tell: cmd.tell})
	if err != nil {
		return err
	}
	if err := cmd.note(ctx, m, path); err != nil {
		return err
	}
	if cmd.out.JSON {
		return cmd.out.PrintJSON(backedUp{"wrapcast.store-backup/1", path, m})
	}
	text := fmt.Sprintf("%s: %s of %s, database of %s, verified", path, show.Count(len(m.Organisations), "organisation",
		"organisations"), cmd.sessions.Dir, megabytes(m.DatabaseBytes))
	if !m.Verified {
		text = fmt.Sprintf("%s: database of %s with schema %d, which is not this wrapcast's: only the file was looked at", path,
			megabytes(m.DatabaseBytes), m.DatabaseSchema)
	}
	return cmd.out.Say("%s", text)
}

// megabytes is a size, in whole megabytes from one on.
func megabytes(n int64) string { return show.Thousands(max(n>>20, 1)) + " MB" }

// note writes into the installation's audit chain that a backup was made. A directory of an earlier schema stays as it
// is: people back it up before they go on to the next version.
func (cmd storeCommand) note(ctx context.Context, m backup.Manifest, path string) error {
	if !m.Verified {
		return nil
	}
	s, err := cmd.sessions.Store(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	return s.Update(ctx, func(tx *store.Tx) error {
		_, err := tx.Audit().Append(wrapcast.AuditEntry{Organisation: wrapcast.Installation, At: cmd.sessions.Clock.Now(),
			Actor: cli.Login(), Action: "store.backed_up", Status: "ok",
			Objects: map[string]string{"database_sha256": m.DatabaseSHA256},
			Detail:  fmt.Sprintf("to %s, %d bytes of database", path, m.DatabaseBytes)})
		return err
	})
}

func (cmd storeCommand) restore() *cobra.Command {
	var force bool
	c := &cobra.Command{
		Use:   "restore FILE",
		Short: "Put a backup back",
		Long: `Put a backup into the data directory (--data), which must be empty or not there yet. The backup is
checked and verified first; a damaged one, and one of a newer wrapcast, is refused. --force moves the
database that is there aside, into a directory beside it; no other wrapcast may be working on it.

What must not come back to life does not: logins have ended, and so have jobs that waited. API tokens
that were revoked after the backup work again: look through them. What was published after it is
compared with the platform by the next run.`,
		Example: `  wrapcast store restore /backups/wrapcast-20261130T020000Z.backup --data /srv/wrapcast-restored`,
		Args:    cli.Args(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, given []string) error {
			return cmd.runRestore(c.Context(), given[0], force)
		},
	}
	c.Flags().BoolVar(&force, "force", false, "move the database that is there aside")
	return c
}

func (cmd storeCommand) runRestore(ctx context.Context, from string, force bool) error {
	c, err := cmd.sessions.Settings.All()
	if err == nil {
		err = cmd.directoryOnly("store restore", "what pg_dump wrote is put back by pg_restore into an empty database; a backup of a "+
			"data directory is put back into a directory, and goes into a database by `wrapcast store copy`")
	}
	if err != nil {
		return err
	}
	r, err := backup.Restore(ctx, backup.RestoreOptions{From: from, Dir: cmd.sessions.Dir, Force: force,
		Actor: cli.Login(), Now: cmd.sessions.Clock.Now(), Tell: cmd.tell, KeyFile: c.Settings.Audit.KeyFile,
		AuditKey: cmd.sessions.Settings.Env("WRAPCAST_AUDIT_KEY", "")})
	if err != nil {
		return err
	}
	if cmd.out.JSON {
		return cmd.out.PrintJSON(struct {
			Schema string `json:"schema"`
			backup.Restored
		}{"wrapcast.store-restore/1", r})
	}
	text := fmt.Sprintf("%s holds the backup of %s; %s and %s were ended", r.Dir, r.Manifest.MadeAt.Format("2006-01-02 15:04 UTC"),
		show.Count(int(r.Ended.Logins), "login", "logins"), show.Count(int(r.Ended.Jobs), "waiting job", "waiting jobs"))
	if r.Aside != "" {
		text += "; what was there before lies in " + r.Aside
	}
	if r.NoKey {
		text += "; the key that signs the audit chain is not in it: put audit.key back there from where you keep it " +
			"(or, if it is lost: wrapcast audit key rotate --lost) before the next run"
	}
	return cmd.out.Say("%s", text)
}

func (cmd storeCommand) repair() *cobra.Command {
	return &cobra.Command{
		Use:   "repair",
		Short: "Drop damaged rows of the history, so that they are read again",
		Long: `Drop the rows of the history that are not what was stored, note that those days are to be read again,
and make anew what is derived of the history. The next run, or wrapcast extract, reads those days from
the platform again, as far back as it keeps them. Documents and audit chains are left alone: nothing
but a backup has them. Make a copy of the data directory first.`,
		Example: `  wrapcast store repair && wrapcast extract`,
		Args:    cli.Args(cobra.NoArgs),
		RunE:    func(c *cobra.Command, _ []string) error { return cmd.runRepair(c.Context()) },
	}
}

func (cmd storeCommand) runRepair(ctx context.Context) error {
	s, err := cmd.sessions.Store(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	r, err := s.Repair(ctx, cli.Login(), cmd.sessions.Clock.Now())
	if err != nil {
		return err
	}
	if cmd.out.JSON {
		return cmd.out.PrintJSON(r)
	}
	if len(r.Dropped)+len(r.Again)+len(r.AllAgain) == 0 {
		return cmd.out.Say("No row of the history is damaged; what is derived of it was made anew.")
	}
	return cmd.out.Say("%s", repairText(r))
}

func repairText(r store.Repaired) string {
	var b strings.Builder
	for table, n := range r.Dropped {
		fmt.Fprintf(&b, "%s of %s dropped. ", show.Count(n, "row", "rows"), table)
	}
	for _, org := range r.AllAgain {
		fmt.Fprintf(&b, "The whole history of %s is read again by the next run. ", org)
	}
	for org, days := range r.Again {
		fmt.Fprintf(&b, "%s of %s, from %s to %s, %s read again by the next run. ", show.Count(len(days), "day", "days"), org,
			days[0], days[len(days)-1], show.Plural(len(days), "is", "are"))
	}
	return strings.TrimSpace(b.String())
}
