package publishing

import (
	"context"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/files"
)

// exportOperations are the lists of this package as files: each has what its list has.
func (c Config) exportOperations() []api.Operation {
	orgs := c.Organisations
	plans := &planHandlers{Organisations: orgs, documents: c.Documents, heard: c.Heard()}
	runs := &runHandlers{Organisations: orgs}
	schedules := &scheduleHandlers{Organisations: orgs}
	deliveries := &deliveryHandlers{Organisations: orgs}
	silences := &silenceHandlers{DecisionHandlers: c.Decisions, Heard: c.Heard()}
	return []api.Operation{
		{ID: "export-runs", Path: "/exports/runs", Tag: "Exports", Role: viewer,
			Summary: "All runs as a workbook or a CSV",
			Handler: runsFile().Handler(api.Stored, orgs.Name, func(ctx context.Context, at api.Scope,
				p api.Paged) (*api.Page[RunRow], error) {
				return runs.listRuns(ctx, at, &runsInput{Paged: p})
			})},
		{ID: "export-plans", Path: "/exports/plans", Tag: "Exports", Role: viewer,
			Summary: "All plans with their submissions as a workbook or a CSV",
			Handler: plansFile().Handler(api.Stored, orgs.Name, func(ctx context.Context, at api.Scope,
				p api.Paged) (*api.Page[PlanHead], error) {
				return plans.listPlans(ctx, at, &plansInput{Paged: p})
			})},
		{ID: "export-schedules", Path: "/exports/schedules", Tag: "Exports", Role: viewer,
			Summary: "Schedules as a workbook or a CSV",
			Handler: schedulesFile().Handler(api.Stored, orgs.Name, func(ctx context.Context, at api.Scope,
				p api.Paged) (*api.Page[scheduleRow], error) {
				return schedules.listSchedules(ctx, at, &schedulesInput{p})
			})},
		{ID: "export-deliveries", Path: "/exports/deliveries", Tag: "Exports", Role: viewer,
			Summary: "Webhook messages as a workbook or a CSV",
			Handler: deliveriesFile().Handler(api.Stored, orgs.Name, func(ctx context.Context, at api.Scope,
				p api.Paged) (*api.Page[DeliveryRow], error) {
				return deliveries.listDeliveries(ctx, at, &deliveriesInput{Paged: p})
			})},
		{ID: "export-accepted-silences", Path: "/exports/accepted-silences", Tag: "Exports", Role: viewer,
			Summary: "Accepted silences as a workbook or a CSV",
			Handler: acceptedFile().Handler(api.Stored, orgs.Name, func(ctx context.Context, at api.Scope,
				p api.Paged) (*api.Page[acceptedRow], error) {
				return silences.listAccepted(ctx, at, &acceptancesInput{Paged: p})
			})},
	}
}

func runsFile() files.List[RunRow] {
	return files.List[RunRow]{What: "runs", Title: "Runs, the latest first", Columns: []files.Column[RunRow]{
		{Header: "started", Width: 22, Of: func(r RunRow) any { return r.StartedAt }},
		{Header: "finished", Width: 22, Of: func(r RunRow) any { return r.FinishedAt }},
		{Header: "state", Width: 12, Of: func(r RunRow) any { return string(r.State) }},
		{Header: "dry run", Width: 9, Of: func(r RunRow) any { return r.DryRun }},
		{Header: "begun by", Width: 18, Of: func(r RunRow) any { return r.Actor }},
		{Header: "target", Width: 9, Of: func(r RunRow) any { return string(r.Target) }},
		{Header: "weeks", Width: 8, Of: func(r RunRow) any { return r.Weeks }},
		{Header: "days ahead", Width: 10, Of: func(r RunRow) any { return r.Horizon }},
		{Header: "method", Width: 14, Of: func(r RunRow) any { return r.Algorithm }},
		{Header: "business units", Width: 30, Of: unitNames},
		{Header: "waits for a person", Width: 10, Of: func(r RunRow) any { return r.Held }},
		{Header: "reason", Width: 60, Of: func(r RunRow) any { return r.Reason }},
		{Header: "what to do", Width: 60, Of: func(r RunRow) any { return r.Hint }},
		{Header: "run", Width: 38, Of: func(r RunRow) any { return string(r.ID) }},
	}}
}

func unitNames(r RunRow) any {
	var names []string
	for _, u := range r.BusinessUnits {
		names = append(names, u.Name)
	}
	return names
}

