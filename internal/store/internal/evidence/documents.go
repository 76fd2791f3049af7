// Package evidence computes the digests of what is stored, by which entries of the audit chain are bound to it, and
// keeps signed checkpoints. It reads rows as they lie, not by way of the types they hold: what an older version wrote
// has the digest it had then.
package evidence

import (
	"database/sql"
	"encoding/json"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
	"github.com/wrapcast/wrapcast/internal/store/internal/column"
)

// DB runs statements in one transaction.
type DB interface {
	Query(query string, args ...any) (*sql.Rows, error)
	Exec(query string, args ...any) (int64, error)
}

// table says where the subjects of a kind lie.
type table struct {
	// query reads a subject's id, its run, when it was made (milliseconds since 1970; 0 where the row does not say), and
	// the columns that are digested, under the names they have there: see [body].
	query string
	// id is the expression that a single subject is found by.
	id string
}

const validationID = `run_id || CASE WHEN business_unit_id = '' THEN '' ELSE '/' || business_unit_id END`

// decisions are the kinds of what people decide.
func decisions() (kinds []audit.Kind) {
	for _, kind := range wrapcast.DecisionKinds() {
		kinds = append(kinds, audit.Kind(kind))
	}
	return kinds
}

// Kinds are those that have tables.
func Kinds() []audit.Kind {
	return append([]audit.Kind{audit.KindForecast, audit.KindInput, audit.KindPlan, audit.KindSubmission,
		audit.KindValidation, audit.KindSettings, audit.KindDelivery}, decisions()...)
}

// tableOf returns the table of a kind; false where it has none.
func tableOf(kind audit.Kind) (t table, known bool) {
	switch kind {
	case audit.KindForecast:
		t = table{`SELECT forecast_id, run_id, made_at, document, COALESCE(errors, '') AS errors_sha256 FROM forecast`,
			"forecast_id"}
	case audit.KindPlan:
		t = table{`SELECT plan_id, run_id, made_at, document FROM plan`, "plan_id"}
	case audit.KindInput:
		t = table{`SELECT forecast_id, '', 0, document FROM forecast_input`, "forecast_id"}
	case audit.KindValidation:
		t = table{`SELECT ` + validationID + `, run_id, 0, document FROM validation_report`, validationID}
	case audit.KindSettings:
		t = table{`SELECT run_id, run_id, COALESCE(started_at, 0), actor, COALESCE(spec, '{}') AS spec_json,
			COALESCE(started_at, 0) AS started_at FROM run`, "run_id"}
	case audit.KindSubmission:
		t = table{`SELECT submission_id, run_id, COALESCE(created_at, 0), submission_id AS id, plan_id AS plan, run_id AS run,
			target, state, business_unit_id AS business_unit, upload_key AS upload, operation_id AS operation,
			target_forecast_id AS target_forecast, reason, COALESCE(week, -1) AS week, status_code,
			COALESCE(sent_at, 0) AS sent_at, COALESCE(updated_at, 0) AS updated_at FROM submission`, "submission_id"}
	case audit.KindDelivery:
		t = table{`SELECT delivery_id, run_id, COALESCE(created_at, 0), url AS url_sha256, body AS body_sha256, state, reason,
			attempts, status_code FROM delivery`, "delivery_id"}
	case audit.KindHistory:
		return t, false
	default:
		if !slices.Contains(decisions(), kind) {
			return t, false
		}
		t = table{`SELECT decision_id, '', 0, document, withdrawn_by, COALESCE(withdrawn_at, 0) AS withdrawn_at
			FROM decision`, "kind = '" + string(kind) + "' AND decision_id"}
	}
	return t, true
}

// Of returns the digest of one thing as it is stored, and the bytes that are digested; false where it is not stored.
func Of(db DB, org wrapcast.OrganisationID, s audit.Subject) (stored audit.Stored, found bool, err error) {
	t, known := tableOf(s.Kind)
	if !known {
		return stored, false, nil
	}
	for stored, err := range read(db, s.Kind, t.query+" WHERE organisation_id = $1 AND "+t.id+" = $2", org, s.ID) {
		return stored, err == nil, err
	}
	return stored, false, nil
}

