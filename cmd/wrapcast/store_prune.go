package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/internal/reports"
	"github.com/wrapcast/wrapcast/internal/retention"
	"github.com/wrapcast/wrapcast/internal/store"
)

func (cmd storeCommand) prune() *cobra.Command {
	var dry bool
	c := &cobra.Command{
		Use:   "prune",
		Short: "Delete what is kept no longer, as the settings say",
		Long: `Delete what is older than retention in the settings file says: history of contacts, forecasts with their
plans, runs, messages. Every run does it at its end, for a minute at most; this command until all is
done. What a forecast is made of, what is judged and what is not settled stays, whatever its age, and
so does the audit trail: it has the digests of all that is deleted, and "wrapcast audit verify" says so.

It may be stopped at any time; the next goes on from there. The file does not become smaller: what is
free in it is used again. --dry-run only says what would be deleted.`,
		Example: `  wrapcast store prune --dry-run
  wrapcast store prune --json`,
		Args: cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return cmd.runPrune(c.Context(), dry) },
	}
	c.Flags().BoolVar(&dry, "dry-run", false, "say what would be deleted, and delete nothing")
	return c
}

// pruned is what `store prune` prints.
type pruned struct {
	Schema        string             `json:"schema"`
	DryRun        bool               `json:"dry_run"`
	Organisations []retention.Result `json:"organisations"`
}

func (cmd storeCommand) runPrune(ctx context.Context, dry bool) error {
	c, err := cmd.sessions.Settings.Load()
	if err != nil {
		return err
	}
	rules := c.Retention.Rules()
	if !rules.Any() {
		return wrapcast.Errorf(wrapcast.Usage, "store prune", "the settings keep everything for ever").
			WithHint("say how many days things are kept with retention in the settings file: history_days, forecasts_days, " +
				"runs_days, messages_days (docs/OPERATIONS.md)")
	}
	if !store.IsThere(cmd.sessions.Dir) {
		return wrapcast.Errorf(wrapcast.NotFound, "store prune", "%s holds nothing yet", cmd.sessions.Dir).
			WithHint("name another directory with --data")
	}
	s, err := cmd.sessions.Store(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	k := retention.Keeper{Store: s, Clock: cmd.sessions.Clock, Rules: rules, Actor: cli.Login()}
	out, err := pruneAll(ctx, k, dry)
	if cmd.out.JSON {
		if printed := cmd.out.PrintJSON(out); err == nil {
			err = printed
		}
		return err
	}
	if !cmd.out.Quiet {
		if printed := cmd.out.Print(prunedText(out)); err == nil {
			err = printed
		}
	}
	return err
}

// pruneAll goes through all organisations.
func pruneAll(ctx context.Context, k retention.Keeper, dry bool) (pruned, error) {
	out := pruned{Schema: retention.Schema, DryRun: dry, Organisations: []retention.Result{}}
	var chains []wrapcast.Organisation
	if err := k.Store.View(ctx, func(tx *store.Tx) (err error) {
		chains, err = reports.Chains(tx)
		return err
	}); err != nil {
		return out, err
	}
	do := k.Apply
	if dry {
		do = k.Look
	}
	for _, org := range chains {
		r, err := do(ctx, org.ID)
		out.Organisations = append(out.Organisations, r)
		if err != nil {
			return out, err
		}
	}
	return out, nil
}

func prunedText(out pruned) string {
	what := " deleted"
	if out.DryRun {
		what = " would be deleted"
	}
	t := show.Table("organisation", "setting", "older than", what, "kept")
	for _, r := range out.Organisations {
		for _, k := range r.Kinds {
			if k.Days > 0 {
				t.Row(string(r.Organisation), fmt.Sprintf("%s: %d", k.Setting, k.Days), k.Before.String(), counted("%s %s", k.Things),
					counted("%s runs (%s)", k.Kept))
			}
		}
	}
	return t.String() + "\n"
}

// counted are numbers of things in words, the same things in the same order.
func counted(form string, all map[string]int) string {
	var words []string
	for _, what := range slices.Sorted(maps.Keys(all)) {
		words = append(words, fmt.Sprintf(form, show.Thousands(int64(all[what])), what))
	}
	if len(words) == 0 {
		return "nothing"
	}
	return strings.Join(words, ", ")
}
