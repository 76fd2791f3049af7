package main

import (
	"context"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/intervals"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/staff"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/export"
	"github.com/wrapcast/wrapcast/internal/heads"
	"github.com/wrapcast/wrapcast/internal/reports"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
)

// exportCommand writes what is stored as workbooks and CSV.
type exportCommand struct {
	sessions *session.Opener
	out      *terminal.Terminal
}

func (cmd exportCommand) command() *cobra.Command {
	var f exportFlags
	c := &cobra.Command{
		Use:   "export",
		Short: "Write forecast, accuracy, ledger or masks as a workbook or CSV",
		Long: `Write what is stored as a workbook (.xlsx) or a CSV: days across, codes down, with intervals,
filters and frozen panes. A workbook has a sheet per subject and one that says what it is and where it
comes from; a CSV has all of it in one table. Nothing is asked of the platform.`,
		Example: `  wrapcast export forecast --to forecast.xlsx
  wrapcast export accuracy --to accuracy.xlsx --lead 14
  wrapcast export masks --to masks.csv
  wrapcast export forecast --to - > forecast.csv`,
		Args: cli.Args(cobra.NoArgs),
	}
	cli.OrganisationFlag(c, &f.organisation)
	c.PersistentFlags().StringVar(&f.to, "to", "", "`file` to write: its ending says which, .xlsx or .csv; - is a CSV on standard output")
	c.PersistentFlags().Float64Var(&f.level, "level", 0,
		"interval in per cent: 50, 80, 95 (default: that of the settings)")
	c.AddCommand(cmd.exportForecast(&f), cmd.exportAccuracy(&f), cmd.exportLedger(&f), cmd.exportMasks(&f),
		intervals.Export{Sessions: cmd.sessions, Out: cmd.out, Forecast: forecastNamed}.Command(&f.organisation, &f.to),
		intervals.Templates{Out: cmd.out}.Command())
	return c
}

type exportFlags struct {
	organisation, to, forecast, from, until, source string
	level                                           float64
	lead                                            int
}

// exportedFile is the JSON of an export.
type exportedFile struct {
	Schema string   `json:"schema"`
	File   string   `json:"file"`
	Sheets []string `json:"sheets"`
	Rows   int      `json:"rows"`
	// BusinessUnit is the one in whose days and planning groups it is.
	BusinessUnit wrapcast.BusinessUnitID `json:"business_unit,omitempty"`
}

// export writes what make returns to where the flags say.
func (cmd exportCommand) export(ctx context.Context, f *exportFlags, prepare func(session.Offline) (reports.Exported,
	error)) error {
	workbook := strings.EqualFold(filepath.Ext(f.to), ".xlsx")
	if !workbook && f.to != "-" && !strings.EqualFold(filepath.Ext(f.to), ".csv") {
		return cli.Usage("--to names no .xlsx and no .csv: %q",
			f.to).WithHint("such as --to forecast.xlsx; - writes a CSV to standard output")
	}
	return cmd.sessions.Offline(ctx, f.organisation, func(o session.Offline) error {
		if f.level != 0 {
			o.Spec.Level = f.level / 100
		}
		made, err := prepare(o)
		if err != nil {
			return err
		}
		write, sheets := func(w io.Writer) error { return export.WriteCSV(w, made.Table) }, []export.Sheet{made.Table}
		if workbook {
			write, sheets = func(w io.Writer) error { return export.WriteXLSX(w, made.Sheets) }, made.Sheets
		}
		if err := cmd.out.WriteFile(f.to, write); err != nil || f.to == "-" {
			return err
		}
		unit, err := session.UnitWords(ctx, o.Store, o.Directory)
		if err != nil {
			return err
		}
		return cmd.showExported(f.to, sheets, o.Directory.BusinessUnit.ID, unit)
	})
}

