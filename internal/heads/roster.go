package heads

import (
	"encoding/csv"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
)

// Roster is how many people are rostered per planning group and quarter-hour, those away included: by id or name in
// small letters, and by the second at which the quarter-hour begins.
type Roster map[string]map[int64]float64

// of is how many are rostered for a group in the quarter-hour that begins at an instant; false where nothing is said.
func (r Roster) of(id wrapcast.PlanningGroupID, name string, at time.Time) (float64, bool) {
	for _, key := range []string{string(id), strings.ToLower(name)} {
		if people, ok := r[key][at.Unix()]; ok {
			return people, true
		}
	}
	return 0, false
}

const rosterColumns = "start,planning_group,rostered"

// ReadRoster reads a CSV file of rostered people with the columns start, planning_group and rostered. A start is RFC
// 3339, or a date and time on the zone's wall clock. A row holds until the next of its group's, at most as long as the
// file's commonest distance between two.
func ReadRoster(from io.Reader, zone *time.Location) (Roster, error) {
	in := csv.NewReader(from)
	in.FieldsPerRecord, in.TrimLeadingSpace, in.ReuseRecord = -1, true, false
	rows, err := in.ReadAll()
	if err != nil {
		return nil, rosterError(1, "is no CSV: %v", err)
	}
	columns, err := rosterHeads(rows)
	if err != nil {
		return nil, err
	}
	roster, steps := Roster{}, map[time.Duration]int{}
	last := map[string]time.Time{}
	for i, row := range rows[1:] {
		group, at, people, err := columns.read(row, zone)
		if err != nil {
			return nil, rosterError(i+2, "%v", err)
		}
		if roster[group] == nil {
			roster[group] = map[int64]float64{}
		}
		if _, twice := roster[group][at.Unix()]; twice {
			return nil, rosterError(i+2, "has %s of %q a second time", at.Format(time.RFC3339), row[columns.group])
		}
		roster[group][at.Unix()] = people
		if before, ok := last[group]; ok && at.After(before) {
			steps[at.Sub(before)]++
		}
		last[group] = at
	}
	roster.fill(commonest(steps))
	return roster, nil
}

// rosterPlaces are the places of a roster file's columns.
type rosterPlaces struct{ start, group, people int }

func rosterHeads(rows [][]string) (p rosterPlaces, err error) {
	p = rosterPlaces{-1, -1, -1}
	if len(rows) > 0 {
		for i, head := range rows[0] {
			switch strings.ToLower(strings.TrimSpace(strings.TrimPrefix(head, "\ufeff"))) {
			case "start":
				p.start = i
			case "planning_group", "planning group":
				p.group = i
			case "rostered":
				p.people = i
			}
		}
	}
	if min(p.start, p.group, p.people) < 0 {
		return p, rosterError(1, "does not name the columns %s", rosterColumns)
	}
	return p, nil
}

func (p rosterPlaces) read(row []string, zone *time.Location) (group string, at time.Time, people float64, err error) {
	if len(row) <= max(p.start, p.group, p.people) {
		return "", at, 0, errors.New("has too few columns")
	}
	text := strings.TrimSpace(row[p.start])
	if at, err = time.Parse(time.RFC3339, text); err != nil {
		for _, form := range []string{"2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02T15:04:05", "2006-01-02 15:04:05"} {
			if at, err = time.ParseInLocation(form, text, zone); err == nil {
				break
			}
		}
	}
	if err != nil || at.Unix()%int64(quarterHour) != 0 {
		return "", at, 0, wrapcast.Errorf(wrapcast.Usage, "", "begins at %q, which is no quarter-hour such as 2026-12-07 08:15",
			row[p.start])
	}
	people, err = strconv.ParseFloat(strings.TrimSpace(row[p.people]), 64)
	if err != nil || !(people >= 0) || math.IsInf(people, 0) {
		return "", at, 0, wrapcast.Errorf(wrapcast.Usage, "", "has %q people", row[p.people])
	}
	return strings.ToLower(strings.TrimSpace(row[p.group])), at, people, nil
}

// commonest is the distance that most rows have, a quarter-hour where there is none.
func commonest(steps map[time.Duration]int) time.Duration {
	best := wrapcast.QuarterHour
	for d, n := range steps {
		if n > steps[best] || n == steps[best] && d < best {
			best = d
		}
	}
	return best
}

// fill lets each row hold for a step's quarter-hours, where no other row begins.
func (r Roster) fill(step time.Duration) {
	for group, rows := range r {
		filled := make(map[int64]float64, len(rows))
		for at, people := range rows {
			filled[at] = people
			for s := int64(quarterHour); s < int64(step.Seconds()); s += int64(quarterHour) {
				if _, own := rows[at+s]; own {
					break
				}
				filled[at+s] = people
			}
		}
		r[group] = filled
	}
}

func rosterError(line int, format string, args ...any) *wrapcast.Error {
	return wrapcast.Errorf(wrapcast.Usage, "", "the roster, line %d, "+format, append([]any{line}, args...)...).
		WithHint("a roster is a CSV file with the columns %s, a row per planning group and quarter-hour, half-hour or hour",
			rosterColumns)
}