func plansFile() files.List[PlanHead] {
	sub := func(of func(wrapcast.Submission) any) func(PlanHead) any {
		return func(p PlanHead) any {
			if p.Submission == nil {
				return nil
			}
			return of(*p.Submission)
		}
	}
	return files.List[PlanHead]{What: "plans", Title: "Plans, the latest first", About: "held by silence and unchanged " +
		"are told of the newest plans that were not submitted", Columns: []files.Column[PlanHead]{
		{Header: "week from", Width: 16, Of: func(p PlanHead) any { return p.Week }},
		{Header: "made", Width: 22, Of: func(p PlanHead) any { return p.MadeAt }},
		{Header: "target", Width: 9, Of: func(p PlanHead) any { return string(p.Target) }},
		{Header: "business unit", Width: 38, Of: func(p PlanHead) any { return string(p.BusinessUnit) }},
		{Header: "refusals", Width: 9, Of: func(p PlanHead) any { return p.Refusals }},
		{Header: "held by silence", Width: 9, Of: func(p PlanHead) any { return p.Held }},
		{Header: "unchanged", Width: 11, Of: func(p PlanHead) any { return p.Unchanged }},
		{Header: "submission", Width: 12, Of: sub(func(s wrapcast.Submission) any { return string(s.State) })},
		{Header: "updated", Width: 22, Of: sub(func(s wrapcast.Submission) any { return s.UpdatedAt })},
		{Header: "reason", Width: 60, Of: sub(func(s wrapcast.Submission) any { return s.Reason })},
		{Header: "forecast ID there", Width: 38, Of: sub(func(s wrapcast.Submission) any { return s.TargetForecastID })},
		{Header: "plan", Width: 38, Of: func(p PlanHead) any { return string(p.ID) }},
		{Header: "run", Width: 38, Of: func(p PlanHead) any { return string(p.Run) }},
		{Header: "forecast", Width: 38, Of: func(p PlanHead) any { return string(p.Forecast) }},
	}}
}

func schedulesFile() files.List[scheduleRow] {
	return files.List[scheduleRow]{What: "schedules", Title: "When runs are due",
		About: "the rule is on the wall clock of the business unit",
		Columns: []files.Column[scheduleRow]{
			{Header: "rule", Width: 18, Of: func(r scheduleRow) any { return r.Cron }},
			{Header: "on", Width: 8, Of: func(r scheduleRow) any { return r.Enabled }},
			{Header: "next", Width: 22, Of: func(r scheduleRow) any { return r.NextAt }},
			{Header: "last", Width: 22, Of: func(r scheduleRow) any { return r.LastAt }},
			{Header: "dry run", Width: 9, Of: func(r scheduleRow) any { return r.Request.DryRun }},
			{Header: "weeks", Width: 8, Of: func(r scheduleRow) any { return r.Request.Weeks }},
			{Header: "days ahead", Width: 10, Of: func(r scheduleRow) any { return r.Request.HorizonDays }},
			{Header: "strict", Width: 8, Of: func(r scheduleRow) any { return r.Request.Strict }},
			{Header: "method", Width: 14, Of: func(r scheduleRow) any { return r.Request.Algorithm }},
			{Header: "business units", Width: 30, Of: func(r scheduleRow) any { return r.Request.BusinessUnits }},
			{Header: "set in", Width: 12, Of: func(r scheduleRow) any { return r.Source }},
			{Header: "by", Width: 18, Of: func(r scheduleRow) any { return r.Author }},
			{Header: "updated", Width: 22, Of: func(r scheduleRow) any { return r.UpdatedAt }},
		}}
}

func deliveriesFile() files.List[DeliveryRow] {
	return files.List[DeliveryRow]{What: "webhook-messages", Title: "Webhook messages, the latest first",
		Columns: []files.Column[DeliveryRow]{
			{Header: "created", Width: 22, Of: func(d DeliveryRow) any { return d.CreatedAt }},
			{Header: "to", Width: 30, Of: func(d DeliveryRow) any { return d.Host }},
			{Header: "state", Width: 12, Of: func(d DeliveryRow) any { return string(d.State) }},
			{Header: "attempts", Width: 9, Of: func(d DeliveryRow) any { return d.Attempts }},
			{Header: "HTTP", Width: 7, Of: func(d DeliveryRow) any { return status(d.StatusCode) }},
			{Header: "delivered", Width: 22, Of: func(d DeliveryRow) any { return d.DeliveredAt }},
			{Header: "next attempt", Width: 22, Of: func(d DeliveryRow) any { return d.NextAt }},
			{Header: "reason", Width: 60, Of: func(d DeliveryRow) any { return d.Reason }},
			{Header: "run", Width: 38, Of: func(d DeliveryRow) any { return string(d.Run) }},
			{Header: "message", Width: 38, Of: func(d DeliveryRow) any { return string(d.ID) }},
		}}
}

// status is an HTTP status; nothing where there was no answer.
func status(code int) any {
	if code == 0 {
		return nil
	}
	return code
}

func acceptedFile() files.List[acceptedRow] {
	return files.List[acceptedRow]{What: "accepted-silences", Title: "Accepted silences, the latest first",
		Columns: []files.Column[acceptedRow]{
			{Header: "of", Width: 34, Of: func(a acceptedRow) any { return a.Name }},
			{Header: "kind", Width: 16, Of: func(a acceptedRow) any { return string(a.Kind) }},
			{Header: "in use", Width: 8, Of: func(a acceptedRow) any { return a.InUse }},
			{Header: "last day", Width: 16, Of: func(a acceptedRow) any { return someDay(a.Until) }},
			{Header: "reason", Width: 60, Of: func(a acceptedRow) any { return a.Reason }},
			{Header: "author", Width: 18, Of: func(a acceptedRow) any { return a.Author }},
			{Header: "accepted", Width: 22, Of: func(a acceptedRow) any { return a.CreatedAt }},
			{Header: "withdrawn", Width: 22, Of: func(a acceptedRow) any { return a.WithdrawnAt }},
			{Header: "withdrawn by", Width: 18, Of: func(a acceptedRow) any { return a.WithdrawnBy }},
		}}
}

// someDay is a day; nothing where there is none.
func someDay(d wrapcast.Date) any {
	if d == 0 {
		return nil
	}
	return d
}
