package store_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

func run(org wrapcast.OrganisationID, id wrapcast.RunID) wrapcast.Run {
	r := wrapcast.Run{ID: id, Organisation: org, State: wrapcast.RunPending, Actor: "cli", Spec: json.RawMessage(`{"b": 1, "a": 2}`), StartedAt: noon}
	for _, name := range wrapcast.Steps() {
		r.Steps = append(r.Steps, wrapcast.Step{Name: name, State: wrapcast.RunPending})
	}
	return r
}

func testRunRoundTrip(b bundle) {
	want := run(b.org, "r1")
	b.update(func(tx *store.Tx) error { return tx.Runs().Create(want) })
	find := func(tx *store.Tx) (wrapcast.Run, error) { return tx.Runs().Get(b.org, "r1") }
	wantSame(b.t, "new run", want, read(b, find))
	wantSame(b.t, "unfinished run", want, read(b, func(tx *store.Tx) (wrapcast.Run, error) { return tx.Runs().Unfinished(b.org) }))

	want.State, want.FinishedAt, want.Reason = wrapcast.RunPartial, noon.Add(time.Minute+time.Millisecond), "the webhook is down"
	want.Steps[1] = wrapcast.Step{Name: wrapcast.StepValidate, State: wrapcast.RunFailed, StartedAt: noon, FinishedAt: noon.Add(time.Second),
		LatencyMs: 1000, Reason: "strict", Result: json.RawMessage(`[1,  2]`)}
	b.update(func(tx *store.Tx) error {
		if err := tx.Runs().SaveStep(b.org, "r1", want.Steps[1], wrapcast.RunPending); err != nil {
			return err
		}
		return tx.Runs().Save(want, wrapcast.RunPending)
	})
	wantSame(b.t, "finished run", want, read(b, find))
	b.refused(wrapcast.NotFound, "no unfinished run", func(tx *store.Tx) error { _, err := tx.Runs().Unfinished(b.org); return err })
}

func testOneUnfinishedRun(b bundle) {
	first := run(b.org, "r1")
	b.update(func(tx *store.Tx) error { return tx.Runs().Create(first) })
	b.refused(wrapcast.Conflict, "has run r1, which is pending since 2026-11-23", func(tx *store.Tx) error { return tx.Runs().Create(run(b.org, "r2")) })
	first.State = wrapcast.RunRunning
	b.update(func(tx *store.Tx) error { return tx.Runs().Save(first, wrapcast.RunPending) })
	b.refused(wrapcast.Conflict, "has run r1, which is running", func(tx *store.Tx) error { return tx.Runs().Create(run(b.org, "r2")) })
	first.State = wrapcast.RunDone
	b.update(func(tx *store.Tx) error { return tx.Runs().Save(first, wrapcast.RunRunning) })
	b.update(func(tx *store.Tx) error { return tx.Runs().Create(run(b.org, "r2")) })
	finished := run(b.org, "r1")
	finished.State = wrapcast.RunDone
	b.update(func(tx *store.Tx) error {
		return tx.Runs().Save(wrapcast.Run{Organisation: b.org, ID: "r2", State: wrapcast.RunFailed}, wrapcast.RunPending)
	})
	b.refused(wrapcast.Conflict, "run r1 is already stored", func(tx *store.Tx) error { return tx.Runs().Create(finished) })
}

func testStepIsMovedOnce(b bundle) {
	b.update(func(tx *store.Tx) error { return tx.Runs().Create(run(b.org, "r1")) })
	begun := wrapcast.Step{Name: wrapcast.StepExtract, State: wrapcast.RunRunning, StartedAt: noon}
	move := func(tx *store.Tx) error { return tx.Runs().SaveStep(b.org, "r1", begun, wrapcast.RunPending) }
	b.update(move)
	b.refused(wrapcast.Conflict, "step extract of run r1 is running, not pending", move)
	b.refused(wrapcast.Conflict, "run r1 is pending, not running", func(tx *store.Tx) error { return tx.Runs().Save(run(b.org, "r1"), wrapcast.RunRunning) })
}

func testLatestRuns(b bundle) {
	for _, id := range []wrapcast.RunID{"r1", "r3", "r2"} {
		r := run(b.org, id)
		r.State = wrapcast.RunDone
		b.update(func(tx *store.Tx) error { return tx.Runs().Create(r) })
	}
	runs := read(b, func(tx *store.Tx) ([]wrapcast.Run, error) { return tx.Runs().Latest(b.org, 2) })
	if len(runs) != 2 || runs[0].ID != "r3" || runs[1].ID != "r2" || len(runs[1].Steps) != len(wrapcast.Steps()) {
		b.t.Errorf("got %+v", runs)
	}
}

