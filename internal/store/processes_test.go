package store_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
	"github.com/wrapcast/wrapcast/internal/store"
)

// The tests below start this test binary again as a process of its own, which runs
// TestChild and there what childWork names.
const (
	childWork = "WRAPCAST_TEST_CHILD"
	childDir  = "WRAPCAST_TEST_DIR"
)

func TestChild(t *testing.T) {
	work := map[string]func(*testing.T, string){"everything": childWritesForEver, "audit": childAudits, "open": childOpens, "files": childHasFewFiles, "budget": childReserves}[os.Getenv(childWork)]
	if work == nil {
		t.Skip("it is the child of other tests")
	}
	work(t, os.Getenv(childDir))
}

func child(t *testing.T, work, dir string) *exec.Cmd {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestChild$", "-test.v")
	c.Env = append(os.Environ(), childWork+"="+work, childDir+"="+dir)
	return c
}

// childWritesForEver commits one transaction after the other, each with a number in all that is
// stored, and says the number once it is committed.
func childWritesForEver(t *testing.T, dir string) {
	t.Helper()
	b := on(t, openIn(t, dir))
	for n := count(t, b) + 1; ; n++ {
		b.update(func(tx *store.Tx) error { return writeNumber(tx, n) })
		fmt.Printf("committed %d\n", n)
	}
}

func writeNumber(tx *store.Tx, n int) error {
	id := fmt.Sprintf("%09d", n)
	f, p := forecast("org", wrapcast.ForecastID(id)), plan("org", wrapcast.PlanID(id))
	p.Forecast = f.ID
	if _, err := tx.History().Replace("org", time.UTC, dense(noon, n)); err != nil {
		return err
	}
	if err := tx.Forecasts().Add(f); err != nil {
		return err
	}
	if err := tx.Plans().Add(p); err != nil {
		return err
	}
	if err := tx.Submissions().Save(submission("org", wrapcast.SubmissionID(id), p.ID), ""); err != nil {
		return err
	}
	if err := tx.Deliveries().Add(delivery("org", wrapcast.DeliveryID(id), noon)); err != nil {
		return err
	}
	_, err := tx.Audit().Append(wrapcast.AuditEntry{Organisation: "org", LatencyMs: int64(n)})
	return err
}

func count(t *testing.T, b bundle) int {
	t.Helper()
	return len(read(b, func(tx *store.Tx) ([]wrapcast.AuditEntry, error) { return gather(tx.Audit().Entries("org", 1, 0)) }))
}

func TestKilledProcessLeavesWholeTransactions(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	random := rand.New(rand.NewPCG(1, 2))
	committed := 0
	for range 12 {
		committed = max(committed, killedAfter(t, dir, time.Duration(random.IntN(60))*time.Millisecond))
		s, err := store.Open(t.Context(), store.Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		checkNumbers(t, on(t, s), committed)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if committed < 12 {
		t.Errorf("only %d transactions were committed in all: the test shows little", committed)
	}
}

// killedAfter lets a child write for a while after its first commit, kills it, and returns the last number it said.
func killedAfter(t *testing.T, dir string, d time.Duration) (last int) {
	t.Helper()
	c := child(t, "everything", dir)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		n, said := strings.CutPrefix(lines.Text(), "committed ")
		if !said {
			continue
		}
		if last == 0 {
			time.AfterFunc(d, func() { _ = c.Process.Kill() })
		}
		if last, err = strconv.Atoi(n); err != nil {
			t.Fatal(err)
		}
	}
	_ = c.Wait() // it was killed
	return last
}

// checkNumbers checks that every transaction is there whole or not at all, and at least the first committed of them.
func checkNumbers(t *testing.T, b bundle, committed int) {
	t.Helper()
	n := count(t, b)
	if n < committed {
		t.Fatalf("%d transactions are stored, %d were committed", n, committed)
	}
	b.view(func(tx *store.Tx) error {
		if _, err := audit.Verify(tx.Audit().Entries("org", 1, 0)); err != nil {
			return err
		}
		f, err := tx.Forecasts().Latest("org", "")
		if err != nil {
			return err
		}
		plans, err := tx.Plans().OfRun("org", "r1")
		if err != nil {
			return err
		}
		submissions, err := tx.Submissions().OfRun("org", "r1")
		if err != nil {
			return err
		}
		deliveries, err := tx.Deliveries().OfRun("org", "r1")
		if string(f.ID) != fmt.Sprintf("%09d", n) || len(plans) != n || len(submissions) != n || len(deliveries) != n {
			t.Errorf("%d audit entries, but %d plans, %d submissions, %d deliveries, and the last forecast is %s", n, len(plans), len(submissions), len(deliveries), f.ID)
		}
		return err
	})
	want := sorted(dense(noon, n).Observations)
	wantSame(t, "history", want, b.observations(noon, noon.AddDate(0, 0, 1)))
	days := b.localDays(time.UTC, 0, 1<<20)
	b.update(func(tx *store.Tx) error { return tx.History().RebuildSums("org") })
	wantSame(t, "local days", b.localDays(time.UTC, 0, 1<<20), days)
}

const auditsPerChild = 150

func childAudits(t *testing.T, dir string) {
	t.Helper()
	b := on(t, openIn(t, dir))
	for range auditsPerChild {
		b.update(func(tx *store.Tx) error {
			_, err := tx.Audit().Append(wrapcast.AuditEntry{Organisation: "org", Actor: fmt.Sprint(os.Getpid())})
			return err
		})
	}
}

func TestTwoProcessesShareAFileAndMakeOneChain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	waitFor(t, child(t, "audit", dir), child(t, "audit", dir))
	b := on(t, openIn(t, dir))
	b.view(func(tx *store.Tx) error {
		actors := map[string]int{}
		for e, err := range tx.Audit().Entries("org", 1, 0) {
			if err != nil {
				return err
			}
			actors[e.Actor]++
		}
		if len(actors) != 2 {
			t.Errorf("the actors were %v", actors)
		}
		end, err := audit.Verify(tx.Audit().Entries("org", 1, 0))
		if end.Seq != 2*auditsPerChild {
			t.Errorf("the chain ends at %d", end.Seq)
		}
		return err
	})
}

func childOpens(t *testing.T, dir string) {
	t.Helper()
	s, err := store.Open(context.Background(), store.Options{Dir: dir})
	if err != nil {
		t.Fatalf("%s: %v", wrapcast.KindOf(err), err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestManyProcessesMayMakeTheSameDirectoryAtOnce(t *testing.T) {
	t.Parallel()
	for range 3 {
		dir := t.TempDir()
		children := make([]*exec.Cmd, 0, 6)
		for range 6 {
			children = append(children, child(t, "open", dir))
		}
		waitFor(t, children...)
	}
}

// waitFor runs processes at the same time and fails with what any of them said that failed.
func waitFor(t *testing.T, children ...*exec.Cmd) {
	t.Helper()
	said := make([]bytes.Buffer, len(children))
	for i, c := range children {
		c.Stdout, c.Stderr = &said[i], &said[i]
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
	}
	for i, c := range children {
		if err := c.Wait(); err != nil {
			t.Errorf("child %d: %v\n%s", i, err, said[i].String())
		}
	}
}
