package store

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store/internal/column"
)

// Rows that figures come from carry a digest of all they are and hold, which is compared whenever they are read: of
// packed columns in the column, of others beside them. docs/FORMATS.md has the bytes.

// rowBytes is room for the bytes of a row without its packed column, mostly.
type rowBytes [256]byte

// blockRow is a row of the history without its quarter-hours.
func blockRow(buffer []byte, org wrapcast.OrganisationID, leaf int64, first wrapcast.Date) column.Row {
	return column.RowOf(buffer, "history_block").Text(string(org)).Number(leaf).Number(int64(first))
}

// sumRow is a row of a sum without its quarter-hours.
func sumRow(buffer []byte, org wrapcast.OrganisationID, key sumKey, first wrapcast.Date) column.Row {
	return column.RowOf(buffer, "sum_block").Text(string(org)).Text(string(key.kind)).Text(key.id).
		Text(string(key.direction)).Number(int64(first))
}

// unpackSum is what a row of a sum has, placed by its first day, if it is what was stored.
func (tx *conn) unpackSum(org wrapcast.OrganisationID, key sumKey, b sumBlock) (cells []column.CellAt, err error) {
	var buffer rowBytes
	packed, err := sumRow(buffer[:], org, key, b.first).Unseal(b.sealed)
	if err == nil {
		cells, err = column.AppendSums(nil, packed, 0)
	}
	before := int(b.first-cutStart(b.first)) * column.QuarterHoursPerDay
	if err == nil && before+int(cells[len(cells)-1].At) >= len(cutCells{}) {
		err = errElsewhere
	}
	if err != nil {
		return nil, tx.damaged(org, fmt.Sprintf("the sum of %s %q from %s (UTC), table sum_block", key.kind, key.id, b.first), err)
	}
	return cells, nil
}

// channelRow is a UTC day of a stream without its quarter-hours.
func channelRow(buffer []byte, table channelTable, org wrapcast.OrganisationID, day wrapcast.Date,
	s wrapcast.Stream) column.Row {
	return column.RowOf(buffer, string(table)).Text(string(org)).Number(int64(day)).Text(string(s.Queue)).
		Text(string(s.Media)).Text(string(s.Direction)).Text(string(s.Language)).Text(string(s.Skills))
}

// unpackChannel fills cells with a UTC day of a stream, if it is what was stored.
func (tx *conn) unpackChannel(table channelTable, org wrapcast.OrganisationID, day wrapcast.Date, s wrapcast.Stream,
	sealed []byte, cells []column.Cell) error {
	var buffer rowBytes
	packed, err := channelRow(buffer[:], table, org, day, s).Unseal(sealed)
	if err == nil {
		err = column.UnpackDay(packed, 2, cells)
	}
	if err != nil {
		return tx.damaged(org, fmt.Sprintf("queue %s, %s on %s (UTC), table %s", s.Queue, s.Media, day, table), err)
	}
	return nil
}

// leafDigest is that of a leaf's row.
func leafDigest(org wrapcast.OrganisationID, id int64, l wrapcast.Leaf) int64 {
	var buffer rowBytes
	return column.RowOf(buffer[:], "leaf").Text(string(org)).Number(id).Text(string(l.Queue)).Text(string(l.Code)).
		Text(string(l.Media)).Text(string(l.Direction)).Text(string(l.Language)).Text(string(l.Skills)).Digest()
}

// digest is that of a row of coverage.
func (r read) digest(org wrapcast.OrganisationID) int64 {
	var buffer rowBytes
	return column.RowOf(buffer[:], "coverage").Text(string(org)).Number(r.from.UnixMilli()).Number(r.to.UnixMilli()).
		Number(r.at.UnixMilli()).Number(r.detail).Digest()
}

// errElsewhere says that a document stands where another belongs. That it is whole, gzip's own check tells.
var errElsewhere = errors.New("another document stands in its place")

// damaged is the error of a row that is not what was stored: what it is, and what can be done.
func (tx *conn) damaged(org wrapcast.OrganisationID, what string, why error) error {
	return wrapcast.Errorf(wrapcast.Internal, "store", "%s is damaged: organisation %s, %s: %w", tx.engine.Path(), org,
		what, why).WithHint("`wrapcast store verify` lists everything that is damaged; then restore a backup " +
		"(`wrapcast store restore`), or let `wrapcast store repair` drop what is damaged and the next run read those days again")
}

// leafWords names a leaf in errors.
func (tx *conn) leafWords(org wrapcast.OrganisationID, leaf int64) string {
	l, found, err := get(tx, scanLeaf, `SELECT `+leafColumns+` FROM leaf WHERE organisation_id = $1 AND leaf_id = $2`, org,
		leaf)
	if err != nil || !found {
		return fmt.Sprintf("leaf %d", leaf)
	}
	code := "no code"
	if l.leaf.Code != wrapcast.NoCode {
		code = "code " + string(l.leaf.Code)
	}
	return fmt.Sprintf("queue %s, %s, %s (leaf %d)", l.leaf.Queue, code, l.leaf.Media, leaf)
}

