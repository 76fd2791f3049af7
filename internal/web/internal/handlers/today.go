package handlers

import (
	"context"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/files"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
	"github.com/wrapcast/wrapcast/internal/web/internal/snapshot"
)

// todayRow is how today goes in one queue.
type todayRow struct {
	ID   wrapcast.QueueID `json:"id"`
	Name string           `json:"name"`
	OverviewToday
	Expected wrapcast.Measure `json:"expected" doc:"Contacts that were to be expected by now: the day's forecast times through; null where either is unknown"`
}

type todayInput struct {
	api.Paged
	Queue string `query:"queue" maxLength:"200" doc:"Only this queue"`
}

// todayHandlers answers how today goes, queue by queue.
type todayHandlers struct{ scope.Organisations }

// operations lists what can be asked here.
func (h *todayHandlers) operations() []api.Operation {
	return []api.Operation{
		{ID: "list-today", Path: "/today", Tag: "Status", Role: viewer,
			Summary: "How today goes in every queue",
			Description: "Contacts so far, the day's forecast under the overrides in use now, and what was to be expected " +
				"by now; queues with most contacts forecast first. Empty where nothing was read yet.",
			Handler: api.Answer(api.Stored, h.list)},
		{ID: "export-today", Path: "/exports/today", Tag: "Exports", Role: viewer,
			Summary: "How today goes in every queue as a workbook or a CSV",
			Handler: todayFile().Handler(api.Stored, h.Name, func(ctx context.Context, at api.Scope,
				p api.Paged) (*api.Page[todayRow], error) {
				return h.list(ctx, at, &todayInput{Paged: p})
			})},
	}
}

func (h *todayHandlers) list(ctx context.Context, at api.Scope, in *todayInput) (*api.Page[todayRow], error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	page, err := api.RespondPage(in.Paged, queuesToday(snap, in.Queue), func(r todayRow) string { return string(r.ID) })
	if err != nil {
		return nil, err
	}
	// Only what is answered is read: a queue takes nine days of quarter-hours.
	err = h.Store.View(ctx, func(tx *store.Tx) error {
		for i := range page.Body.Items {
			if err := page.Body.Items[i].read(snap, tx); err != nil {
				return err
			}
		}
		return nil
	})
	return page, err
}

// queuesToday are the queues with the forecast of today, most contacts first.
func queuesToday(snap *snapshot.Snapshot, queue string) []todayRow {
	rows := []todayRow{}
	if len(snap.Read) == 0 {
		return rows
	}
	for _, q := range snap.Queues {
		if queue != "" && q.ID != scope.QueueOf(queue) {
			continue
		}
		row := todayRow{ID: q.ID, Name: q.Name, Expected: wrapcast.NotMeasured()}
		row.Day, row.OverviewBand = snap.Today, bandOf(nil, 0)
		if snap.Forecast != nil {
			row.OverviewBand = bandOf(snapshot.QueueForecast(snap.Forecast, q.ID), int(snap.Today-snap.Forecast.From))
		}
		rows = append(rows, row)
	}
	slices.SortStableFunc(rows, func(a, b todayRow) int {
		x, y := orZero(a.Mean), orZero(b.Mean)
		switch {
		case x != y && x > y:
			return -1
		case x != y:
			return 1
		}
		return strings.Compare(a.Name, b.Name)
	})
	return rows
}

// orZero is a figure, zero where it is not known.
func orZero(m wrapcast.Measure) float64 {
	if !m.Known() {
		return 0
	}
	return float64(m)
}

// read fills in what was handled today, and how much of such a day has usually come by now.
func (r *todayRow) read(snap *snapshot.Snapshot, tx *store.Tx) error {
	of := store.Series{Queue: &r.ID}
	days, err := snap.Days(tx, of, snap.Today, snap.Today)
	if err != nil {
		return err
	}
	r.Handled = max(int(days.Handled[0]), 0)
	if r.Through, err = through(snap, tx, of); err == nil && r.Mean.Known() && r.Through.Known() {
		r.Expected = r.Mean * r.Through
	}
	return err
}

func todayFile() files.List[todayRow] {
	bound := func(upper bool) func(todayRow) any {
		return func(r todayRow) any {
			for _, b := range r.Bands {
				if b.Level == 0.8 && upper {
					return b.Upper
				} else if b.Level == 0.8 {
					return b.Lower
				}
			}
			return nil
		}
	}
	return files.List[todayRow]{What: "today", Title: "How today goes, queue by queue",
		About: "expected by now is the day's forecast times the share of such a day that has usually come by now",
		Columns: []files.Column[todayRow]{
			{Header: "queue", Width: 34, Of: func(r todayRow) any { return r.Name }},
			{Header: "day", Width: 16, Of: func(r todayRow) any { return r.Day }},
			{Header: "so far", Width: 10, Of: func(r todayRow) any { return r.Handled }},
			{Header: "expected by now", Width: 11, Of: func(r todayRow) any { return r.Expected }},
			{Header: "forecast, whole day", Width: 11, Of: func(r todayRow) any { return r.Mean }},
			{Header: "80 % low", Width: 10, Of: bound(false)},
			{Header: "80 % high", Width: 10, Of: bound(true)},
		}}
}
