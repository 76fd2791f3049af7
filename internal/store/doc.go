// Package store keeps what wrapcast knows: the history of every leaf, runs and their
// steps, reports, forecasts, plans, submissions, the outbox of webhooks and the audit
// chain. It is one SQLite file in the data directory, or a PostgreSQL database; the SQL is
// the same for both, and the package engine inside has what differs.
//
// Everything happens in a transaction: [Store.Update] writes, [Store.View] reads, and [Tx]
// hands out the parts that do the work, one for each subject. So a result commits together with the audit entry and the
// outbox row that follow from it, or none of them does.
//
//	err := s.Update(ctx, func(tx *store.Tx) error {
//		if err := tx.Submissions().Save(accepted, wrapcast.SubmissionSending); err != nil {
//			return err
//		}
//		_, err := tx.Audit().Append(entry)
//		return err
//	})
//
// Instants are kept in milliseconds: what comes back is cut to them and in UTC; the zero
// time stays zero. Errors are *wrapcast.Error: NotFound, Conflict where something else
// holds the thing or moved it first, InvalidData for what cannot be kept, Internal for a
// full disk or a damaged file, Usage for a data directory that cannot be one.
package store
