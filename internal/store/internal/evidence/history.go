package evidence

import (
	"cmp"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"hash"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
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
	leaves, err := leavesOf(db, org)
	if err != nil {
		return nil, nil, err
	}
	for _, l := range leaves {
		if err := addRows(db, dayRows{sums, others}, l.name, `SELECT utc_day, quarter_hours FROM history
			WHERE organisation_id = $1 AND leaf_id = $2 AND utc_day BETWEEN $3 AND $4 ORDER BY utc_day`,
			org, l.id, first, last); err != nil {
			return nil, nil, err
		}
	}
	for _, query := range []string{arrivalRows, handledRows} {
		if err := addRows(db, dayRows{sums, others}, nil, query, org, first, last); err != nil {
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

// addRows adds the rows of a query to the sums of their days.
func addRows(db DB, to dayRows, name []byte, query string, args ...any) error {
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
		h := to.sums[day]
		if h == nil {
			to.others[day] = true
			continue
		}
		if name != nil {
			h.Write(name)
		} else {
			h.Write(nameOf(texts))
		}
		h.Write(append(hex.AppendEncode(nil, packed), '\n'))
	}
	return rows.Err()
}
