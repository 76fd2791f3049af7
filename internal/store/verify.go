package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
	"github.com/wrapcast/wrapcast/internal/store/internal/column"
)

// VerifySchema names the document of [Store.Verify].
const VerifySchema = "wrapcast.store-verify/1"

// Verification says what was looked at of a store, and what is damaged.
type Verification struct {
	Schema string `json:"schema"`
	// File is the database, DatabaseSchema the number of its last migration.
	File           string `json:"file"`
	DatabaseSchema int64  `json:"database_schema"`
	// Checks are in the order they were made.
	Checks []Looked `json:"checks"`
}

// Looked is one of them: what was looked at, and what was found.
type Looked struct {
	Name string `json:"name"`
	// Rows says how much was looked at: rows, entries, documents.
	Rows int64 `json:"looked"`
	// Damaged is how much of it is damaged, Damage describes the first hundred.
	Damaged int64    `json:"damaged"`
	Damage  []string `json:"damage"`
	// Left says why it was not looked at, "" where it was.
	Left string `json:"left,omitempty"`
}

// mostDamage is how much damage a check describes.
const mostDamage = 100

// found notes damage.
func (c *Looked) found(format string, values ...any) {
	if c.Damaged++; len(c.Damage) < mostDamage {
		c.Damage = append(c.Damage, fmt.Sprintf(format, values...))
	}
}

// Damaged counts what is damaged.
func (v Verification) Damaged() (n int64) {
	for _, c := range v.Checks {
		n += c.Damaged
	}
	return n
}

// Verify looks at everything that is stored, and changes nothing: the file as the database sees it, tables and
// triggers, the digest of every row that has one, what is derived against what it is derived from, documents, what
// refers to what, and the audit chains. Tell, which may be nil, is told which check begins. Others may work on the
// store meanwhile.
func (s *Store) Verify(ctx context.Context, tell func(check string)) (Verification, error) {
	v := Verification{Schema: VerifySchema, File: s.Path()}
	current, known, err := s.Schema(ctx)
	if err != nil {
		return v, err
	}
	v.DatabaseSchema = current
	begin := func(name string) *Looked {
		if tell != nil {
			tell(name)
		}
		v.Checks = append(v.Checks, Looked{Name: name, Damage: []string{}})
		return &v.Checks[len(v.Checks)-1]
	}
	file := begin("file")
	damage, err := s.engine.Integrity(ctx, mostDamage)
	if err != nil {
		damage = append(damage, err.Error())
	}
	file.Rows = 1
	for _, d := range damage {
		file.found("%s", d)
	}
	if current != known {
		begin("contents").Left = fmt.Sprintf("the schema is number %d, this wrapcast looks at number %d: any command that "+
			"changes something brings it up to date", current, known)
		return v, ctx.Err()
	}
	if err := s.verifyObjects(ctx, begin("tables")); err != nil {
		return v, err
	}
	return v, s.View(ctx, func(tx *Tx) error {
		c := &verifying{conn: tx.conn}
		for _, check := range c.checks() {
			to := begin(check.name)
			if err := check.look(to); err != nil {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				to.found("%s", err)
			}
		}
		return nil
	})
}

// verifyObjects compares tables, indexes and triggers with those of a store that was just made.
func (s *Store) verifyObjects(ctx context.Context, c *Looked) error {
	ours, queue, err := s.engine.Objects(ctx)
	if err != nil {
		c.found("%s", err)
		return nil
	}
	want, err := s.engine.Made(ctx)
	if err != nil {
		return err
	}
	c.Rows = int64(len(ours) + len(queue))
	for name, text := range want {
		switch stored, there := ours[name]; {
		case !there:
			c.found("%s is not there", name)
		case stored != text:
			c.found("%s is another than this wrapcast makes", name)
		}
	}
	for name := range ours {
		if _, known := want[name]; !known {
			c.found("%s does not belong here", name)
		}
	}
	if len(queue) > 0 && !slices.Contains(queue, "river_job") {
		c.found("the job queue's table river_job is not there")
	}
	return nil
}

// verifying looks at what is stored in one transaction.
type verifying struct {
	*conn
	// spoilt are the organisations whose leaves or history are damaged: what is derived of it cannot be judged.
	spoilt map[string]bool
}

type check struct {
	name string
	look func(*Looked) error
}

func (v *verifying) checks() []check {
	v.spoilt = map[string]bool{}
	all := make([]check, 0, 16)
	for _, d := range digestedTables() {
		all = append(all, check{"digests of " + d.table, func(c *Looked) error { return v.digests(c, d) }})
	}
	return append(all, check{"derived: sum_block", v.sums},
		check{"documents", v.documents}, check{"references", v.references}, check{"audit chains", v.chains})
}

// digests compares the digest of every row of a table, and reads its packed column.
func (v *verifying) digests(c *Looked, d digested) error {
	var buffer rowBytes
	var cells dayCells
	return d.each(v.conn, func(r digestedRow) error {
		c.Rows++
		row, known := d.row(buffer[:], r.values)
		why := ""
		switch {
		case !known:
			why = "something stands in it that nobody stores"
		case d.packed == "" && r.digest != any(row.Digest()):
			why = column.ErrDigest.Error()
		case d.packed != "":
			why = d.unpacks(row, r.packed, &cells)
		}
		if why != "" {
			c.found("%s: %s", d.words(r.values), why)
			if d.table == "leaf" || d.table == "history_block" {
				v.spoilt[fmt.Sprint(r.values[0])] = true
			}
		}
		return nil
	})
}

