package demand

import (
	"errors"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/calendar"
)

// evenProfiles spread days evenly over what a calendar has open.
func evenProfiles(t *testing.T, c wrapcast.Calendar) *IntradayProfiles {
	t.Helper()
	rc, err := calendar.Resolve(c, monday, monday+400)
	if err != nil {
		t.Fatal(err)
	}
	return &IntradayProfiles{Recent: evenPatterns{time.UTC}, Calendar: rc, Zone: time.UTC}
}

// TestPathsSpreadOverTheDay: contacts of a path's quarter-hours add up to its day, none falls into closed hours, and the
// means over the paths are those of the quarter-hours that plans are made of.
func TestPathsSpreadOverTheDay(t *testing.T) {
	t.Parallel()
	f := made(t)
	profiles := evenProfiles(t, wrapcast.Calendar{Hours: []wrapcast.OpeningHours{
		{Open: []wrapcast.OpenHours{{Days: "daily", Begins: 8 * 60, Ends: 18 * 60}}}}})
	days := map[wrapcast.Stream]map[wrapcast.Date][]float64{} // what each path has of a day
	streams := leavesByStream(&f, func(l wrapcast.Leaf) (int, bool) { return 0, every(l) })
	p := newPaths(&f)
	err := p.draw(t.Context(), f.From, f.From+1, func(day wrapcast.Date, leaves [][]float64) error {
		for _, s := range streams {
			sum := make([]float64, p.count)
			for _, l := range s.leaves {
				for k, v := range leaves[l] {
					sum[k] += v
				}
			}
			if days[s.Stream] == nil {
				days[s.Stream] = map[wrapcast.Date][]float64{}
			}
			days[s.Stream][day] = sum
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	handed := 0
	there, err := profiles.Paths(t.Context(), &f, every, f.From, f.From+1, func(s wrapcast.StreamPaths) error {
		handed++
		handled, work := profiles.QuarterHours(&f, func(l wrapcast.Leaf) bool { return l.Stream() == s.Stream }, s.Day, s.Day)
		var sumOfDay, sumOfWork, meanWork float64
		for k, want := range days[s.Stream][s.Day] {
			sum := 0.0
			for q, row := range s.Contacts {
				sum += row[k]
				if closed := q < 32 || q >= 72; row[k] < 0 || closed && (row[k] != 0 || s.Seconds[q][k] != 0) || (row[k] == 0) != (s.Seconds[q][k] == 0) {
					t.Fatalf("%v, path %d, quarter-hour %d: %g contacts of %g seconds", s.Stream, k, q, row[k], s.Seconds[q][k])
				}
				sumOfWork += s.Seconds[q][k] / float64(len(row))
			}
			if math.Abs(sum-want) > 1e-6 {
				t.Fatalf("%v, path %d: the quarter-hours add up to %g, the day has %g", s.Stream, k, sum, want)
			}
			sumOfDay += sum / float64(len(days[s.Stream][s.Day]))
		}
		for q := range handled {
			meanWork += work[q]
			if mean := meanOfRow(s.Contacts[q]); math.Abs(mean-handled[q]) > 0.12*handled[q]+0.02 {
				t.Errorf("%v, quarter-hour %d: %g contacts on average, planned %g", s.Stream, q, mean, handled[q])
			}
		}
		if math.Abs(sumOfWork-meanWork) > 0.05*meanWork {
			t.Errorf("%v: %g seconds of work on average, planned %g", s.Stream, sumOfWork, meanWork)
		}
		return nil
	})
	if !there || err != nil || handed != 2*len(streams) {
		t.Errorf("%v, %v, %d streams of days handed out", there, err, handed)
	}
}

func meanOfRow(values []float64) float64 { return sumOf(values) / float64(len(values)) }

// TestPathsOfQuarterHoursAreRepeatable whatever leaves and days are asked for; busy hours are busy as a whole.
func TestPathsOfQuarterHoursAreRepeatable(t *testing.T) {
	t.Parallel()
	f := made(t)
	profiles := evenProfiles(t, wrapcast.Calendar{})
	stream := f.Leaves[len(f.Leaves)-1].Leaf.Stream()
	collect := func(of func(wrapcast.Leaf) bool, first, last wrapcast.Date) (found wrapcast.StreamPaths) {
		_, err := profiles.Paths(t.Context(), &f, of, first, last, func(s wrapcast.StreamPaths) error {
			if s.Stream == stream && s.Day == f.From+3 {
				found = s
				found.Leaves = slices.Clone(s.Leaves) // what is handed out holds until this returns
				for i, l := range found.Leaves {
					found.Leaves[i].Contacts = slices.Clone(l.Contacts)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	whole := collect(every, f.From-2, f.From+60)
	alone := collect(func(l wrapcast.Leaf) bool { return l.Stream() == stream }, f.From+3, f.From+3)
	if whole.Contacts == nil || !reflect.DeepEqual(whole, alone) {
		t.Error("asked for alone, a day differs")
	}
	near, far := 0.0, 0.0 // products of neighbours, and of quarter-hours eight hours apart
	for q := 20; q < 60; q++ {
		for k := range whole.Contacts[q] {
			off := func(q int) float64 { return whole.Contacts[q][k] - meanOfRow(whole.Contacts[q]) }
			near += off(q) * off(q+1)
			far += off(q) * off(q+32)
		}
	}
	if near <= far {
		t.Errorf("neighbours move together by %g, others by %g", near, far)
	}
	stop := errors.New("stop")
	if _, err := profiles.Paths(t.Context(), &f, every, f.From, f.From, func(wrapcast.StreamPaths) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("an error of each: %v", err)
	}
	f.Errors = nil
	if there, err := profiles.Paths(t.Context(), &f, every, f.From, f.From, func(wrapcast.StreamPaths) error { return stop }); there || err != nil {
		t.Errorf("a forecast without errors of test periods has paths: %v", err)
	}
}
