package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/steps"
)

type accuracyFlags struct {
	organisation, from, to, source, of string
	code, queue                        string
	level                              float64
	all                                bool
}

// accuracyCommand shows how good published forecasts were.
type accuracyCommand struct {
	sessions *session.Opener
	out      *terminal.Terminal
}

func (cmd accuracyCommand) command() *cobra.Command {
	var f accuracyFlags
	c := &cobra.Command{
		Use:   "accuracy",
		Short: "Accuracy of published forecasts: forecast vs actual",
		Long: `Compare the actual contacts of each day with the forecasts made 1, 7, 14, 28 and 42 days before it: per
wrap-up code, queue, planning group and in total, with overrides and without. Forecasts are stored
unchanged when they are made; days whose codes may still arrive are not scored.

  ahead         days ahead; in brackets how old the forecasts were on average
  WAPE          sum of absolute errors divided by the sum of contacts
  bias          above zero: forecasts were too high
  MASE          error divided by that of repeating the week before, in the history known then
  in 85 %       share of actuals inside the 85 % interval; should be at least 85 %
  AHT           error of the handle time, weighted by contacts
  unoverridden  WAPE without overrides, where there were any

A code outside its interval more often than the level allows is an alarm: an exact binomial test of
the last 28 days at a lead of one day, with the false discovery rate over all codes held at 5 %
(Benjamini and Hochberg).`,
		Example: `  wrapcast accuracy
  wrapcast accuracy --of code --from 2026-10-01 --to 2026-10-31
  wrapcast accuracy --code "Street Light Outages"
  wrapcast accuracy --source made --json
  wrapcast accuracy ledger`,
		Args: cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return cmd.accuracy(c, f) },
	}
	cli.OrganisationFlag(c, &f.organisation)
	l := c.Flags()
	l.StringVar(&f.from, "from", "", "first day (default: 13 weeks ago)")
	l.StringVar(&f.to, "to", "", "last day (default: the last whose codes have all arrived)")
	l.StringVar(&f.source, "source", "",
		"published (forecasts that were submitted) or made (all forecasts, dry runs included)")
	l.StringVar(&f.of, "of", "", "list each code, queue or planning_group")
	l.StringVar(&f.code, "code", "", "one wrap-up code by id or name, at every lead")
	l.StringVar(&f.queue, "queue", "", "one queue by id or name, at every lead")
	l.Float64Var(&f.level, "level", 0, "interval scored, in per cent: 50, 80, 95 (default: that of the settings)")
	l.BoolVar(&f.all, "all", false, "list all of them, and all alarms")
	c.AddCommand(cmd.ledgerCommand(&f.organisation))
	return c
}

func (f accuracyFlags) options() (o steps.AccuracyOptions, err error) {
	if o.From, err = cli.Day(f.from, 0); err != nil {
		return o, err
	}
	if o.To, err = cli.Day(f.to, 0); err != nil {
		return o, err
	}
	o.Source, o.Level = wrapcast.AccuracySource(f.source), f.level/100
	if f.source != "" && o.Source != wrapcast.SourcePublished && o.Source != wrapcast.SourceMade {
		return o, cli.Usage("--source is published or made, not %q", f.source)
	}
	if f.of != "" && !slices.Contains(wrapcast.AccuracyLevels(), wrapcast.AccuracyLevel(f.of)) {
		return o, cli.Usage("--of is code, queue or planning_group, not %q", f.of)
	}
	return o, nil
}

func (cmd accuracyCommand) accuracy(c *cobra.Command, f accuracyFlags) error {
	options, err := f.options()
	if err != nil {
		return err
	}
	return cmd.sessions.Offline(c.Context(), f.organisation, func(o session.Offline) error {
		v, err := o.Look(c.Context())
		if err != nil {
			return err
		}
		if err := v.KeepSnapshots(c.Context()); err != nil {
			return err
		}
		r, err := v.Accuracy(c.Context(), options)
		if err != nil {
			return err
		}
		if r.Subjects, err = f.only(r.Subjects, o.Directory); err != nil {
			return err
		}
		unit, err := session.UnitWords(c.Context(), o.Store, v.Directory)
		if err != nil {
			return err
		}
		return cmd.showAccuracy(r, unit, f)
	})
}

// only keeps the subjects asked for.
func (f accuracyFlags) only(subjects []wrapcast.SubjectAccuracy,
	directory wrapcast.Directory) ([]wrapcast.SubjectAccuracy, error) {
	keep := func(kind wrapcast.AccuracyLevel, id string) []wrapcast.SubjectAccuracy {
		return slices.DeleteFunc(subjects, func(t wrapcast.SubjectAccuracy) bool {
			return t.Kind != kind ||
				t.ID != id
		})
	}
	switch {
	case f.code != "":
		id, err := steps.FindCode(directory, f.code)
		return keep(wrapcast.LevelCode, string(id)), err
	case f.queue != "":
		id, err := steps.FindQueue(directory, f.queue)
		return keep(wrapcast.LevelQueue, string(id)), err
	case f.of != "":
		return slices.DeleteFunc(subjects, func(t wrapcast.SubjectAccuracy) bool { return string(t.Kind) != f.of }), nil
	}
	return subjects, nil
}

// behind is a text with what separates it from what stands before; "" where there is none.
func behind(separator, text string) string {
	if text == "" {
		return ""
	}
	return separator + text
}

// shownSubjects is how many codes, queues or groups are listed unless all are asked for.
const shownSubjects = 20

