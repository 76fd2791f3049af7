package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/reports"
	"github.com/wrapcast/wrapcast/internal/steps"
)

// masksCommand lists hidden days, and hides and shows days by hand.
type masksCommand struct {
	sessions *session.Opener
	out      *terminal.Terminal
}

func (cmd masksCommand) command(organisation *string) *cobra.Command {
	var code string
	var quick bool
	c := &cobra.Command{
		Use:   "masks",
		Short: "List masked days; hide and show days by hand",
		Long: `List masked days, which the models do not use: the rule, the reason, and the effect on the forecast of
the next four weeks. Days are masked, never deleted.

Decisions by hand override the rules: hide masks days, show unmasks them.`,
		Example: `  wrapcast validate masks
  wrapcast validate masks --code "Street Light Outages"
  wrapcast validate masks hide --from 2026-10-07 --reason "phone line was down"
  wrapcast validate masks show --code Refund --from 2026-09-01 --reason "a real day: price change"
  wrapcast validate masks remove 0192f0c4-…`,
		Args: cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			return cmd.sessions.Offline(c.Context(), *organisation, func(o session.Offline) error {
				options := reports.MaskOptions{NoEffects: quick}
				if code != "" {
					id, err := steps.FindCode(o.Directory, code)
					if err != nil {
						return err
					}
					options.Code = &id
				}
				v, err := o.Look(c.Context())
				if err != nil {
					return err
				}
				r, err := reports.Masks(c.Context(), v, options)
				if err != nil {
					return err
				}
				return cmd.showMasks(r, code != "")
			})
		},
	}
	c.Flags().StringVar(&code, "code", "", "one wrap-up code by id or name: each of its masks, with its own effect")
	c.Flags().BoolVar(&quick, "quick", false, "do not compute the effects")
	remove := cli.RemoveCommand[wrapcast.MaskEdit](cmd.sessions, organisation, cobra.Command{
		Short:   "Remove a decision about days",
		Example: "  wrapcast validate masks remove 0192f0c4-6d7e-7b1a-8f00-9a1b2c3d4e5f",
	})
	c.AddCommand(cmd.maskEdit(organisation, wrapcast.MaskHide), cmd.maskEdit(organisation, wrapcast.MaskShow), remove)
	return c
}

func (cmd masksCommand) maskEdit(organisation *string, kind wrapcast.MaskKind) *cobra.Command {
	var codes []string
	var from, to string
	var s cli.Signature
	short := map[wrapcast.MaskKind]string{wrapcast.MaskHide: "Mask days by hand",
		wrapcast.MaskShow: "Unmask days that a rule masks"}[kind]
	c := &cobra.Command{
		Use:     string(kind),
		Short:   short,
		Example: fmt.Sprintf("  wrapcast validate masks %s --code Refund --from 2026-10-07 --to 2026-10-08 --reason \"…\"", kind),
		Args:    cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			return cmd.sessions.Offline(c.Context(), *organisation, func(o session.Offline) error {
				m := wrapcast.MaskEdit{Kind: kind, Author: s.Author, Reason: s.Reason}
				var err error
				if from == "" {
					return cli.Usage("which days? --from is missing")
				}
				if m.From, err = cli.Day(from, 0); err != nil {
					return err
				}
				if m.To, err = cli.Day(to, m.From); err != nil {
					return err
				}
				if m.Codes, err = steps.FindCodes(o.Directory, codes); err != nil {
					return err
				}
				if m, err = o.Decisions().AddMask(c.Context(), o.Org, m); err != nil {
					return err
				}
				if cmd.out.JSON {
					return cmd.out.PrintJSON(m)
				}
				return cmd.out.Say("mask %s is stored; the next forecast uses it", m.ID)
			})
		},
	}
	c.Flags().StringArrayVar(&codes, "code", nil, "a wrap-up code by id or name; none means all (may be given again)")
	c.Flags().StringVar(&from, "from", "", "first day")
	c.Flags().StringVar(&to, "to", "", "last day (default: the first day)")
	s.Register(c)
	return c
}

// shownCodesOfMasks is how many codes the list of masks shows.
const shownCodesOfMasks = 20

func (cmd masksCommand) showMasks(r wrapcast.MaskReport, each bool) error {
	if cmd.out.JSON {
		return cmd.out.PrintJSON(r)
	}
	b := cmd.out.Page()
	masks := 0
	for _, c := range r.Codes {
		masks += len(c.Masks)
	}
	fmt.Fprintf(b, "%s to %s: %s masked, of %s\n", r.From, r.To, show.Count(masks, "day", "days"),
		show.Count(len(r.Codes), "code", "codes"))
	if each {
		writeEachMask(b, r)
	} else if len(r.Codes) > 0 {
		b.WriteString("\n" + maskTable(b, r) + "\n")
	}
	writeMaskEdits(b, r.Edits)
	return cmd.out.Print(b.String())
}

// maskTable shows the codes whose forecast their masks change most, in contacts a day.
func maskTable(b *show.Page, r wrapcast.MaskReport) string {
	codes := slices.Clone(r.Codes)
	size := func(c wrapcast.CodeMasks) float64 {
		if !c.With.Known() {
			return float64(len(c.Masks))
		}
		return math.Abs(float64(c.With - c.Without))
	}
	slices.SortStableFunc(codes, func(a, b wrapcast.CodeMasks) int { return cmp.Compare(size(b), size(a)) })
	t := b.Table("code", " masked", "last", " a day", " unmasked", " difference")
	for i, c := range codes {
		if i == shownCodesOfMasks {
			return t.String() + fmt.Sprintf("\n  … and %s more", show.Count(len(codes)-i, "code", "codes"))
		}
		difference := "–"
		if c.With.Known() && c.Without > 0 {
			difference = fmt.Sprintf("%+.1f %%", 100*float64(c.With/c.Without-1))
		}
		t.Row(show.Shorten(c.Code.Name, 28), fmt.Sprint(len(c.Masks)), c.Masks[len(c.Masks)-1].Day.String(),
			show.Measured(c.With), show.Measured(c.Without), difference)
	}
	return t.String()
}

func writeEachMask(b *show.Page, r wrapcast.MaskReport) {
	for _, c := range r.Codes {
		if c.With.Known() {
			b.WriteString(b.Wrap(fmt.Sprintf("%s: %.2f contacts a day are forecast over %d days; without masks %.2f.", c.Code.Name, float64(c.With), r.Days, float64(c.Without)), "") + "\n")
		}
		for _, m := range c.Masks {
			words := fmt.Sprintf("%s %s", m.Day, m.Rule)
			if m.Shown {
				words += ", shown by hand"
			}
			words += ": " + m.Reason
			if m.Without.Known() {
				words += fmt.Sprintf("; undone: %+.2f a day", float64(m.Without-c.With))
			}
			b.WriteString("  " + b.Wrap(words, "    ") + "\n")
		}
	}
}

func writeMaskEdits(b *show.Page, edits []wrapcast.MaskEdit) {
	if len(edits) > 0 {
		b.WriteString("\nDecided by hand:\n")
	}
	for _, m := range edits {
		state := ""
		if !m.InUse() {
			state = ", removed by " + m.WithdrawnBy + " on " + m.WithdrawnAt.Format(time.DateOnly)
		}
		codes := "all codes"
		if len(m.Codes) > 0 {
			codes = show.Count(len(m.Codes), "code", "codes")
		}
		b.WriteString("  " + b.Wrap(fmt.Sprintf("%s %s %s to %s of %s: %s (%s)%s", m.ID, m.Kind, m.From, m.To, codes,
			m.Reason, m.Author, state), "    ") + "\n")
	}
}
