package store

import (
	"encoding/json"
	"fmt"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store/internal/column"
)

// storedDocument is a document as it stands in its row: of which organisation, under which key.
type storedDocument struct {
	organisation, key string
	document, more    []byte
}

// documentTable is a table of documents: its key as SQL, a second packed column of its rows ("NULL" where there is
// none), and why a row cannot be, "" where it can.
type documentTable struct {
	table, key, more string
	judge            func(storedDocument) string
}

// packed reads a document column and judges it by who it says it is; is returns the organisation and key it names.
func packed[T any](is func(T) (wrapcast.OrganisationID, string)) func(storedDocument) string {
	return func(d storedDocument) string {
		v, err := column.UnpackDocument[T](d.document)
		if err != nil {
			return err.Error()
		}
		if is == nil {
			return ""
		}
		if org, key := is(v); string(org) != d.organisation || key != d.key {
			return errElsewhere.Error() + ": " + key
		}
		return ""
	}
}

// decisions judges the decisions of a kind.
func decisions[T any, P wrapcast.Decided[T]]() func(storedDocument) string {
	return packed(func(v T) (wrapcast.OrganisationID, string) {
		d := P(&v).Decision()
		return d.Organisation, d.ID
	})
}

// text judges a column of JSON.
func text(d storedDocument) string {
	if len(d.document) > 0 && !json.Valid(d.document) {
		return "it is no JSON"
	}
	return ""
}

func documentTables() []documentTable {
	const none = "NULL"
	return []documentTable{
		{"forecast", "forecast_id", "errors", func(d storedDocument) string {
			if _, err := column.UnpackTestErrors(d.more); err != nil {
				return err.Error()
			}
			return packed(func(f wrapcast.Forecast) (wrapcast.OrganisationID, string) {
				return f.Organisation, string(f.ID)
			})(d)
		}},
		{"plan", "plan_id", none, packed(func(p wrapcast.Plan) (wrapcast.OrganisationID, string) {
			return p.Organisation, string(p.ID)
		})},
		{"validation_report", "run_id", none, packed[wrapcast.ValidationReport](nil)},
		{"frozen_day", "day || ' ' || lead || ' ' || forecast_id", none,
			packed(func(s wrapcast.ForecastSnapshot) (wrapcast.OrganisationID, string) {
				return s.Organisation, fmt.Sprintf("%d %d %s", int64(s.Day), s.Lead, s.Forecast)
			})},
		{"decision WHERE kind = 'override'", "decision_id", none, decisions[wrapcast.Override]()},
		{"decision WHERE kind = 'mask'", "decision_id", none, decisions[wrapcast.MaskEdit]()},
		{"decision WHERE kind = 'lineage'", "decision_id", none, decisions[wrapcast.LineageChange]()},
		{"decision WHERE kind = 'calendar'", "decision_id", none, decisions[wrapcast.CalendarVersion]()},
		{"decision WHERE kind = 'silence'", "decision_id", none, decisions[wrapcast.AcceptedSilence]()},
		{"decision WHERE kind = 'overlap'", "decision_id", none, decisions[wrapcast.OverlapDecision]()},
		{"forecast_head", "forecast_id", none, nil}, {"run", "run_id", none, nil}, {"step", "run_id || ' ' || name", none, nil},
		{"run_unit", "run_id", none, nil}, {"detail", "detail_id", none, nil}, {"extraction_size", "''", none, nil},
		{"schedule", "schedule_id", none, nil}, {"planning_group", "planning_group_id", none, nil},
		{"import_file", "import_id", none, nil},
	}
}

// jsonColumns are the columns of JSON of tables that have no packed document.
func jsonColumns() map[string]string {
	return map[string]string{"forecast_head": "head", "run": "spec", "step": "result", "schedule": "request",
		"planning_group": "routes", "import_file": "document"}
}

// documents reads every document, one at a time: a forecast may be large.
func (v *verifying) documents(c *Looked) error {
	for _, t := range documentTables() {
		name := "document"
		if json, ok := jsonColumns()[t.table]; ok {
			name = json
		}
		if t.judge == nil {
			t.judge = text
		}
		if err := v.documentsOf(c, t, name); err != nil {
			return err
		}
	}
	return nil
}

// documentsOf reads the documents of one table, which stand in a column.
func (v *verifying) documentsOf(c *Looked, t documentTable, column string) error {
	if err := v.enterAll(); err != nil {
		return err
	}
	rows, err := v.tx.SQL().QueryContext(v.ctx,
		"SELECT organisation_id, CAST("+t.key+" AS TEXT), "+column+", "+t.more+" FROM "+t.table)
	if err != nil {
		return v.explain(err)
	}
	defer rows.Close()
	for rows.Next() {
		var d storedDocument
		if err := rows.Scan(&d.organisation, &d.key, &d.document, &d.more); err != nil {
			c.found("%s: %s", t.table, err)
			continue
		}
		c.Rows++
		if why := t.judge(d); why != "" {
			c.found("%s, organisation %s, %s: %s", t.table, d.organisation, d.key, why)
		}
	}
	return v.explain(rows.Err())
}

// references looks for rows that speak of others which are not there; those that the database itself looks after are
// among the damage of the file.
func (v *verifying) references(c *Looked) error {
	for what, query := range map[string]string{
		"history of a leaf that is not there": `SELECT organisation_id || ' leaf ' || leaf_id FROM (SELECT DISTINCT
			organisation_id, leaf_id FROM history_block) h WHERE NOT EXISTS (SELECT 1 FROM leaf l
			WHERE l.organisation_id = h.organisation_id AND l.leaf_id = h.leaf_id)`,
		"a forecast without its head": `SELECT forecast_id FROM forecast f WHERE NOT EXISTS (SELECT 1 FROM forecast_head h
			WHERE h.organisation_id = f.organisation_id AND h.forecast_id = f.forecast_id)`,
		"a submission to another target than its plan's": `SELECT s.submission_id FROM submission s JOIN plan p
			ON p.organisation_id = s.organisation_id AND p.plan_id = s.plan_id WHERE p.target <> s.target`,
		"an interval that tells apart what is not known": `SELECT organisation_id || ' ' || detail_id FROM coverage c
			WHERE detail_id <> 0 AND NOT EXISTS (SELECT 1 FROM detail d WHERE d.organisation_id = c.organisation_id
			AND d.detail_id = c.detail_id)`,
		"a business unit of a run that is not there": `SELECT run_id FROM run_unit u WHERE NOT EXISTS (SELECT 1 FROM run r
			WHERE r.organisation_id = u.organisation_id AND r.run_id = u.run_id)`,
	} {
		found, err := listAll(v.conn, scanString, query)
		if err != nil {
			return err
		}
		c.Rows++
		for _, f := range found {
			c.found("%s: %s", what, f)
		}
	}
	return nil
}
