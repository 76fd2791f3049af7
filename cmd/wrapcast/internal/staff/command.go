package staff

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/heads"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Command is `wrapcast staff`.
type Command struct {
	Sessions *session.Opener
	Out      *terminal.Terminal
}

type staffFlags struct {
	organisation, week, group, certainty, paths, rostered string
	weeks                                                 int
	platform                                              bool
}

// Command returns it for the command line.
func (cmd Command) Command() *cobra.Command {
	var f staffFlags
	c := &cobra.Command{
		Use:   "staff",
		Short: "How many people a forecast needs",
		Long: `How many people the latest forecast needs, with the overrides in use now: per planning group and
quarter-hour, day and week, expected and at a chosen certainty, what it costs to be surer, who is to
be rostered, and how much of it each wrap-up code needs. Nothing is asked of the platform without
--platform, which sets Genesys' own required staff for the imported forecast beside it.

docs/STAFFING.md explains every formula with its source and its limits; the settings (staffing) have
service levels, patience, shrinkage and what an hour costs. "staff erlang" is the calculator.`,
		Example: `  wrapcast staff
  wrapcast staff --group Billing --certainty 95%
  wrapcast staff --week 2026-12-07 --weeks 6 --json > heads.json
  wrapcast staff --rostered roster.csv
  wrapcast staff --platform
  wrapcast staff erlang --contacts 100 --interval 30m --aht 180s --target 20s --agents 14`,
		Args: cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return cmd.staff(c.Context(), f) },
	}
	l := c.Flags()
	l.StringVar(&f.organisation, "organisation", "", "organisation, by name or id, where the data holds several")
	l.StringVar(&f.week, "week", "", "a day of the first week (default: the first whole week of the forecast)")
	l.IntVar(&f.weeks, "weeks", 1, "how many weeks, 1 to 52")
	l.StringVar(&f.group, "group", "", "only this planning group, by name or id, with its days and codes")
	l.StringVar(&f.certainty, "certainty", "90%", "`share` of futures in which the surer figures are enough")
	l.StringVar(&f.paths, "paths", "", "CSV `file` for the futures that required staff is counted from; needs --group")
	l.BoolVar(&f.platform, "platform", false, "ask Genesys how many people it counts for the imported forecast")
	l.StringVar(&f.rostered, "rostered", "", "CSV `file` of who is rostered (start, planning_group, rostered), to set beside it")
	c.AddCommand(Erlang{Out: cmd.Out}.Command())
	return c
}

const maxWeeks = 52

func (cmd Command) staff(ctx context.Context, f staffFlags) error {
	o := heads.Options{Weeks: f.weeks, Group: f.group}
	var err error
	if o.Certainty, err = readShare("certainty", f.certainty, 0.01); err != nil {
		return err
	}
	if f.weeks < 1 || f.weeks > maxWeeks {
		return cli.Usage("--weeks is %d; 1 to %d weeks are counted", f.weeks, maxWeeks)
	}
	if f.week != "" {
		if o.Start, err = wrapcast.ParseDate(f.week); err != nil {
			return err
		}
	}
	if f.paths != "" && f.group == "" {
		return cli.Usage("--paths writes the futures of one planning group").WithHint("name it with --group")
	}
	if f.organisation != "" {
		cmd.Sessions.Settings.Organisation = f.organisation
	}
	one, err := cmd.Sessions.Chosen(ctx)
	if err != nil {
		return err
	}
	o.Rules = one.Settings.Staffing.Heads()
	if f.platform {
		return cmd.besidePlatform(ctx, f, o)
	}
	return cmd.Sessions.Offline(ctx, f.organisation, func(at session.Offline) error {
		v, err := at.Look(ctx)
		if err != nil {
			return err
		}
		r, err := cmd.countTo(ctx, counting{at.WrapUpForecaster, v}, o, f)
		if err != nil {
			return err
		}
		return cmd.show(r, f.group != "")
	})
}

// besidePlatform sets what the platform asks for beside what is counted here.
func (cmd Command) besidePlatform(ctx context.Context, f staffFlags, o heads.Options) error {
	return cmd.Sessions.With(ctx, func(s *session.Session, at session.Access) error {
		v, err := s.Forecaster.Connect(ctx, at.Settings.Spec())
		if err != nil {
			return err
		}
		r, err := cmd.countTo(ctx, counting{s.Forecaster, v}, o, f)
		if err != nil {
			return err
		}
		err = heads.Beside(ctx, v, s.Forecaster.Targets, r)
		s.Progress.Close()
		if err != nil {
			return err
		}
		return cmd.show(r, f.group != "")
	})
}

