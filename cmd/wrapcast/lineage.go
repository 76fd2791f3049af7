package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/lineage"
	"github.com/wrapcast/wrapcast/internal/steps"
)

// lineageCommand records which codes took the place of others, and finds those of which nobody said so.
type lineageCommand struct {
	sessions *session.Opener
	out      *terminal.Terminal
}

func (cmd lineageCommand) command() *cobra.Command {
	var organisation string
	c := &cobra.Command{
		Use:   "lineage",
		Short: "Say which codes were renamed, merged, split or retired; find those that were",
		Long: `Say which wrap-up codes took the place of others, and from which day on. The history of the codes
before counts for those after: the forecast, the page of a code and the accuracy of past forecasts follow.
Withdrawn, everything is as it was before. (A code that only has another name keeps its id and needs nothing.)

suggest finds codes that fell silent when others appeared and took over their contacts, with the evidence;
accept records one of them.`,
		Example: `  wrapcast lineage
  wrapcast lineage add renamed --code Refund --into "Refund (new)" --from 2026-11-02 --reason "code review"
  wrapcast lineage add merged --code Chairs --code Tables --into Furniture --from 2026-11-02 --reason "code review"
  wrapcast lineage add split --code Billing --into "Invoice=0.7" --into "Payment=0.3" --from 2026-11-02 --reason "code review"
  wrapcast lineage suggest
  wrapcast lineage accept 3f9c21ab
  wrapcast lineage withdraw 0192f0c4-…`,
		Args: cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return cmd.list(c.Context(), organisation) },
	}
	cli.OrganisationFlag(c, &organisation)
	withdraw := cli.RemoveCommand[wrapcast.LineageChange](cmd.sessions, &organisation, cobra.Command{
		Short:   "Withdraw a change of codes: everything is as before",
		Example: "  wrapcast lineage withdraw 0192f0c4-6d7e-7b1a-8f00-9a1b2c3d4e5f",
	})
	withdraw.Use, withdraw.Aliases = "withdraw ID", []string{"remove"}
	list := &cobra.Command{Use: "list", Short: "List the changes of codes, withdrawn ones included", Args: cli.Args(cobra.NoArgs),
		Example: "  wrapcast lineage list --json",
		RunE:    func(c *cobra.Command, _ []string) error { return cmd.list(c.Context(), organisation) }}
	c.AddCommand(list, cmd.add(&organisation), withdraw, cmd.suggest(&organisation), cmd.accept(&organisation))
	return c
}

// lineageList is what list prints.
type lineageList struct {
	Schema  string                   `json:"schema"`
	Changes []wrapcast.LineageChange `json:"changes"`
}

func (cmd lineageCommand) list(ctx context.Context, organisation string) error {
	return cmd.sessions.Offline(ctx, organisation, func(o session.Offline) error {
		all, err := steps.ListDecisions[wrapcast.LineageChange](ctx, o.Decisions(), o.Org)
		if err != nil {
			return err
		}
		if cmd.out.JSON {
			return cmd.out.PrintJSON(lineageList{"wrapcast.lineage/1", append([]wrapcast.LineageChange{}, all...)})
		}
		if len(all) == 0 {
			return cmd.out.Print("no change of codes is recorded; wrapcast lineage suggest finds what looks like one\n")
		}
		b := cmd.out.Page()
		for _, c := range all {
			state := "in use"
			if !c.InUse() {
				state = fmt.Sprintf("withdrawn by %s on %s", c.WithdrawnBy, c.WithdrawnAt.Format(time.DateOnly))
			}
			fmt.Fprintf(b, "%s  %s\n  %s\n  %s\n\n", c.ID, state, b.Wrap(changeWords(c, o.Directory), "    "),
				b.Wrap(c.Author+": "+c.Reason, "    "))
		}
		return cmd.out.Print(b.String())
	})
}

// changeWords say a change: "merged on 2026-11-02: Chairs, Tables → Furniture".
func changeWords(c wrapcast.LineageChange, directory wrapcast.Directory) string {
	var from, to []string
	for _, id := range c.From {
		from = append(from, directory.Code(id).Name)
	}
	for _, s := range c.To {
		name := directory.Code(s.Code).Name
		if s.Share > 0 && len(c.To) > 1 {
			name += fmt.Sprintf(" (%.0f %%)", 100*s.Share)
		}
		to = append(to, name)
	}
	words := fmt.Sprintf("%s on %s: %s", done(c.Kind), c.On, strings.Join(from, ", "))
	if len(to) > 0 {
		words += " → " + strings.Join(to, ", ")
	}
	return words
}