// digested is a table whose rows carry a digest: the columns it is made of in their order, the first so many of which
// are the row's key, and the packed column it stands in, "" where it stands beside them.
type digested struct {
	table   string
	columns []string
	keys    int
	packed  string
}

// digestedTables are all of them.
func digestedTables() []digested {
	const org = "organisation_id"
	channel := []string{org, "utc_day", "queue_id", "media_type", "direction", "language", "skills"}
	return []digested{
		{"history_block", []string{org, "leaf_id", "first_day"}, 3, "quarter_hours"},
		{"sum_block", []string{org, "kind", "id", "direction", "first_day"}, 5, "quarter_hours"},
		{"arrival", channel, 7, "quarter_hours"},
		{"queue_handled", channel, 7, "quarter_hours"},
		{"leaf", []string{org, "leaf_id", "queue_id", "code_id", "media_type", "COALESCE(direction, '')",
			"COALESCE(language, '')", "COALESCE(skills, '')"}, 2, ""},
		{"coverage", []string{org, "from_at", "to_at", "read_at", "detail_id"}, 2, ""},
	}
}

// digestedRow is a row of such a table, whatever is stored in it.
type digestedRow struct {
	values []any
	packed []byte
	digest any
}

// row is the row as bytes, without a packed column; known is false where something stands in it that nobody stores.
func (d digested) row(buffer []byte, values []any) (r column.Row, known bool) {
	r = column.RowOf(buffer, d.table)
	for _, v := range values {
		switch v := v.(type) {
		case string:
			r = r.Text(v)
		case int64:
			r = r.Number(v)
		default:
			return nil, false
		}
	}
	return r, true
}

// page reads up to limit rows after one with a key, from the first on where it is nil.
func (d digested) page(tx *conn, after []any, limit int) ([]digestedRow, error) {
	scan := func(r row) (v digestedRow, err error) {
		v.values = make([]any, len(d.columns))
		into := make([]any, 0, len(d.columns)+1)
		for i := range v.values {
			into = append(into, &v.values[i])
		}
		if d.packed != "" {
			into = append(into, &v.packed)
		} else {
			into = append(into, &v.digest)
		}
		return v, r.Scan(into...)
	}
	keys := strings.Join(d.columns[:d.keys], ", ")
	where, args := "", slices.Clone(after)
	if after != nil {
		where = " WHERE (" + keys + ") > (" + places(1, d.keys) + ")"
	}
	return list(tx, scan, "SELECT "+strings.Join(d.columns, ", ")+", "+cmp.Or(d.packed, "digest")+" FROM "+d.table+where+
		" ORDER BY "+keys+fmt.Sprintf(" LIMIT $%d", len(args)+1), append(args, limit)...)
}

// places are the places of n parameters of a statement, from the first on: "$1, $2".
func places(first, n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("$%d", first+i)
	}
	return strings.Join(all, ", ")
}

// each calls do for every row of the table, in the order of their keys.
func (d digested) each(tx *conn, do func(digestedRow) error) error {
	const page = 2000
	var after []any
	for {
		if err := tx.enterAll(); err != nil {
			return err
		}
		rows, err := d.page(tx, after, page)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := do(r); err != nil {
				return err
			}
		}
		if len(rows) < page {
			return nil
		}
		after = rows[page-1].values[:d.keys]
	}
}

// digestedAtFirst are the tables of the schema that gave rows their digests, which are still there.
func digestedAtFirst() []digested {
	history := digested{"history", []string{"organisation_id", "leaf_id", "utc_day"}, 3, "quarter_hours"}
	sums := digested{"history_sum", []string{"organisation_id", "kind", "id", "direction", "utc_day"}, 5, "quarter_hours"}
	later := func(d digested) bool { return strings.HasSuffix(d.table, "_block") }
	return append(slices.DeleteFunc(digestedTables(), later), history, sums)
}

// backfillDigests gives the rows that were stored before there were digests theirs.
func (tx *conn) backfillDigests() error {
	var buffer rowBytes
	for _, d := range digestedAtFirst() {
		update := "UPDATE " + d.table + " SET " + cmp.Or(d.packed, "digest") + " = $1 WHERE (" +
			strings.Join(d.columns[:d.keys], ", ") + ") = (" + places(2, d.keys) + ")"
		if err := d.each(tx, func(r digestedRow) error {
			row, known := d.row(buffer[:], r.values)
			if !known || d.packed != "" && column.IsSealed(r.packed) {
				return nil
			}
			var value any = row.Seal(r.packed)
			if d.packed == "" {
				value = row.Digest()
			}
			_, err := tx.exec(update, append([]any{value}, r.values[:d.keys]...)...)
			return err
		}); err != nil {
			return fmt.Errorf("%s: %w", d.table, err)
		}
	}
	return nil
}
