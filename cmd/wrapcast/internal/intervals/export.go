// Package intervals writes interval files for other WFM systems: the commands `export intervals` and `export templates`.
package intervals

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/reports"
	"github.com/wrapcast/wrapcast/internal/target/files"
)

// Export is `wrapcast export intervals`.
type Export struct {
	Sessions *session.Opener
	Out      *terminal.Terminal
	// Forecast is a stored forecast, the latest where none is named.
	Forecast func(context.Context, session.Offline, string) (wrapcast.Forecast, error)
}

type exportFlags struct {
	template, from, forecast string
	days                     int
}

// Command returns it for the command line; organisation and to are flags of the command it belongs to.
func (cmd Export) Command(organisation, to *string) *cobra.Command {
	var f exportFlags
	c := &cobra.Command{
		Use:   "intervals",
		Short: "Write an interval file for another WFM system",
		Long: `Write the latest forecast, with the overrides in use, as the interval file that another WFM system
imports. A template says what the file looks like: columns, interval, time zone, rounding, layout; and
the rules of that system, which are checked before anything is written. "wrapcast export templates"
lists those that come with wrapcast, each with the page on which its format is documented; a template
of your own is a YAML file (docs/CONFIGURATION.md). Where there are no planning groups rows are of queues.`,
		Example: `  wrapcast export templates
  wrapcast export intervals --template genesys-import-forecast --to forecast.csv
  wrapcast export intervals --template ours.yaml --from 2026-12-07 --days 14 --to forecast.csv`,
		Args: cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return cmd.write(c.Context(), *organisation, *to, f) },
	}
	l := c.Flags()
	l.StringVar(&f.template, "template", "", "name of a template, or a `file` with one: NAME.yaml")
	l.StringVar(&f.from, "from", "", "first day (default: the first whole week of the forecast)")
	l.IntVar(&f.days, "days", 0, "how many days (default: all whole weeks, as many as the template takes)")
	l.StringVar(&f.forecast, "forecast", "", "`id` of the forecast (default: the latest)")
	return c
}

// Template is a built-in template, or one of a file where the name ends as such.
func Template(name string) (files.Template, error) {
	if name == "" {
		return files.Template{}, cli.Usage("--template is missing").WithHint("`wrapcast export templates` lists those there are")
	}
	if ending := strings.ToLower(filepath.Ext(name)); ending != ".yaml" && ending != ".yml" {
		return files.Named(name)
	}
	text, err := terminal.ReadFile(name)
	if err != nil {
		return files.Template{}, err
	}
	t, err := files.Parse(text)
	if err != nil {
		return t, cli.Usage("%s: %w", name, err).WithHint("%s", wrapcast.Hint(err))
	}
	return t, nil
}

// written is the JSON of an interval file.
type written struct {
	Schema     string              `json:"schema"`
	File       string              `json:"file"`
	Template   string              `json:"template"`
	Source     string              `json:"source"`
	Forecast   wrapcast.ForecastID `json:"forecast"`
	From       wrapcast.Date       `json:"from"`
	Days       int                 `json:"days"`
	Rows       int                 `json:"rows"`
	Contacts   float64             `json:"contacts"`
	Forecasted float64             `json:"forecast_contacts"`
	Digest     string              `json:"digest"`
}

func (cmd Export) write(ctx context.Context, organisation, to string, f exportFlags) error {
	return cmd.Sessions.Offline(ctx, organisation, func(o session.Offline) error {
		t, err := Template(f.template)
		if err != nil {
			return err
		}
		if err := cmd.spare(to, f.template); err != nil {
			return err
		}
		from, err := cli.Day(f.from, 0)
		if err != nil {
			return err
		}
		made, err := cmd.Forecast(ctx, o, f.forecast)
		if err != nil {
			return err
		}
		v, err := o.Look(ctx)
		if err != nil {
			return err
		}
		file, err := reports.Intervals(ctx, v, made, reports.IntervalOptions{Template: t, From: from, Days: f.days,
			Name: filepath.Base(to)})
		if err != nil {
			return err
		}
		if err := cmd.Out.WriteFile(to, func(w io.Writer) error { _, err := w.Write(file.Bytes); return err }); err != nil {
			return err
		}
		if err := reports.NoteIntervals(ctx, v, file, t.Name, to, cli.Login()); err != nil || to == "-" {
			return err
		}
		return cmd.say(to, t, file)
	})
}

// spare refuses to write over what is read: the template, the settings; and to write nowhere.
func (cmd Export) spare(to, template string) error {
	if to == "" {
		return cli.Usage("--to is missing").WithHint("such as --to forecast.csv; - is standard output")
	}
	target, err := os.Stat(to)
	if to == "-" || err != nil {
		return nil //nolint:nilerr // what is not there is not written over
	}
	for _, read := range []string{template, cmd.Sessions.Settings.File} {
		if there, err := os.Stat(read); read != "" && err == nil && os.SameFile(there, target) {
			return cli.Usage("%s is a file that is read: nothing was written", to).WithHint("name another file")
		}
	}
	return nil
}

func (cmd Export) say(to string, t files.Template, f reports.IntervalFile) error {
	if cmd.Out.JSON {
		return cmd.Out.PrintJSON(written{Schema: "wrapcast.intervals/1", File: to, Template: t.Name, Source: t.Source,
			Forecast: f.Forecast, From: f.From, Days: f.Days, Rows: f.Rows, Contacts: f.Contacts, Forecasted: f.Forecasted,
			Digest: f.Digest})
	}
	return cmd.Out.Say("%s is written for %s: %s, %s to %s, %s contacts", to, t.Name, show.Count(f.Rows, "row", "rows"), f.From,
		f.From+wrapcast.Date(f.Days-1), show.Amount(f.Contacts))
}

// Templates is `wrapcast export templates`.
type Templates struct{ Out *terminal.Terminal }

// Command returns it for the command line.
func (cmd Templates) Command() *cobra.Command {
	return &cobra.Command{
		Use:     "templates",
		Short:   "List the templates of interval files",
		Example: "  wrapcast export templates --json",
		Args:    cli.Args(cobra.NoArgs),
		RunE:    func(*cobra.Command, []string) error { return cmd.list() },
	}
}

func (cmd Templates) list() error {
	all, err := files.BuiltIn()
	if err != nil {
		return err
	}
	if cmd.Out.JSON {
		return cmd.Out.PrintJSON(struct {
			Schema    string           `json:"schema"`
			Templates []files.Template `json:"templates"`
		}{"wrapcast.templates/1", all})
	}
	b := cmd.Out.Page()
	t := b.Table("template", "for", "rows of", "interval", "documented at")
	for _, one := range all {
		interval := one.Interval + " min"
		if one.Interval == "day" {
			interval = "day"
		}
		t.Row(one.Name, one.About, strings.ReplaceAll(one.Of, "_", " "), interval, one.Source)
	}
	return cmd.Out.Print(b.String() + t.String() + "\n")
}
