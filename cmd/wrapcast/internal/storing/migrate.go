// Package storing has the commands that make, upgrade and move what everything is kept in.
package storing

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Migrate makes or upgrades the tables of a PostgreSQL database.
type Migrate struct {
	Sessions *session.Opener
	Out      *terminal.Terminal
}

// Command is `store migrate`.
func (cmd Migrate) Command() *cobra.Command {
	var roles []string
	c := &cobra.Command{
		Use:   "migrate",
		Short: "Make or upgrade the tables of a PostgreSQL database, as its owner",
		Long: `Make the tables in an empty PostgreSQL database, or bring them up to what this version needs, as the role
that owns the database. --role names the role that wrapcast works as from then on: it is given what it
needs and nothing more; it owns no table, cannot change the schema or entries of the audit chain, and
row-level security holds it to one organisation at a time. Roles named before keep what they have.

A data directory needs no migrate: any command that writes brings it up to date.`,
		Example: `  createdb --owner wrapcast_owner wrapcast
  wrapcast store migrate --store postgres://wrapcast_owner@db.example.org/wrapcast --role wrapcast
  WRAPCAST_STORE=postgres://wrapcast@db.example.org/wrapcast wrapcast serve`,
		Args: cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return cmd.run(c.Context(), roles) },
	}
	c.Flags().StringArrayVar(&roles, "role", nil, "`role` that wrapcast works as; several times for several")
	return c
}

// migrated is what `store migrate` prints.
type migrated struct {
	Schema string `json:"schema"`
	Store  string `json:"store"`
	// Before is the number of the last migration there was, 0 in an empty database; Now that of the last there is.
	Before int64    `json:"before"`
	Now    int64    `json:"now"`
	Roles  []string `json:"roles"`
}

func (cmd Migrate) run(ctx context.Context, roles []string) error {
	if cmd.Sessions.URL() == "" {
		return wrapcast.Errorf(wrapcast.Usage, "store migrate", "no database is named").
			WithHint("name one with --store or WRAPCAST_STORE; a data directory is brought up to date by itself")
	}
	before, now, err := store.Migrate(ctx, cmd.Sessions.StoreOptions(), roles...)
	if err != nil {
		return err
	}
	if cmd.Out.JSON {
		return cmd.Out.PrintJSON(migrated{"wrapcast.store-migrate/1", cmd.Sessions.Where(), before, now, append([]string{}, roles...)})
	}
	switch before {
	case now:
		return cmd.Out.Say("%s was up to date: its schema is number %d", cmd.Sessions.Where(), now)
	case 0:
		return cmd.Out.Say("%s has its tables now: schema number %d", cmd.Sessions.Where(), now)
	}
	return cmd.Out.Say("%s has schema number %d now, in the place of %d", cmd.Sessions.Where(), now, before)
}
