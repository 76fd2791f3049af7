package handlers

import (
	"context"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/export"
	"github.com/wrapcast/wrapcast/internal/service"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/access"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/files"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
)

// organisationRow is how an organisation stands, in a line of the page over all of them.
type organisationRow struct {
	ID   wrapcast.OrganisationID `json:"id"`
	Name string                  `json:"name"`
	// Settings is its name there.
	Settings    string     `json:"settings_name" doc:"What the settings file calls it; empty where it names none"`
	Connection  string     `json:"connection" enum:"stored,waiting,working,failing" doc:"stored: this server does not work for it; waiting: its platform has not answered yet"`
	Problem     string     `json:"problem" doc:"Why its platform is not reached; empty where nothing is wrong"`
	LastGoodRun *time.Time `json:"last_good_run,omitempty" doc:"When the latest run ended that is done, all of it"`
	NextRun     *time.Time `json:"next_run,omitempty" doc:"When the next run is due; left out where no schedule is on"`
	Running     bool       `json:"running" doc:"A run is under way or waits for its turn"`
	// Trouble is how the latest run ended where it did not go through.
	Trouble string `json:"trouble" enum:",held,failed,partial" doc:"How the latest run ended where it did not go through: held waits for somebody"`
	Reason  string `json:"reason" doc:"Why; empty where it went through"`
	Missed  int    `json:"missed" doc:"Schedules that should have begun a run and have not"`
	// Accuracy is left out where there is no forecast, or one of before it was kept.
	Accuracy *wrapcast.Accuracy `json:"accuracy,omitempty" doc:"Of the latest forecast: all contacts of a day, one to 28 days ahead"`
	Budget   rowBudget          `json:"budget" doc:"Of the platform's request limit"`
}

// rowBudget is how much of its platform an organisation uses.
type rowBudget struct {
	PerMinute     int `json:"per_minute" doc:"Requests a minute that may be made; 0 where this server does not work for it"`
	MonthRequests int `json:"month_requests" doc:"Made in this month of UTC, whoever sent them"`
	PerMonth      int `json:"per_month" doc:"The month's ceiling; 0 where there is none"`
}

// organisationsInput asks for a page of them.
type organisationsInput struct{ api.Paged }

// organisationHandlers answers how all organisations stand that somebody may see.
type organisationHandlers struct {
	scope.Organisations
	worker scope.Worker
	now    func() time.Time
}

// operations lists what can be asked here.
func (h *organisationHandlers) operations() []api.Operation {
	return []api.Operation{
		{ID: "list-organisations", Path: "/organisations", Tag: "Status", Role: viewer,
			Summary:     "How every organisation stands",
			Description: "Those that the role of whoever asks lets see, by name; what is shown of one is of it alone.",
			Handler:     api.Answer(api.Installed, h.list)},
		{ID: "export-organisations", Path: "/exports/organisations", Tag: "Exports", Role: viewer,
			Summary: "How every organisation stands as a workbook or a CSV",
			Handler: organisationsFile().Handler(api.Installed, files.Installation, func(ctx context.Context, at api.Scope,
				p api.Paged) (*api.Page[organisationRow], error) {
				return h.list(ctx, at, &organisationsInput{p})
			})},
	}
}

func organisationsFile() files.List[organisationRow] {
	judged := func(of func(wrapcast.Accuracy) wrapcast.Measure) func(organisationRow) any {
		return func(r organisationRow) any {
			if r.Accuracy == nil || !of(*r.Accuracy).Known() {
				return nil
			}
			return export.Share(of(*r.Accuracy))
		}
	}
	return files.List[organisationRow]{What: "organisations", Title: "Organisations",
		Columns: []files.Column[organisationRow]{
			{Header: "organisation", Width: 34, Of: func(r organisationRow) any { return r.Name }},
			{Header: "settings call it", Width: 16, Of: func(r organisationRow) any { return r.Settings }},
			{Header: "connection", Width: 12, Of: func(r organisationRow) any { return r.Connection }},
			{Header: "last good run", Width: 22, Of: func(r organisationRow) any { return r.LastGoodRun }},
			{Header: "next run", Width: 22, Of: func(r organisationRow) any { return r.NextRun }},
			{Header: "running", Width: 9, Of: func(r organisationRow) any { return r.Running }},
			{Header: "missed runs", Width: 8, Of: func(r organisationRow) any { return r.Missed }},
			{Header: "latest run", Width: 12, Of: func(r organisationRow) any { return r.Trouble }},
			{Header: "why", Width: 60, Of: func(r organisationRow) any { return strings.TrimSpace(r.Problem + " " + r.Reason) }},
			{Header: "WAPE", Width: 9, Of: judged(func(a wrapcast.Accuracy) wrapcast.Measure { return a.WAPE })},
			{Header: "bias", Width: 9, Of: judged(func(a wrapcast.Accuracy) wrapcast.Measure { return a.Bias })},
			{Header: "coverage", Width: 9, Of: judged(func(a wrapcast.Accuracy) wrapcast.Measure { return a.Coverage })},
			{Header: "requests a minute", Width: 10, Of: func(r organisationRow) any { return r.Budget.PerMinute }},
			{Header: "requests this month", Width: 10, Of: func(r organisationRow) any { return r.Budget.MonthRequests }},
			{Header: "month's ceiling", Width: 10, Of: func(r organisationRow) any { return r.Budget.PerMonth }},
			{Header: "id", Width: 38, Of: func(r organisationRow) any { return string(r.ID) }},
		}}
}

