package sim_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast/internal/sim"
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
		w.GroundTruth()
	}
}

// BenchmarkAggregatesOfSizeL asks for one day of quarter-hours after another, as an extraction of the largest
// organisation does: the codes of a third of the queues at a time, so that each answer stays below the ceiling of
// 100,000 rows, then what was offered. Answers are compressed, and read without a look at them.
func BenchmarkAggregatesOfSizeL(b *testing.B) {
	w := start(b, sim.Options{Size: sim.SizeL(), History: 731, RequestsPerMinute: 1 << 30})
	d := w.Directory()
	var bodies []string
	day := time.Date(2026, 6, 1, 4, 0, 0, 0, time.UTC)
	for range 28 {
		common := []string{"interval", interval(day, day.AddDate(0, 0, 1)), "granularity", `"PT15M"`}
		for third := range 3 {
			var predicates []string
			for i, q := range d.Queues {
				if i%3 == third {
					predicates = append(predicates, fmt.Sprintf(`{"dimension":"queueId","value":%q}`, q.ID))
				}
			}
			bodies = append(bodies, query(append(common, "groupBy", `["queueId","wrapUpCode"]`, "metrics", `["tHandle","tAcw"]`,
				"filter", `{"type":"or","predicates":[`+strings.Join(predicates, ",")+`]}`)...))
		}
		bodies = append(bodies, query(append(common, "groupBy", `["queueId"]`, "metrics", `["nOffered","tAbandon"]`)...))
		day = day.AddDate(0, 0, 1)
	}
	b.ReportAllocs()
	asked, bytes := 0, 0
	for b.Loop() {
		a := w.send(request{method: "POST", path: aggregates, body: bodies[asked%len(bodies)], headers: map[string]string{"Accept-Encoding": "gzip"}})
		if a.status != 200 {
			b.Fatalf("%d %.300s", a.status, a.body)
		}
		asked, bytes = asked+1, bytes+len(a.body)
	}
	b.ReportMetric(float64(bytes)/float64(asked)/1e6, "zippedMB/op")
	b.ReportMetric(float64(asked)/b.Elapsed().Minutes(), "requests/min")
}
