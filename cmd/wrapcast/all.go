package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/outcome"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/settings"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
)

// organisationChecks is what doctor found of one organisation.
type organisationChecks struct {
	Name   string           `json:"name"`
	Checks []wrapcast.Check `json:"checks"`
}

// doctorAll checks every organisation of the settings, all at once: one that does not answer holds up no other.
func (cmd doctorCommand) doctorAll(ctx context.Context, readOnly bool) error {
	all, err := cmd.sessions.Settings.All()
	if err != nil {
		return err
	}
	common := append(cmd.checkStore(ctx), cmd.sessions.CheckPrivate(all.Settings)...)
	for _, r := range all.Remarks {
		common = append(common, wrapcast.Check{Name: "settings", Status: wrapcast.CheckWarning, Message: r})
	}
	each := make([]organisationChecks, len(all.Organisations))
	atOnce(len(each), func(i int) {
		each[i] = organisationChecks{titleOf(all.Organisations[i]), cmd.checksOf(ctx, all.Organisations[i], readOnly)}
	})
	if err := cmd.showChecks(common, each); err != nil {
		return err
	}
	for _, o := range each {
		for _, c := range o.Checks {
			c.Name = o.Name + ": " + c.Name
			common = append(common, c)
		}
	}
	return verdictOf(common)
}

// checksOf checks one organisation of the settings.
func (cmd doctorCommand) checksOf(ctx context.Context, n settings.Named, readOnly bool) []wrapcast.Check {
	at, err := cmd.sessions.AccessOf(n)
	if err != nil {
		return []wrapcast.Check{failed("settings", err)}
	}
	at.Impatient = true // the others are told only when all are done
	return cmd.checkOrganisation(ctx, at, readOnly)
}

// titleOf is what an organisation of the settings is called where it stands beside others.
func titleOf(n settings.Named) string {
	if n.Name == "" {
		return "the organisation of the settings"
	}
	return n.Name
}

// atOnce does n pieces of work, all at the same time.
func atOnce(n int, work func(int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { work(i) })
	}
	all.Wait()
}

// organisationRun is how the run of one organisation ended: with what it left, or with why there is none.
type organisationRun struct {
	Name string `json:"name"`
	// Run is the document of `run --json`, nil where no run began.
	Run   *outcome.Document `json:"run,omitempty"`
	Error string            `json:"error,omitempty"`
	Hint  string            `json:"hint,omitempty"`

	result steps.Outcome
	err    error
}

// runAll runs for every organisation of the settings, all at the same time: they wait for their platforms together and
// compute one after the other. One that fails stops no other.
func (cmd runCommand) runAll(ctx context.Context, c *cobra.Command, f runFlags) error {
	if f.every != "" {
		return cli.Usage("--all and --every do not go together").
			WithHint("wrapcast worker works for all organisations, on the schedules of the settings")
	}
	all, err := cmd.sessions.Settings.All()
	if err != nil {
		return err
	}
	if !cmd.out.Quiet {
		for _, r := range all.Remarks {
			cmd.out.Note("warning: " + r)
		}
	}
	db, err := cmd.sessions.Store(ctx) // once for all: each has connections enough for many
	if err != nil {
		return err
	}
	defer db.Close()
	each, turn := make([]organisationRun, len(all.Organisations)), steps.NewTurns(1)
	atOnce(len(each), func(i int) {
		o := &each[i]
		o.Name = titleOf(all.Organisations[i])
		if o.result, o.err = cmd.runOne(ctx, c, f, db, all.Organisations[i], turn); o.err != nil {
			o.Error, o.Hint = o.err.Error(), wrapcast.Hint(o.err)
		}
	})
	if err := cmd.showAll(context.WithoutCancel(ctx), each); err != nil {
		return err
	}
	return endOfAll(each)
}

// runOne runs for one organisation of the settings. What breaks in it is its own error.
func (cmd runCommand) runOne(ctx context.Context, c *cobra.Command, f runFlags, db *store.Store, n settings.Named,
	turn steps.Turns) (result steps.Outcome, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = wrapcast.Errorf(wrapcast.Internal, "", "the run broke: %v", p)
		}
	}()
	at, err := cmd.sessions.AccessOf(n)
	if err != nil {
		return result, err
	}
	spec, err := f.spec(c, &at)
	if err != nil {
		return result, err
	}
	at.Background, at.Store = true, db
	s, err := cmd.sessions.Open(ctx, at)
	if err != nil {
		return result, err
	}
	defer s.Close()
	s.Forecaster.Turns = turn
	return s.Forecaster.Run(ctx, spec)
}

// showAll prints how the runs ended, in the order of the settings.
func (cmd runCommand) showAll(ctx context.Context, each []organisationRun) error {
	for i := range each {
		if o := &each[i]; cmd.out.JSON && o.result.Run.ID != "" {
			document, err := outcome.New(ctx, o.result)
			if err != nil {
				return err
			}
			o.Run = &document
		}
	}
	if cmd.out.JSON {
		return cmd.out.PrintJSON(struct {
			Schema        string            `json:"schema"`
			Organisations []organisationRun `json:"organisations"`
		}{"wrapcast.runs/1", each})
	}
	if cmd.out.Quiet {
		return nil
	}
	for _, o := range each {
		if err := cmd.out.Print("\n" + o.Name + "\n"); err != nil {
			return err
		}
		if err := showResult(ctx, cmd.out, o.result, nil); err != nil {
			return err
		}
		if o.err != nil {
			if err := cmd.out.Print(strings.TrimSpace(fmt.Sprintf("%s\n%s", o.Error, o.Hint)) + "\n"); err != nil {
				return err
			}
		}
	}
	return nil
}

// endOfAll is the error of runs of which some did not go through: of their kind where all are of one, else partial.
func endOfAll(each []organisationRun) error {
	var names []string
	var kinds []wrapcast.Kind
	for _, o := range each {
		if o.err != nil {
			names, kinds = append(names, o.Name), append(kinds, wrapcast.KindOf(o.err))
		}
	}
	if len(names) == 0 {
		return nil
	}
	kind := wrapcast.Partial
	if len(names) == len(each) && len(slices.Compact(slices.Clone(kinds))) == 1 {
		kind = kinds[0]
	}
	return wrapcast.Errorf(kind, "", "%s of %d did not go through: %s", show.Count(len(names), "run", "runs"), len(each),
		strings.Join(names, ", ")).WithHint("each says why above; `wrapcast run --organisation NAME` takes it up again")
}
