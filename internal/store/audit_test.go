package store_test

import (
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
	"github.com/wrapcast/wrapcast/internal/store"
	"pgregory.net/rapid"
)

func anyEntry(org wrapcast.OrganisationID) *rapid.Generator[wrapcast.AuditEntry] {
	text := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }))
	measure := rapid.Map(rapid.OneOf(rapid.Float64(), rapid.Just(math.NaN())), func(f float64) wrapcast.Measure { return wrapcast.Measure(f) })
	return rapid.Custom(func(t *rapid.T) wrapcast.AuditEntry {
		e := wrapcast.AuditEntry{Organisation: org, Run: wrapcast.RunID(text.Draw(t, "run")), At: time.Unix(0, rapid.Int64().Draw(t, "at")),
			Actor: text.Draw(t, "actor"), Action: "extract", Status: "ok", StatusCode: rapid.IntRange(0, 599).Draw(t, "code"),
			LatencyMs: rapid.Int64().Draw(t, "latency"), Objects: rapid.MapOfN(text, text, 0, 3).Draw(t, "objects"), Detail: text.Draw(t, "detail")}
		if rapid.Bool().Draw(t, "measured") {
			e.Accuracy = &wrapcast.Accuracy{WAPE: measure.Draw(t, "wape"), MASE: measure.Draw(t, "mase"), Level: rapid.Float64().Draw(t, "level")}
		}
		return e
	})
}

func testAuditChain(b bundle) {
	rapid.Check(b.T, func(t *rapid.T) {
		b := b.in(t)
		var sealed []wrapcast.AuditEntry
		for _, e := range rapid.SliceOfN(anyEntry(b.org), 1, 5).Draw(t, "entries") {
			b.update(func(tx *store.Tx) error {
				s, err := tx.Audit().Append(e)
				sealed = append(sealed, s)
				return err
			})
		}
		b.view(func(tx *store.Tx) error {
			end, err := audit.Verify(tx.Audit().Entries(b.org, 1, 0))
			if end.Seq != int64(len(sealed)) {
				t.Fatalf("the chain ends at %d", end.Seq)
			}
			return err
		})
		wantSame(t, "entries", sealed, read(b, func(tx *store.Tx) ([]wrapcast.AuditEntry, error) { return gather(tx.Audit().Entries(b.org, 1, 0)) }))
		wantSame(b.t, "entries of the run", sealed[0], read(b, func(tx *store.Tx) ([]wrapcast.AuditEntry, error) { return tx.Audit().OfRun(b.org, sealed[0].Run) })[0])
		wantSame(b.t, "first entry", sealed[:1], read(b, func(tx *store.Tx) ([]wrapcast.AuditEntry, error) { return gather(tx.Audit().Entries(b.org, 1, 1)) }))
	})
}

func testAuditConcurrency(b bundle) {
	var wait sync.WaitGroup
	for w := range 4 {
		wait.Go(func() {
			for i := range 300 { // together more than a page
				b.update(func(tx *store.Tx) error {
					_, err := tx.Audit().Append(wrapcast.AuditEntry{Organisation: b.org, Actor: fmt.Sprint(w), LatencyMs: int64(i)})
					return err
				})
			}
		})
	}
	wait.Wait()
	b.view(func(tx *store.Tx) error {
		end, err := audit.Verify(tx.Audit().Entries(b.org, 1, 0))
		if end.Seq != 1200 {
			b.t.Errorf("the chain ends at %d", end.Seq)
		}
		return err
	})
	if some := read(b, func(tx *store.Tx) ([]wrapcast.AuditEntry, error) { return gather(tx.Audit().Entries(b.org, 990, 1010)) }); len(some) != 21 || some[20].Seq != 1010 {
		b.t.Errorf("entries 990 to 1010 are %d", len(some))
	}
}

func testAuditIsAtomic(b bundle) {
	fault := errors.New("the forecast cannot be stored")
	err := b.Update(b.t.Context(), func(tx *store.Tx) error {
		if _, err := tx.Audit().Append(wrapcast.AuditEntry{Organisation: b.org}); err != nil {
			return err
		}
		return fault
	})
	if !errors.Is(err, fault) {
		b.t.Fatal(err)
	}
	b.update(func(tx *store.Tx) error {
		e, err := tx.Audit().Append(wrapcast.AuditEntry{Organisation: b.org})
		if e.Seq != 1 {
			b.t.Errorf("the first entry is number %d", e.Seq)
		}
		return err
	})
}
