package demand

import (
	"iter"
	"math"
	"math/rand/v2"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
	"github.com/wrapcast/wrapcast/internal/sim/internal/figures"
)

// Day yields the contacts that arrive on a local day; none before the history's start.
func (m *Model) Day(date wrapcast.Date) iter.Seq[contact.Contact] {
	return func(yield func(contact.Contact) bool) {
		if date < m.options.Start {
			return
		}
		d, chance := m.day(date), newChance(m.options.Seed)
		for i := range m.streams {
			if !m.draw(d, i, chance, yield) {
				return
			}
		}
	}
}

// day is what all streams of a local day share.
type day struct {
	date     wrapcast.Date
	kind     int       // figures.DayKind
	factors  []float64 // by kind: season, holiday and the day's common chance
	midnight time.Time
	plain    bool // 24 hours long
	zone     *time.Location
}

func (m *Model) day(date wrapcast.Date) *day {
	holiday, isHoliday := m.holidays[figures.Special(date.Year())[date]]
	if !isHoliday {
		holiday = 1
	}
	d := &day{
		date: date, kind: figures.DayKind(figures.Monday0(date), isHoliday), zone: m.options.Zone,
		midnight: date.Midnight(m.options.Zone), plain: date.QuarterHours(m.options.Zone) == 96,
	}
	d.factors = make([]float64, len(m.kinds))
	for i := range m.kinds {
		d.factors[i] = holiday * season(m.kinds[i].months, date) * m.noise(i, date) * m.kinds[i].grown(date)
	}
	return d
}

// grown is how much larger a code is than on New Year 2025; where it grew at all.
func (k *kind) grown(date wrapcast.Date) float64 {
	return math.Exp(k.growth * float64(date-wrapcast.NewDate(2025, time.January, 1)) / 365.25)
}

// chance is a source of random numbers that begins anew for every stream, without being made anew.
type chance struct {
	*rand.Rand
	generator *rand.PCG
	seed      uint64
}

func newChance(seed uint64) *chance {
	g := rand.NewPCG(0, seed)
	return &chance{rand.New(g), g, seed}
}

func (c *chance) begin(own uint64) *rand.Rand {
	c.generator.Seed(own, c.seed)
	return c.Rand
}

// season reads a type's months at a day, straight from the middle of one month to that of the next.
func season(months [12]float64, date wrapcast.Date) float64 {
	t := date.Midnight(time.UTC)
	month, within := int(t.Month())-1, (float64(t.Day())-15.5)/30.5
	if within < 0 {
		return months[month]*(1+within) - months[(month+11)%12]*within
	}
	return months[month]*(1-within) + months[(month+1)%12]*within
}

// memory is how many days back the noise remembers.
const memory = 10

// noise is a day's common factor on all requests of a type: log-normal with mean 1,
// the measured dispersion and the measured correlation from day to day. It is a
// weighted sum of chances that each belong to one day, so that no day needs another to be drawn first.
func (m *Model) noise(i int, date wrapcast.Date) float64 {
	k := &m.kinds[i]
	sum, weight, squares := 0.0, 1.0, 0.0
	for back := range memory {
		if weight < 0.01 {
			break
		}
		sum += weight * contact.Normal(contact.Mix(m.options.Seed, noiseStream, hashOf(k.name),
			uint64(date-wrapcast.Date(back))))
		squares += weight * weight
		weight *= k.keep
	}
	return math.Exp(k.sigma*sum/math.Sqrt(squares) - k.sigma*k.sigma/2)
}

// The numbers that keep chances apart which share a seed.
const (
	noiseStream = iota + 1
	drawStream
	serialStream
)

// draw yields one stream's contacts of a day.
func (m *Model) draw(d *day, i int, chance *chance, yield func(contact.Contact) bool) bool {
	f := &m.streams[i]
	if f.closed[d.kind] || !m.lives.alive(f.kind, d.date) {
		return true
	}
	mean := f.daily * f.weekdays[figures.Monday0(d.date)] * d.factors[f.kind]
	own := contact.Mix(m.options.Seed, drawStream, uint64(d.date), f.identity)
	r := chance.begin(own)
	second := 0.0
	for n := range contact.Poisson(r, mean/(1-abandoned(f.media))) {
		second = m.arrival(r, f, d, n, second)
		c := contact.Contact{
			Serial: contact.Mix(own, serialStream, uint64(n)), Arrived: d.instant(r, second),
			Queue: f.queue, Code: f.kind, Media: f.media, Agent: r.IntN(f.agents),
		}
		c.Conversation = c.Serial
		c.Code = m.disturbances.shifted(f, d.date, &c)
		m.handle(r, f, &c)
		if !m.disturbances.happens(m, &c, yield) {
			return false
		}
	}
	return true
}

// arrival draws the second of the local day: soon after the one before, for the share
// that comes in bursts, else by the hours of the stream.
func (m *Model) arrival(r *rand.Rand, f *flow, d *day, n int, before float64) float64 {
	const window, daySeconds = 300, 24 * 3600
	if n > 0 && r.Float64() < f.bursts {
		if s := before + window*r.Float64(); s < daySeconds {
			return s
		}
	}
	u, hour := r.Float64(), 0
	for hour < 23 && f.hours[d.kind][hour] < u {
		hour++
	}
	return 3600 * (float64(hour) + r.Float64())
}

// instant turns a second of the local day into Unix milliseconds. On the day that has
// an hour twice, half of that hour's contacts come the second time; in the hour that
// is skipped the clock has moved on.
func (d *day) instant(r *rand.Rand, second float64) int64 {
	ms := int64(second * 1000)
	if d.plain {
		return d.midnight.UnixMilli() + ms
	}
	civil := d.date.Midnight(time.UTC).Add(time.Duration(ms) * time.Millisecond)
	first := contact.Instant(civil, d.zone)
	again := first.Add(time.Hour)
	if again.Hour() == civil.Hour() && first.Hour() == civil.Hour() && r.Float64() < 0.5 {
		return again.UnixMilli()
	}
	return first.UnixMilli()
}
