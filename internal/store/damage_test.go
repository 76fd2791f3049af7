package store_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

// TestDamageIsFoundOrDoesNoHarm damages a database in many ways, each in a copy of its own, and reads everything that
// figures come from: it is what was stored, or an error, and never a panic.
func TestDamageIsFoundOrDoesNoHarm(t *testing.T) {
	t.Parallel()
	whole, want := damageable(t)
	random := rand.New(rand.NewPCG(1, 2))
	found := map[string]int{}
	n := 90
	if testing.Short() {
		n = 30
	}
	for i := range n {
		kind := []string{"bytes", "page", "cut"}[i%3]
		got, err := readDamaged(t, damage(whole, kind, random))
		switch {
		case err != nil:
			found[kind]++
		case got != want:
			t.Fatalf("%s, number %d: it reads\n%s\nwant\n%s", kind, i, got, want)
		}
	}
	t.Logf("of %d damaged databases these were found: %v", n, found)
	if found["bytes"] == 0 || found["page"] == 0 || found["cut"] == 0 {
		t.Error("the damage does not reach what is read")
	}
}

// TestEveryDamagedRowIsNamed changes one row at a time, as an editor would.
func TestEveryDamagedRowIsNamed(t *testing.T) {
	t.Parallel()
	whole, _ := damageable(t)
	for change, names := range map[string]string{
		"UPDATE history_block SET quarter_hours = (SELECT quarter_hours FROM history_block h WHERE h.leaf_id = 2) WHERE leaf_id = 1":                           "queue q0, code c0, voice",
		"UPDATE history_block SET first_day = first_day + 4000 WHERE leaf_id = 1 AND first_day = (SELECT MAX(first_day) FROM history_block WHERE leaf_id = 1)": "everything",
		"UPDATE history_block SET quarter_hours = x'0101010101' WHERE leaf_id = 1":                                                                             "version 2",
		"DELETE FROM history_block WHERE leaf_id = 3":                                                                                                          "everything",
		"UPDATE leaf SET code_id = 'c9' WHERE leaf_id = 1":                                                                                                     "table leaf",
		"DELETE FROM leaf WHERE leaf_id = 1":                                                                                                                   "everything",
		"UPDATE coverage SET to_at = to_at + 900000":                                                                                                           "table coverage",
		"UPDATE arrival SET queue_id = 'q9'":                                                                                                                   "table arrival",
		"DELETE FROM sum_block WHERE kind = 'total'":                                                                                                           "everything",
	} {
		path := filepath.Join(t.TempDir(), "wrapcast.db")
		if err := os.WriteFile(path, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		rawExec(t, path, change)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		_, err = readDamaged(t, text)
		switch {
		case err == nil:
			t.Errorf("%s: not found", change)
		case !strings.Contains(err.Error(), names):
			t.Errorf("%s: %v", change, err)
		}
		if e, ok := errors.AsType[*wrapcast.Error](err); ok && strings.Contains(names, "table") &&
			(!strings.Contains(e.Error(), "organisation org") || !strings.Contains(wrapcast.Hint(e), "wrapcast store verify")) {
			t.Errorf("%s: %v (%s)", change, err, wrapcast.Hint(err))
		}
	}
}

// damageable is a database of some leaves and days, as one file, and what it reads as.
func damageable(t *testing.T) (file []byte, reads string) {
	t.Helper()
	dir := t.TempDir()
	s := openIn(t, dir)
	b := on(t, s)
	b.org = "org"
	e := wrapcast.Extract{From: noon.AddDate(0, 0, -20), To: noon, ReadAt: noon}
	random := rand.New(rand.NewPCG(3, 4))
	for l := range 40 {
		leaf := wrapcast.Leaf{Queue: wrapcast.QueueID(fmt.Sprintf("q%d", l%5)), Code: wrapcast.CodeID(fmt.Sprintf("c%d", l/5)), Media: wrapcast.Voice}
		for at := e.From; at.Before(e.To); at = at.Add(time.Duration(1+random.IntN(8)) * wrapcast.QuarterHour) {
			n := 1 + random.IntN(9)
			e.Observations = append(e.Observations, wrapcast.Observation{Leaf: leaf, Start: at, Handled: n, HandleMs: int64(n) * 300_000, AfterCallMs: 7})
		}
	}
	for at := e.From; at.Before(e.To); at = at.Add(time.Hour) {
		e.Arrivals = append(e.Arrivals, wrapcast.Arrival{Queue: "q1", Media: wrapcast.Voice, Start: at, Offered: 5})
	}
	b.replace(time.UTC, e)
	rawExec(t, s.Path(), "PRAGMA wal_checkpoint(TRUNCATE)")
	file, err := os.ReadFile(s.Path())
	if err != nil {
		t.Fatal(err)
	}
	reads, err = readDamaged(t, file)
	if err != nil {
		t.Fatal(err)
	}
	return file, reads
}

// damage returns a copy of a file in which bytes are flipped, pages stand in each other's place, or the end is missing.
func damage(file []byte, kind string, random *rand.Rand) []byte {
	const page = 4096
	file = append([]byte{}, file...)
	at := func() int { return (1 + random.IntN(len(file)/page-1)) * page }
	switch kind {
	case "bytes":
		for range 16 {
			file[100+random.IntN(len(file)-100)] ^= byte(1 + random.IntN(255))
		}
	case "page":
		copy(file[at():], append([]byte{}, file[at():][:page]...))
	case "cut":
		file = file[:at()]
	}
	return file
}

// readDamaged reads everything that figures come from out of a database.
func readDamaged(t *testing.T, file []byte) (reads string, err error) {
	t.Helper()
	dir, err := os.MkdirTemp(t.TempDir(), "damaged")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := os.WriteFile(filepath.Join(dir, "wrapcast.db"), file, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), store.Options{Dir: dir})
	if err != nil {
		return "", err
	}
	defer s.Close()
	var b strings.Builder
	err = s.View(t.Context(), func(tx *store.Tx) error { return readAll(tx, &b) })
	return b.String(), err
}

func readAll(tx *store.Tx, b *strings.Builder) error {
	from, to := noon.AddDate(0, 0, -20), noon
	first, last := wrapcast.DateOf(from), wrapcast.DateOf(to)
	for _, zone := range []*time.Location{time.UTC, time.FixedZone("East", 7200)} {
		for d, err := range tx.History().LocalDays("org", zone, first, last) {
			if err != nil {
				return err
			}
			fmt.Fprintln(b, d)
		}
	}
	for o, err := range tx.History().Observations("org", from, to) {
		if err != nil {
			return err
		}
		fmt.Fprintln(b, o)
	}
	for a, err := range tx.History().Arrivals("org", from, to) {
		if err != nil {
			return err
		}
		fmt.Fprintln(b, a)
	}
	readings, err := tx.Readings().All("org")
	if err != nil {
		return err
	}
	totals, err := tx.History().Totals("org", nil)
	fmt.Fprintln(b, readings, totals)
	return err
}
