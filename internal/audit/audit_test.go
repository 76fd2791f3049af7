package audit_test

import (
	"fmt"
	"iter"
	"math"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
)

// anyEntry draws an entry as a careless caller might make it: odd strings, any
// time in any zone, measures that do not exist.
func anyEntry(organisation wrapcast.OrganisationID) *rapid.Generator[wrapcast.AuditEntry] {
	return rapid.Custom(func(t *rapid.T) wrapcast.AuditEntry {
		e := wrapcast.AuditEntry{
			Organisation: organisation,
			Run:          wrapcast.RunID(rapid.SampledFrom([]string{"", "01936d6c-7c2e-7b1a-8f00-9a1b2c3d4e5f"}).Draw(t, "run")),
			At:           anyTime(t),
			Actor:        rapid.String().Draw(t, "actor"),
			Action:       rapid.SampledFrom([]string{"extract", "submit.accepted"}).Draw(t, "action"),
			Status:       rapid.SampledFrom([]string{"ok", "failed", "unknown"}).Draw(t, "status"),
			StatusCode:   rapid.IntRange(0, 599).Draw(t, "status code"),
			LatencyMs:    rapid.Int64Range(0, 1<<53).Draw(t, "latency"),
			Objects:      rapid.MapOfN(rapid.String(), rapid.String(), 0, 3).Draw(t, "objects"),
			Webhook:      wrapcast.DeliveryState(rapid.SampledFrom([]string{"", "delivered"}).Draw(t, "webhook")),
			Detail:       rapid.OneOf(rapid.String(), oddText()).Draw(t, "detail"),
		}
		if rapid.Bool().Draw(t, "has accuracy") {
			e.Accuracy = &wrapcast.Accuracy{
				WAPE: anyMeasure(t), Bias: anyMeasure(t), MASE: anyMeasure(t), Coverage: anyMeasure(t),
				Level: float64(anyMeasure(t)), Origins: rapid.IntRange(0, 100).Draw(t, "origins"), Cells: rapid.Int().Draw(t, "cells"),
			}
		}
		return e
	})
}

func oddText() *rapid.Generator[string] {
	return rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })
}

func anyTime(t *rapid.T) time.Time {
	ns := rapid.Int64Range(-1e18, 4e18).Draw(t, "at")
	return time.Unix(0, ns).In(time.FixedZone("", rapid.IntRange(-12, 14).Draw(t, "zone")*3600))
}

func anyMeasure(t *rapid.T) wrapcast.Measure {
	odd := rapid.SampledFrom([]float64{0, math.Copysign(0, -1), math.NaN(), math.Inf(1), math.Inf(-1), 1e-7, 1e21, 0.1})
	return wrapcast.Measure(rapid.OneOf(odd, rapid.Float64()).Draw(t, "measure"))
}

// anyChain draws a chain of at least min entries.
func anyChain(minimum int) *rapid.Generator[[]wrapcast.AuditEntry] {
	return rapid.Custom(func(t *rapid.T) []wrapcast.AuditEntry {
		return chain(rapid.SliceOfN(anyEntry("org"), minimum, 8).Draw(t, "entries"))
	})
}

func chain(entries []wrapcast.AuditEntry) []wrapcast.AuditEntry {
	sealed := make([]wrapcast.AuditEntry, 0, len(entries))
	for i, e := range entries {
		if i == 0 {
			sealed = append(sealed, audit.Seal(nil, e))
			continue
		}
		sealed = append(sealed, audit.Seal(&sealed[i-1], e))
	}
	return sealed
}

// plainChain makes n unremarkable entries.
func plainChain(n int) []wrapcast.AuditEntry {
	entries := make([]wrapcast.AuditEntry, 0, n)
	for i := range n {
		entries = append(entries, wrapcast.AuditEntry{Organisation: "org", At: time.UnixMilli(int64(i)), Actor: "cli",
			Action: "extract", Status: "ok", Objects: map[string]string{"plan": fmt.Sprint(i)}})
	}
	return chain(entries)
}

// sameMeasures compares measures by what they say: NaN is NaN, whichever NaN.
func sameMeasures() cmp.Option {
	return cmp.Comparer(func(a, b wrapcast.Measure) bool { return a == b || !a.Known() && !b.Known() })
}

func wantVerified(t interface {
	Helper()
	Fatalf(string, ...any)
}, entries []wrapcast.AuditEntry) audit.Checkpoint {
	t.Helper()
	end, err := audit.Verify(sequence(entries))
	if err != nil {
		t.Fatalf("a chain nobody touched does not verify: %v", err)
	}
	return end
}

// sequence returns the entries as the sequence that Verify and Write take.
func sequence(entries []wrapcast.AuditEntry) iter.Seq2[wrapcast.AuditEntry, error] {
	return func(yield func(wrapcast.AuditEntry, error) bool) {
		for _, e := range entries {
			if !yield(e, nil) {
				return
			}
		}
	}
}