// lineageKinds are what people write for each kind of change.
func lineageKinds() map[string]wrapcast.LineageKind {
	return map[string]wrapcast.LineageKind{"renamed": wrapcast.LineageRename, "merged": wrapcast.LineageMerge,
		"split": wrapcast.LineageSplit, "retired": wrapcast.LineageRetire, "rename": wrapcast.LineageRename,
		"merge": wrapcast.LineageMerge, "retire": wrapcast.LineageRetire}
}

// done is the participle of a kind of change.
func done(kind wrapcast.LineageKind) string {
	return map[wrapcast.LineageKind]string{wrapcast.LineageRename: "renamed", wrapcast.LineageMerge: "merged",
		wrapcast.LineageSplit: "split", wrapcast.LineageRetire: "retired"}[kind]
}

type lineageFlags struct {
	codes, into []string
	from        string
	cli.Signature
}

func (cmd lineageCommand) add(organisation *string) *cobra.Command {
	var f lineageFlags
	c := &cobra.Command{
		Use:   "add renamed|merged|split|retired",
		Short: "Record that codes were renamed, merged, split or retired",
		Long: `Record that codes took the place of others from a day on. The shares of a split are learned from the eight
weeks after it unless --into names them. What was retired is forecast as nothing from that day on, and is not
suggested any more.`,
		Example: `  wrapcast lineage add renamed --code Refund --into "Refund (new)" --from 2026-11-02 --reason "code review"
  wrapcast lineage add split --code Billing --into Invoice=0.7 --into Payment=0.3 --from 2026-11-02 --reason review
  wrapcast lineage add retired --code Fax --from 2026-11-02 --reason "no fax any more"`,
		Args: cli.Args(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, given []string) error {
			return cmd.sessions.Offline(c.Context(), *organisation, func(o session.Offline) error {
				change, err := f.change(o, given[0])
				if err != nil {
					return err
				}
				return cmd.keep(c.Context(), o, change)
			})
		},
	}
	l := c.Flags()
	l.StringArrayVar(&f.codes, "code", nil, "a code before the change, by id or name (may be given again)")
	l.StringArrayVar(&f.into, "into", nil, "a code after it, by id or name, with its share where wanted: `CODE[=SHARE]` (may be given again)")
	l.StringVar(&f.from, "from", "", "first day of the new state, 2026-11-02")
	f.Register(c)
	return c
}

// change turns the flags into a change.
func (f lineageFlags) change(o session.Offline, kind string) (wrapcast.LineageChange, error) {
	c := wrapcast.LineageChange{Kind: lineageKinds()[kind], Author: f.Author, Reason: f.Reason}
	switch {
	case c.Kind == "":
		return c, cli.Usage("%q is no kind of change", kind).WithHint("it is renamed, merged, split or retired")
	case f.from == "":
		return c, cli.Usage("from which day on? --from is missing")
	}
	var err error
	if c.On, err = cli.Day(f.from, 0); err != nil {
		return c, err
	}
	if c.From, err = steps.FindCodes(o.Directory, f.codes); err != nil {
		return c, err
	}
	for _, text := range f.into {
		share := wrapcast.LineageShare{}
		if name, number, ok := cutLast(text, "="); ok {
			if share.Share, err = strconv.ParseFloat(number, 64); err == nil {
				text = name
			}
		}
		if share.Code, err = steps.FindCode(o.Directory, text); err != nil {
			return c, err
		}
		c.To = append(c.To, share)
	}
	return c, nil
}

// cutLast cuts a text at the last separator.
func cutLast(text, separator string) (before, after string, found bool) {
	if i := strings.LastIndex(text, separator); i >= 0 {
		return text[:i], text[i+len(separator):], true
	}
	return text, "", false
}

// keptChange is what add and accept print.
type keptChange struct {
	Schema string `json:"schema"`
	wrapcast.LineageChange
	// OverridesLeft are those that name a code before the change, and have days from it on.
	OverridesLeft []wrapcast.OverrideID `json:"overrides_left,omitempty"`
}

