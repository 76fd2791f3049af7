package store

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store/internal/column"
)

// instant is what is stored of a time: milliseconds since 1970, NULL for the zero time.
func instant(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

// toTime scans an instant into t.
func toTime(t *time.Time) timeColumn { return timeColumn{t} }

type timeColumn struct{ t *time.Time }

// Scan implements sql.Scanner.
func (c timeColumn) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*c.t = time.Time{}
	case int64:
		*c.t = time.UnixMilli(v).UTC()
	default:
		return fmt.Errorf("%T where an instant belongs", v)
	}
	return nil
}

// optional is what is stored of a text that may be missing: NULL for "".
func optional[S ~string](s S) any {
	if s == "" {
		return nil
	}
	return string(s)
}

// optionalDay is what is stored of a date that may be missing.
func optionalDay(d *wrapcast.Date) any {
	if d == nil {
		return nil
	}
	return int64(*d)
}

// toOptionalDay scans a date that may be missing into d.
func toOptionalDay(d **wrapcast.Date) dayColumn { return dayColumn{d} }

type dayColumn struct{ d **wrapcast.Date }

// Scan implements sql.Scanner.
func (c dayColumn) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*c.d = nil
	case int64:
		day := wrapcast.Date(v)
		*c.d = &day
	default:
		return fmt.Errorf("%T where a day belongs", v)
	}
	return nil
}

// wellFormed is what is stored of words that others wrote: UTF-8 without NUL, which no database but SQLite keeps.
func wellFormed[S ~string](s S) S {
	const instead = "\uFFFD"
	return S(strings.ReplaceAll(strings.ToValidUTF8(string(s), instead), "\x00", instead))
}

// raw is what is stored of JSON that is kept as it came: its text, NULL for none.
func raw(m json.RawMessage) any {
	if m == nil {
		return nil
	}
	return string(m)
}

// toRaw scans JSON into m as it was stored.
func toRaw(m *json.RawMessage) rawColumn { return rawColumn{m} }

type rawColumn struct{ m *json.RawMessage }

// Scan implements sql.Scanner.
func (c rawColumn) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*c.m = nil
	case string:
		*c.m = json.RawMessage(v)
	default:
		return fmt.Errorf("%T where JSON belongs", v)
	}
	return nil
}

// scanDocument scans a row whose only column is a document.
func scanDocument[T any](r row) (v T, err error) {
	var b []byte
	if err := r.Scan(&b); err != nil {
		return v, err
	}
	return column.UnpackDocument[T](b)
}

func scanString(r row) (s string, err error) {
	err = r.Scan(&s)
	return s, err
}