func (h *organisationHandlers) list(
	ctx context.Context, _ api.Scope, in *organisationsInput,
) (*api.Page[organisationRow], error) {
	all, err := scope.Seen(ctx, h.Store, access.WhoAsks(ctx))
	if err != nil {
		return nil, err
	}
	rows := make([]organisationRow, 0, len(all))
	for _, o := range all {
		row, err := h.row(ctx, o)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	rows = scope.Sorted(rows, scope.Sorting{By: "name"}, func(r *organisationRow) scope.SortKey {
		return scope.SortKey{Name: r.Name, ID: string(r.ID)}
	})
	return api.RespondPage(in.Paged, rows, func(r organisationRow) string { return string(r.ID) })
}

// row reads how one organisation stands, in a transaction of its own.
func (h *organisationHandlers) row(ctx context.Context, o wrapcast.Organisation) (organisationRow, error) {
	out := organisationRow{ID: o.ID, Name: o.Name, Connection: "stored"}
	if s := h.worker.Of(o.ID); s != nil {
		out.connect(s)
	}
	return out, h.Store.View(ctx, func(tx *store.Tx) error { return out.read(tx, h.now()) })
}

// connect fills in what the service of the organisation knows.
func (r *organisationRow) connect(s *service.Service) {
	r.Settings, r.Connection = s.Name(), "waiting"
	met, problem := s.Connection()
	switch {
	case met != "":
		r.Connection = "working"
	case problem != nil:
		r.Connection, r.Problem = "failing", problem.Error()
	}
	u := s.Usage()
	r.Budget = rowBudget{PerMinute: u.PerMinute, PerMonth: u.PerMonth}
}

// read fills in what is stored.
func (r *organisationRow) read(tx *store.Tx, now time.Time) error {
	good, err := tx.Runs().LastDone(r.ID)
	if err != nil {
		return err
	}
	r.LastGoodRun = api.Instant(good)
	if err := r.readRuns(tx); err != nil {
		return err
	}
	if err := r.readSchedules(tx, now); err != nil {
		return err
	}
	heads, _, err := tx.Forecasts().Heads(r.ID, store.ForecastQuery{Limit: 1})
	if err != nil {
		return err
	}
	if len(heads) > 0 {
		r.Accuracy = heads[0].Total
	}
	r.Budget.MonthRequests, err = tx.Budget().MonthRequests(r.ID, now)
	return err
}

// readRuns looks at the latest run that is over, and whether one is not.
func (r *organisationRow) readRuns(tx *store.Tx) error {
	const some = 2 // one may be under way
	latest, err := tx.Runs().Latest(r.ID, some)
	for _, run := range latest {
		if run.FinishedAt.IsZero() {
			r.Running = true
			continue
		}
		switch {
		case run.Held():
			r.Trouble = "held"
		case run.State == wrapcast.RunFailed:
			r.Trouble = "failed"
		case run.State == wrapcast.RunPartial:
			r.Trouble = "partial"
		default:
			return err
		}
		r.Reason = run.Reason
		return err
	}
	return err
}

// readSchedules finds when the next run is due, and how many were missed.
func (r *organisationRow) readSchedules(tx *store.Tx, now time.Time) error {
	all, err := tx.Schedules().All(r.ID)
	for _, s := range all {
		if !s.Enabled || s.NextAt.IsZero() {
			continue
		}
		if r.NextRun == nil || s.NextAt.Before(*r.NextRun) {
			r.NextRun = api.Instant(s.NextAt)
		}
		if !r.Running && !now.Before(s.NextAt.Add(service.Grace)) {
			r.Missed++
		}
	}
	return err
}
