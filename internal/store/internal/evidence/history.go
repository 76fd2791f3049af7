package evidence

import (
	"cmp"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"hash"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
	"github.com/wrapcast/wrapcast/internal/store/internal/column"
)

// HistoryDay is a UTC day of the history that is stored.
type HistoryDay struct {
	Day wrapcast.Date
	// Digest is as the last entry about the history has it, "" where none has it yet; Stale says that the day was read
	// anew since.
	Digest string
	Stale  bool
}

// ReadAnew notes that UTC days, both included, were read: the next entry about the history binds what they say then.
func ReadAnew(db DB, org wrapcast.OrganisationID, first, last wrapcast.Date) error {
	for day := first; day <= last; day++ {
		_, err := db.Exec(`INSERT INTO history_digest (organisation_id, utc_day, digest, stale) VALUES ($1, $2, '', TRUE)
			ON CONFLICT (organisation_id, utc_day) DO UPDATE SET stale = TRUE`, org, int64(day))
		if err != nil {
			return err
		}
	}
	return nil
}

// BindHistory computes the digests of the days that were read anew, and returns that of the whole history.
func BindHistory(db DB, org wrapcast.OrganisationID) (string, error) {
	days, err := Days(db, org)
	if err == nil && len(days) == 0 { // what was read before there were digests
		if err = covered(db, org); err == nil {
			days, err = Days(db, org)
		}
	}
	if err != nil {
		return "", err
	}
	stale := slices.DeleteFunc(slices.Clone(days), func(d HistoryDay) bool { return !d.Stale })
	now, _, err := DigestDays(db, org, stale, false)
	if err != nil {
		return "", err
	}
	for i, d := range stale {
		if _, err := db.Exec(`UPDATE history_digest SET digest = $1, stale = FALSE
			WHERE organisation_id = $2 AND utc_day = $3`, now[i], org, int64(d.Day)); err != nil {
			return "", err
		}
	}
	if days, err = Days(db, org); err != nil || len(days) == 0 {
		return "", err
	}
	return Root(days), nil
}

// covered takes every UTC day that was ever read for one that was read anew.
func covered(db DB, org wrapcast.OrganisationID) error {
	rows, err := db.Query(`SELECT from_at, to_at FROM coverage WHERE organisation_id = $1`, org)
	if err != nil {
		return err
	}
	defer rows.Close()
	var read [][2]wrapcast.Date
	for rows.Next() {
		var from, to int64
		if err := rows.Scan(&from, &to); err != nil {
			return err
		}
		read = append(read, [2]wrapcast.Date{wrapcast.DateOf(time.UnixMilli(from).UTC()),
			wrapcast.DateOf(time.UnixMilli(to - 1).UTC())})
	}
	for _, r := range read {
		if err := ReadAnew(db, org, r[0], r[1]); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Root is the digest of the whole history: of its days as the last entry about it has them.
func Root(days []HistoryDay) string { return audit.Digest(audit.KindHistory, Lines(days)) }

// Lines are what the digest of a history is of: a line for each day, its date and its digest.
func Lines(days []HistoryDay) []byte {
	var b []byte
	for _, d := range days {
		if d.Digest != "" {
			b = append(b, d.Day.String()+" "+d.Digest+"\n"...)
		}
	}
	return b
}

// Days returns the days of the history in their order.
func Days(db DB, org wrapcast.OrganisationID) (days []HistoryDay, err error) {
	rows, err := db.Query(`SELECT utc_day, digest, stale FROM history_digest WHERE organisation_id = $1 ORDER BY utc_day`,
		org)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var day int64
		var d HistoryDay
		if err := rows.Scan(&day, &d.Digest, &d.Stale); err != nil {
			return nil, err
		}
		d.Day = wrapcast.Date(day)
		days = append(days, d)
	}
	return days, rows.Err()
}

// leaf is one of the organisation's, by its number.
type leaf struct {
	id   int64
	name []byte
}

// DigestDays computes the digests of days, in their order, from what is stored of them: of each day a line for every
// leaf, arrival and queue with contacts, with its names and its packed quarter-hours in hexadecimal. Where all is asked
// for it returns the other days, too, of which anything is stored.
func DigestDays(db DB, org wrapcast.OrganisationID, days []HistoryDay, all bool) ([]string, []wrapcast.Date, error) {
	first, last := int64(math.MinInt32), int64(math.MaxInt32)
	if !all && len(days) == 0 {
		return nil, nil, nil
	}
	if !all {
		first, last = int64(days[0].Day), int64(days[len(days)-1].Day)
	}
	sums := make(map[int64]hash.Hash, len(days))
	for _, d := range days {
		h := sha256.New()
		h.Write([]byte("wrapcast.history-day/1\n" + d.Day.String() + "\n"))
		sums[int64(d.Day)] = h
	}
	others := map[int64]bool{}
	if err := addLeaves(db, dayRows{sums, others}, org, first, last); err != nil {
		return nil, nil, err
	}
	for _, query := range []string{arrivalRows, handledRows} {
		if err := addRows(db, dayRows{sums, others}, query, org, first, last); err != nil {
			return nil, nil, err
		}
	}
	digests := make([]string, len(days))
	for i, d := range days {
		digests[i] = hex.EncodeToString(sums[int64(d.Day)].Sum(nil))
	}
	var unknown []wrapcast.Date
	for _, day := range slices.Sorted(maps.Keys(others)) {
		unknown = append(unknown, wrapcast.Date(day))
	}
	return digests, unknown, nil
}

// dayRows takes rows: those of known days into their sums, the days of the others as they are.
type dayRows struct {
	sums   map[int64]hash.Hash
	others map[int64]bool
}

// The rows of a day beside those of leaves, with the names they have in its digest.
const (
	arrivalRows = `SELECT utc_day, quarter_hours, 'arrival', queue_id, media_type, direction, language, skills FROM arrival
		WHERE organisation_id = $1 AND utc_day BETWEEN $2 AND $3
		ORDER BY utc_day, queue_id, media_type, direction, language, skills`
	handledRows = `SELECT utc_day, quarter_hours, 'handled', queue_id, media_type, direction, language, skills FROM queue_handled
		WHERE organisation_id = $1 AND utc_day BETWEEN $2 AND $3
		ORDER BY utc_day, queue_id, media_type, direction, language, skills`
)

// leavesOf are the organisation's leaves in the order of their names.
func leavesOf(db DB, org wrapcast.OrganisationID) (all []leaf, err error) {
	rows, err := db.Query(`SELECT leaf_id, 'leaf', queue_id, code_id, media_type, COALESCE(direction, ''),
		COALESCE(language, ''), COALESCE(skills, '') FROM leaf WHERE organisation_id = $1`, org)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var l leaf
		names := make([]string, 7)
		if err := rows.Scan(&l.id, &names[0], &names[1], &names[2], &names[3], &names[4], &names[5], &names[6]); err != nil {
			return nil, err
		}
		l.name = nameOf(names)
		all = append(all, l)
	}
	slices.SortFunc(all, func(a, b leaf) int { return cmp.Compare(string(a.name), string(b.name)) })
	return all, rows.Err()
}

