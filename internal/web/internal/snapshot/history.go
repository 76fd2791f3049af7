package snapshot

import (
	"math"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/columns"
)

// Series has the contacts handled per day or quarter-hour, and their average handle time in seconds.
type Series struct {
	Handled       columns.Counts
	HandleSeconds columns.Decimals
}

// Days reads the contacts handled per local day, the last included.
func (s *Snapshot) Days(tx *store.Tx, which store.Series, from, to wrapcast.Date) (Series, error) {
	out := Series{Handled: columns.Counts{}, HandleSeconds: columns.Decimals{}}
	which.Directions = s.Directions
	days, err := tx.Sums().Days(s.Directory.Organisation.ID, which, s.Zone, from, to)
	if err != nil {
		return out, err
	}
	for _, v := range s.emptyDays(from, to) {
		n := int32(0)
		if math.IsNaN(v) {
			n = columns.None
		}
		out.Handled, out.HandleSeconds = append(out.Handled, n), append(out.HandleSeconds, math.NaN())
	}
	for _, d := range days {
		out.Handled[d.Day-from] = int32(d.Handled)
		out.HandleSeconds[d.Day-from] = seconds(d.HandleMs, int64(d.Handled))
	}
	return out, nil
}

// QuarterHours reads the contacts handled per quarter-hour of some local days, the last included.
func (s *Snapshot) QuarterHours(tx *store.Tx, which store.Series, from, to wrapcast.Date) (Series, error) {
	first, end := from.Midnight(s.Zone).UTC(), (to + 1).Midnight(s.Zone)
	which.Directions = s.Directions
	handled, handleMs, err := tx.Sums().QuarterHours(s.Directory.Organisation.ID, which, first, end)
	if err != nil {
		return Series{Handled: columns.Counts{}, HandleSeconds: columns.Decimals{}}, err
	}
	out := Series{Handled: handled, HandleSeconds: make(columns.Decimals, len(handled))}
	at := 0 // among the intervals that were read
	for i, n := range handled {
		t := first.Add(time.Duration(i) * wrapcast.QuarterHour)
		for at < len(s.Read) && !s.Read[at].To.After(t) {
			at++
		}
		if at == len(s.Read) || s.Read[at].From.After(t) {
			out.Handled[i] = columns.None
		}
		out.HandleSeconds[i] = seconds(handleMs[i], int64(n))
	}
	return out, nil
}

// seconds is an average handle time, NaN of nothing.
func seconds(sumMs, n int64) float64 {
	if n == 0 {
		return math.NaN()
	}
	return float64(sumMs) / 1000 / float64(n)
}