// showExported says what was written, and of which business unit where there are several.
func (cmd exportCommand) showExported(
	file string, sheets []export.Sheet, id wrapcast.BusinessUnitID, unit string,
) error {
	done := exportedFile{Schema: "wrapcast.export/1", File: file, Sheets: []string{}, BusinessUnit: id}
	for _, s := range sheets {
		if s.Hidden {
			continue
		}
		done.Sheets = append(done.Sheets, s.Name)
		done.Rows += len(s.Rows)
	}
	if cmd.out.JSON {
		return cmd.out.PrintJSON(done)
	}
	return cmd.out.Say("%s is written: %s in %s%s", file, show.Count(done.Rows, "row", "rows"),
		show.Count(len(done.Sheets), "sheet", "sheets"), behind("; in days of ", unit))
}

func (cmd exportCommand) exportForecast(f *exportFlags) *cobra.Command {
	c := &cobra.Command{
		Use:   "forecast",
		Short: "Write a forecast: codes, queues, planning groups, codes in queues",
		Long: `Write a forecast, the latest or the one named: contacts per day, the interval and the handle time of each code,
queue, planning group and code in a queue. What overrides changed is marked, and what was forecast
without them stands below. The latest is written with the overrides in use now, one that is named as
it was made. A workbook may be edited in its green cells and read back: wrapcast override import.`,
		Example: `  wrapcast export forecast --to forecast.xlsx --level 80
  wrapcast export forecast --forecast 0192f0c4-6d7e-7b1a-8f00-9a1b2c3d4e5f --to forecast.csv`,
		Args: cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			return cmd.export(c.Context(), f, func(o session.Offline) (reports.Exported, error) {
				made, err := forecastNamed(c.Context(), o, f.forecast)
				if err != nil {
					return reports.Exported{}, err
				}
				v, err := o.Look(c.Context())
				if err != nil {
					return reports.Exported{}, err
				}
				editing, err := reports.EditingOf(c.Context(), v, made, o.Clock.Now())
				if err != nil {
					return reports.Exported{}, err
				}
				e, err := reports.ExportForecast(o.Directory, made, o.Spec.Level, editing)
				if err != nil || f.forecast != "" {
					return e, err
				}
				return cmd.withStaff(c.Context(), o, v, e)
			})
		},
	}
	c.Flags().StringVar(&f.forecast, "forecast", "", "`id` of the forecast (default: the latest)")
	return c
}

// withStaff adds the sheet of required staff, of the first whole weeks of the latest forecast.
func (cmd exportCommand) withStaff(ctx context.Context, o session.Offline, v *steps.View,
	e reports.Exported) (reports.Exported, error) {
	n, err := cmd.sessions.Chosen(ctx)
	if err != nil {
		return e, err
	}
	const weeks = 2 // each takes as long as counting it does; staff --weeks has more
	needed, err := staff.Of(ctx, o.WrapUpForecaster, v, heads.Options{Weeks: weeks, Rules: n.Settings.Staffing.Heads()})
	e.Sheets = export.WithStaff(e.Sheets, needed)
	return e, err
}

// forecastNamed is a stored forecast as it was made; where none is named the latest, with the overrides in use now.
func forecastNamed(ctx context.Context, o session.Offline, id string) (made wrapcast.Forecast, err error) {
	err = o.Store.View(ctx, func(tx *store.Tx) error {
		if id != "" {
			made, err = tx.Forecasts().Get(o.Org, wrapcast.ForecastID(id))
			return err
		}
		if made, err = tx.Forecasts().Latest(o.Org, o.Directory.BusinessUnit.ID); err != nil {
			return err
		}
		overrides, err := steps.OverridesSince(tx, o.Org, made.From)
		made = steps.WithOverrides(made, overrides, o.Clock.Now())
		return err
	})
	if wrapcast.KindOf(err) == wrapcast.NotFound {
		err = wrapcast.Errorf(wrapcast.NotFound, "", "%w", err).WithHint("`wrapcast run --dry-run` makes one; `wrapcast audit list` names those there were")
	}
	return made, err
}