func (cmd lineageCommand) keep(ctx context.Context, o session.Offline, c wrapcast.LineageChange) error {
	c, err := o.Decisions().AddLineage(ctx, o.Org, c)
	if err != nil {
		return err
	}
	left, err := o.Decisions().OverridesLeft(ctx, c)
	if err != nil {
		return err
	}
	if cmd.out.JSON {
		kept := keptChange{Schema: "wrapcast.lineage-change/1", LineageChange: c}
		for _, one := range left {
			kept.OverridesLeft = append(kept.OverridesLeft, one.ID)
		}
		return cmd.out.PrintJSON(kept)
	}
	if err := cmd.out.Say("%s (%s); the next forecast uses it", changeWords(c, o.Directory), c.ID); err != nil {
		return err
	}
	for _, one := range left {
		cmd.out.Note(fmt.Sprintf("The override %s (%s to %s: %s) names a code before the change and does nothing from %s on: "+
			"make it again for the code after, and remove this one.", one.ID, one.From, one.To, one.Reason, c.On))
	}
	return nil
}

// found are the suggestions of the stored history.
func (cmd lineageCommand) found(ctx context.Context, o session.Offline) (wrapcast.LineageSuggestions, error) {
	s := wrapcast.LineageSuggestions{Schema: wrapcast.LineageSuggestionsSchema}
	v, err := o.Look(ctx)
	if err != nil {
		return s, err
	}
	h, err := v.LoadHistory(ctx)
	if err != nil {
		return s, err
	}
	s.From, s.To, s.Suggestions = h.From, h.To, v.SuggestLineage(h)
	return s, nil
}

func (cmd lineageCommand) suggest(organisation *string) *cobra.Command {
	return &cobra.Command{
		Use:   "suggest",
		Short: "Find codes that seem to have been renamed, merged or split",
		Long: `Find codes that fell silent when others appeared and took over their contacts, with the evidence: the days,
the contacts, the queues and channels, the weekdays, the handle time, the names. Codes that merely begin or
end, seasons, holidays, masked days and queues that close are not suggested. To have one not suggested again
record what is true: wrapcast lineage add retired.`,
		Example: "  wrapcast lineage suggest --json",
		Args:    cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			return cmd.sessions.Offline(c.Context(), *organisation, func(o session.Offline) error {
				s, err := cmd.found(c.Context(), o)
				if err != nil {
					return err
				}
				return cmd.showSuggestions(s, o.Directory)
			})
		},
	}
}

func (cmd lineageCommand) showSuggestions(s wrapcast.LineageSuggestions, directory wrapcast.Directory) error {
	if cmd.out.JSON {
		return cmd.out.PrintJSON(s)
	}
	b := cmd.out.Page()
	fmt.Fprintf(b, "%s to %s: %s of codes seem%s to have been made that nobody recorded\n", s.From, s.To,
		show.Count(len(s.Suggestions), "change", "changes"), map[bool]string{true: "s"}[len(s.Suggestions) == 1])
	for _, one := range s.Suggestions {
		fmt.Fprintf(b, "\n%s\n  %s\n  wrapcast lineage accept %s\n", b.Wrap(lineage.Title(one, directory.Code), ""),
			b.Wrap(lineage.Evidence(one), "  "), one.ID)
	}
	return cmd.out.Print(b.String())
}

func (cmd lineageCommand) accept(organisation *string) *cobra.Command {
	var s cli.Signature
	var from string
	c := &cobra.Command{
		Use:     "accept ID",
		Short:   "Record a change that was suggested",
		Example: "  wrapcast lineage accept 3f9c21ab\n  wrapcast lineage accept 3f9c21ab --from 2026-11-02 --reason \"code review\"",
		Args:    cli.Args(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, given []string) error {
			return cmd.sessions.Offline(c.Context(), *organisation, func(o session.Offline) error {
				all, err := cmd.found(c.Context(), o)
				if err != nil {
					return err
				}
				i := slices.IndexFunc(all.Suggestions, func(s wrapcast.LineageSuggestion) bool { return s.ID == given[0] })
				if i < 0 {
					return wrapcast.Errorf(wrapcast.NotFound, "lineage", "no change %q is suggested", given[0]).
						WithHint("wrapcast lineage suggest lists what is")
				}
				change := all.Suggestions[i].Change()
				if change.On, err = cli.Day(from, change.On); err != nil {
					return err
				}
				change.Author, change.Reason = s.Author, s.Reason
				if change.Reason == "" {
					change.Reason = "suggested: " + lineage.Evidence(all.Suggestions[i])
				}
				return cmd.keep(c.Context(), o, change)
			})
		},
	}
	c.Flags().StringVar(&from, "from", "", "first day of the new state, where it is another than suggested")
	s.Register(c)
	return c
}
