// Package proposals turns what people changed in a forecast's workbook into a proposed set of overrides: cell by cell
// what was and what is wanted, what stands in the way, what it does to codes, queues and the total; and keeps it, in
// one decision or not at all. It works on what is stored.
package proposals

import (
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/tables/edited"
)

// Request is an edited workbook, or a sheet of it as CSV, and what its overrides have in common.
type Request struct {
	// Name is the file's, Content its bytes.
	Name    string
	Content []byte
	// Forecast is the one that a file is of which does not say so; "" is the latest.
	Forecast wrapcast.ForecastID
	// Author decides. Reason is that of changes whose row has none.
	Author, Reason, Ticket string
	// ExpiresAt is when they stop to be used; zero means with their days.
	ExpiresAt time.Time
	// Overlap holds where a change meets an override that was made since the file was written, or another change of
	// the file. WithoutConflicts leaves out the changes that meet one made since.
	Overlap          wrapcast.OverlapRule
	WithoutConflicts bool
}

// OverrideProposal is the overrides that an edited workbook asks for.
type OverrideProposal struct {
	Schema string `json:"schema"`
	// ID is a digest of what would be kept, and beside what: it changes with every number and decision that it rests on.
	ID string `json:"proposal"`
	// File names the file, Digest is the SHA-256 of its bytes, Format what it is.
	File   string `json:"file"`
	Digest string `json:"digest"`
	Format string `json:"format"`
	// Forecast is the one that the file is of, Latest the one it is weighed against; they differ where the file is older.
	Forecast       wrapcast.ForecastID `json:"forecast"`
	ForecastMadeAt time.Time           `json:"forecast_made_at"`
	Latest         wrapcast.ForecastID `json:"latest"`
	LatestMadeAt   time.Time           `json:"latest_made_at"`
	// Changes are the cells that say something else than was written.
	Changes []Change `json:"changes"`
	// Problems are cells that cannot be meant; while there are any nothing is kept. Notes are worth knowing.
	Problems []edited.Problem `json:"problems"`
	Notes    []string         `json:"notes"`
	// WithoutReason and InConflict count the changes that wait for a reason, and for a rule.
	WithoutReason int `json:"without_reason"`
	InConflict    int `json:"in_conflict"`
	// From is the first day of the figures of codes, queues and the total, before and after.
	From   wrapcast.Date         `json:"from"`
	Codes  []steps.MovedForecast `json:"codes"`
	Queues []steps.MovedForecast `json:"queues"`
	Total  steps.MovedForecast   `json:"total"`
	// Accepted says that it is kept: as these overrides, of this import.
	Accepted  bool                      `json:"accepted"`
	Import    wrapcast.OverrideImportID `json:"import,omitempty"`
	Overrides []wrapcast.OverrideID     `json:"overrides"`

	proposed []proposed
	version  string
	since    wrapcast.Date
}

// schema names the JSON of a Proposal.
const schema = "wrapcast.override-proposal/1"

// Change is one cell that was changed.
type Change struct {
	Cell string `json:"cell"`
	// Kind is code, queue or code_in_queue.
	Kind  string           `json:"kind"`
	Code  wrapcast.CodeID  `json:"code,omitempty"`
	Queue wrapcast.QueueID `json:"queue,omitempty"`
	// CodeName and QueueName are "" where the change is about all of them.
	CodeName  string        `json:"code_name,omitempty"`
	QueueName string        `json:"queue_name,omitempty"`
	Day       wrapcast.Date `json:"day"`
	// Was is the number in the file as it was written, Now what is forecast now, Wanted what was typed, and After what
	// the forecast becomes.
	Was    float64 `json:"was"`
	Now    float64 `json:"now"`
	Wanted float64 `json:"wanted"`
	After  float64 `json:"after"`
	// Percent is the change that was typed where it was one in per cent.
	Percent *float64 `json:"percent,omitempty"`
	Reason  string   `json:"reason"`
	// Conflict is an override of the same that was made since the file was written; nil where there is none.
	Conflict *Conflict `json:"conflict,omitempty"`
	// Left says that the change is left out because of that.
	Left bool `json:"left_out,omitempty"`
	// key is what its row is called.
	key string
}

// Conflict is an override that somebody made in the meantime.
type Conflict struct {
	Override wrapcast.OverrideID  `json:"override"`
	Author   string               `json:"author"`
	Reason   string               `json:"reason"`
	MadeAt   time.Time            `json:"made_at"`
	Rule     wrapcast.OverlapRule `json:"rule,omitempty"`
}

// proposed is an override, and the changes that it is made of.
type proposed struct {
	override wrapcast.Override
	changes  []int
	// left says that it is left out.
	left bool
}