func (cmd exportCommand) exportAccuracy(f *exportFlags) *cobra.Command {
	c := &cobra.Command{
		Use:   "accuracy",
		Short: "Write the accuracy of published forecasts",
		Long: `Write what wrapcast accuracy shows of each code, queue and planning group, and forecast vs actual day by day at
one lead. A workbook has the ledger of decisions too; as a CSV that is wrapcast export ledger.`,
		Example: `  wrapcast export accuracy --to accuracy.xlsx --from 2026-10-01 --until 2026-10-31
  wrapcast export accuracy --source made --to accuracy.csv`,
		Args: cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			options, err := accuracyFlags{from: f.from, to: f.until, source: f.source}.options()
			if err != nil {
				return err
			}
			return cmd.export(c.Context(), f, func(o session.Offline) (reports.Exported, error) {
				v, err := o.Look(c.Context())
				if err != nil {
					return reports.Exported{}, err
				}
				if err := v.KeepSnapshots(c.Context()); err != nil {
					return reports.Exported{}, err
				}
				return reports.ExportAccuracy(c.Context(), v, options, f.lead)
			})
		},
	}
	f.days(c)
	c.Flags().StringVar(&f.source, "source", "",
		"published (forecasts that were submitted) or made (all forecasts, dry runs included)")
	c.Flags().IntVar(&f.lead, "lead", 7, "lead of the day-by-day sheet, in days ahead: 1, 7, 14, 28 or 42")
	return c
}

func (cmd exportCommand) exportLedger(f *exportFlags) *cobra.Command {
	c := &cobra.Command{
		Use:   "ledger",
		Short: "Write whether decisions were worth it",
		Long: `Write what wrapcast accuracy ledger shows: of each override, mask, event and change of codes the forecast with and
without it and the actual; in a CSV day by day, in a workbook added up, by author, reason and kind too.`,
		Example: `  wrapcast export ledger --to ledger.xlsx
  wrapcast export ledger --from 2026-10-01 --to ledger.csv`,
		Args: cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			options, err := accuracyFlags{from: f.from, to: f.until, source: f.source}.options()
			if err != nil {
				return err
			}
			return cmd.export(c.Context(), f, func(o session.Offline) (reports.Exported, error) {
				v, err := o.Look(c.Context())
				if err == nil {
					err = v.KeepSnapshots(c.Context())
				}
				if err != nil {
					return reports.Exported{}, err
				}
				return reports.ExportLedger(c.Context(), v, options)
			})
		},
	}
	c.Flags().StringVar(&f.from, "from", "", "first day (default: a year before the last)")
	c.Flags().StringVar(&f.until, "until", "", "last day (default: the last stored)")
	c.Flags().StringVar(&f.source, "source", "",
		"published (forecasts that were submitted) or made (all forecasts, dry runs included)")
	return c
}

// days registers which days are written.
func (f *exportFlags) days(c *cobra.Command) {
	c.Flags().StringVar(&f.from, "from", "", "first day (default: 13 weeks before the last)")
	c.Flags().StringVar(&f.until, "until", "", "last day (default: the last stored)")
}

func (cmd exportCommand) exportMasks(f *exportFlags) *cobra.Command {
	c := &cobra.Command{
		Use:   "masks",
		Short: "Write the masked days, which the models do not use, and why",
		Long: `Write every masked day with its rule, its reason and its effect on the forecast, manual decisions, and, days
across, the history of the codes concerned with masked days marked.`,
		Example: `  wrapcast export masks --to masks.xlsx --from 2026-01-01
  wrapcast export masks --to masks.csv`,
		Args: cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			return cmd.export(c.Context(), f, func(o session.Offline) (reports.Exported,
				error) {
				return f.masks(c.Context(), o)
			})
		},
	}
	f.days(c)
	return c
}

func (f *exportFlags) masks(ctx context.Context, o session.Offline) (reports.Exported, error) {
	until, err := cli.Day(f.until, 0)
	if err != nil {
		return reports.Exported{}, err
	}
	from, err := cli.Day(f.from, 0)
	if err != nil {
		return reports.Exported{}, err
	}
	v, err := o.Look(ctx)
	if err != nil {
		return reports.Exported{}, err
	}
	return reports.ExportMasks(ctx, v, reports.MaskOptions{}, from, until)
}
