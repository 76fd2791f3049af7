package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/proposing"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/steps"
)

// overrideCommand adds, lists and removes overrides.
type overrideCommand struct {
	sessions *session.Opener
	out      *terminal.Terminal
}

func (cmd overrideCommand) command() *cobra.Command {
	var organisation string
	c := &cobra.Command{
		Use:   "override",
		Short: "Change forecasts by hand (overrides)",
		Long: `Change the forecast of some codes, queues and days: by per cent, by a number of contacts, or to a
number; with an author, a reason and, if it should end early, an expiry. It is part of every forecast
and plan from then on, until it is removed or its days are over; the forecast without it is kept too.

An override changes the leaves (code × queue × channel) it names; codes, queues, planning groups and
the total change with their leaves.

Two that would change the same forecast overlap. The second is stored only with a rule for the two, and
without one it is refused with what each rule would make of the numbers (exit code 2):
  --overlap compound   both are applied: what is set first, then per cent, then what is added
  --overlap replace    the later one takes the place of the earlier one
  --overlap narrower   the one that names less takes the place of the other
Another rule is chosen later with wrapcast override resolve.`,
		Example: `  wrapcast override add --percent 15 --code "Billing question" --from 2026-12-01 --to 2026-12-05 \
      --reason "price letter goes out"
  wrapcast override add --set 0 --queue Claims --from 2026-12-24 --reason "team away" --dry-run
  wrapcast override list
  wrapcast override import forecast.xlsx
  wrapcast override resolve 0192f0c4-… 0192f0c5-… --rule compound
  wrapcast override remove 0192f0c4-…`,
		Args: cli.Args(cobra.NoArgs),
	}
	cli.OrganisationFlag(c, &organisation)
	remove := cli.RemoveCommand[wrapcast.Override](cmd.sessions, &organisation, cobra.Command{
		Short:   "Remove an override",
		Long:    "Remove an override. It stays on record with who removed it; forecasts and plans made from then on are without it.",
		Example: "  wrapcast override remove 0192f0c4-6d7e-7b1a-8f00-9a1b2c3d4e5f",
	})
	c.AddCommand(cmd.overrideAdd(&organisation), cmd.overrideList(&organisation), cmd.overrideResolve(&organisation),
		proposing.Import{Sessions: cmd.sessions, Out: cmd.out}.Command(&organisation), remove)
	return c
}

type overrideFlags struct {
	percent, set, add float64
	codes, queues     []string
	from, to, expires string
	overlap, ticket   string
	dryRun            bool
	cli.Signature
}

func (cmd overrideCommand) overrideAdd(organisation *string) *cobra.Command {
	var f overrideFlags
	c := &cobra.Command{
		Use:   "add",
		Short: "Add an override, and show its effect",
		Example: `  wrapcast override add --percent -20 --queue Claims --from 2026-12-24 --to 2026-12-31 --reason "holiday week"
  wrapcast override add --add 120 --code Refund --from 2026-12-01 --reason recall --expires 2026-12-02 --dry-run`,
		Args: cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return cmd.addOverride(c, *organisation, f) },
	}
	l := c.Flags()
	l.Float64Var(&f.percent, "percent", 0, "change by this many per cent: 15, -20")
	l.Float64Var(&f.set, "set", 0, "set to this many contacts per day")
	l.Float64Var(&f.add, "add", 0, "add this many contacts per day (negative: fewer)")
	l.StringArrayVar(&f.codes, "code", nil, "a wrap-up code by id or name; none means all (may be given again)")
	l.StringArrayVar(&f.queues, "queue", nil, "a queue by id or name; none means all (may be given again)")
	l.StringVar(&f.from, "from", "", "first day, 2026-12-01")
	l.StringVar(&f.to, "to", "", "last day (default: the first day)")
	l.StringVar(&f.expires, "expires", "", "day from which it is no longer used, even if its days are not over")
	l.StringVar(&f.overlap, "overlap", "", "`rule` where it overlaps other overrides: compound, replace or narrower")
	l.StringVar(&f.ticket, "ticket", "", "where more is written about it: a number or a link")
	l.BoolVar(&f.dryRun, "dry-run", false, "show its effect and store nothing")
	f.Register(c)
	return c
}

