package planning

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
)

// The tests plan for a small organisation whose truth is known: three queues, five streams, a planning group for each
// of four of them.
var (
	billingVoice = wrapcast.Stream{Queue: "billing", Media: wrapcast.Voice}
	billingEmail = wrapcast.Stream{Queue: "billing", Media: wrapcast.Email}
	nightVoice   = wrapcast.Stream{Queue: "night", Media: wrapcast.Voice}
	tinyChat     = wrapcast.Stream{Queue: "tiny", Media: wrapcast.Chat}
	unplanned    = wrapcast.Stream{Queue: "tiny", Media: wrapcast.Message}
)

// truth is how a stream behaves: contacts offered per day by weekday (Sunday first), when it is open (quarter-hours of
// the wall clock), what share is abandoned, seconds per contact.
type truth struct {
	perDay    [7]float64
	open      func(slot int) bool
	abandoned float64
	seconds   float64
}

var world = map[wrapcast.Stream]truth{
	billingVoice: {[7]float64{0, 200, 180, 170, 160, 150, 60}, between(32, 72), 0.1, 300},
	billingEmail: {[7]float64{0, 80, 80, 80, 80, 80, 0}, between(36, 68), 0, 900},
	nightVoice:   {[7]float64{90, 90, 90, 90, 90, 90, 90}, func(s int) bool { return s < 24 || s >= 88 }, 0.2, 240},
	tinyChat:     {[7]float64{0.3, 1, 1, 1, 1, 1, 0.3}, between(40, 64), 0, 500},
	unplanned:    {[7]float64{0, 5, 5, 5, 5, 5, 0}, between(40, 64), 0, 400},
}

func between(from, to int) func(int) bool { return func(s int) bool { return s >= from && s < to } }

func streamsOfWorld() []wrapcast.Stream {
	var all []wrapcast.Stream
	for s := range world {
		all = append(all, s)
	}
	slices.SortFunc(all, wrapcast.Stream.Compare)
	return all
}

// rate is the truth's expected contacts in one quarter-hour of an open day: a hill over the open hours.
func (w truth) rate(weekday time.Weekday, slot int) float64 {
	return w.perDay[weekday] * w.weight(slot) / w.weights()
}

func (w truth) weights() float64 {
	sum := 0.0
	for s := range slots {
		sum += w.weight(s)
	}
	return sum
}

func (w truth) weight(slot int) float64 {
	if !w.open(slot) {
		return 0
	}
	return 1.2 + math.Sin(float64(slot)/10)
}

// live lets the world run from one local day to another and returns what the platform would tell of it. Contacts
// are over a handle time after they came.
func live(
	loc *time.Location,
	from, until wrapcast.Date,
) (observations []wrapcast.Observation, arrivals []wrapcast.Arrival) {
	random := rand.New(rand.NewPCG(3, 11))
	for _, s := range streamsOfWorld() {
		w := world[s]
		weights := w.weights()
		for at := from.Midnight(loc); at.Before(until.Midnight(loc)); at = at.Add(wrapcast.QuarterHour) {
			local := at.In(loc)
			n := draw(random, w.perDay[local.Weekday()]*w.weight(local.Hour()*4+local.Minute()/15)/weights)
			if n == 0 {
				continue
			}
			lost := 0
			for range n {
				if random.Float64() < w.abandoned {
					lost++
				}
			}
			arrivals = append(
				arrivals,
				wrapcast.Arrival{Queue: s.Queue, Media: s.Media, Start: at.UTC(), Offered: n, Abandoned: lost},
			)
			if n > lost {
				over := at.Add(time.Duration(w.seconds) * time.Second).Truncate(wrapcast.QuarterHour)
				observations = append(observations, wrapcast.Observation{
					Leaf: wrapcast.Leaf{Queue: s.Queue, Code: "refund", Media: s.Media}, Start: over.UTC(),
					Handled: n - lost, HandleMs: int64(float64(n-lost) * w.seconds * 1000),
				})
			}
		}
	}
	return observations, arrivals
}

func draw(random *rand.Rand, mean float64) int {
	n, limit, product := 0, math.Exp(-mean), random.Float64()
	for product > limit {
		product *= random.Float64()
		n++
	}
	return n
}

// directory has a planning group for every stream but the unplanned one.
func directory(zone string) wrapcast.Directory {
	d := wrapcast.Directory{BusinessUnit: unitIn(zone), Queues: []wrapcast.Queue{
		{ID: "billing", Name: "Billing"}, {ID: "night", Name: "Night line"}, {ID: "tiny", Name: "Tiny"}}}
	for _, s := range []wrapcast.Stream{billingVoice, billingEmail, nightVoice, tinyChat} {
		d.PlanningGroups = append(d.PlanningGroups, wrapcast.PlanningGroup{
			ID: wrapcast.PlanningGroupID(
				s.Queue,
			) + "-" + wrapcast.PlanningGroupID(
				s.Media,
			), Name: string(s.Queue) + " " + string(s.Media),
			Routes: []wrapcast.Route{{Queue: s.Queue, Media: s.Media}}})
	}
	return d
}

// outlook is a forecast that knows the truth: one leaf per stream, handled contacts per day.
func outlook(zone string, from wrapcast.Date, days int) wrapcast.Forecast {
	f := wrapcast.Forecast{ID: "f", TimeZone: zone, From: from, Days: days}
	for _, s := range streamsOfWorld() {
		leaf := wrapcast.LeafForecast{Leaf: wrapcast.Leaf{Queue: s.Queue, Code: "refund", Media: s.Media}}
		for i := range days {
			w := world[s]
			leaf.Mean = append(leaf.Mean, w.perDay[(from+wrapcast.Date(i)).Weekday()]*(1-w.abandoned))
			leaf.HandleSeconds = append(leaf.HandleSeconds, w.seconds)
		}
		f.Leaves = append(f.Leaves, leaf)
	}
	return f
}

// planWorld plans one week of the world from eight weeks of its history.
func planWorld(loc *time.Location, week wrapcast.Date) (WeekInput, wrapcast.WeekPlan, []wrapcast.Finding) {
	from := week - 3
	observations, arrivals := live(loc, from-56, from)
	in := WeekInput{Directory: directory(loc.String()), Forecast: outlook(loc.String(), from, 13),
		Recent: LearnRecent(observations, arrivals, loc, RecentOptions{Until: from})}
	plan, findings := Week(in, week)
	return in, plan, findings
}

func codesOf(findings []wrapcast.Finding) []string {
	codes := []string{}
	for _, f := range findings {
		codes = append(codes, f.Code)
	}
	return codes
}

func findingOf(findings []wrapcast.Finding, code string) wrapcast.Finding {
	for _, f := range findings {
		if f.Code == code {
			return f
		}
	}
	return wrapcast.Finding{}
}
