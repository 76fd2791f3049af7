package reports_test

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
	"github.com/wrapcast/wrapcast/internal/reports"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
)

// seenNow is the latest signed checkpoint of a data directory, as somebody keeps it elsewhere.
func seenNow(t *testing.T, dir string, of wrapcast.OrganisationID) audit.Seen {
	t.Helper()
	seen, err := audit.ParseSeen("elsewhere", check(t, dir, of, reports.CheckOptions{}).Signed)
	must(t, err)
	return seen
}

// wantProblem checks that a chain does not hold, and that the reason is named.
func wantProblem(t *testing.T, what string, c reports.ChainCheck, says string) {
	t.Helper()
	if c.Valid || !strings.Contains(fmt.Sprint(c.Problems), says) {
		t.Errorf("%s: %v, not %q", what, c.Problems, says)
	}
}

func wantValid(t *testing.T, what string, c reports.ChainCheck) {
	t.Helper()
	if !c.Valid {
		t.Errorf("%s: %v", what, c.Problems)
	}
}

// decideMore adds masks, each with an entry.
func decideMore(t *testing.T, dir string, n int) {
	t.Helper()
	s := openWorld(t, dir)
	defer s.Close()
	next := 100
	decide := steps.Decisions{Store: s, Clock: wrapcast.Clock{Now: func() time.Time { return noon.Add(time.Hour) }},
		NewID: func() string { next++; return fmt.Sprintf("d%d", next) }}
	for range n {
		_, err := decide.AddMask(t.Context(), org, wrapcast.MaskEdit{From: 20779, To: 20779, Kind: wrapcast.MaskHide, Author: "eve",
			Reason: "regretted"})
		must(t, err)
	}
}

// An insider removes what was decided last, with its entries, and puts the checkpoint of before in the place of the
// latest: what is left is a chain that ends earlier, and only what is kept elsewhere tells.
func TestTheLastEntriesAreMissedElsewhere(t *testing.T) {
	t.Parallel()
	const removed = 3
	dir := evidenceWorld(t)
	length := check(t, dir, org, reports.CheckOptions{}).Entries
	i := byInsider(t, dir)
	must(t, i.do(`CREATE TABLE of_before AS SELECT * FROM audit_checkpoint`))
	must(t, i.db.Close())
	decideMore(t, dir, removed)
	outside := seenNow(t, dir, org)
	i = byInsider(t, dir)
	must(t, i.do(`DELETE FROM decision WHERE decision_id > 'd1' AND LENGTH(decision_id) = 4`,
		fmt.Sprintf(`DELETE FROM audit_entry WHERE organisation_id = 'org' AND seq > %d`, length),
		`DELETE FROM audit_checkpoint`, `INSERT INTO audit_checkpoint SELECT * FROM of_before`, `DROP TABLE of_before`))
	must(t, i.db.Close())
	wantValid(t, "by itself it is a chain of before", check(t, dir, org, reports.CheckOptions{}))
	wantProblem(t, "with the checkpoint from elsewhere", check(t, dir, org, reports.CheckOptions{Against: []audit.Seen{outside}}),
		fmt.Sprintf("it saw entry %d, and the chain ends at entry %d: entries %d to %d were removed", length+removed, length, length+1,
			length+removed))
}

func TestTheInstallationsChainEmptiedIsFound(t *testing.T) {
	t.Parallel()
	world := evidenceWorld(t)
	s := openWorld(t, world)
	must(t, s.Update(t.Context(), func(tx *store.Tx) error {
		return tx.Access().SaveAccount(wrapcast.Account{ID: "u1", Name: "ann", Role: wrapcast.RoleAdmin, CreatedAt: noon, UpdatedAt: noon})
	}))
	must(t, s.Close())
	wantValid(t, "as it is", check(t, world, wrapcast.Installation, reports.CheckOptions{}))
	for name, sql := range map[string][]string{
		"entries alone": {`DELETE FROM audit_entry WHERE organisation_id = 'installation'`},
		"with checkpoints and keys": {`DELETE FROM audit_entry WHERE organisation_id = 'installation'`,
			`DELETE FROM audit_checkpoint WHERE organisation_id = 'installation'`, `DELETE FROM audit_key WHERE organisation_id = 'installation'`},
	} {
		dir := copyWorld(t, world)
		i := byInsider(t, dir)
		must(t, i.do(sql...))
		must(t, i.db.Close())
		wantProblem(t, name, check(t, dir, wrapcast.Installation, reports.CheckOptions{}), "it is empty, although")
		s := openWorld(t, dir)
		must(t, s.View(t.Context(), func(tx *store.Tx) error { // it is among those that are verified without being named
			all, err := reports.Chains(tx)
			if len(all) != 2 || all[1].ID != wrapcast.Installation {
				t.Errorf("%s: the chains are %v", name, all)
			}
			return err
		}))
		must(t, s.Close())
	}
}

// rotated replaces the key of a data directory and returns the private text of the old one, and both public halves.
func rotated(t *testing.T, dir string, lost bool) (private, before, after string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "audit.key"))
	must(t, err)
	key, err := audit.ParseKey(string(text))
	must(t, err)
	s := openWorld(t, dir)
	defer s.Close()
	after, err = s.RotateAuditKey(t.Context(), store.Rotation{Actor: "ann", At: noon.Add(time.Hour), Lost: lost})
	must(t, err)
	return string(text), key.Public, after
}