// override turns the flags into an override.
func (f overrideFlags) override(c *cobra.Command, o session.Offline) (wrapcast.Override, error) {
	made := wrapcast.Override{Author: f.Author, Reason: f.Reason, Ticket: f.ticket,
		Overlap: wrapcast.OverlapRule(f.overlap)}
	given := 0
	for _, kind := range []struct {
		flag  string
		kind  wrapcast.OverrideKind
		value float64
	}{{"percent", wrapcast.OverridePercent, f.percent}, {"set", wrapcast.OverrideSet, f.set}, {"add",
		wrapcast.OverrideAdd, f.add}} {
		if c.Flags().Changed(kind.flag) {
			given++
			made.Kind, made.Value = kind.kind, kind.value
		}
	}
	if given != 1 || f.from == "" {
		return made, cli.Usage("an override needs --from and one of --percent, --set and --add").WithHint("see wrapcast override add --help")
	}
	var err error
	if made.From, err = cli.Day(f.from, 0); err != nil {
		return made, err
	}
	if made.To, err = cli.Day(f.to, made.From); err != nil {
		return made, err
	}
	if made.Codes, err = steps.FindCodes(o.Directory, f.codes); err != nil {
		return made, err
	}
	if made.Queues, err = steps.FindQueues(o.Directory, f.queues); err != nil || f.expires == "" {
		return made, err
	}
	expires, err := cli.Day(f.expires, 0)
	if err != nil {
		return made, err
	}
	zone, err := time.LoadLocation(o.Directory.BusinessUnit.TimeZone)
	made.ExpiresAt = expires.Midnight(zone)
	return made, err
}

func (cmd overrideCommand) addOverride(c *cobra.Command, organisation string, f overrideFlags) error {
	return cmd.sessions.Offline(c.Context(), organisation, func(o session.Offline) error {
		override, err := f.override(c, o)
		if err != nil {
			return err
		}
		keep := o.Decisions().AddOverride
		if f.dryRun {
			keep = o.Decisions().PreviewOverride
		}
		latest, err := o.LatestForecast(c.Context(), o.Org, o.Directory.BusinessUnit.ID)
		if err != nil {
			return err
		}
		preview, err := keep(c.Context(), o.Org, latest, override)
		if refused := preview.RequireRule(); refused != nil {
			return errors.Join(cmd.showOverlap(preview, o.Directory), refused)
		}
		if err != nil {
			return err
		}
		return cmd.showPreview(preview, f.dryRun)
	})
}

func (cmd overrideCommand) showPreview(p steps.OverridePreview, dryRun bool) error {
	if cmd.out.JSON {
		return cmd.out.PrintJSON(p)
	}
	if cmd.out.Quiet {
		return nil
	}
	b := cmd.out.Page()
	b.WriteString(b.Wrap(previewWords(p, dryRun), "") + "\n")
	if p.Override.Leaves > 0 {
		b.WriteString("\n" + movedTable(b, p) + "\n")
	}
	writeFindings(b, p.Findings)
	return cmd.out.Print(b.String())
}

// previewWords say what an override does.
func previewWords(p steps.OverridePreview, dryRun bool) string {
	o := p.Override
	what := fmt.Sprintf("%s contacts forecast %s %s, on %s in %s (code × queue × channel).", show.Amount(o.Before),
		map[bool]string{true: "would become", false: "become"}[dryRun], show.Amount(o.After), show.Count(o.Days, "day",
			"days"), show.Count(o.Leaves, "leaf", "leaves"))
	if o.Leaves == 0 {
		what = "It changes nothing in the current forecast."
	}
	if dryRun {
		return what
	}
	return "Override " + string(o.ID) + " is stored. " + what
}

// shownMoves is how many codes and queues a preview shows.
const shownMoves = 8

// movedTable shows what moves over the override's days, what moves most first.
func movedTable(b *show.Page, p steps.OverridePreview) string {
	t := b.Table("what", " before", " after", " change")
	for _, part := range []struct {
		kind, one, many string
		moved           []steps.MovedForecast
	}{{"code", "code", "codes", p.Codes}, {"queue", "queue", "queues", p.Queues}} {
		moved := slices.Clone(part.moved)
		size := func(m steps.MovedForecast) float64 { return math.Abs(overDays(p, m.After) - overDays(p, m.Before)) }
		slices.SortStableFunc(moved, func(a, b steps.MovedForecast) int { return cmp.Compare(size(b), size(a)) })
		for i, m := range moved {
			if i == shownMoves {
				t.Row(fmt.Sprintf("… and %s more", show.Count(len(moved)-i, part.one, part.many)), "", "", "")
				break
			}
			movedRow(t, p, part.kind+" "+m.Name, m)
		}
	}
	movedRow(t, p, "total", p.Total)
	return t.String()
}

