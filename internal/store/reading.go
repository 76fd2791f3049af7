package store

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store/internal/column"
)

// read is an interval, when it was read, and the number of what it told apart.
type read struct {
	from, to, at time.Time
	detail       int64
}

// Coverage returns what of the history was read at or after since, as intervals in
// their order that neither overlap nor touch; the zero since asks for all of it. What
// it leaves out is still to be read: an extraction that was interrupted goes on there.
func (tx Readings) Coverage(org wrapcast.OrganisationID, since time.Time) ([]wrapcast.Interval, error) {
	reads, err := list(tx.conn, tx.readsOf(org),
		`SELECT from_at, to_at, read_at, detail_id, digest FROM coverage WHERE organisation_id = $1 ORDER BY from_at`, org)
	if err != nil {
		return nil, err
	}
	var merged []wrapcast.Interval
	for _, r := range reads {
		if r.at.Before(since.Truncate(time.Millisecond)) {
			continue
		}
		if last := len(merged) - 1; last >= 0 && merged[last].To.Equal(r.from) {
			merged[last].To = r.to
			continue
		}
		merged = append(merged, wrapcast.Interval{From: r.from, To: r.to})
	}
	return merged, nil
}

// AskedInVain notes that what was read of an interval was asked for again to tell more apart, and that there is nothing
// to be had any more: it stays as it was read, and is not asked for again.
func (tx Readings) AskedInVain(org wrapcast.OrganisationID, i wrapcast.Interval, detail wrapcast.Detail) error {
	number, err := tx.numberOf(org, detail)
	if err != nil {
		return err
	}
	overlapping, err := tx.overlapping(org, i)
	if err != nil {
		return err
	}
	for _, r := range overlapping {
		inside := read{later(r.from, i.From), earlier(r.to, i.To), r.at, number}
		if err := tx.recordCoverage(org, inside); err != nil {
			return err
		}
	}
	return nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// overlapping are the readings that share some time with an interval.
func (tx Readings) overlapping(org wrapcast.OrganisationID, i wrapcast.Interval) ([]read, error) {
	return list(tx.conn, tx.readsOf(org), `SELECT from_at, to_at, read_at, detail_id, digest FROM coverage
		WHERE organisation_id = $1 AND from_at < $2 AND to_at > $3`, org, i.To.UnixMilli(), i.From.UnixMilli())
}

// recordCoverage notes that an interval was read and cuts it out of what was noted before.
func (tx Readings) recordCoverage(org wrapcast.OrganisationID, now read) error {
	overlapping, err := tx.overlapping(org, wrapcast.Interval{From: now.from, To: now.to})
	if err != nil {
		return err
	}
	kept := []read{now}
	for _, r := range overlapping {
		if _, err := tx.exec(`DELETE FROM coverage WHERE organisation_id = $1 AND from_at = $2`, org, r.from.UnixMilli()); err != nil {
			return err
		}
		kept = append(kept, read{r.from, now.from, r.at, r.detail}, read{now.to, r.to, r.at, r.detail})
	}
	for _, r := range kept {
		if err := tx.addCoverage(org, r); err != nil {
			return err
		}
	}
	return nil
}

// Forget takes back that an interval was read, as far as that was before an instant: what is stored of it stays, and it
// is read again.
func (tx Readings) Forget(org wrapcast.OrganisationID, i wrapcast.Interval, before time.Time) error {
	overlapping, err := list(tx.conn, tx.readsOf(org), `SELECT from_at, to_at, read_at, detail_id, digest FROM coverage
		WHERE organisation_id = $1 AND from_at < $2 AND to_at > $3 AND read_at < $4`,
		org, i.To.UnixMilli(), i.From.UnixMilli(), before.UnixMilli())
	if err != nil {
		return err
	}
	for _, r := range overlapping {
		if _, err := tx.exec(`DELETE FROM coverage WHERE organisation_id = $1 AND from_at = $2`, org,
			r.from.UnixMilli()); err != nil {
			return err
		}
		for _, left := range []read{{r.from, i.From, r.at, r.detail}, {i.To, r.to, r.at, r.detail}} {
			if err := tx.addCoverage(org, left); err != nil {
				return err
			}
		}
	}
	return nil
}

// ForgetAfter takes back that anything was read after an instant: what is stored of it stays, and it is read again.
func (tx Readings) ForgetAfter(org wrapcast.OrganisationID, at time.Time) error {
	for _, table := range []string{"coverage", "day_reading"} {
		if _, err := tx.exec(`DELETE FROM `+table+` WHERE organisation_id = $1 AND read_at > $2`, org,
			at.UnixMilli()); err != nil {
			return err
		}
	}
	return nil
}

// ForgetDays drops what was noted of days, the first and all later ones, when they were young: see RecordDays.
func (tx Readings) ForgetDays(org wrapcast.OrganisationID, first wrapcast.Date) error {
	_, err := tx.exec(`DELETE FROM day_reading WHERE organisation_id = $1 AND day >= $2`, org, int64(first))
	return err
}

// addCoverage notes that an interval was read; an empty one, of which nothing was left, is none.
func (tx Readings) addCoverage(org wrapcast.OrganisationID, r read) error {
	if !r.from.Before(r.to) {
		return nil
	}
	_, err := tx.exec(`INSERT INTO coverage (organisation_id, from_at, to_at, read_at, detail_id, digest)
		VALUES ($1, $2, $3, $4, $5, $6)`, org, r.from.UnixMilli(), r.to.UnixMilli(), r.at.UnixMilli(), r.detail, r.digest(org))
	return err
}

// readsOf scans rows of coverage of an organisation, if they are what was stored.
func (tx Readings) readsOf(org wrapcast.OrganisationID) func(row) (read, error) {
	return func(r row) (v read, err error) {
		var digest int64
		err = r.Scan(toTime(&v.from), toTime(&v.to), toTime(&v.at), &v.detail, &digest)
		if err == nil && digest != v.digest(org) {
			err = tx.damaged(org, fmt.Sprintf("that history was read from %s to %s, table coverage", v.from, v.to),
				column.ErrDigest)
		}
		return v, err
	}
}

// storedDetail is what readings told apart, with the number it has in this store.
type storedDetail struct {
	id       int64
	document string
}

func (tx Readings) details(org wrapcast.OrganisationID) ([]storedDetail, error) {
	scan := func(r row) (d storedDetail, err error) {
		err = r.Scan(&d.id, &d.document)
		return d, err
	}
	return list(tx.conn, scan, `SELECT detail_id, document FROM detail WHERE organisation_id = $1 ORDER BY detail_id`, org)
}

// numberOf is the number of what a reading told apart, which it is given where it has none yet.
func (tx Readings) numberOf(org wrapcast.OrganisationID, d wrapcast.Detail) (int64, error) {
	document, err := json.Marshal(d)
	if err != nil || string(document) == "{}" {
		return 0, err
	}
	known, err := tx.details(org)
	if err != nil {
		return 0, err
	}
	next := int64(1)
	for _, k := range known {
		if k.document == string(document) {
			return k.id, nil
		}
		next = k.id + 1
	}
	_, err = tx.exec(`INSERT INTO detail (organisation_id, detail_id, document) VALUES ($1, $2, $3)`, org, next,
		string(document))
	return next, err
}

// All returns which intervals of the history were read, when and telling what apart, in their order; none overlap.
func (tx Readings) All(org wrapcast.OrganisationID) ([]wrapcast.Reading, error) {
	stored, err := tx.details(org)
	if err != nil {
		return nil, err
	}
	details := map[int64]wrapcast.Detail{}
	for _, d := range stored {
		var detail wrapcast.Detail
		if err := json.Unmarshal([]byte(d.document), &detail); err != nil {
			return nil, tx.explain(fmt.Errorf("what readings told apart: %w", err))
		}
		details[d.id] = detail
	}
	reads := tx.readsOf(org)
	scan := func(r row) (wrapcast.Reading, error) {
		v, err := reads(r)
		return wrapcast.Reading{Interval: wrapcast.Interval{From: v.from, To: v.to}, ReadAt: v.at,
			Detail: details[v.detail]}, err
	}
	return list(tx.conn, scan,
		`SELECT from_at, to_at, read_at, detail_id, digest FROM coverage WHERE organisation_id = $1 ORDER BY from_at`, org)
}

// RecordDays notes what the days of a zone from the first to the last, both included, say now of every code, as
// read at an instant, and forgets readings of days before the oldest.
func (tx Readings) RecordDays(org wrapcast.OrganisationID, zone *time.Location, first, last wrapcast.Date,
	readAt time.Time, oldest wrapcast.Date) error {
	if _, err := tx.exec(`DELETE FROM day_reading WHERE organisation_id = $1 AND day < $2`, org, int64(oldest)); err != nil {
		return err
	}
	type part struct {
		code      string
		direction wrapcast.Direction
	}
	scan := func(r row) (p part, err error) {
		err = r.Scan(&p.code, &p.direction)
		return p, err
	}
	parts, err := list(tx.conn, scan, `SELECT DISTINCT code_id, COALESCE(direction, '') FROM leaf
		WHERE organisation_id = $1 ORDER BY 1, 2`, org)
	for _, p := range parts {
		sum := keptSum{codeSum, p.code, directions{p.direction}}
		days, err := Sums(tx).localDays(org, sum, zone, first, last)
		if err != nil {
			return err
		}
		for _, d := range days {
			if _, err := tx.exec(`INSERT INTO day_reading (organisation_id, time_zone, day, read_at, code_id, direction, handled)
				VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`, org, zone.String(), int64(d.Day),
				readAt.UnixMilli(), p.code, p.direction, d.Handled); err != nil {
				return err
			}
		}
	}
	return err
}

// Days returns what was noted of the days of a zone from the first on, by day, reading and code: contacts of some
// directions, of all where none is named.
func (tx Readings) Days(org wrapcast.OrganisationID, of []wrapcast.Direction, zone *time.Location,
	first wrapcast.Date) ([]wrapcast.DayReading, error) {
	scan := func(r row) (d wrapcast.DayReading, err error) {
		var day int64
		err = r.Scan(&day, toTime(&d.ReadAt), &d.Code, &d.Handled)
		d.Day = wrapcast.Date(day)
		return d, err
	}
	where := rowsOf("day_reading", org)
	where.and("time_zone = $%d", zone.String())
	where.and("day >= $%d", int64(first))
	directions(of).in(&where)
	return list(tx.conn, scan, "SELECT day, read_at, code_id, SUM(handled)"+where.sql+
		" GROUP BY day, read_at, code_id ORDER BY day, read_at, code_id", where.args...)
}

// Add keeps what became of a file.
func (tx Imports) Add(i wrapcast.Import) error {
	document, err := json.Marshal(i)
	if err != nil {
		return err
	}
	return tx.insert("import "+string(i.ID), `INSERT INTO import_file (organisation_id, import_id, digest, sender, document)
		VALUES ($1, $2, $3, $4, $5)`, i.Organisation, i.ID, i.Digest, wellFormed(i.Sender), wellFormed(string(document)))
}

// All returns the files of an organisation, the latest first.
func (tx Imports) All(org wrapcast.OrganisationID) ([]wrapcast.Import, error) {
	return tx.where(org, "ORDER BY import_id DESC")
}

// OfDigest returns what became of the files of a digest, the latest first.
func (tx Imports) OfDigest(org wrapcast.OrganisationID, digest string) ([]wrapcast.Import, error) {
	return tx.where(org, "AND digest = $2 ORDER BY import_id DESC", digest)
}

// OfSender returns the files of a sender, the latest first.
func (tx Imports) OfSender(org wrapcast.OrganisationID, sender string) ([]wrapcast.Import, error) {
	return tx.where(org, "AND sender = $2 ORDER BY import_id DESC", wellFormed(sender))
}

func (tx Imports) where(org wrapcast.OrganisationID, rest string, args ...any) ([]wrapcast.Import, error) {
	scan := func(r row) (i wrapcast.Import, err error) {
		var document []byte
		if err = r.Scan(&document); err == nil {
			err = json.Unmarshal(document, &i)
		}
		return i, err
	}
	return list(tx.conn, scan, `SELECT document FROM import_file WHERE organisation_id = $1 `+rest, append([]any{org}, args...)...)
}
