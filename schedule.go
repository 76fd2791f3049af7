package wrapcast

import (
	"encoding/json"
	"time"
)

// ScheduleID names a schedule within its organisation: a UUIDv7, or the name of where it comes from.
type ScheduleID string

// ScheduleSource says where a schedule comes from.
type ScheduleSource string

// The sources of schedules.
const (
	// ScheduleStored was made by somebody through the API.
	ScheduleStored ScheduleSource = "stored"
	// ScheduleSettings stands in the settings file.
	ScheduleSettings ScheduleSource = "settings"
	// ScheduleCommand was given on the command line.
	ScheduleCommand ScheduleSource = "command"
)

// Schedule says when runs are due, on the wall clock of the business unit.
type Schedule struct {
	ID           ScheduleID     `json:"id"`
	Organisation OrganisationID `json:"organisation"`
	Source       ScheduleSource `json:"source"`
	// Cron has five fields, minute, hour, day of the month, month, weekday: "0 2 * * *".
	Cron string `json:"cron"`
	// Request is what the runs are asked for, in the form of package steps.
	Request json.RawMessage `json:"request"`
	Enabled bool            `json:"enabled"`
	// NextAt is when the next run is due; one that was missed is due still.
	NextAt time.Time `json:"next_at,omitzero"`
	// LastAt is when it was last due, LastRun the run it began then.
	LastAt  time.Time `json:"last_at,omitzero"`
	LastRun RunID     `json:"last_run,omitempty"`
	// MissedAt is the time it was due of which somebody was told that no run had begun.
	MissedAt  time.Time `json:"missed_at,omitzero"`
	Author    string    `json:"author"`
	UpdatedAt time.Time `json:"updated_at"`
}
