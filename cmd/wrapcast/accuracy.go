package main

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/flow"
)

type accuracyFlags struct {
	organisation, from, to, source, of string
	code, queue                        string
	level                              float64
	all                                bool
}

func (a *app) accuracyCommand() *cobra.Command {
	var f accuracyFlags
	c := &cobra.Command{
		Use:   "accuracy",
		Short: "How good published forecasts were, beside what came",
		Long: `Set what was said of each day 1, 7, 14, 28 and 42 days before it, by the forecast that held then, beside what
came: per wrap-up code, queue, planning group and in total, with overrides and without. Forecasts
are frozen when they are made; days whose codes may still arrive are not judged.

  WAPE      the sum of absolute errors over the sum of contacts; bias: above zero, too many
  MASE      the error over that of repeating the week before, in the history known then
  in band   how often the interval held what came; its level is what it should hold
  handle    the error of the handle time, by contact

A code that leaves its band more often than its level allows is an alarm: an exact binomial test of
the last 28 days at a lead of one day, with the false discovery rate over all codes held at 5 %
(Benjamini and Hochberg).`,
		Example: `  wrapcast accuracy
  wrapcast accuracy --of code --from 2026-10-01 --to 2026-10-31
  wrapcast accuracy --code "Street Light Outages"
  wrapcast accuracy --source made --json`,
		Args: args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return a.accuracy(c, f) },
	}
	organisationFlag(c, &f.organisation)
	l := c.Flags()
	l.StringVar(&f.from, "from", "", "first day; 13 weeks ago where it is not given")
	l.StringVar(&f.to, "to", "", "last day; the last whose codes have all arrived where it is not given")
	l.StringVar(&f.source, "source", "", "published (forecasts a target had) or made (all of them, dry runs too)")
	l.StringVar(&f.of, "of", "", "list each code, queue or planning_group")
	l.StringVar(&f.code, "code", "", "one wrap-up code by id or name, at every lead")
	l.StringVar(&f.queue, "queue", "", "one queue by id or name, at every lead")
	l.Float64Var(&f.level, "level", 0, "the interval judged, in per cent: 50, 80, 95; that of the settings where it is not given")
	l.BoolVar(&f.all, "all", false, "list all of them")
	return c
}

func (f accuracyFlags) options() (o flow.AccuracyOptions, err error) {
	if o.From, err = day(f.from, 0); err != nil {
		return o, err
	}
	if o.To, err = day(f.to, 0); err != nil {
		return o, err
	}
	o.Source, o.Level = wrapcast.AccuracySource(f.source), f.level/100
	if f.source != "" && o.Source != wrapcast.SourcePublished && o.Source != wrapcast.SourceMade {
		return o, usage("--source is published or made, not %q", f.source)
	}
	if f.of != "" && !slices.Contains(wrapcast.AccuracyLevels(), wrapcast.AccuracyLevel(f.of)) {
		return o, usage("--of is code, queue or planning_group, not %q", f.of)
	}
	return o, nil
}

func (a *app) accuracy(c *cobra.Command, f accuracyFlags) error {
	options, err := f.options()
	if err != nil {
		return err
	}
	return a.withOffline(c.Context(), f.organisation, func(o offline) error {
		if err := o.KeepFrozen(c.Context(), o.org, o.spec); err != nil {
			return err
		}
		r, err := o.Accuracy(c.Context(), o.org, o.spec, options)
		if err != nil {
			return err
		}
		if r.Things, err = f.only(r.Things, o.directory); err != nil {
			return err
		}
		return a.showAccuracy(r, f)
	})
}

// only keeps the things asked for.
func (f accuracyFlags) only(things []wrapcast.ThingAccuracy, directory wrapcast.Directory) ([]wrapcast.ThingAccuracy, error) {
	keep := func(kind wrapcast.AccuracyLevel, id string) []wrapcast.ThingAccuracy {
		return slices.DeleteFunc(things, func(t wrapcast.ThingAccuracy) bool { return t.Kind != kind || t.ID != id })
	}
	switch {
	case f.code != "":
		id, err := flow.FindCode(directory, f.code)
		return keep(wrapcast.LevelCode, string(id)), err
	case f.queue != "":
		id, err := flow.FindQueue(directory, f.queue)
		return keep(wrapcast.LevelQueue, string(id)), err
	case f.of != "":
		return slices.DeleteFunc(things, func(t wrapcast.ThingAccuracy) bool { return string(t.Kind) != f.of }), nil
	}
	return things, nil
}

// shownThings is how many codes, queues or groups are listed unless all are asked for.
const shownThings = 20

