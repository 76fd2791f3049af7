package imports

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
	"github.com/wrapcast/wrapcast/internal/source/files"
	"github.com/wrapcast/wrapcast/internal/store"
)

// statusOK is the status of an audit entry of what was done, statusFailed that of what was refused.
const (
	statusOK     = "ok"
	statusFailed = "failed"
)

// keep writes what the file says, unless it is held or was there already.
func (w *work) keep(ctx context.Context) (Result, error) {
	out := Result{Name: w.directory.Organisation.Name, Zone: w.zone.String(), New: w.isNew, DryRun: w.DryRun}
	out.Import = wrapcast.Import{Schema: wrapcast.ImportSchema, Organisation: w.directory.Organisation.ID, At: w.began,
		Actor: w.Actor, State: wrapcast.ImportKept, File: fileName(w.File), Sender: w.Sender, Digest: w.digest}
	var err error
	if out.Mapping, err = json.Marshal(w.how); err != nil {
		return out, err
	}
	w.describe(&out.Import)
	if w.DryRun {
		return out, w.Store.View(ctx, func(tx *store.Tx) error { return w.preview(tx, &out) })
	}
	err = w.Store.Update(ctx, func(tx *store.Tx) error { return w.write(tx, &out) })
	return out, err
}

// describe says what the file has.
func (w *work) describe(i *wrapcast.Import) {
	b := w.batch
	i.From, i.To = b.Covered[0].From, b.Covered[len(b.Covered)-1].To
	for _, c := range b.Covered {
		i.Days += int(wrapcast.DateOf(c.To.Add(-1).In(w.zone))-wrapcast.DateOf(c.From.In(w.zone))) + 1
	}
	i.StepMinutes, i.Contacts = int(b.Step/time.Minute), b.Contacts
	i.Codes, i.Queues = len(b.Codes), len(b.Queues)
	i.ReadAs, i.Lacks, i.Notes = b.Reading.Lines(), append([]string{}, b.Lacks...), append([]string{}, b.Notes...)
}

// preview says what would be done.
func (w *work) preview(tx *store.Tx, out *Result) error {
	if out.Unchanged = w.isUnchanged(out.Import); out.Unchanged {
		return nil
	}
	w.nameNew(&out.Import)
	before, err := w.before(tx)
	if err != nil {
		return err
	}
	before.tell(&out.Import)
	out.Held = w.held(before)
	return nil
}

// write keeps the file, in a transaction.
func (w *work) write(tx *store.Tx, out *Result) error {
	if err := w.again(tx); err != nil {
		return err
	}
	if out.Unchanged = w.isUnchanged(out.Import); out.Unchanged {
		return nil
	}
	w.nameNew(&out.Import)
	before, err := w.before(tx)
	if err != nil {
		return err
	}
	before.tell(&out.Import)
	if why := w.held(before); len(why) > 0 && !w.Accept {
		return heldError(why)
	}
	if err := w.saveDirectory(tx); err != nil {
		return err
	}
	for _, e := range w.extracts(before) {
		changes, err := tx.History().Replace(w.directory.Organisation.ID, w.zone, e)
		if err != nil {
			return err
		}
		out.ChangedCells += changes.Observations + changes.Arrivals
	}
	out.ID = wrapcast.ImportID(w.NewID())
	if err := tx.Imports().Add(out.Import); err != nil {
		return err
	}
	_, err = tx.Audit().Append(wrapcast.AuditEntry{Organisation: out.Organisation, At: w.Clock.Now(), Actor: w.Actor,
		Action: audit.ActionImported, Status: statusOK, LatencyMs: w.Clock.Since(w.began).Milliseconds(),
		Objects: map[string]string{"import": string(out.ID), "sha256": w.digest}, Detail: Sentence(out.Import)})
	return err
}

