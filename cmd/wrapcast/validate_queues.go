package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/reports"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/validate"
)

// queuesCommand judges each code in each queue.
type queuesCommand struct {
	sessions *session.Opener
	out      *terminal.Terminal
}

func (cmd queuesCommand) command(organisation *string) *cobra.Command {
	var all bool
	c := &cobra.Command{
		Use:   "queues [QUEUE]",
		Short: "Can each code be forecast in each queue?",
		Long: `Give a verdict on every code in every queue, and on the queues: the share of contacts with a code that an
agent chose, the share of codes that say nothing ("Other"), contacts a week, sudden shifts of a
code's share, days of history, zeros; with the reason, the fallback that is used and the cheapest fix.`,
		Example: `  wrapcast validate queues
  wrapcast validate queues "Public Works" --all
  wrapcast validate queues --json`,
		Args: cli.Args(cobra.MaximumNArgs(1)),
		RunE: func(c *cobra.Command, given []string) error {
			return cmd.sessions.Offline(c.Context(), *organisation, func(o session.Offline) error {
				v, err := o.Look(c.Context())
				if err != nil {
					return err
				}
				r, err := reports.Verdicts(c.Context(), v)
				if err != nil {
					return err
				}
				if len(given) == 1 {
					queue, err := steps.FindQueue(o.Directory, given[0])
					if err != nil {
						return err
					}
					r.Queues = slices.DeleteFunc(r.Queues,
						func(q validate.QueueReport) bool { return q.Queue.ID != queue })
					r.Pairs = slices.DeleteFunc(r.Pairs,
						func(p validate.PairReport) bool { return p.Queue.ID != queue })
				}
				return cmd.showVerdicts(r, len(given) == 1, all)
			})
		},
	}
	c.Flags().BoolVar(&all, "all", false, "show good codes as well")
	return c
}

func (cmd queuesCommand) showVerdicts(r validate.VerdictReport, pairs, all bool) error {
	if cmd.out.JSON {
		return cmd.out.PrintJSON(r)
	}
	b := cmd.out.Page()
	good := 0
	for _, p := range r.Pairs {
		if p.Verdict == wrapcast.Good {
			good++
		}
	}
	fmt.Fprintf(b, "%s to %s: %d of %s can be forecast in their queue by themselves\n\n", r.From, r.To, good,
		show.Count(len(r.Pairs), "code", "codes"))
	t := b.Table("queue", " contacts", " coded", " other", " good", "verdict")
	for _, q := range r.Queues {
		t.Row(show.Shorten(q.Queue.Name, longestName), show.Thousands(int64(q.Contacts)), show.Percent(q.Coded),
			show.Percent(q.Other), fmt.Sprintf("%d of %d", q.Good, q.Codes), string(q.Verdict))
	}
	b.WriteString(t.String() + "\n")
	for _, q := range r.Queues {
		if q.Fix != "" {
			b.WriteString(b.Wrap(q.Queue.Name+": "+q.Reason+"; "+q.Fix, "  ") + "\n")
		}
	}
	if pairs || all {
		b.WriteString("\n" + pairsTable(b, r.Pairs, all) + "\n")
		writeFixes(b, r.Pairs)
	} else {
		b.WriteString("\nThe codes of one queue: wrapcast validate queues QUEUE\n")
	}
	return cmd.out.Print(b.String())
}

func pairsTable(b *show.Page, pairs []validate.PairReport, all bool) string {
	t := b.Table("code", "verdict", " a week", " share", "why")
	for _, p := range pairs {
		if p.Verdict == wrapcast.Good && !all {
			continue
		}
		t.Row(show.Shorten(p.Code.Name, 22), string(p.Verdict), show.Amount(p.PerWeek), show.Percent(p.Share),
			show.Shorten(p.Reason, 28))
	}
	return t.String()
}

// writeFixes says once what is used instead, and what would help.
func writeFixes(b *show.Page, pairs []validate.PairReport) {
	fallbacks, fixes := map[string]int{}, map[string]int{}
	for _, p := range pairs {
		if p.Fallback != "" {
			fallbacks[p.Fallback]++
		}
		if p.Fix != "" {
			fixes[p.Fix]++
		}
	}
	for _, part := range []struct {
		title string
		words map[string]int
	}{{"Used instead of a forecast of its own:", fallbacks}, {"What would help most cheaply:", fixes}} {
		if len(part.words) == 0 {
			continue
		}
		b.WriteString("\n" + part.title + "\n")
		for _, words := range byCount(part.words) {
			b.WriteString("  " + b.Wrap(fmt.Sprintf("%s: %s", show.Count(part.words[words], "code", "codes"), words),
				"    ") + "\n")
		}
	}
}

// byCount lists the words by how often they were counted, the commonest first.
func byCount(counts map[string]int) []string {
	words := make([]string, 0, len(counts))
	for w := range counts {
		words = append(words, w)
	}
	slices.SortFunc(words, func(a, b string) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		return strings.Compare(a, b)
	})
	return words
}
