package reports

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/export"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Exported is what people take away as a file: the sheets of a workbook, or one table with all of it. From and To bound
// the days it is of, both included.
type Exported struct {
	Sheets   []export.Sheet
	Table    export.Sheet
	From, To wrapcast.Date
}

// EditingOf says where a change of a forecast makes sense, and what a workbook with it is of at an instant.
func EditingOf(ctx context.Context, v *steps.View, made wrapcast.Forecast, now time.Time) (export.Editing, error) {
	e := export.Editing{Today: v.Day(v.At), Workbook: export.Workbook{Organisation: v.Directory.Organisation,
		Unit: made.BusinessUnit, Forecast: made.ID, MadeAt: made.MadeAt, WrittenAt: now}}
	for _, o := range made.Overrides {
		e.Overrides = append(e.Overrides, o.ID)
	}
	err := v.Store.View(ctx, func(tx *store.Tx) error {
		all, err := steps.OverridesSince(tx, v.Organisation(), made.From)
		e.Version = steps.OverridesVersion(all, now)
		return err
	})
	if err != nil {
		return e, err
	}
	resolved, err := v.CalendarOf(ctx, made)
	e.Closed = func(q wrapcast.QueueID, day wrapcast.Date) bool {
		open := resolved.Open(q, day, v.Zone)
		return open != nil && !slices.Contains(open, true)
	}
	return e, err
}

// ExportForecast lays a forecast out with the interval of a level, a fraction; zero means the level it was judged at.
// The workbook is to be changed and read back, as editing says.
func ExportForecast(d wrapcast.Directory, made wrapcast.Forecast, level float64, e export.Editing) (Exported, error) {
	level = cmp.Or(level, made.Accuracy.Level)
	if !slices.ContainsFunc(made.Total.Bands, func(b wrapcast.Band) bool { return b.Level == level }) {
		return Exported{}, wrapcast.Errorf(wrapcast.Usage, "", "the forecast has no interval of %g %%", 100*level).
			WithHint("it has 50, 80, 95 and that of the settings it was made with")
	}
	return Exported{Sheets: export.OfUnit(export.EditableSheets(d, made, level, e), d),
		Table: export.ForecastTable(d, made, level), From: made.From, To: made.From + wrapcast.Date(made.Days-1)}, nil
}

// ExportAccuracy lays out the accuracy of kept forecasts and, day by day, the forecast of so many days ahead beside the
// actual; and whether decisions were worth it, of a year where no first day is asked for.
func ExportAccuracy(ctx context.Context, v *steps.View, o steps.AccuracyOptions, lead int) (Exported, error) {
	r, err := v.Accuracy(ctx, o)
	if err != nil {
		return Exported{}, err
	}
	vsActual, err := v.ForecastVsActual(ctx, o, lead)
	if err != nil {
		return Exported{}, err
	}
	sheets := export.AccuracySheets(r, vsActual)
	ledger, err := v.Ledger(ctx, o)
	if wrapcast.KindOf(err) == wrapcast.NotFound {
		ledger, err = wrapcast.Ledger{}, nil
	}
	if len(ledger.Entries) > 0 { // before the page about the figures
		sheets = slices.Insert(sheets, len(sheets)-1, export.LedgerSheets(ledger)...)
	}
	return Exported{Sheets: export.OfUnit(sheets, v.Directory), Table: export.AccuracyTable(r), From: r.From,
		To: r.To}, err
}

// ExportLedger lays out whether decisions were worth it.
func ExportLedger(ctx context.Context, v *steps.View, o steps.AccuracyOptions) (Exported, error) {
	l, err := v.Ledger(ctx, o)
	sheets := append(export.LedgerSheets(l), export.AboutLedger(l))
	return Exported{Sheets: export.OfUnit(sheets, v.Directory), Table: export.LedgerTable(l), From: l.From,
		To: l.To}, err
}

// daysOfMasks is how many days of history stand beside the list of masks unless more are asked for.
const daysOfMasks = 91

// ExportMasks lays out the masks and what people decided, and the history of the codes concerned between two days, both
// included; zero means the last 13 weeks.
func ExportMasks(ctx context.Context, v *steps.View, o MaskOptions, from, until wrapcast.Date) (Exported, error) {
	r, err := Masks(ctx, v, o)
	if err != nil {
		return Exported{}, err
	}
	until = cmp.Or(until, r.To)
	histories, err := codeHistories(ctx, v, cmp.Or(from, until-daysOfMasks+1), until)
	masked := slices.DeleteFunc(histories, func(h wrapcast.CodeHistory) bool {
		return !slices.ContainsFunc(r.Codes, func(c wrapcast.CodeMasks) bool { return c.Code.ID == h.Code.ID })
	})
	return Exported{Sheets: export.OfUnit(export.MaskSheets(r, masked), v.Directory), Table: export.MaskTable(r),
		From: r.From, To: r.To}, err
}

// CodeHistories returns what every wrap-up code had per local day from one on; zero means the last 13 weeks.
func CodeHistories(ctx context.Context, v *steps.View, from wrapcast.Date) ([]wrapcast.CodeHistory, error) {
	all, err := codeHistories(ctx, v, from, 0)
	if err != nil || from != 0 {
		return all, err
	}
	for i := range all {
		if over := len(all[i].Handled) - daysOfMasks; over > 0 {
			all[i].From, all[i].Handled = all[i].From+wrapcast.Date(over), all[i].Handled[over:]
		}
	}
	return all, nil
}
