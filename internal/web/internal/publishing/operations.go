// Package publishing answers what leaves wrapcast and when: runs, schedules, plans, submissions, webhook messages, and
// the silence that holds a plan back.
package publishing

import (
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
	"github.com/wrapcast/wrapcast/internal/web/internal/snapshot"
)

// The roles, as the tables of operations name them.
const (
	viewer    = wrapcast.RoleViewer
	planner   = wrapcast.RolePlanner
	publisher = wrapcast.RolePublisher
	admin     = wrapcast.RoleAdmin
)

// Config has the parts that these handlers are made of; each takes the few it needs.
type Config struct {
	Organisations scope.Organisations
	Worker        scope.Worker
	Streams       scope.Streamer
	Decisions     scope.DecisionHandlers
	Documents     *snapshot.Documents
	Reports       *snapshot.Reports
	Clock         wrapcast.Clock
	NewID         func() string
}

// Heard finds what was silent when plans were made.
func (c Config) Heard() Heard { return Heard{documents: c.Documents, clock: c.Clock} }

// Operations lists the operations of all that is published.
func Operations(c Config) []api.Operation {
	orgs, work, listening := c.Organisations, c.Worker, c.Heard()
	return slices.Concat(
		(&planHandlers{Organisations: orgs, documents: c.Documents, heard: listening}).operations(),
		(&silenceHandlers{DecisionHandlers: c.Decisions, Heard: listening}).operations(),
		(&submissionHandlers{orgs}).operations(),
		(&publishHandlers{Organisations: orgs, worker: work, heard: listening}).operations(),
		(&staffHandlers{Organisations: orgs, worker: work, reports: c.Reports}).operations(),
		(&runHandlers{Organisations: orgs, worker: work, streams: c.Streams}).operations(),
		(&scheduleHandlers{Organisations: orgs, worker: work, clock: c.Clock, newID: c.NewID}).operations(),
		(&deliveryHandlers{Organisations: orgs, worker: work}).operations(),
		c.exportOperations(),
	)
}
