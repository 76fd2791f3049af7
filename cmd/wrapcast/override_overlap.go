package main

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/internal/steps"
)

// showOverlap shows what an override that is refused overlaps, and what each rule would make of it.
func (cmd overrideCommand) showOverlap(p steps.OverridePreview, directory wrapcast.Directory) error {
	if cmd.out.JSON {
		return cmd.out.PrintJSON(p)
	}
	if cmd.out.Quiet {
		return nil
	}
	b := cmd.out.Page()
	b.WriteString("It is not stored: it would change what other overrides change already.\n")
	for _, w := range p.Overlap.With {
		b.WriteString("  " + b.Wrap(overlapWords(w.Override, directory)+sharedWords(w.Leaves, w.From, w.To), "    ") + "\n")
	}
	b.WriteString("\n" + rulesTable(b, p.Overlap.Without, p.Overlap.Now, p.Overlap.Rules) + "\n")
	return cmd.out.Print(b.String())
}

func overlapWords(o wrapcast.Override, directory wrapcast.Directory) string {
	return fmt.Sprintf("%s for %s, by %s: %s", overrideWords(o), scopeWords(o, directory), o.Author, o.Reason)
}

func sharedWords(leaves int, from, to wrapcast.Date) string {
	days := from.String()
	if to != from {
		days += " to " + to.String()
	}
	return fmt.Sprintf("; shared: %s, %s", days, show.Count(leaves, "leaf", "leaves"))
}

// rulesTable shows what each rule makes of the contacts that overrides share.
func rulesTable(b *show.Page, without, now float64, rules []steps.RuleOutcome) string {
	t := b.Table("rule", " contacts shared", " total on these days", "what it does")
	t.Row("no override", show.Amount(without), "", "")
	t.Row("now", show.Amount(now), "", "")
	for _, r := range rules {
		t.Row(string(r.Rule), show.Amount(r.Contacts), show.Amount(r.Total), ruleWords(r.Rule))
	}
	return t.String()
}

// ruleWords say what a rule does.
func ruleWords(r wrapcast.OverlapRule) string {
	switch r {
	case wrapcast.OverlapReplace:
		return "the later one takes the earlier one's place"
	case wrapcast.OverlapNarrower:
		return "the one that names less takes the other's place"
	case wrapcast.OverlapCompound:
	}
	return "both are applied, one on top of the other"
}

// ofOverlap says that a finding is about an overlap, which the list shows itself.
func ofOverlap(f wrapcast.Finding) bool {
	return f.Code == steps.OverlapFinding || f.Code == "override-overlap"
}

// writeOverlaps lists the overlaps of overrides: what nobody has settled with the command that does, then the rest.
func writeOverlaps(b *show.Page, list steps.OverrideList, directory wrapcast.Directory) {
	for _, o := range list.Overlaps {
		var words []string
		for _, id := range []wrapcast.OverrideID{o.Earlier, o.Later} {
			i := slices.IndexFunc(list.Overrides, func(s steps.OverrideStatus) bool { return s.ID == id })
			words = append(words, overlapWords(list.Overrides[i].Override, directory))
		}
		both := words[0] + " · " + words[1] + sharedWords(o.Leaves, o.From, o.To)
		if o.Rule != "" {
			b.WriteString(b.Wrap(fmt.Sprintf("Overlap, %s (chosen by %s on %s): %s", o.Rule, o.Author,
				o.ChosenAt.Format(time.DateOnly), both), "  ") + "\n\n")
			continue
		}
		stops := "neither is applied, and nothing is published"
		if o.Ahead {
			stops = "nothing will be published of these days, once the forecast reaches them"
		}
		b.WriteString(b.Wrap("OVERLAP WITHOUT A RULE: "+both+". Until one is chosen "+stops+".", "  ") + "\n")
		b.WriteString(rulesTable(b, o.Without, o.Now, o.Rules) + "\n")
		b.WriteString("→ " + o.Command + "   (or replace, or narrower)\n\n")
	}
}

func (cmd overrideCommand) overrideResolve(organisation *string) *cobra.Command {
	var rule string
	var by cli.Signature
	c := &cobra.Command{
		Use:   "resolve OVERRIDE OVERRIDE",
		Short: "Choose the rule for two overrides that overlap",
		Long: `Choose what holds where two overrides change the same forecast, in place of the rule chosen before,
if there was one. It holds for every forecast and plan from then on. Without --rule it shows what each
rule would make of the numbers, and exits with code 2.`,
		Example: `  wrapcast override resolve 0192f0c4-6d7e-7b1a-8f00-9a1b2c3d4e5f 0192f0c5-2222-7b1a-8f00-9a1b2c3d4e5f \
      --rule compound --reason "the mailing comes on top of the storm"`,
		Args: cli.Args(cobra.ExactArgs(2)),
		RunE: func(c *cobra.Command, given []string) error {
			return cmd.sessions.Offline(c.Context(), *organisation, func(o session.Offline) error {
				return cmd.resolve(c, o, wrapcast.OverlapDecision{
					Overrides: []wrapcast.OverrideID{wrapcast.OverrideID(given[0]), wrapcast.OverrideID(given[1])},
					Rule:      wrapcast.OverlapRule(rule), Author: by.Author, Reason: by.Reason})
			})
		},
	}
	c.Flags().StringVar(&rule, "rule", "", "compound, replace or narrower")
	by.Register(c)
	return c
}

func (cmd overrideCommand) resolve(c *cobra.Command, o session.Offline, d wrapcast.OverlapDecision) error {
	ctx := c.Context()
	latest, err := o.LatestForecast(ctx, o.Org, o.Directory.BusinessUnit.ID)
	if err != nil && wrapcast.KindOf(err) != wrapcast.NotFound {
		return err
	}
	if d.Rule == "" {
		refused := cli.Usage("no rule is chosen").WithHint("--rule compound, replace or narrower")
		list, err := o.Decisions().Overrides(ctx, o.Org, latest)
		if err != nil {
			return err
		}
		list.Overlaps = slices.DeleteFunc(list.Overlaps, func(s steps.OverlapStatus) bool {
			return !slices.Contains(d.Overrides, s.Earlier) || !slices.Contains(d.Overrides, s.Later)
		})
		if len(list.Overlaps) == 0 {
			return cli.Usage("these two do not overlap, or are not in use").WithHint("`wrapcast override list` names those that do")
		}
		if cmd.out.JSON {
			return errors.Join(cmd.out.PrintJSON(list), refused)
		}
		s := list.Overlaps[0]
		return errors.Join(cmd.out.Print(rulesTable(cmd.out.Page(), s.Without, s.Now, s.Rules)+"\n"), refused)
	}
	kept, err := o.Decisions().SettleOverlap(ctx, o.Org, d)
	if err != nil {
		return err
	}
	if cmd.out.JSON {
		return cmd.out.PrintJSON(struct {
			Schema string `json:"schema"`
			wrapcast.OverlapDecision
		}{"wrapcast.overlap/1", kept})
	}
	return cmd.out.Say("Where the two overlap, %s holds from now on: %s.", kept.Rule, ruleWords(kept.Rule))
}