// nameOf joins names as JSON strings.
func nameOf(names []string) (b []byte) {
	for _, n := range names {
		b = append(append(b, audit.Text(n)...), ' ')
	}
	return b
}

// leavesAtOnce is how many leaves are read by one query.
const leavesAtOnce = 200

// addLeaves adds what leaves handled to the sums of its days, leaf by leaf in the order of their names.
func addLeaves(db DB, to dayRows, org wrapcast.OrganisationID, first, last int64) error {
	leaves, err := leavesOf(db, org)
	if err != nil {
		return err
	}
	places := make([]string, leavesAtOnce)
	for i := range places {
		places[i] = fmt.Sprintf("$%d", i+4)
	}
	query := `SELECT leaf_id, first_day, quarter_hours FROM history_block WHERE organisation_id = $1
		AND first_day BETWEEN $2 AND $3 AND leaf_id IN (` + strings.Join(places, ", ") + `) ORDER BY leaf_id, first_day`
	for some := range slices.Chunk(leaves, leavesAtOnce) {
		args := []any{org, first &^ (column.BlockDays - 1), last}
		for i := range leavesAtOnce {
			args = append(args, some[min(i, len(some)-1)].id)
		}
		blocks, err := blocksOf(db, query, args)
		if err != nil {
			return err
		}
		for _, l := range some {
			for _, b := range blocks[l.id] {
				to.addBlock(org, l, b, first, last)
			}
		}
	}
	return nil
}

// block is a row of a leaf's history.
type block struct {
	first  int64
	sealed []byte
}

func blocksOf(db DB, query string, args []any) (map[int64][]block, error) {
	rows, err := db.Query(query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[int64][]block{}
	for rows.Next() {
		var leaf int64
		var b block
		if err := rows.Scan(&leaf, &b.first, &b.sealed); err != nil {
			return nil, err
		}
		all[leaf] = append(all[leaf], b)
	}
	return all, rows.Err()
}

// addBlock adds the days of a row, each as its bytes were when every day had a row of its own. What cannot be read
// counts as its bytes, so that its days are others than they were.
func (to dayRows) addBlock(org wrapcast.OrganisationID, l leaf, b block, first, last int64) {
	row := column.RowOf(nil, "history_block").Text(string(org)).Number(l.id).Number(b.first)
	packed, err := row.Unseal(b.sealed)
	var cells []column.CellAt
	if err == nil {
		cells, err = column.AppendBlock(nil, packed, 3, 0)
	}
	if err != nil {
		to.addUnread(l, b)
		return
	}
	for len(cells) > 0 {
		var day [column.QuarterHoursPerDay]column.Cell
		at, n := cells[0].At/column.QuarterHoursPerDay, 0
		for n < len(cells) && cells[n].At/column.QuarterHoursPerDay == at {
			day[cells[n].At%column.QuarterHoursPerDay] = cells[n].Cell
			n++
		}
		cells = cells[n:]
		if date := b.first + int64(at); date >= first && date <= last {
			to.add(date, l.name, column.RowOf(nil, "history").Text(string(org)).Number(l.id).Number(date).
				Seal(column.PackDay(day[:], 3)))
		}
	}
}

// addUnread adds a row that cannot be read to all the days it may have, or as one that nobody knows of.
func (to dayRows) addUnread(l leaf, b block) {
	known := false
	for day := b.first; day < b.first+column.BlockDays; day++ {
		if to.sums[day] != nil {
			to.add(day, l.name, b.sealed)
			known = true
		}
	}
	if !known {
		to.others[b.first] = true
	}
}

// add adds a row of a day.
func (to dayRows) add(day int64, name, packed []byte) {
	h := to.sums[day]
	if h == nil {
		to.others[day] = true
		return
	}
	h.Write(name)
	h.Write(append(hex.AppendEncode(nil, packed), '\n'))
}

// addRows adds the rows of a query to the sums of their days.
func addRows(db DB, to dayRows, query string, args ...any) error {
	rows, err := db.Query(query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	var day int64
	var packed sql.RawBytes
	texts := make([]string, len(names)-2)
	columns := []any{&day, &packed}
	for i := range texts {
		columns = append(columns, &texts[i])
	}
	for rows.Next() {
		if err := rows.Scan(columns...); err != nil {
			return err
		}
		to.add(day, nameOf(texts), packed)
	}
	return rows.Err()
}
