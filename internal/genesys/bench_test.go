package genesys

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
)

// monthOf writes the answer about 31 days of so many leaves, each with a contact in every
// nth quarter-hour, in the platform's spelling.
func monthOf(leaves, nth int) []byte {
	const layout = "2006-01-02T15:04:05.000Z"
	from := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	var b bytes.Buffer
	b.WriteString(`{"results":[`)
	for l := range leaves {
		if l > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"group":{"queueId":"5b6b2f0e-8a5f-4f0e-9c1d-%012d","wrapUpCode":"7fb334b0-0e9e-11e4-9191-%012d","mediaType":"voice"},"data":[`, l%600, l%200)
		for i, comma := l%nth, ""; i < 31*96; i, comma = i+nth, "," {
			at := from.Add(time.Duration(i) * wrapcast.QuarterHour)
			fmt.Fprintf(&b, `%s{"interval":"%s/%s","metrics":[{"metric":"tAcw","stats":{"max":41000,"min":2000,"count":3,"sum":61000}},{"metric":"tHandle","stats":{"max":541000,"min":62000,"count":3,"sum":961000}}]}`,
				comma, at.Format(layout), at.Add(wrapcast.QuarterHour).Format(layout))
		}
		b.WriteString(`]}`)
	}
	b.WriteString(`]}`)
	return b.Bytes()
}

// BenchmarkDecodeMonth decodes 31 days of the Boston organisation's size: 158 codes, a
// contact in every eighth quarter-hour.
func BenchmarkDecodeMonth(b *testing.B) {
	body := monthOf(158, 8)
	asked := span{From: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	rows := 0
	for b.Loop() {
		rows = len(decode(b, bytes.NewReader(body), asked))
	}
	b.ReportMetric(float64(rows), "rows")
}

func decode(tb testing.TB, body io.Reader, asked span) []wrapcast.Observation {
	tb.Helper()
	var rows []wrapcast.Observation
	err := readBuckets(body, func(b *bucket) error {
		o, err := b.observation(asked, handleTime)
		rows = append(rows, o)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return mergeObservations(rows)
}

// BenchmarkDecodeLargest decodes an answer of 64 MiB, the largest that is taken by default, from 10,000 leaves,
// and reports the largest heap that was seen.
func BenchmarkDecodeLargest(b *testing.B) {
	body := monthOf(10_000, 106)
	asked := span{From: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	peak := uint64(0)
	for b.Loop() {
		rows := decode(b, bytes.NewReader(body), asked)
		runtime.ReadMemStats(&after)
		peak = max(peak, after.HeapAlloc-min(after.HeapAlloc, before.HeapAlloc))
		b.ReportMetric(float64(len(rows)), "rows")
	}
	b.ReportMetric(float64(peak)/(1<<20), "MiB-heap")
}
