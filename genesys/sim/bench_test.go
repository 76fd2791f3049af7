package sim_test

import (
	"testing"
	"time"

	"github.com/wrapcast/wrapcast/genesys/sim"
)

// BenchmarkAggregates asks for what an extraction asks for: 31 days of quarter-hours by
// queue, code and channel, over HTTP, of the whole built-in organisation.
func BenchmarkAggregates(b *testing.B) {
	w := start(b, sim.Options{History: 731, RequestsPerMinute: 1 << 30})
	from := time.Date(2026, 10, 1, 4, 0, 0, 0, time.UTC)
	body := query("interval", interval(from, from.AddDate(0, 0, 31)), "granularity", `"PT15M"`,
		"groupBy", `["queueId","wrapUpCode"]`, "metrics", `["tHandle","tAcw"]`)
	b.ReportAllocs()
	for b.Loop() {
		b.SetBytes(int64(len(w.post(aggregates, body).ok(200).body)))
	}
}

// BenchmarkTruth streams the two years of the whole organisation.
func BenchmarkTruth(b *testing.B) {
	w := start(b, sim.Options{History: 731})
	b.ReportAllocs()
	for b.Loop() {
		w.Truth()
	}
}
