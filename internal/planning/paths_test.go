package planning

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
)

// TestRolledPathsHaveThePlanAsTheirMean, whatever the paths of the streams are, and nothing where the plan has nothing.
func TestRolledPathsHaveThePlanAsTheirMean(t *testing.T) {
	t.Parallel()
	loc := time.UTC
	week := wrapcast.NewDate(2026, time.March, 2)
	in, plan, _ := planWorld(loc, week)
	group := plan.Groups[0]
	rng := rand.New(rand.NewPCG(1, 2))
	const paths = 50
	r := PathRoller{Recent: in.Recent, Plan: group}
	for d := range 2 {
		s := wrapcast.StreamPaths{Stream: billingVoice, Day: week + wrapcast.Date(d)}
		for range 96 {
			contacts, seconds := make([]float64, paths), make([]float64, paths)
			for k := range paths {
				contacts[k] = math.Floor(4 * rng.Float64())
				seconds[k] = contacts[k] * (200 + 100*rng.Float64())
			}
			s.Contacts, s.Seconds = append(s.Contacts, contacts), append(s.Seconds, seconds)
		}
		clear(s.Contacts[40]) // no path has any, the plan does
		clear(s.Seconds[40])
		r.Add(s)
		rolled := r.Rolled(96 * d)
		for q := range 96 {
			offered, seconds := sumOf(rolled.Offered[q])/paths, sumOf(rolled.Seconds[q])/paths
			i := 96*d + q
			if math.Abs(offered-group.Offered[i]) > 1e-9 || math.Abs(seconds-group.Offered[i]*group.HandleSeconds[i]) > 1e-6 {
				t.Fatalf("day %d, quarter-hour %d: %g contacts, %g seconds; planned %g of %g", d, q, offered, seconds,
					group.Offered[i], group.HandleSeconds[i])
			}
		}
	}
}

// TestScatterWithinADayIsMeasured: next to none where contacts come by chance alone, and what it is where hours move
// beyond that; handle times by contact, and of days.
func TestScatterWithinADayIsMeasured(t *testing.T) {
	t.Parallel()
	loc := time.UTC
	until := wrapcast.NewDate(2026, time.March, 2)
	calm := LearnRecent(scattered(loc, until, 0, 0, 0), arrivalsOf(loc, until, 0), loc, RecentOptions{Until: until})
	wild := LearnRecent(scattered(loc, until, 0.3, 0.5, 0.2), arrivalsOf(loc, until, 0.3), loc, RecentOptions{Until: until})
	a, b := calm.Scatter(billingVoice), wild.Scatter(billingVoice)
	if a.Shares > 0.01 || b.Shares < 0.05 || b.Shares > 0.15 {
		t.Errorf("shares scatter by %.4f and %.4f, want about 0 and 0.09", a.Shares, b.Shares)
	}
	if a.Handle > 0.05 || b.Handle < 0.15 || b.Handle > 0.45 {
		t.Errorf("handle times scatter by %.4f and %.4f, want about 0 and 0.29", a.Handle, b.Handle)
	}
	if a.HandleDay > 0.005 || b.HandleDay < 0.02 || b.HandleDay > 0.06 {
		t.Errorf("those of days by %.4f and %.4f, want about 0 and 0.04", a.HandleDay, b.HandleDay)
	}
	if u := wild.Scatter(nightVoice); u != wild.usual || u.Handle == 0 {
		t.Errorf("a stream never seen scatters by %+v, all by %+v", u, wild.usual)
	}
	if u := LearnRecent(nil, nil, loc, RecentOptions{Until: until}).Scatter(billingVoice); u.Handle != usualHandle || u.Shares != 0 {
		t.Errorf("nothing known scatters by %+v", u)
	}
}

// arrivalsOf are eight weeks of a stream with 200 contacts a day over ten hours, each hour busier or calmer by a relative
// standard deviation.
func arrivalsOf(loc *time.Location, until wrapcast.Date, hours float64) []wrapcast.Arrival {
	rng := rand.New(rand.NewPCG(5, 5))
	var all []wrapcast.Arrival
	for day := until - 56; day < until; day++ {
		for hour := 8; hour < 18; hour++ {
			factor := math.Max(0, 1+hours*rng.NormFloat64())
			for q := range 4 {
				if n := draw(rng, 5*factor); n > 0 {
					all = append(all, wrapcast.Arrival{Queue: "billing", Media: wrapcast.Voice, Offered: n,
						Start: day.Midnight(loc).Add(time.Duration(4*hour+q) * wrapcast.QuarterHour)})
				}
			}
		}
	}
	return all
}

// scattered are eight weeks of handled contacts whose handle times scatter by contact and by day, relative standard
// deviations.
func scattered(loc *time.Location, until wrapcast.Date, _, contact, ofDay float64) []wrapcast.Observation {
	rng := rand.New(rand.NewPCG(6, 6))
	var all []wrapcast.Observation
	for day := until - 56; day < until; day++ {
		mean := 300 * (1 + ofDay*rng.NormFloat64())
		for q := 32; q < 72; q++ {
			seconds := 0.0
			for range 5 {
				seconds += mean * math.Max(0.05, 1+contact*rng.NormFloat64())
			}
			all = append(all, wrapcast.Observation{Leaf: wrapcast.Leaf{Queue: "billing", Code: "refund", Media: wrapcast.Voice},
				Start:   day.Midnight(loc).Add(time.Duration(q) * wrapcast.QuarterHour),
				Handled: 5, HandleMs: int64(1000 * seconds)})
		}
	}
	return all
}
