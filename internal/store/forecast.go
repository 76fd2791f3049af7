package store

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store/internal/column"
)

// Add stores a forecast for good: it is never changed. It returns Conflict where its id
// is taken, and InvalidData where it holds a number that is none.
func (tx Forecasts) Add(f wrapcast.Forecast) error {
	document, err := column.PackDocument(f)
	if err != nil {
		return fmt.Errorf("forecast %s: %w", f.ID, err)
	}
	if err := tx.insert("forecast "+string(f.ID),
		`INSERT INTO forecast (organisation_id, forecast_id, run_id, made_at, algorithm, from_day, days, document) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		f.Organisation, f.ID, f.Run, f.MadeAt.UnixMilli(), f.Algorithm, int64(f.From), f.Days, document); err != nil {
		return err
	}
	return tx.addHead(&f)
}

// Get returns a forecast, or NotFound.
func (tx Forecasts) Get(org wrapcast.OrganisationID, id wrapcast.ForecastID) (wrapcast.Forecast, error) {
	return require(tx.conn, "forecast "+string(id), scanDocument[wrapcast.Forecast],
		`SELECT document FROM forecast WHERE organisation_id = $1 AND forecast_id = $2`, org, id)
}

// OfRun returns the latest forecast a run made, or NotFound.
func (tx Forecasts) OfRun(org wrapcast.OrganisationID, run wrapcast.RunID) (wrapcast.Forecast, error) {
	return require(tx.conn, "a forecast of run "+string(run), scanDocument[wrapcast.Forecast],
		`SELECT document FROM forecast WHERE organisation_id = $1 AND run_id = $2 ORDER BY forecast_id DESC LIMIT 1`, org, run)
}

// Latest returns the forecast that was made last, or NotFound.
func (tx Forecasts) Latest(org wrapcast.OrganisationID) (wrapcast.Forecast, error) {
	return require(tx.conn, "a forecast", scanDocument[wrapcast.Forecast],
		`SELECT document FROM forecast WHERE organisation_id = $1 ORDER BY forecast_id DESC LIMIT 1`, org)
}

// LatestID returns the id of the forecast that was made last, "" where there is none.
func (tx Forecasts) LatestID(org wrapcast.OrganisationID) (wrapcast.ForecastID, error) {
	id, _, err := get(tx.conn, scanString,
		`SELECT forecast_id FROM forecast WHERE organisation_id = $1 ORDER BY forecast_id DESC LIMIT 1`, org)
	return wrapcast.ForecastID(id), err
}

func scanInt(r row) (n int, err error) {
	err = r.Scan(&n)
	return n, err
}

// ForecastHead is a forecast without its numbers.
type ForecastHead struct {
	ID           wrapcast.ForecastID `json:"id"`
	Run          wrapcast.RunID      `json:"run"`
	MadeAt       time.Time           `json:"made_at"`
	Algorithm    string              `json:"algorithm"`
	CountingRule string              `json:"counting_rule"`
	TimeZone     string              `json:"time_zone"`
	From         wrapcast.Date       `json:"from"`
	Days         int                 `json:"days"`
	HistoryFrom  wrapcast.Date       `json:"history_from"`
	HistoryTo    wrapcast.Date       `json:"history_to"`
	Codes        int                 `json:"codes"`
	Queues       int                 `json:"queues"`
	Leaves       int                 `json:"leaves"`
	Accuracy     wrapcast.Accuracy   `json:"accuracy"`
}

// HeadOf returns a forecast without its numbers.
func HeadOf(f *wrapcast.Forecast) ForecastHead {
	return ForecastHead{ID: f.ID, Run: f.Run, MadeAt: f.MadeAt, Algorithm: f.Algorithm, CountingRule: f.CountingRule,
		TimeZone: f.TimeZone,
		From:     f.From, Days: f.Days, HistoryFrom: f.HistoryFrom, HistoryTo: f.HistoryTo, Codes: len(f.Codes),
		Queues: len(f.Queues),
		Leaves: len(f.Leaves), Accuracy: f.Accuracy}
}

// Heads lists the forecasts made before one, or all where it is "": the latest first, limit of them at most; and
// how many there are in all.
func (tx Forecasts) Heads(
	org wrapcast.OrganisationID, earlier wrapcast.ForecastID, limit int,
) (heads []ForecastHead, total int, err error) {
	return pageOf(tx.conn, scanForecastHead, "head", rowsOf("forecast_head", org), pageBefore("forecast_id", earlier,
		limit))
}

func scanForecastHead(r row) (h ForecastHead, err error) {
	var text []byte
	if err := r.Scan(&text); err != nil {
		return h, err
	}
	return h, json.Unmarshal(text, &h)
}

func (tx Forecasts) addHead(f *wrapcast.Forecast) error {
	text, err := json.Marshal(HeadOf(f))
	if err != nil {
		return fmt.Errorf("forecast %s: %w", f.ID, err)
	}
	return tx.insert("the head of forecast "+string(f.ID),
		`INSERT INTO forecast_head (organisation_id, forecast_id, head) VALUES ($1, $2, $3)`,
		f.Organisation, f.ID, string(text))
}

// backfillHeads makes the heads of the forecasts that were stored before there were any.
func (tx Forecasts) backfillHeads() error {
	type key struct {
		org wrapcast.OrganisationID
		id  wrapcast.ForecastID
	}
	scan := func(r row) (k key, err error) {
		err = r.Scan(&k.org, &k.id)
		return k, err
	}
	all, err := list(tx.conn, scan, `SELECT organisation_id, forecast_id FROM forecast`)
	for _, k := range all {
		f, err := tx.Get(k.org, k.id)
		if err != nil {
			return err
		}
		if err := tx.addHead(&f); err != nil {
			return err
		}
	}
	return err
}
