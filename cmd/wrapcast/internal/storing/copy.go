package storing

import (
	"cmp"
	"context"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Copy moves an installation from a data directory to a database, or back.
type Copy struct {
	Sessions *session.Opener
	Out      *terminal.Terminal
}

// Command is `store copy`.
func (cmd Copy) Command() *cobra.Command {
	var from, to string
	c := &cobra.Command{
		Use:   "copy --from DIRECTORY|DATABASE --to DATABASE|DIRECTORY",
		Short: "Copy everything from a data directory into a PostgreSQL database, or back",
		Long: `Copy everything that is stored into a target that holds nothing yet: an empty PostgreSQL database whose
tables are made (wrapcast store migrate), or a new directory. Table by table; each is compared by a
digest of all its rows. What is interrupted goes on when the same command is given again. A target
that holds something else is refused, and the source is left as it is.

Stop serve, worker and runs first: a directory that is in use is refused. Leases and jobs that wait are
not copied: whoever works next takes runs up by themselves. The key that signs the audit chain is no
part of it: the target needs the same (audit.key_file or WRAPCAST_AUDIT_KEY).`,
		Example: `  wrapcast store copy --from wrapcast-data --to postgres://wrapcast@db.example.org/wrapcast
  wrapcast store copy --from postgres://wrapcast@db.example.org/wrapcast --to wrapcast-data`,
		Args: cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return cmd.run(c.Context(), from, to) },
	}
	c.Flags().StringVar(&from, "from", "", "data directory or `database` that is copied (default: --store, --data)")
	c.Flags().StringVar(&to, "to", "", "database or `directory` it is copied to")
	return c
}

func (cmd Copy) run(ctx context.Context, from, to string) error {
	if to == "" {
		return wrapcast.Errorf(wrapcast.Usage, "store copy", "no target is named").
			WithHint("name one with --to: postgres://USER@HOST/DATABASE, or a directory that is not there yet")
	}
	o := store.CopyOptions{From: cmd.place(from), To: cmd.place(to), Actor: cli.Login(), Now: cmd.Sessions.Clock.Now(),
		Tell: cmd.tell}
	// The key is the source's: where no setting names it, it lies in the directory that is copied, or beside the database.
	key := cmp.Or(o.From.AuditKeyFile, filepath.Join(cmp.Or(o.From.Dir, cmd.Sessions.Dir), "audit.key"))
	o.From.AuditKeyFile, o.To.AuditKeyFile = key, key
	c, err := store.Copy(ctx, o)
	if err != nil {
		return err
	}
	if cmd.Out.JSON {
		return cmd.Out.PrintJSON(c)
	}
	rows, there := int64(0), 0
	for _, t := range c.Tables {
		rows += t.Rows
		if t.There {
			there++
		}
	}
	text := show.Thousands(rows) + " rows of " + show.Count(len(c.Tables), "table", "tables")
	if there > 0 {
		text += " (" + show.Count(there, "was", "were") + " there already)"
	}
	return cmd.Out.Say("%s holds what %s does: %s, compared by digests. The key that signs the audit chain is not in it: give "+
		"the target the same one (audit.key_file or WRAPCAST_AUDIT_KEY; it lies in %s)", c.To, c.From, text, key)
}

// place is a directory or a database; "" is that of --store or --data.
func (cmd Copy) place(named string) store.Options {
	o := cmd.Sessions.StoreOptions()
	switch {
	case named == "":
	case store.IsDatabase(named):
		o.URL = named
	default:
		o.URL, o.Dir = "", named
	}
	return o
}

// tell shows which table begins, to whoever looks.
func (cmd Copy) tell(table string) {
	if cmd.Out.Interactive && !cmd.Out.JSON {
		cmd.Out.Note("… " + table)
	}
}
