package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

// chunk makes a reading of some days in which every leaf handles contacts in about a
// third of the quarter-hours between 8 and 20 o'clock.
func chunk(leaves, days int, from time.Time, random *rand.Rand) wrapcast.Extract {
	e := wrapcast.Extract{From: from, To: from.AddDate(0, 0, days), ReadAt: from}
	for l := range leaves {
		leaf := wrapcast.Leaf{Queue: wrapcast.QueueID(fmt.Sprintf("5b6b2f0e-8a5f-4f0e-9c1d-%012d", l%600)),
			Code: wrapcast.CodeID(fmt.Sprintf("7fb334b0-0e9e-11e4-9191-%012d", l/600)), Media: wrapcast.Voice}
		for start := e.From; start.Before(e.To); start = start.Add(wrapcast.QuarterHour) {
			if h := start.Hour(); h < 8 || h >= 20 || random.IntN(3) > 0 {
				continue
			}
			handled := 1 + random.IntN(5)
			e.Observations = append(e.Observations, wrapcast.Observation{Leaf: leaf, Start: start, Handled: handled,
				HandleMs: int64(handled) * (200_000 + random.Int64N(200_000)), AfterCallMs: int64(handled) * random.Int64N(60_000)})
		}
	}
	return e
}

func newYork(b *testing.B) *time.Location {
	b.Helper()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		b.Fatal(err)
	}
	return zone
}

func replaceIn(b *testing.B, s *store.Store, org wrapcast.OrganisationID, zone *time.Location, e wrapcast.Extract) {
	b.Helper()
	if err := s.Update(context.Background(), func(tx *store.Tx) error {
		_, err := tx.History().Replace(org, zone, e)
		return err
	}); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkReplaceHistory stores 31 days of 500 leaves: first where there is nothing, then where
// they stand already, then with a hundredth of the cells changed.
func BenchmarkReplaceHistory(b *testing.B) {
	const leaves, days = 500, 31
	zone := newYork(b)
	e := chunk(leaves, days, noon.AddDate(0, -2, 0), rand.New(rand.NewPCG(1, 2)))
	b.Run("new", func(b *testing.B) {
		s := openIn(b, b.TempDir())
		b.ReportAllocs()
		for b.Loop() {
			replaceIn(b, s, newOrganisation(), zone, e)
		}
	})
	b.Run("same", func(b *testing.B) {
		s := openIn(b, b.TempDir())
		replaceIn(b, s, "org", zone, e)
		b.ReportAllocs()
		for b.Loop() {
			replaceIn(b, s, "org", zone, e)
		}
	})
	b.Run("late codes", func(b *testing.B) {
		s := openIn(b, b.TempDir())
		replaceIn(b, s, "org", zone, e)
		b.ReportAllocs()
		for n := 0; b.Loop(); n++ {
			for i := n % 100; i < len(e.Observations); i += 100 {
				e.Observations[i].Handled++
			}
			replaceIn(b, s, "org", zone, e)
		}
	})
}

// BenchmarkReadHistory reads the local days and the observations of two years. WRAPCAST_BENCH_LEAVES
// sets the number of leaves, 500 otherwise; 10000 needs several gigabytes of disk.
func BenchmarkReadHistory(b *testing.B) {
	leaves, err := strconv.Atoi(os.Getenv("WRAPCAST_BENCH_LEAVES"))
	if err != nil {
		leaves = 500
	}
	s, zone := openIn(b, b.TempDir()), newYork(b)
	random := rand.New(rand.NewPCG(1, 2))
	from := noon.AddDate(-2, 0, 0).Truncate(24 * time.Hour)
	started := time.Now()
	for d := 0; d < 730; d += 31 {
		replaceIn(b, s, "org", zone, chunk(leaves, min(31, 730-d), from.AddDate(0, 0, d), random))
	}
	info, err := os.Stat(s.Path())
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("%d leaves: two years made and written in %s, %d MB", leaves, time.Since(started).Round(time.Second), info.Size()>>20)
	b.Run("local days", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			b.ReportMetric(float64(countIn(b, s, func(tx *store.Tx) (n int, err error) {
				for _, err := range tx.History().LocalDays("org", time.UTC, 0, wrapcast.DateOf(noon)) {
					if err != nil {
						return n, err
					}
					n++
				}
				return n, nil
			})), "rows")
		}
	})
	b.Run("observations", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			b.ReportMetric(float64(countIn(b, s, func(tx *store.Tx) (n int, err error) {
				for _, err := range tx.History().Observations("org", from, noon) {
					if err != nil {
						return n, err
					}
					n++
				}
				return n, nil
			})), "rows")
		}
	})
	b.Run("totals", func(b *testing.B) {
		for b.Loop() {
			countIn(b, s, func(tx *store.Tx) (int, error) {
				t, err := tx.History().Totals("org", nil)
				return t.Contacts, err
			})
		}
	})
	b.Run("one quarter-hour more", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			replaceIn(b, s, "org", zone, wrapcast.Extract{From: noon, To: noon.Add(wrapcast.QuarterHour), ReadAt: noon,
				Observations: []wrapcast.Observation{observation("c1", noon, 1)}})
		}
	})
}

func countIn(b *testing.B, s *store.Store, count func(*store.Tx) (int, error)) (n int) {
	b.Helper()
	if err := s.View(context.Background(), func(tx *store.Tx) (err error) {
		n, err = count(tx)
		return err
	}); err != nil {
		b.Fatal(err)
	}
	return n
}

// BenchmarkAudit commits one entry at a time, as every step of a run does.
func BenchmarkAudit(b *testing.B) {
	s := openIn(b, b.TempDir())
	b.ReportAllocs()
	for b.Loop() {
		if err := s.Update(context.Background(), func(tx *store.Tx) error {
			_, err := tx.Audit().Append(wrapcast.AuditEntry{Organisation: "org", Action: "extract"})
			return err
		}); err != nil {
			b.Fatal(err)
		}
	}
}