func movedRow(t *show.Grid, p steps.OverridePreview, what string, m steps.MovedForecast) {
	before, after := overDays(p, m.Before), overDays(p, m.After)
	t.Row(show.Shorten(what, 44), show.Amount(before), show.Amount(after), show.SignedAmount(after-before))
}

// overDays sums a forecast over the days of the override.
func overDays(p steps.OverridePreview, values []float64) float64 {
	sum := 0.0
	for t, v := range values {
		if day := p.From + wrapcast.Date(t); day >= p.Override.From && day <= p.Override.To {
			sum += v
		}
	}
	return sum
}

// writeFindings shows what a check noticed, worst first, with the advice.
func writeFindings(b *show.Page, findings []wrapcast.Finding) {
	for _, f := range findings {
		b.WriteString(b.Wrap(fmt.Sprintf("%s: %s", f.Severity, f.Message), "  ") + "\n")
		if f.Advice != "" {
			b.WriteString(b.Wrap("→ "+f.Advice, "  ") + "\n")
		}
	}
}

func (cmd overrideCommand) overrideList(organisation *string) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "List overrides, and the effect of each on the latest forecast",
		Example: "  wrapcast override list --json",
		Args:    cli.Args(cobra.NoArgs),
		RunE:    func(c *cobra.Command, _ []string) error { return cmd.listOverrides(c.Context(), *organisation) },
	}
}

func (cmd overrideCommand) listOverrides(ctx context.Context, organisation string) error {
	return cmd.sessions.Offline(ctx, organisation, func(o session.Offline) error {
		latest, err := o.LatestForecast(ctx, o.Org, o.Directory.BusinessUnit.ID)
		if err != nil && wrapcast.KindOf(err) != wrapcast.NotFound {
			return err
		}
		list, err := o.Decisions().Overrides(ctx, o.Org, latest)
		if err != nil {
			return err
		}
		if cmd.out.JSON {
			return cmd.out.PrintJSON(list)
		}
		if len(list.Overrides) == 0 {
			_, err := fmt.Fprintln(cmd.out.Out, "there are no overrides")
			return err
		}
		b := cmd.out.Page()
		for _, status := range list.Overrides {
			writeOverride(b, status, o.Directory)
		}
		writeOverlaps(b, list, o.Directory)
		writeFindings(b, slices.DeleteFunc(slices.Clone(list.Findings), ofOverlap))
		return cmd.out.Print(b.String())
	})
}

func writeOverride(b *show.Page, o steps.OverrideStatus, directory wrapcast.Directory) {
	days := o.From.String()
	if o.To != o.From {
		days += " to " + o.To.String()
	}
	fmt.Fprintf(b, "%s  %s\n", o.ID, o.State)
	for _, line := range []string{days + " " + scopeWords(o.Override, directory) + ": " + overrideWords(o.Override),
		o.Author + ": " + o.Reason + ticketWords(o.Override)} {
		b.WriteString("  " + b.Wrap(line, "    ") + "\n")
	}
	if o.State == steps.OverrideInUse {
		fmt.Fprintf(b, "  %s forecast contacts become %s\n", show.Amount(o.Before), show.Amount(o.After))
	}
	if o.WithdrawnBy != "" {
		fmt.Fprintf(b, "  removed by %s on %s\n", o.WithdrawnBy, o.WithdrawnAt.Format(time.DateOnly))
	}
	b.WriteString("\n")
}

// ticketWords name the ticket of an override, "" where it has none.
func ticketWords(o wrapcast.Override) string {
	if o.Ticket == "" {
		return ""
	}
	return " (ticket " + o.Ticket + ")"
}

// scopeWords say what an override is about.
func scopeWords(o wrapcast.Override, directory wrapcast.Directory) string {
	var codes, queues []string
	for _, id := range o.Codes {
		codes = append(codes, directory.Code(id).Name)
	}
	for _, id := range o.Queues {
		queues = append(queues, directory.Queue(id).Name)
	}
	words := "all codes"
	if len(codes) > 0 {
		words = strings.Join(codes, ", ")
	}
	if len(queues) > 0 {
		words += " in " + strings.Join(queues, ", ")
	}
	return words
}

func overrideWords(o wrapcast.Override) string {
	switch o.Kind {
	case wrapcast.OverridePercent:
		return fmt.Sprintf("%+g %%", o.Value)
	case wrapcast.OverrideAdd:
		return fmt.Sprintf("%+g contacts a day", o.Value)
	case wrapcast.OverrideSet:
	}
	return fmt.Sprintf("%g contacts a day", o.Value)
}