func TestAKeyIsReplacedAndWhatTheOldOneSignedHolds(t *testing.T) {
	t.Parallel()
	dir := evidenceWorld(t)
	pack := packIn(t, dir, "p1")
	old := seenNow(t, dir, org)
	_, before, after := rotated(t, dir, false)
	if before == after {
		t.Fatal("the key is the same")
	}
	decideMore(t, dir, 1)
	for _, of := range []wrapcast.OrganisationID{org, wrapcast.Installation} {
		entries := entriesOf(t, dir, of)
		found := 0
		for _, e := range entries {
			if e.Action == audit.ActionKeyRotated && e.Objects["previous_key"] == before && audit.KeyIn(e) == after {
				found++
			}
		}
		if found != 1 {
			t.Errorf("%s has %d entries about the change", of, found)
		}
	}
	latest := seenNow(t, dir, org)
	for name, o := range map[string]reports.CheckOptions{"nothing": {}, "both checkpoints": {Against: []audit.Seen{old, latest}},
		"the old key": {Key: before}, "the new key": {Key: after}} {
		wantValid(t, "against "+name, check(t, dir, org, o))
	}
	wantSigned(t, "before", old, before, after)
	wantSigned(t, "after", latest, after, before)
	if _, err := audit.OpenPack(pack, before); err != nil {
		t.Errorf("the pack of before, with the old key: %v", err)
	}
	if _, err := audit.OpenPack(pack, after); wrapcast.KindOf(err) != wrapcast.InvalidData || !strings.Contains(err.Error(), "not by the one you trust") {
		t.Errorf("the pack of before, with the new key: %v", err)
	}
	if _, err := audit.OpenPack(packIn(t, dir, "p1"), after); err != nil {
		t.Errorf("the pack of after, with the new key: %v", err)
	}
}

// wantSigned checks that one key signed a checkpoint, and another did not.
func wantSigned(t *testing.T, what string, seen audit.Seen, by, not string) {
	t.Helper()
	for key, want := range map[string]bool{by: true, not: false} {
		verifier, err := note.NewVerifier(key)
		must(t, err)
		if _, err := audit.OpenCheckpoint([]byte(seen.Note), note.VerifierList(verifier)); (err == nil) != want {
			t.Errorf("the checkpoint of %s, by %s: %v", what, audit.Fingerprint(key), err)
		}
	}
}

// packIn is the pack of a plan or forecast in a data directory.
func packIn(t *testing.T, dir, id string) (file []byte) {
	t.Helper()
	s := openWorld(t, dir)
	defer s.Close()
	must(t, s.View(t.Context(), func(tx *store.Tx) (err error) {
		file, err = reports.MakePack(tx, org, id, reports.PackOptions{Version: "test", At: noon})
		return err
	}))
	return file
}

func TestWhoeverHasAKeyOfBeforeSignsNothingAnew(t *testing.T) {
	t.Parallel()
	dir := evidenceWorld(t)
	leaked, _, _ := rotated(t, dir, false)
	decideMore(t, dir, 1)
	key, err := audit.ParseKey(leaked)
	must(t, err)
	c := check(t, dir, org, reports.CheckOptions{})
	forged, err := audit.SignCheckpoint(audit.Checkpoint{Organisation: org, Seq: c.Entries, Hash: c.Hash}, key)
	must(t, err)
	i := byInsider(t, dir)
	_, err = i.db.ExecContext(t.Context(), `UPDATE audit_checkpoint SET note = ? WHERE organisation_id = 'org' AND run_id = ''`, string(forged))
	must(t, err)
	must(t, i.db.Close())
	wantProblem(t, "signed by the key of before", check(t, dir, org, reports.CheckOptions{}), "the latest checkpoint: it is not signed by the key")

	dir = evidenceWorld(t) // a change of key that the old one did not sign
	rotated(t, dir, false)
	i = byInsider(t, dir)
	must(t, i.do(`DELETE FROM audit_checkpoint WHERE run_id LIKE 'key %'`))
	must(t, i.db.Close())
	wantProblem(t, "without the checkpoint of the change", check(t, dir, org, reports.CheckOptions{}), "no checkpoint signed by the key before says so")
}

func TestALostKeyIsReplacedAndThatIsSaid(t *testing.T) {
	t.Parallel()
	dir := evidenceWorld(t)
	_, before, after := rotated(t, dir, true)
	c := check(t, dir, org, reports.CheckOptions{Key: after})
	wantValid(t, "with the new key", c)
	if !strings.Contains(fmt.Sprint(c.Notes), "the key was replaced because it was lost") {
		t.Errorf("the notes are %v", c.Notes)
	}
	wantProblem(t, "with the old key, which nobody followed", check(t, dir, org, reports.CheckOptions{Key: before}), "not by the key you trust")
	stranger, err := audit.NewKey(rand.Reader)
	must(t, err)
	key, err := audit.ParseKey(stranger)
	must(t, err)
	wantProblem(t, "with any other", check(t, dir, org, reports.CheckOptions{Key: key.Public}), "not by the key you trust")
}
