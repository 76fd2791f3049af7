package figures

import (
	"context"
	"math"
	"net/http"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/export"
	"github.com/wrapcast/wrapcast/internal/planning"
	"github.com/wrapcast/wrapcast/internal/reports"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/columns"
	"github.com/wrapcast/wrapcast/internal/web/internal/files"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
	"github.com/wrapcast/wrapcast/internal/web/internal/snapshot"
)

type exportDaysInput struct {
	files.Input
	scope.SeriesInput
	From string `query:"from" format:"date" doc:"The first local day; by default the first of the history"`
}

type exportReportsInput struct{ files.Input }

type exportPlanInput struct {
	files.Input
	Plan string `path:"plan" maxLength:"100"`
}

type exportOverridesInput struct{ files.Input }

type exportReconciliationInput struct {
	files.Input
	From string `query:"from" format:"date" doc:"The first local day; by default 28 days before the last"`
	To   string `query:"to" format:"date" doc:"The last local day; by default the last that was read whole"`
}

type exportAuditInput struct {
	files.Input
	Run    string `query:"run" maxLength:"100" doc:"Only entries of this run"`
	Actor  string `query:"actor" maxLength:"200"`
	Action string `query:"action" maxLength:"100" doc:"An action, or the part before its full stop: submit finds submit.accepted too"`
	Status string `query:"status" maxLength:"50"`
}

// maxAuditRows is the most entries of one file: a sheet of a workbook has room for a million rows.
const maxAuditRows = 100_000

// tableHandlers makes files of what pages show and no report has.
type tableHandlers struct {
	fileHandlers
	documents *snapshot.Documents
	reports   *snapshot.Reports
	decisions steps.Decisions
}

// operations lists what can be asked here.
func (h *tableHandlers) operations() []api.Operation {
	types := files.Types()
	return []api.Operation{
		{ID: "export-history", Path: "/exports/history", Tag: "Exports", Role: viewer,
			Summary: "The days of a code, a queue or in total as a workbook or a CSV",
			Description: "What was handled and what is forecast, day by day, with handle times; in total also every " +
				"code's last 13 weeks.",
			Handler: api.Files(api.Stored, types, h.exportDays)},
		{ID: "export-validation", Path: "/exports/validation", Tag: "Exports", Role: viewer,
			Summary: "Data quality by code as a workbook or a CSV",
			Handler: api.Files(api.Stored, types, h.exportReports)},
		{ID: "export-plan", Path: "/exports/plans/{plan}", Tag: "Exports", Role: viewer,
			Summary: "A plan as a workbook or a CSV",
			Description: "What it has per planning group and day beside what the target had, and in the workbook its " +
				"quarter-hours.",
			Handler: api.Files(api.Stored, types, h.exportPlan)},
		{ID: "export-overrides", Path: "/exports/overrides", Tag: "Exports", Role: viewer,
			Summary: "Overrides as a workbook or a CSV",
			Description: "Withdrawn and past ones too, with their effect; in the workbook whether decisions were worth " +
				"it, once any can be judged.",
			Handler: api.Files(api.Stored, types, h.exportOverrides)},
		{ID: "export-reconciliation", Path: "/exports/reconciliation", Tag: "Exports", Role: viewer,
			Summary: "Reconciliation as a workbook or a CSV",
			Handler: api.Files(api.Stored, types, h.exportReconciliation)},
		{ID: "export-audit", Path: "/exports/audit", Tag: "Exports", Role: viewer,
			Summary: "Entries of the audit chain as a workbook or a CSV",
			Description: "The latest first; more than 100,000 are refused. `wrapcast audit export` writes the chain as it " +
				"is, to be verified elsewhere.",
			Handler: api.Files(api.Chained, types, h.exportAudit)},
	}
}

func (h *tableHandlers) exportDays(ctx context.Context, at api.Scope, in *exportDaysInput) (api.File, error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return api.File{}, err
	}
	if len(snap.Read) == 0 {
		return api.File{}, noHistory()
	}
	from, to, err := daysMeant(snap, in.From, "", byDay)
	if err != nil {
		return api.File{}, err
	}
	var series snapshot.Series
	err = h.Store.View(ctx, func(tx *store.Tx) (err error) {
		series, err = snap.Days(tx, in.Stored(), from, to)
		return err
	})
	if err != nil {
		return api.File{}, err
	}
	days := ahead(snap, in.SeriesInput, actualDays(series, from))
	subject, what := in.words(snap)
	e := reports.Exported{Table: export.DayTable(subject, days), From: from, To: days[len(days)-1].Day}
	var codes []wrapcast.CodeHistory
	if in.Code == "" && in.Queue == "" && !in.CSV() {
		if codes, err = h.codeDays(ctx, at, in.From); err != nil {
			return api.File{}, err
		}
	}
	e.Sheets = export.HistorySheets(subject, days, codes)
	return in.File(snap.Directory.Organisation.Name, what, e), nil
}

