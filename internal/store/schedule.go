package store

import (
	"time"

	"github.com/wrapcast/wrapcast"
)

const scheduleColumns = `organisation_id, schedule_id, source, cron, request, enabled, next_at, last_at, last_run_id, missed_at, author, updated_at`

// Save stores a schedule in the place of the one of its id, if there is one.
func (tx Schedules) Save(s wrapcast.Schedule) error {
	_, err := tx.exec(`INSERT INTO schedule (`+scheduleColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (organisation_id, schedule_id) DO UPDATE SET source = excluded.source, cron = excluded.cron, request = excluded.request,
		enabled = excluded.enabled, next_at = excluded.next_at, last_at = excluded.last_at, last_run_id = excluded.last_run_id,
		missed_at = excluded.missed_at,
		author = excluded.author, updated_at = excluded.updated_at`,
		s.Organisation, s.ID, s.Source, s.Cron, string(s.Request), s.Enabled, instant(s.NextAt), instant(s.LastAt),
		s.LastRun, instant(s.MissedAt), s.Author, instant(s.UpdatedAt))
	return err
}

// Get returns a schedule, or NotFound.
func (tx Schedules) Get(org wrapcast.OrganisationID, id wrapcast.ScheduleID) (wrapcast.Schedule, error) {
	return require(tx.conn, "schedule "+string(id), scanSchedule,
		`SELECT `+scheduleColumns+` FROM schedule WHERE organisation_id = $1 AND schedule_id = $2`, org, id)
}

// All returns the schedules of an organisation in the order of their ids.
func (tx Schedules) All(org wrapcast.OrganisationID) ([]wrapcast.Schedule, error) {
	return list(tx.conn, scanSchedule,
		`SELECT `+scheduleColumns+` FROM schedule WHERE organisation_id = $1 ORDER BY schedule_id`, org)
}

// Due returns the enabled schedules that are due by now, those due longest first.
func (tx Schedules) Due(org wrapcast.OrganisationID, now time.Time) ([]wrapcast.Schedule, error) {
	return list(tx.conn, scanSchedule, `SELECT `+scheduleColumns+` FROM schedule
		WHERE organisation_id = $1 AND enabled AND next_at <= $2 ORDER BY next_at, schedule_id`, org, now.UnixMilli())
}

// Delete removes a schedule. It returns NotFound where there is none.
func (tx Schedules) Delete(org wrapcast.OrganisationID, id wrapcast.ScheduleID) error {
	n, err := tx.exec(`DELETE FROM schedule WHERE organisation_id = $1 AND schedule_id = $2`, org, id)
	if err == nil && n == 0 {
		return notFound("schedule %s is not stored here", id)
	}
	return err
}

func scanSchedule(r row) (s wrapcast.Schedule, err error) {
	err = r.Scan(&s.Organisation, &s.ID, &s.Source, &s.Cron, toRaw(&s.Request), &s.Enabled, toTime(&s.NextAt),
		toTime(&s.LastAt), &s.LastRun,
		toTime(&s.MissedAt), &s.Author, toTime(&s.UpdatedAt))
	return s, err
}