// All yields everything of a kind that is stored. An error is the last thing yielded.
func All(db DB, org wrapcast.OrganisationID, kind audit.Kind) iter.Seq2[audit.Stored, error] {
	t, _ := tableOf(kind)
	query := t.query + " WHERE organisation_id = $1"
	if within, _, decision := strings.Cut(t.id, " AND "); decision {
		query += " AND " + within
	}
	return read(db, kind, query, org)
}

func read(db DB, kind audit.Kind, query string, args ...any) iter.Seq2[audit.Stored, error] {
	return func(yield func(audit.Stored, error) bool) {
		rows, err := db.Query(query, args...)
		if err != nil {
			yield(audit.Stored{}, err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			s, err := scan(rows, kind)
			if !yield(s, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(audit.Stored{}, err)
		}
	}
}

// scan reads a row: what it is, and the bytes that are digested. Damage is no error: it has no digest, which is like
// none that an entry has.
func scan(rows *sql.Rows, kind audit.Kind) (s audit.Stored, err error) {
	names, err := rows.Columns()
	if err != nil {
		return s, err
	}
	values := make([]any, len(names)-3)
	var made int64
	columns := []any{&s.Subject.ID, &s.Run, &made}
	for i := range values {
		columns = append(columns, &values[i])
	}
	if err := rows.Scan(columns...); err != nil {
		return s, err
	}
	if made != 0 {
		s.At = time.UnixMilli(made).UTC()
	}
	s.Subject.Kind = kind
	s.Early = kind == audit.KindDelivery && neverTried(names[3:], values)
	s.Body, err = body(names[3:], values)
	if err != nil {
		s.Damage = err.Error()
	} else {
		s.Digest = audit.Digest(kind, s.Body)
	}
	return s, nil
}

// neverTried reports whether a message waits for its first attempt.
func neverTried(names []string, values []any) bool {
	state, attempts := values[slices.Index(names, "state")], values[slices.Index(names, "attempts")]
	return string(bytesOf(state)) == string(wrapcast.DeliveryPending) && attempts == int64(0)
}

// body returns the bytes of a row that are digested: the text of its document, if it has one, and the other columns
// as a JSON object, each a line. Of a column that is called _sha256 the hash of its bytes stands there, and what is
// called _json is JSON already.
func body(names []string, values []any) ([]byte, error) {
	var b []byte
	members := map[string]any{}
	for i, name := range names {
		switch v := values[i].(type) {
		case int64:
			members[name] = v
		default:
			text := bytesOf(v)
			hashed, isHash := strings.CutSuffix(name, "_sha256")
			written, isJSON := strings.CutSuffix(name, "_json")
			var err error
			switch {
			case name == "document":
				if text, err = column.DocumentText(text); err == nil {
					b = append(append(b, text...), '\n')
				}
			case isHash:
				members[hashed] = audit.Sum(text)
			case isJSON:
				members[written], err = withoutSecrets(text)
			default:
				members[name] = string(text)
			}
			if err != nil {
				return nil, err
			}
		}
	}
	if len(members) > 0 {
		b = append(append(b, audit.Members(members)...), '\n')
	}
	return b, nil
}

func bytesOf(v any) []byte {
	switch v := v.(type) {
	case []byte:
		return v
	case string:
		return []byte(v)
	}
	return nil
}

// withoutSecrets returns the settings of a run with the hash of the webhook's address in its place: addresses hold
// tokens.
func withoutSecrets(spec []byte) (json.RawMessage, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(spec, &members); err != nil {
		return nil, err
	}
	var url string
	if json.Unmarshal(members["webhook"], &url) == nil && url != "" {
		members["webhook"] = json.RawMessage(`"sha256:` + audit.Sum([]byte(url)) + `"`)
	}
	return json.Marshal(members)
}