// showAccuracy prints accuracy as JSON or as text, which names the business unit where there are several.
func (cmd accuracyCommand) showAccuracy(r wrapcast.AccuracyReport, unit string, f accuracyFlags) error {
	if cmd.out.JSON {
		return cmd.out.PrintJSON(r)
	}
	b := cmd.out.Page()
	b.Say(fmt.Sprintf("%s to %s, %s, in contacts counted as %s%s.", r.From, r.To, forecastWords(r), r.CountingRule,
		behind("; in days of ", unit)), "")
	switch single := f.code != "" || f.queue != ""; {
	case len(r.Leads) == 0:
	case single && len(r.Subjects) == 0:
		b.WriteString("\nIt has no forecast and no contacts.\n")
	case single:
		b.WriteString("\n" + r.Subjects[0].Name + "\n\n" + leadsTable(b, r.Subjects[0].Leads, r.Level) + "\n")
	case f.of != "":
		b.WriteString("\n" + subjectsTable(b, r, f.all) + "\n")
	default:
		b.WriteString("\n" + levelsTable(b, r) + "\n")
	}
	b.WriteString("\n")
	some := r.Findings
	if !f.all && len(some) > shownFindings {
		some = some[:shownFindings]
	}
	writeFindings(b, some)
	if left := len(r.Findings) - len(some); left > 0 {
		fmt.Fprintf(b, "  … and %d more (--all)\n", left)
	}
	return cmd.out.Print(b.String())
}

// forecastWords say what was judged.
func forecastWords(r wrapcast.AccuracyReport) string {
	if r.Source == wrapcast.SourceMade {
		return show.Count(r.Forecasts, "forecast", "forecasts") + ", published or not"
	}
	return show.Count(r.Forecasts, "published forecast", "published forecasts")
}

// leadHeaders name the columns of leadRow; that of overrides is there only where anything was overridden.
func leadHeaders(level float64, overridden bool) []string {
	headers := []string{" ahead", " WAPE", " bias", " MASE", fmt.Sprintf(" in %.0f %%", 100*level), " AHT"}
	if overridden {
		headers = append(headers, " unoverridden")
	}
	return headers
}

// levelsTable shows every level at every lead.
func levelsTable(p *show.Page, r wrapcast.AccuracyReport) string {
	overridden := slices.ContainsFunc(r.Levels, func(l wrapcast.LevelAccuracy) bool { return anyOverridden(l.Leads) })
	t := p.Table(append([]string{"all of"}, leadHeaders(r.Level, overridden)...)...)
	for _, l := range r.Levels {
		name := fmt.Sprintf("%d %s", l.Subjects, kindWords(l.Kind, l.Subjects))
		if l.Kind == wrapcast.LevelTotal {
			name = "total"
		}
		for _, lead := range l.Leads {
			t.Row(append([]string{name}, leadRow(lead, overridden)...)...)
			name = ""
		}
	}
	return t.String()
}

func leadsTable(p *show.Page, leads []wrapcast.LeadAccuracy, level float64) string {
	t := p.Table(leadHeaders(level, anyOverridden(leads))...)
	for _, lead := range leads {
		t.Row(leadRow(lead, anyOverridden(leads))...)
	}
	return t.String()
}

func anyOverridden(leads []wrapcast.LeadAccuracy) bool {
	return slices.ContainsFunc(leads, func(l wrapcast.LeadAccuracy) bool { return l.Without != nil })
}

func leadRow(l wrapcast.LeadAccuracy, overridden bool) []string {
	ahead := fmt.Sprintf("%d d", l.Lead)
	if l.Age.Known() && float64(l.Age) >= float64(l.Lead)+0.5 {
		ahead = fmt.Sprintf("%d d (%.0f)", l.Lead, float64(l.Age))
	}
	row := []string{ahead, show.Percent(l.WAPE), show.SignedPercent(l.Bias), show.Figure(l.MASE),
		show.Percent(l.Coverage), show.Percent(l.HandleTime)}
	switch {
	case !overridden:
	case l.Without == nil:
		row = append(row, "–")
	default:
		row = append(row, show.Percent(l.Without.WAPE))
	}
	return row
}

// subjectsTable shows the WAPE of each subject at each lead, and how often its band held.
func subjectsTable(p *show.Page, r wrapcast.AccuracyReport, all bool) string {
	headers := []string{"what", " contacts"}
	for _, lead := range r.Leads {
		headers = append(headers, fmt.Sprintf(" %d d", lead))
	}
	t := p.Table(append(headers, " bias", fmt.Sprintf(" in %.0f %%", 100*r.Level))...)
	for i, subject := range r.Subjects {
		if i == shownSubjects && !all {
			return t.String() + fmt.Sprintf("\n  … and %d more (--all)", len(r.Subjects)-i)
		}
		t.Row(subjectRow(subject, r.Leads)...)
	}
	return t.String()
}

func subjectRow(subject wrapcast.SubjectAccuracy, leads []int) []string {
	row := []string{show.Shorten(subject.Name, 24), show.Amount(subject.Contacts)}
	for _, lead := range leads {
		cell := "–"
		for _, l := range subject.Leads {
			if l.Lead == lead {
				cell = show.PercentAs(l.WAPE, "%.0f %%")
			}
		}
		row = append(row, cell)
	}
	if len(subject.Leads) == 0 {
		return append(row, "–", "–")
	}
	return append(row, show.PercentAs(subject.Leads[0].Bias, "%+.0f %%"),
		show.PercentAs(subject.Leads[0].Coverage, "%.0f %%"))
}

func kindWords(kind wrapcast.AccuracyLevel, n int) string {
	switch kind {
	case wrapcast.LevelCode:
		return show.Plural(n, "code", "codes")
	case wrapcast.LevelQueue:
		return show.Plural(n, "queue", "queues")
	case wrapcast.LevelGroup:
		return show.Plural(n, "planning group", "planning groups")
	case wrapcast.LevelTotal:
	}
	return "total"
}