func noHistory() error {
	return api.NewProblem(http.StatusNotFound, "no history is stored yet").WithHint("start a run")
}

// codeDays are the histories of all codes: from a day, or the last weeks.
func (h *tableHandlers) codeDays(ctx context.Context, at api.Scope, from string) ([]wrapcast.CodeHistory, error) {
	v, err := h.viewOf(ctx, at)
	if err != nil {
		return nil, err
	}
	return reports.CodeHistories(ctx, v, scope.DayOf(from))
}

// words say what days are of, for people and for a file's name.
func (in *exportDaysInput) words(snap *snapshot.Snapshot) (subject, what string) {
	var names []string
	if in.Code != "" {
		names = append(names, snap.CodeName(scope.CodeOf(in.Code)))
	}
	if in.Queue != "" {
		names = append(names, snap.QueueName(scope.QueueOf(in.Queue)))
	}
	switch len(names) {
	case 0:
		return "All contacts", "all-contacts"
	case 1:
		return names[0], files.InName(names[0])
	}
	return names[0] + " in " + names[1], files.InName(names[0] + " in " + names[1])
}

// actualDays are what was handled from a day on.
func actualDays(series snapshot.Series, from wrapcast.Date) []export.SubjectDay {
	none := wrapcast.NotMeasured()
	days := make([]export.SubjectDay, len(series.Handled))
	for i, n := range series.Handled {
		days[i] = export.SubjectDay{Day: from + wrapcast.Date(i), Actual: none, ActualHandle: none, Forecast: none,
			Without: none, Low: none, High: none, ForecastHandleTime: none}
		if n != columns.None {
			days[i].Actual, days[i].ActualHandle = wrapcast.Measure(n), wrapcast.Measure(series.HandleSeconds[i])
		}
	}
	return days
}

// ahead adds the days of the latest forecast, where it has the subject.
func ahead(snap *snapshot.Snapshot, in scope.SeriesInput, days []export.SubjectDay) []export.SubjectDay {
	if snap.Forecast == nil {
		return days
	}
	f, err := seriesOf(snap.Forecast, in)
	if err != nil {
		return days // it has no forecast, and its history stands alone
	}
	base := f
	if snap.Forecast.Base != nil {
		if without, err := seriesOf(snap.Forecast.Base, in); err == nil {
			base = without
		}
	}
	none := wrapcast.NotMeasured()
	first := days[0].Day
	for t := range min(f.Days, len(f.Mean)) {
		day := f.From + wrapcast.Date(t)
		for first+wrapcast.Date(len(days)) <= day {
			days = append(days, export.SubjectDay{Day: first + wrapcast.Date(len(days)), Actual: none, ActualHandle: none,
				Forecast: none, Without: none, Low: none, High: none, ForecastHandleTime: none})
		}
		if day < first {
			continue
		}
		d := &days[day-first]
		d.Forecast, d.Without = wrapcast.Measure(f.Mean[t]), wrapcast.Measure(base.Mean[t])
		d.Low, d.High = bounds(f.Bands, snap.Forecast.Accuracy.Level, t)
		d.ForecastHandleTime = wrapcast.Measure(f.HandleSeconds[t])
	}
	return days
}

// bounds are those of the interval of a level on a day, none where there is no such interval.
func bounds(bands []seriesBand, level float64, t int) (low, high wrapcast.Measure) {
	for _, b := range bands {
		if math.Abs(b.Level-level) < 1e-9 && t < len(b.Lower) {
			return wrapcast.Measure(b.Lower[t]), wrapcast.Measure(b.Upper[t])
		}
	}
	return wrapcast.NotMeasured(), wrapcast.NotMeasured()
}

func (h *tableHandlers) exportReports(ctx context.Context, at api.Scope, in *exportReportsInput) (api.File, error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return api.File{}, err
	}
	if snap.Report == nil {
		return api.File{}, scope.NotValidated()
	}
	e := reports.Exported{Sheets: export.ReportSheets(*snap.Report), Table: export.ReportTable(*snap.Report),
		From: snap.Report.From, To: snap.Report.To}
	return in.File(snap.Directory.Organisation.Name, "data-quality", e), nil
}