// counting is what heads are counted of: what is stored, seen by the rules of the settings.
type counting struct {
	forecaster *steps.WrapUpForecaster
	view       *steps.View
}

// countTo counts heads, beside a roster where one is given, and writes the paths that they are counted from into a
// file.
func (cmd Command) countTo(ctx context.Context, at counting, o heads.Options,
	f staffFlags) (r *heads.Report, err error) {
	if f.rostered != "" {
		if o.Roster, err = readRoster(f.rostered, at.view.Zone); err != nil {
			return nil, err
		}
	}
	if f.paths == "" {
		return at.count(ctx, o)
	}
	err = cmd.Out.WriteFile(f.paths, func(w io.Writer) error {
		fmt.Fprintln(w, pathColumns)
		o.Paths = pathWriter{w: w, zone: at.view.Zone}.write
		r, err = at.count(ctx, o)
		return err
	})
	return r, err
}

// readRoster reads a file of who is rostered.
func readRoster(file string, zone *time.Location) (heads.Roster, error) {
	from, err := os.Open(file)
	if err != nil {
		return nil, wrapcast.Errorf(wrapcast.Usage, "", "the roster %s cannot be read: %v", file, err)
	}
	defer from.Close()
	return heads.ReadRoster(from, zone)
}

// pathColumns is the first line of a file of paths.
const pathColumns = "start,path,contacts,handle_seconds"

// pathWriter writes the paths of a planning group: a row per quarter-hour and path in which anything comes.
type pathWriter struct {
	w    io.Writer
	zone *time.Location
}

func (p pathWriter) write(day wrapcast.GroupPaths) error {
	begin := day.Day.Midnight(p.zone)
	for q, row := range day.Offered {
		start := begin.Add(time.Duration(q) * 15 * time.Minute).Format(time.RFC3339)
		for k, contacts := range row {
			if contacts == 0 {
				continue
			}
			if _, err := fmt.Fprintf(p.w, "%s,%d,%v,%v\n", start, k, contacts, day.Seconds[q][k]); err != nil {
				return err
			}
		}
	}
	return nil
}

// count counts the heads of the latest forecast, with the overrides in use now.
func (at counting) count(ctx context.Context, o heads.Options) (*heads.Report, error) {
	v, org := at.view, at.view.Directory.Organisation.ID
	made, err := at.forecaster.LatestForecast(ctx, org, v.Unit())
	if err != nil {
		return nil, err
	}
	var overrides []wrapcast.Override
	err = v.Store.View(ctx, func(tx *store.Tx) (err error) {
		overrides, err = steps.OverridesSince(tx, org, made.From)
		return err
	})
	if err != nil {
		return nil, err
	}
	if o.Start != 0 {
		o.Start = o.Start.StartOfWeek(v.Directory.BusinessUnit.WeekStart)
	}
	id := made.ID
	made = steps.WithOverrides(made, overrides, v.Clock.Now())
	made.ID = id
	return heads.Make(ctx, v, &made, o)
}

func (cmd Command) show(r *heads.Report, one bool) error {
	switch {
	case cmd.Out.JSON:
		return cmd.Out.PrintJSON(r)
	case cmd.Out.Quiet:
		return nil
	}
	return cmd.Out.Print(text(r, one, cmd.Out.Page()))
}

// Of is how many people weeks of the latest forecast need, for what shows it beside other things; nil where it cannot
// be counted: without planning groups, or where the forecast does not hold the first week whole.
func Of(ctx context.Context, f *steps.WrapUpForecaster, v *steps.View,
	o heads.Options) ([]wrapcast.RequiredStaff, error) {
	o.Brief = true
	r, err := counting{f, v}.count(ctx, o)
	if err != nil {
		if heads.Impossible(err) {
			err = nil
		}
		return nil, err
	}
	return r.Summary(), nil
}

// Sentence says what a week needs in one sentence.
func Sentence(w wrapcast.RequiredStaff) string {
	text := fmt.Sprintf("Required staff, week of %s: %s in the busiest quarter-hour; %s hours, %s in %s; "+
		"%s rostered hours", w.From, show.Amount(w.Total.Peak), show.Amount(w.Total.Hours), measured(w.Total.HoursSurer), odds(w.Certainty),
		show.Amount(w.Total.Rostered))
	if w.Total.Cost != nil {
		text += ", " + money(w.Total.Cost, w.Currency)
	}
	if w.Indicative > 0 {
		text += fmt.Sprintf(" (indicative: nobody set the goals of %d of %d planning groups)", w.Indicative, len(w.Groups))
	}
	return text + "."
}
