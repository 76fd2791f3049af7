// Package auth knows who may do what: roles, passwords, sessions, tokens, login limits
// and identity providers. It keeps nothing itself.
package auth

import "slices"

// Role is what somebody may do. Each role may do all that the one before may.
type Role string

// The roles, from least to most.
const (
	// Viewer looks.
	Viewer Role = "viewer"
	// Planner changes numbers: overrides, calendar, masks; runs without submitting.
	Planner Role = "planner"
	// Publisher sends numbers out: submits, rolls back, replays messages.
	Publisher Role = "publisher"
	// Admin changes the installation: users, tokens, schedules, tests of the webhook.
	Admin Role = "admin"
)

// Roles lists the roles from least to most.
func Roles() []Role { return []Role{Viewer, Planner, Publisher, Admin} }

// Known reports whether it is a role.
func (r Role) Known() bool { return slices.Contains(Roles(), r) }

// May reports whether r includes what need may. An unknown role may nothing.
func (r Role) May(need Role) bool {
	return r.Known() && slices.Index(Roles(), r) >= slices.Index(Roles(), need)
}