// unpacks returns why a packed column cannot be read, "" where it can.
func (d digested) unpacks(row column.Row, sealed []byte, cells *dayCells) string {
	packed, err := row.Unseal(sealed)
	switch {
	case err != nil:
	case d.table == "sum_block":
		_, err = column.AppendSums(nil, packed, 0)
	case d.table == "history_block":
		_, err = column.AppendBlock(nil, packed, historyFigures, 0)
	default:
		err = column.UnpackDay(packed, 2, cells[:])
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// words names a row by its key.
func (d digested) words(values []any) string {
	text := d.table
	for i, v := range values[:d.keys] {
		switch at, isNumber := v.(int64); {
		case isNumber && (d.columns[i] == "utc_day" || d.columns[i] == "first_day"):
			text += fmt.Sprintf(", %s %s", d.columns[i], wrapcast.Date(at))
		case isNumber && d.columns[i] == "from_at":
			text += ", from " + time.UnixMilli(at).UTC().Format(time.RFC3339)
		case d.columns[i] == "organisation_id":
			text += fmt.Sprintf(", organisation %v", v)
		default:
			text += fmt.Sprintf(", %s %v", d.columns[i], v)
		}
	}
	return text
}

// organisations are those that have leaves which can be read.
func (v *verifying) organisations(c *Looked) ([]wrapcast.OrganisationID, error) {
	all, err := listAll(v.conn, scanString, `SELECT DISTINCT organisation_id FROM leaf ORDER BY 1`)
	var good []wrapcast.OrganisationID
	for _, org := range all {
		if v.spoilt[org] {
			c.Left = "not of organisations whose history is damaged"
			continue
		}
		good = append(good, wrapcast.OrganisationID(org))
	}
	return good, err
}

// sums adds the history up anew and compares the sums with those that are stored.
func (v *verifying) sums(c *Looked) error {
	orgs, err := v.organisations(c)
	for _, org := range orgs {
		if err := (Sums{v.conn}).addUp(org, func(org wrapcast.OrganisationID, key sumKey,
			days map[wrapcast.Date]*dayCells) error {
			return v.sum(c, org, key, days)
		}); err != nil {
			return err
		}
		stored, _, err := get(v.conn, scanInt, `SELECT COUNT(*) FROM sum_block WHERE organisation_id = $1`, org)
		if err != nil {
			return err
		}
		if extra := int64(stored) - c.Rows; extra > 0 && c.Damaged == 0 && len(orgs) == 1 {
			c.found("organisation %s: %d sums are of nothing that is stored", org, extra)
		}
	}
	return err
}

// sum compares the days of one sum.
func (v *verifying) sum(c *Looked, org wrapcast.OrganisationID, key sumKey, want map[wrapcast.Date]*dayCells) error {
	stored, err := Sums{v.conn}.blocks(org, keptSum{key.kind, key.id, directions{key.direction}}, firstOfAll, lastOfAll)
	if err != nil {
		return err
	}
	words := func(d wrapcast.Date) string {
		return fmt.Sprintf("organisation %s, %s %q %s on %s (UTC)", org, key.kind, key.id, key.direction, d)
	}
	got := map[wrapcast.Date]*dayCells{}
	for _, b := range stored {
		c.Rows++
		cells, err := v.unpackSum(org, key, b)
		if err != nil { // its digest says so
			for day := b.first; day < cutStart(b.first)+column.BlockDays; day++ {
				delete(want, day)
			}
			continue
		}
		for _, cell := range cells {
			day := b.first + wrapcast.Date(cell.At/column.QuarterHoursPerDay)
			addCell(got, day, int(cell.At%column.QuarterHoursPerDay), cell.Cell)
		}
	}
	for day, cells := range got {
		if sum := want[day]; sum == nil || *sum != *cells {
			c.found("%s: it is not the sum of its queues and codes", words(day))
		}
		delete(want, day)
	}
	for day := range want {
		c.found("%s: it is not there", words(day))
	}
	return nil
}

// chains checks the audit chain of every organisation, and the installation's.
func (v *verifying) chains(c *Looked) error {
	orgs, err := listAll(v.conn, scanString, `SELECT DISTINCT organisation_id FROM audit_entry ORDER BY 1`)
	for _, org := range orgs {
		end, err := audit.Verify(Audit{v.conn}.Entries(wrapcast.OrganisationID(org), 1, 0))
		c.Rows += end.Seq
		if err != nil {
			c.found("chain of %s: %s", org, err)
		}
	}
	silent, missing := listAll(v.conn, scanString, `SELECT DISTINCT r.organisation_id FROM run r WHERE NOT EXISTS
		(SELECT 1 FROM audit_entry e WHERE e.organisation_id = r.organisation_id)`)
	for _, org := range silent {
		c.found("chain of %s: it is empty, although there are runs", org)
	}
	if err == nil {
		err = missing
	}
	return err
}

// First describes the first damage, "" where there is none.
func (v Verification) First() string {
	for _, c := range v.Checks {
		if len(c.Damage) > 0 {
			return c.Name + ": " + c.Damage[0]
		}
	}
	return ""
}
