package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/settings"
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
	all, err := cmd.sessions.Settings.All()
	if err != nil {
		return err
	}
	if !keepsNotAll(all) {
		return wrapcast.Errorf(wrapcast.Usage, "store prune", "the settings keep everything for ever").
			WithHint("say how many days things are kept with retention in the settings file: history_days, forecasts_days, " +
				"runs_days, messages_days (docs/OPERATIONS.md)")
	}
	there, err := store.IsThere(ctx, cmd.sessions.StoreOptions())
	if err == nil && !there {
		err = wrapcast.Errorf(wrapcast.NotFound, "store prune", "%s holds nothing yet", cmd.sessions.Where()).
			WithHint("name another directory with --data, or another database with --store")
	}
	if err != nil {
		return err
	}
	s, err := cmd.sessions.Store(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	k := retention.Keeper{Store: s, Clock: cmd.sessions.Clock, Actor: cli.Login()}
	out, err := pruneAll(ctx, k, all, dry)
	if cmd.out.JSON {
		return errors.Join(err, cmd.out.PrintJSON(out))
	}
	if !cmd.out.Quiet {
		err = errors.Join(err, cmd.out.Print(prunedText(out)))
	}
	return err
}

// keepsNotAll reports whether anything is ever deleted by the settings of anybody.
func keepsNotAll(all settings.Installation) bool {
	return all.Settings.Retention.Rules().Any() || slices.ContainsFunc(all.Organisations, func(o settings.Named) bool {
		return o.Settings.Retention.Rules().Any()
	})
}

// pruneAll goes through all chains that are stored, each by its own settings.
func pruneAll(ctx context.Context, k retention.Keeper, all settings.Installation, dry bool) (pruned, error) {
	out := pruned{Schema: retention.Schema, DryRun: dry, Organisations: []retention.Result{}}
	var chains []wrapcast.Organisation
	var called map[wrapcast.OrganisationID]string
	if err := k.Store.View(ctx, func(tx *store.Tx) (err error) {
		if chains, err = reports.Chains(tx); err == nil {
			called, err = tx.Directory().Names()
		}
		return err
	}); err != nil {
		return out, err
	}
	for _, org := range chains {
		own, err := settingsOf(all, org.ID, called[org.ID])
		if err != nil {
			return out, err
		}
		k.Rules = own.Retention.Rules()
		do := k.Apply
		if dry {
			do = k.Look
		}
		r, err := do(ctx, org.ID)
		if out.Organisations = append(out.Organisations, r); err != nil {
			return out, err
		}
	}
	return out, nil
}

// settingsOf are those of an organisation that is stored: its own, by its id or the name it was last read under, or
// else what stands at the top.
func settingsOf(all settings.Installation, org wrapcast.OrganisationID, called string) (settings.Settings, error) {
	if !all.Several() {
		return all.Organisations[0].Settings, all.Organisations[0].Err
	}
	for _, name := range []string{string(org), called} {
		if own, found := all.Find(name); found {
			return own.Settings, own.Err
		}
	}
	return all.Settings, nil
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
