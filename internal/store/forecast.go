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
	testErrors, err := column.PackTestErrors(f.Errors)
	if err != nil {
		return fmt.Errorf("forecast %s: %w", f.ID, err)
	}
	if err := tx.insert("forecast "+string(f.ID),
		`INSERT INTO forecast (organisation_id, forecast_id, run_id, made_at, algorithm, from_day, days, document, errors) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		f.Organisation, f.ID, f.Run, f.MadeAt.UnixMilli(), f.Algorithm, int64(f.From), f.Days, document,
		testErrors); err != nil {
		return err
	}
	return tx.addHead(&f)
}

// Get returns a forecast, or NotFound.
func (tx Forecasts) Get(org wrapcast.OrganisationID, id wrapcast.ForecastID) (wrapcast.Forecast, error) {
	f, err := require(tx.conn, "forecast "+string(id), scanForecast,
		`SELECT document, errors FROM forecast WHERE organisation_id = $1 AND forecast_id = $2`, org, id)
	if err == nil && (f.Organisation != org || f.ID != id) {
		err = tx.damaged(org, "forecast "+string(id)+", table forecast", errElsewhere)
	}
	return f, err
}

// OfRun returns the latest forecast that a run made for a business unit, "" where there is none, or NotFound.
func (tx Forecasts) OfRun(
	org wrapcast.OrganisationID, run wrapcast.RunID, unit wrapcast.BusinessUnitID,
) (wrapcast.Forecast, error) {
	return require(tx.conn, "a forecast of run "+string(run), scanForecast,
		`SELECT f.document, f.errors FROM forecast f JOIN forecast_head h USING (organisation_id, forecast_id)
		WHERE f.organisation_id = $1 AND f.run_id = $2 AND h.business_unit_id = $3
		ORDER BY f.forecast_id DESC LIMIT 1`, org, run, unit)
}

// Latest returns the forecast that was made last for a business unit, or NotFound.
func (tx Forecasts) Latest(
	org wrapcast.OrganisationID, unit wrapcast.BusinessUnitID,
) (wrapcast.Forecast, error) {
	id, err := tx.LatestID(org, unit)
	if err == nil && id == "" {
		err = notFound("a forecast is not stored here")
	}
	if err != nil {
		return wrapcast.Forecast{}, err
	}
	return tx.Get(org, id)
}

// LatestID returns the id of the forecast that was made last for a business unit, "" where there is none.
func (tx Forecasts) LatestID(
	org wrapcast.OrganisationID, unit wrapcast.BusinessUnitID,
) (wrapcast.ForecastID, error) {
	id, _, err := get(tx.conn, scanString, `SELECT forecast_id FROM forecast_head
		WHERE organisation_id = $1 AND business_unit_id = $2 ORDER BY forecast_id DESC LIMIT 1`, org, unit)
	return wrapcast.ForecastID(id), err
}

// scanForecast scans a forecast's document and the errors of its test periods.
func scanForecast(r row) (f wrapcast.Forecast, err error) {
	var document, testErrors []byte
	if err := r.Scan(&document, &testErrors); err != nil {
		return f, err
	}
	if f, err = column.UnpackDocument[wrapcast.Forecast](document); err != nil {
		return f, err
	}
	f.Errors, err = column.UnpackTestErrors(testErrors)
	return f, err
}

func scanInt(r row) (n int, err error) {
	err = r.Scan(&n)
	return n, err
}

// ForecastHead is a forecast without its numbers.
type ForecastHead struct {
	ID  wrapcast.ForecastID `json:"id"`
	Run wrapcast.RunID      `json:"run"`
	// BusinessUnit is the unit it was made for, "" where there is none.
	BusinessUnit wrapcast.BusinessUnitID `json:"business_unit,omitempty"`
	MadeAt       time.Time               `json:"made_at"`
	Algorithm    string                  `json:"algorithm"`
	CountingRule string                  `json:"counting_rule"`
	TimeZone     string                  `json:"time_zone"`
	From         wrapcast.Date           `json:"from"`
	Days         int                     `json:"days"`
	HistoryFrom  wrapcast.Date           `json:"history_from"`
	HistoryTo    wrapcast.Date           `json:"history_to"`
	Codes        int                     `json:"codes"`
	Queues       int                     `json:"queues"`
	Leaves       int                     `json:"leaves"`
	Accuracy     wrapcast.Accuracy       `json:"accuracy"`
	// Total is the accuracy of all contacts of a day together; nil in forecasts of before it was kept.
	Total *wrapcast.Accuracy `json:"accuracy_of_total,omitempty"`
}

// HeadOf returns a forecast without its numbers.
func HeadOf(f *wrapcast.Forecast) ForecastHead {
	h := ForecastHead{ID: f.ID, Run: f.Run, BusinessUnit: f.BusinessUnit,
		MadeAt: f.MadeAt, Algorithm: f.Algorithm, CountingRule: f.CountingRule,
		TimeZone: f.TimeZone,
		From:     f.From, Days: f.Days, HistoryFrom: f.HistoryFrom, HistoryTo: f.HistoryTo, Codes: len(f.Codes),
		Queues: len(f.Queues),
		Leaves: len(f.Leaves), Accuracy: f.Accuracy}
	for _, level := range f.AccuracyByLevel {
		if level.Kind == wrapcast.LevelTotal {
			h.Total = &level.Accuracy
		}
	}
	return h
}

// ForecastQuery selects forecasts.
type ForecastQuery struct {
	// BusinessUnit, if set, is the only one looked at; "" there is none.
	BusinessUnit *wrapcast.BusinessUnitID
	Before       wrapcast.ForecastID
	Limit        int
}

// Heads lists forecasts without their numbers.
func (tx Forecasts) Heads(org wrapcast.OrganisationID, q ForecastQuery) ([]ForecastHead, int, error) {
	s := rowsOf("forecast_head", org)
	if q.BusinessUnit != nil {
		s.and("business_unit_id = $%d", *q.BusinessUnit)
	}
	return pageOf(tx.conn, scanForecastHead, "head, business_unit_id", s,
		pageBefore("forecast_id", q.Before, q.Limit))
}

func scanForecastHead(r row) (h ForecastHead, err error) {
	var text []byte
	var unit wrapcast.BusinessUnitID
	if err = r.Scan(&text, &unit); err == nil {
		err = json.Unmarshal(text, &h)
	}
	h.BusinessUnit = unit // one made before there could be several does not say
	return h, err
}

func (tx Forecasts) addHead(f *wrapcast.Forecast) error {
	text, err := json.Marshal(HeadOf(f))
	if err != nil {
		return fmt.Errorf("forecast %s: %w", f.ID, err)
	}
	return tx.insert("the head of forecast "+string(f.ID),
		`INSERT INTO forecast_head (organisation_id, forecast_id, head, business_unit_id) VALUES ($1, $2, $3, $4)`,
		f.Organisation, f.ID, string(text), f.BusinessUnit)
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
	all, err := listAll(tx.conn, scan, `SELECT organisation_id, forecast_id FROM forecast`)
	for _, k := range all {
		f, err := require(tx.conn, "forecast "+string(k.id), scanDocument[wrapcast.Forecast],
			`SELECT document FROM forecast WHERE organisation_id = $1 AND forecast_id = $2`, k.org, k.id)
		if err != nil {
			return err
		}
		text, err := json.Marshal(HeadOf(&f))
		if err != nil {
			return fmt.Errorf("forecast %s: %w", f.ID, err)
		}
		if _, err := tx.exec(`INSERT INTO forecast_head (organisation_id, forecast_id, head) VALUES ($1, $2, $3)`,
			k.org, k.id, string(text)); err != nil {
			return err
		}
	}
	return err
}
