package store

import "context"

// Tx is a transaction. It lives as long as the function given to [Store.Update] or
// [Store.View] and must not be used by two goroutines at once. Its methods hand out the parts
// that read and write one subject each, all in this transaction; [DecisionsOf] is the one for what people decide.
type Tx struct{ conn *conn }

// Context returns the context of the transaction.
func (tx *Tx) Context() context.Context { return tx.conn.ctx }

// Directory returns the part for the directory: the organisation, its business unit, queues, codes and planning groups.
func (tx *Tx) Directory() Directory { return Directory{tx.conn} }

// History returns the part for the history of contacts: per leaf and per queue, by quarter-hour and by local day.
func (tx *Tx) History() History { return History{tx.conn} }

// Readings returns the part for which intervals of the history were read, when, and what young days said then.
func (tx *Tx) Readings() Readings { return Readings{tx.conn} }

// Imports returns the part for the files that were imported.
func (tx *Tx) Imports() Imports { return Imports{tx.conn} }

// Sums returns the part for the sums of the history over leaves: of a code, of a queue, of everything, and of any
// other [Series].
func (tx *Tx) Sums() Sums { return Sums{tx.conn} }

// Runs returns the part for runs with their steps.
func (tx *Tx) Runs() Runs { return Runs{tx.conn} }

// Leases returns the part for leases: who may work on an organisation's run.
func (tx *Tx) Leases() Leases { return Leases{tx.conn} }

// Shards returns the part for forecasts that are made in shards.
func (tx *Tx) Shards() Shards { return Shards{tx.conn} }

// Validations returns the part for the validation report of each run.
func (tx *Tx) Validations() Validations { return Validations{tx.conn} }

// Forecasts returns the part for forecasts, whole or by their heads.
func (tx *Tx) Forecasts() Forecasts { return Forecasts{tx.conn} }

// Snapshots returns the part for forecast snapshots: what was forecast for a day at each lead, and what was
// published when.
func (tx *Tx) Snapshots() Snapshots { return Snapshots{tx.conn} }

// Plans returns the part for plans.
func (tx *Tx) Plans() Plans { return Plans{tx.conn} }

// Submissions returns the part for submissions of plans to their targets.
func (tx *Tx) Submissions() Submissions { return Submissions{tx.conn} }

// Deliveries returns the part for the outbox of webhook messages.
func (tx *Tx) Deliveries() Deliveries { return Deliveries{tx.conn} }

// Schedules returns the part for schedules of runs.
func (tx *Tx) Schedules() Schedules { return Schedules{tx.conn} }

// Budget returns the part for the budget of API requests, and the limits learned of the API.
func (tx *Tx) Budget() Budget { return Budget{tx.conn} }

// Audit returns the part for the audit chain.
func (tx *Tx) Audit() Audit { return Audit{tx.conn} }

// Retention returns the part that finds what is old, and deletes it with an audit entry that has its digests.
func (tx *Tx) Retention() Retention { return Retention{tx.conn} }

// Access returns the part for the accounts, sessions and API tokens of the installation.
func (tx *Tx) Access() Access { return Access{tx.conn} }

// Requests returns the part for the requests that came with an Idempotency-Key, and their answers.
func (tx *Tx) Requests() Requests { return Requests{tx.conn} }

// The parts of a transaction: each holds nothing but the transaction and has the statements of its subject.
type (
	// Directory keeps the directory: the organisation, its business unit, queues, codes and planning groups.
	Directory struct{ *conn }

	// History keeps the history of contacts: per leaf and per queue, by quarter-hour and by local day.
	History struct{ *conn }

	// Readings keeps which intervals of the history were read, when, and what young days said then.
	Readings struct{ *conn }

	// Imports keeps the files that were imported, or refused.
	Imports struct{ *conn }

	// Sums keeps the sums of the history over leaves: of a code, of a queue, of everything, and of any other [Series].
	Sums struct{ *conn }

	// Runs keeps runs with their steps.
	Runs struct{ *conn }

	// Leases keeps leases: who may work on an organisation's run.
	Leases struct{ *conn }

	// Shards keeps the shards of forecasts under way, and who works on each.
	Shards struct{ *conn }

	// Validations keeps the validation report of each run.
	Validations struct{ *conn }

	// Forecasts keeps forecasts, whole or by their heads.
	Forecasts struct{ *conn }

	// Snapshots keeps forecast snapshots: what was forecast for a day at each lead, and what was published when.
	Snapshots struct{ *conn }

	// Plans keeps plans.
	Plans struct{ *conn }

	// Submissions keeps submissions of plans to their targets.
	Submissions struct{ *conn }

	// Deliveries keeps the outbox of webhook messages.
	Deliveries struct{ *conn }

	// Schedules keeps schedules of runs.
	Schedules struct{ *conn }

	// Budget keeps the budget of API requests, and the limits learned of the API.
	Budget struct{ *conn }

	// Audit keeps the audit chain.
	Audit struct{ *conn }

	// Retention deletes what is not kept any longer.
	Retention struct{ *conn }

	// Access keeps the accounts, sessions and API tokens of the installation.
	Access struct{ *conn }

	// Requests keeps the requests that came with an Idempotency-Key, and their answers.
	Requests struct{ *conn }
)