// again looks at what may have changed since the file was read: another process may have imported meanwhile.
func (w *work) again(tx *store.Tx) error {
	org := w.directory.Organisation.ID
	kept, err := tx.Imports().All(org)
	if err != nil {
		return err
	}
	w.kept = slices.DeleteFunc(kept, func(i wrapcast.Import) bool { return i.State != wrapcast.ImportKept })
	if len(w.kept) == 0 {
		return nil
	}
	zone := w.directory.BusinessUnit.TimeZone
	w.directory, err = tx.Directory().Of(org)
	if err == nil && w.directory.BusinessUnit.TimeZone != zone {
		return wrapcast.Errorf(wrapcast.Conflict, "", "another file was imported meanwhile, in the zone %s",
			w.directory.BusinessUnit.TimeZone).WithHint("import again")
	}
	return err
}

// isUnchanged reports whether the file was imported before, read in the same way, and no later one touched its time.
func (w *work) isUnchanged(i wrapcast.Import) bool {
	for _, k := range w.kept {
		if k.Digest == i.Digest && string(k.Mapping) == string(i.Mapping) {
			return true
		}
		if k.From.Before(i.To) && i.From.Before(k.To) {
			return false
		}
	}
	return false
}

// nameNew names the codes and queues that nobody had seen before, where there are others.
func (w *work) nameNew(i *wrapcast.Import) {
	const most = 50
	for _, c := range w.batch.Codes {
		known := slices.ContainsFunc(w.directory.Codes, func(k wrapcast.Code) bool { return k.ID == c.ID })
		if !known && len(i.NewCodes) < most {
			i.NewCodes = append(i.NewCodes, c.Name)
		}
	}
	for _, q := range w.batch.Queues {
		known := slices.ContainsFunc(w.directory.Queues, func(k wrapcast.Queue) bool { return k.ID == q.ID })
		if !known && len(i.NewQueues) < most {
			i.NewQueues = append(i.NewQueues, q.Name)
		}
	}
}

// Sentence tells of an import on one line.
func Sentence(i wrapcast.Import) string {
	s := fmt.Sprintf("%s: %d contacts of %d codes in %d queues from %s to %s", i.File, i.Contacts, i.Codes, i.Queues,
		i.From.Format(time.RFC3339), i.To.Format(time.RFC3339))
	if i.ReplacedContacts > 0 {
		s += fmt.Sprintf(", in the place of %d contacts on %d days", i.ReplacedContacts, i.ReplacedDays)
	}
	return s + fmt.Sprintf("; %d cells changed", i.ChangedCells)
}

// heldError is what a file is held for.
func heldError(why []string) error {
	text := why[0]
	for _, more := range why[1:] {
		text += "; " + more
	}
	return wrapcast.Errorf(wrapcast.InvalidData, "", "nothing was imported: %s", text).
		WithHint("if it is meant: --accept-changes; to leave the stored codes that the file does not name: --keep-other-codes")
}

// saveDirectory keeps the names of the organisation, its codes and queues, and the unit that is planned.
func (w *work) saveDirectory(tx *store.Tx) error {
	d := w.directory
	for _, c := range w.batch.Codes {
		if !slices.ContainsFunc(d.Codes, func(k wrapcast.Code) bool { return k.ID == c.ID }) {
			d.Codes = append(d.Codes, c)
		}
	}
	for _, q := range w.batch.Queues {
		if !slices.ContainsFunc(d.Queues, func(k wrapcast.Queue) bool { return k.ID == q.ID }) {
			d.Queues = append(d.Queues, q)
		}
	}
	streams, err := streamsOf(tx, d.Organisation.ID)
	if err != nil {
		return err
	}
	intervals := w.batch.Step < files.Day || d.HasUnit()
	d = planned(d, w.zone.String(), intervals, append(streams, w.batch.Streams()...))
	if err := tx.Directory().Save(d); err != nil {
		return err
	}
	if w.SettingsName != "" {
		return tx.Directory().Called(d.Organisation.ID, w.SettingsName)
	}
	return nil
}