func testLease(b bundle) {
	minute := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }
	alive := func(string) bool { return true }
	mine, theirs := wrapcast.Lease{Holder: "a/1/x", Until: minute(5)}, wrapcast.Lease{Holder: "b/2/y", Until: minute(9)}
	b.update(func(tx *store.Tx) error { return tx.Leases().Acquire(b.org, mine, noon, alive) })
	b.update(func(tx *store.Tx) error { return tx.Leases().Acquire(b.org, mine, noon, alive) }) // again, by the same
	b.refused(wrapcast.Conflict, "worked on by a/1/x until 2026-11-23T12:05:00Z", func(tx *store.Tx) error {
		return tx.Leases().Acquire(b.org, theirs, minute(4), alive)
	})
	b.refused(wrapcast.Conflict, "worked on by a/1/x", func(tx *store.Tx) error { return tx.Leases().Acquire(b.org, theirs, minute(4), nil) })
	mine.Until = minute(7)
	b.update(func(tx *store.Tx) error { return tx.Leases().Renew(b.org, mine) })
	b.refused(wrapcast.Conflict, "until 2026-11-23T12:07:00Z", func(tx *store.Tx) error { return tx.Leases().Acquire(b.org, theirs, minute(6), alive) })

	b.update(func(tx *store.Tx) error { return tx.Leases().Acquire(b.org, theirs, minute(7), alive) }) // it ran out
	b.refused(wrapcast.Conflict, "b/2/y took it over", func(tx *store.Tx) error { return tx.Leases().Renew(b.org, mine) })
	b.refused(wrapcast.Conflict, "b/2/y took it over", func(tx *store.Tx) error { return tx.Leases().Hold(b.org, mine.Holder) })
	b.update(func(tx *store.Tx) error { return tx.Leases().Release(b.org, mine.Holder) }) // changes nothing
	b.update(func(tx *store.Tx) error { return tx.Leases().Hold(b.org, theirs.Holder) })

	dead := func(holder string) bool { return holder != theirs.Holder }
	b.update(func(tx *store.Tx) error { return tx.Leases().Acquire(b.org, mine, minute(1), dead) })
	b.update(func(tx *store.Tx) error { return tx.Leases().Release(b.org, mine.Holder) })
	b.refused(wrapcast.Conflict, "no longer holds", func(tx *store.Tx) error { return tx.Leases().Hold(b.org, mine.Holder) })
	b.refused(wrapcast.Conflict, "no longer holds", func(tx *store.Tx) error { return tx.Leases().Renew(b.org, mine) })
	b.update(func(tx *store.Tx) error { return tx.Leases().Acquire(b.org, theirs, noon, alive) })
}

func testShards(b bundle) {
	mine, theirs := wrapcast.Lease{Holder: "a/1/x", Until: noon.Add(time.Minute)},
		wrapcast.Lease{Holder: "b/2/y", Until: noon.Add(9 * time.Minute)}
	first, second := store.Shard{Run: "r", Panel: "p"}, store.Shard{Run: "r", Panel: "p", Place: 1}
	other := newOrganisation()
	b.update(func(tx *store.Tx) error {
		return errors.Join(tx.Shards().AddLearned(b.org, "r", "p", []byte("taught")), tx.Shards().Add(b.org, first, []byte("one")),
			tx.Shards().Add(b.org, second, []byte("two")), tx.Shards().Add(other, first, []byte("another's")))
	})
	claim := func(s store.Shard, l wrapcast.Lease, now time.Time, alive func(string) bool) func(*store.Tx) error {
		return func(tx *store.Tx) error {
			series, err := tx.Shards().Claim(b.org, s, l, now, alive)
			if err == nil && string(series) != map[int]string{0: "one", 1: "two"}[s.Place] {
				b.t.Errorf("shard %d holds %q", s.Place, series)
			}
			return err
		}
	}
	alive := func(string) bool { return true }
	finish := func(s store.Shard, holder, results string, want int) func(*store.Tx) error {
		return func(tx *store.Tx) error {
			left, err := tx.Shards().Finish(b.org, s, holder, []byte(results))
			if err == nil && left != want {
				b.t.Errorf("%d shards are left, want %d", left, want)
			}
			return err
		}
	}
	b.update(claim(first, mine, noon, alive))
	b.refused(wrapcast.Conflict, "somebody works on it", claim(first, theirs, noon, alive))
	b.update(claim(first, theirs, noon.Add(2*time.Minute), alive)) // its time is over
	b.refused(wrapcast.Conflict, "a/1/x no longer works on shard 0", finish(first, mine.Holder, "late", 0))
	b.refused(wrapcast.Conflict, "no longer works", func(tx *store.Tx) error { return tx.Shards().Renew(b.org, first, mine) })
	b.update(finish(first, theirs.Holder, "one is", 1))
	b.refused(wrapcast.Conflict, "is done", claim(first, mine, noon.Add(time.Hour), alive))
	b.update(claim(second, theirs, noon, alive))
	b.update(claim(second, mine, noon, func(holder string) bool { return holder != theirs.Holder })) // its process is gone
	b.update(func(tx *store.Tx) error { return tx.Shards().Renew(b.org, second, mine) })
	b.update(finish(second, mine.Holder, "two are", 0))
	b.view(func(tx *store.Tx) error {
		done, err := tx.Shards().Results(b.org, "r", "p")
		if got := string(bytes.Join(done, []byte(", "))); got != "one is, two are" {
			b.t.Errorf("the results are %q", got)
		}
		return err
	})
	b.update(func(tx *store.Tx) error { return tx.Shards().Clear(b.org) })
	b.refused(wrapcast.NotFound, "has taught", func(tx *store.Tx) error {
		_, err := tx.Shards().Learned(b.org, "r", "p")
		return err
	})
	b.view(func(tx *store.Tx) error {
		open, err := tx.Shards().Open(other, "r")
		if len(open) != 1 {
			b.t.Errorf("%d shards of another organisation are left", len(open))
		}
		return err
	})
}