func (h *tableHandlers) exportPlan(ctx context.Context, at api.Scope, in *exportPlanInput) (api.File, error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return api.File{}, err
	}
	var p *wrapcast.Plan
	err = h.View(ctx, at, func(tx *store.Tx, org wrapcast.OrganisationID) (err error) {
		p, err = h.documents.Plan(tx, org, wrapcast.PlanID(in.Plan))
		return err
	})
	if err != nil {
		return api.File{}, err
	}
	zone, from, to := time.UTC, wrapcast.DateOf(p.MadeAt), wrapcast.Date(0)
	if p.Week != nil {
		if zone, err = planning.Zone(p.Week.BusinessUnit); err != nil {
			return api.File{}, err
		}
		from, to = p.Week.Start, p.Week.Start+6
	}
	e := reports.Exported{Sheets: export.PlanSheets(*p, zone), Table: export.PlanTable(*p), From: from, To: to}
	return in.File(snap.Directory.Organisation.Name, "plan", e), nil
}

func (h *tableHandlers) exportOverrides(
	ctx context.Context, at api.Scope, in *exportOverridesInput,
) (api.File, error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return api.File{}, err
	}
	var latest wrapcast.Forecast
	if snap.Stored != nil {
		latest = *snap.Stored
	}
	all, err := h.decisions.Overrides(ctx, at.Organisation, latest)
	if err != nil {
		return api.File{}, err
	}
	rows := overrideStates(snap, all.Overrides)
	ledger, err := h.reports.Ledger(ctx, snap, steps.AccuracyOptions{})
	if err != nil && wrapcast.KindOf(err) != wrapcast.NotFound {
		return api.File{}, err
	}
	names := map[string]string{}
	if ledger != nil {
		names = namesOf(snap, *ledger)
	}
	e := reports.Exported{Sheets: export.OverrideSheets(rows, ledger, names), Table: export.OverrideTable(rows),
		From: wrapcast.DateOf(h.clock.Now().In(snap.Zone))}
	return in.File(snap.Directory.Organisation.Name, "overrides", e), nil
}

func overrideStates(snap *snapshot.Snapshot, all []steps.OverrideStatus) []export.OverrideState {
	rows := make([]export.OverrideState, len(all))
	for i, o := range all {
		rows[i] = export.OverrideState{AppliedOverride: o.AppliedOverride, State: string(o.State)}
		for _, c := range o.Codes {
			rows[i].Codes = append(rows[i].Codes, snap.CodeName(c))
		}
		for _, q := range o.Queues {
			rows[i].Queues = append(rows[i].Queues, snap.QueueName(q))
		}
	}
	return rows
}

func (h *tableHandlers) exportReconciliation(
	ctx context.Context, at api.Scope, in *exportReconciliationInput,
) (api.File, error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return api.File{}, err
	}
	from, to, err := reconciledDays(snap, in.From, in.To)
	if err != nil {
		return api.File{}, err
	}
	r, err := h.reports.Reconciliation(ctx, snap, from, to)
	if err != nil {
		return api.File{}, err
	}
	e := reports.Exported{Sheets: export.ReconciliationSheets(*r), Table: export.ReconciliationTable(*r),
		From: from, To: to}
	return in.File(snap.Directory.Organisation.Name, "reconciliation", e), nil
}

func (h *tableHandlers) exportAudit(ctx context.Context, at api.Scope, in *exportAuditInput) (api.File, error) {
	var entries []wrapcast.AuditEntry
	err := h.View(ctx, at, func(tx *store.Tx, org wrapcast.OrganisationID) (err error) {
		var all int
		entries, all, err = tx.Audit().Before(org, store.AuditQuery{Run: wrapcast.RunID(in.Run), Actor: in.Actor,
			Action: in.Action, Status: in.Status, Limit: maxAuditRows})
		if err == nil && all > len(entries) {
			err = wrapcast.Errorf(wrapcast.Usage, "export", "%d entries are more than the %d a file takes", all, maxAuditRows).
				WithHint("ask for those of a run, an actor or an action; `wrapcast audit export` writes the whole chain")
		}
		return err
	})
	if err != nil {
		return api.File{}, err
	}
	snap := &snapshot.Snapshot{} // the installation has none
	snap.Directory.Organisation.Name = "installation"
	if at.Organisation != wrapcast.Installation {
		if snap, err = h.Look(ctx, at); err != nil {
			return api.File{}, err
		}
	}
	e := reports.Exported{Sheets: export.AuditSheets(entries), Table: export.AuditTable(entries)}
	if len(entries) > 0 {
		e.From, e.To = wrapcast.DateOf(entries[len(entries)-1].At), wrapcast.DateOf(entries[0].At)
	}
	return in.File(snap.Directory.Organisation.Name, "audit", e), nil
}