func (a *app) showAccuracy(r wrapcast.AccuracyReport, f accuracyFlags) error {
	if a.json {
		return printJSON(a.stdout, r)
	}
	var b strings.Builder
	b.WriteString(wrap(fmt.Sprintf("%s to %s, %s of %s, in contacts counted as %s.", r.From, r.To, count(r.Forecasts, "frozen forecast", "frozen forecasts"),
		sourceWords(r.Source), r.CountingRule), "") + "\n")
	switch single := f.code != "" || f.queue != ""; {
	case len(r.Leads) == 0:
	case single && len(r.Things) == 0:
		b.WriteString("\nNothing was forecast of it, and it had no contact.\n")
	case single:
		b.WriteString("\n" + r.Things[0].Name + "\n\n" + leadsTable(r.Things[0].Leads, r.Level) + "\n")
	case f.of != "":
		b.WriteString("\n" + thingsTable(r, f.all) + "\n")
	default:
		b.WriteString("\n" + levelsTable(r) + "\n")
	}
	writeFindings(&b, r.Findings)
	_, err := lipgloss.Fprint(a.stdout, b.String())
	return err
}

func sourceWords(s wrapcast.AccuracySource) string {
	if s == wrapcast.SourceMade {
		return "all that were made"
	}
	return "those a target had"
}

// bandHeader names the column of coverage by what it should say.
func bandHeader(level float64) string { return fmt.Sprintf(" in %.0f %% band", 100*level) }

// levelsTable shows every level at every lead.
func levelsTable(r wrapcast.AccuracyReport) string {
	t := newTable("all of", " days ahead", " WAPE", " bias", " MASE", bandHeader(r.Level), " handle", " without overrides")
	for _, l := range r.Levels {
		name := fmt.Sprintf("%d %s", l.Things, kindWords(l.Kind, l.Things))
		if l.Kind == wrapcast.LevelTotal {
			name = "total"
		}
		for _, lead := range l.Leads {
			t.Row(append([]string{name}, leadRow(lead)...)...)
			name = ""
		}
	}
	return t.String()
}

func leadsTable(leads []wrapcast.LeadAccuracy, level float64) string {
	t := newTable(" days ahead", " WAPE", " bias", " MASE", bandHeader(level), " handle", " without overrides")
	for _, lead := range leads {
		t.Row(leadRow(lead)...)
	}
	return t.String()
}

func leadRow(l wrapcast.LeadAccuracy) []string {
	without := "–"
	if l.Without != nil {
		without = percent(l.Without.WAPE)
	}
	ahead := fmt.Sprint(l.Lead)
	if l.Age.Known() && float64(l.Age) >= float64(l.Lead)+0.5 {
		ahead = fmt.Sprintf("%d (≈ %.0f)", l.Lead, float64(l.Age))
	}
	return []string{ahead, percent(l.WAPE), signedPercent(l.Bias), figure(l.MASE), percent(l.Coverage), percent(l.HandleTime), without}
}

func signedPercent(m wrapcast.Measure) string {
	if !m.Known() {
		return "–"
	}
	return fmt.Sprintf("%+.1f %%", 100*float64(m))
}

// thingsTable shows the WAPE of each thing at each lead, and how often its band held.
func thingsTable(r wrapcast.AccuracyReport, all bool) string {
	headers := []string{"what", " contacts"}
	for _, lead := range r.Leads {
		headers = append(headers, fmt.Sprintf(" %d d", lead))
	}
	t := newTable(append(headers, " bias", bandHeader(r.Level))...)
	for i, thing := range r.Things {
		if i == shownThings && !all {
			return t.String() + fmt.Sprintf("\n  … and %d more (--all)", len(r.Things)-i)
		}
		t.Row(thingRow(thing, r.Leads)...)
	}
	return t.String()
}

func thingRow(thing wrapcast.ThingAccuracy, leads []int) []string {
	row := []string{shorten(thing.Name, 26), amount(thing.Contacts)}
	for _, lead := range leads {
		cell := "–"
		for _, l := range thing.Leads {
			if l.Lead == lead {
				cell = percent(l.WAPE)
			}
		}
		row = append(row, cell)
	}
	bias, coverage := wrapcast.NotMeasured(), wrapcast.NotMeasured()
	if len(thing.Leads) > 0 {
		bias, coverage = thing.Leads[0].Bias, thing.Leads[0].Coverage
	}
	return append(row, signedPercent(bias), percent(coverage))
}

func kindWords(kind wrapcast.AccuracyLevel, n int) string {
	switch kind {
	case wrapcast.LevelCode:
		return plural(n, "code", "codes")
	case wrapcast.LevelQueue:
		return plural(n, "queue", "queues")
	case wrapcast.LevelGroup:
		return plural(n, "planning group", "planning groups")
	case wrapcast.LevelTotal:
	}
	return "total"
}
