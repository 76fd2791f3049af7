package demand

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
	"github.com/wrapcast/wrapcast/internal/sim/internal/figures"
)

// Disturbances is what happens to contacts and codes in real organisations beyond what was measured. All of it is
// synthetic.
type Disturbances struct {
	// Transfers is the share of answered calls and chats that are handed on to another queue, where they are a contact
	// of their own with a code of their own.
	Transfers float64
	// Late is the share of codes that show some time after the contact was completed: log-normal around Delay, never
	// more than MaxDelay.
	Late            float64
	Delay, MaxDelay time.Duration
	// Revised is the share of codes that show as another code first, for as long.
	Revised float64
	// Codes lets a code begin and one end in mid-history, and merges two; one is deleted and one renamed anyway.
	Codes bool
	// Outage lets everything stand still for a morning.
	Outage bool
	// Nights closes the smaller half of the measured queues at night.
	Nights bool
	// Shift moves contacts from codes that take short to codes that take long.
	Shift Shift
}

// Full is all of it but a shift, in the measure of an ordinary organisation.
func Full() Disturbances {
	return Disturbances{
		Transfers: 0.05, Late: 0.06, Delay: 45 * time.Minute, MaxDelay: 72 * time.Hour, Revised: 0.01,
		Codes: true, Outage: true, Nights: true,
	}
}

// Check refuses shares and times that make no sense.
func (r *Disturbances) Check() error {
	share := func(x float64) bool { return x >= 0 && x <= 1 }
	switch {
	case !share(r.Transfers) || !share(r.Late) || !share(r.Revised) || !share(r.Late+r.Revised) ||
		!share(r.Shift.Share):
		return errors.New("a share lies outside 0 to 1")
	case r.Delay < 0 || r.MaxDelay < 0 || r.MaxDelay > maxDelay:
		return fmt.Errorf("codes are late by %s, at most %s; the longest possible is %s", r.Delay, r.MaxDelay, maxDelay)
	case r.Shift.Over < 0:
		return errors.New("a shift cannot take less than no days")
	}
	return nil
}

// maxDelay is how late a code can be at most.
const maxDelay = 30 * 24 * time.Hour

// Shift is a change of the mix of reasons that leaves the volumes of queues as they are.
type Shift struct {
	// Share is how many of the contacts with short codes have a long one in the end, 0 to 1.
	Share float64
	// From is the local day on which it begins, Over how many days it takes.
	From wrapcast.Date
	Over int
}

// disturbances is what it takes to draw it.
type disturbances struct {
	Disturbances
	outage  outage
	targets [contact.MediaCount]targets
	// longs are by queue and channel the streams of codes that take long; short says which codes do not.
	longs map[queueMedia][]int
	short []bool
}

type queueMedia struct {
	queue int
	media contact.Media
}

// targets are the streams of a channel with their cumulated volumes: where a contact may be handed on to.
type targets struct {
	streams []int
	upTo    []float64
}

// The numbers that keep the chances of disturbances apart.
const (
	transferStream = iota + 200
	lateStream
	revisedStream
	outageStream
	shiftStream
)

func (m *Model) planDisturbances() disturbances {
	r := disturbances{Disturbances: m.options.Disturbances, outage: m.planOutage()}
	if r.Transfers > 0 {
		for i := range m.streams {
			t := &r.targets[m.streams[i].media]
			sum := m.streams[i].daily
			if n := len(t.upTo); n > 0 {
				sum += t.upTo[n-1]
			}
			t.streams, t.upTo = append(t.streams, i), append(t.upTo, sum)
		}
	}
	if r.Shift.Share > 0 || r.Revised > 0 {
		r.tellShortFromLong(m)
	}
	if r.Nights && m.options.Size == (Size{}) {
		m.closeAtNight()
	}
	return r
}

// tellShortFromLong splits the codes at the median of their talk times.
func (r *disturbances) tellShortFromLong(m *Model) {
	talks := make([]float64, len(m.kinds))
	for i := range m.kinds {
		talks[i] = m.kinds[i].handling[contact.Voice].Talk()
	}
	sorted := slices.Sorted(slices.Values(talks))
	median := sorted[len(sorted)/2]
	r.longs, r.short = map[queueMedia][]int{}, make([]bool, len(m.kinds))
	for i := range m.streams {
		f := &m.streams[i]
		r.short[f.kind] = talks[f.kind] < median
		if !r.short[f.kind] && f.kind != m.events.deleted && !m.lives.concern(f.kind) {
			at := queueMedia{f.queue, f.media}
			r.longs[at] = append(r.longs[at], f.kind)
		}
	}
}

// closeAtNight gives the smaller half of the queues opening hours; what would have come at night comes by day.
func (m *Model) closeAtNight() {
	byAgents := make([]int, len(m.queues))
	for i := range byAgents {
		byAgents[i] = i
	}
	slices.SortStableFunc(byAgents, func(a, b int) int { return m.queues[a].agents - m.queues[b].agents })
	small := byAgents[:len(byAgents)/2]
	for i := range m.streams {
		if f := &m.streams[i]; slices.Contains(small, f.queue) {
			day := hours{7, 20}
			f.keepOpen([3]hours{day, day, day})
		}
	}
}

// shifted is the code a contact of the stream really has on a day.
func (r *disturbances) shifted(f *flow, date wrapcast.Date, c *contact.Contact) int {
	if r.Shift.Share == 0 || date < r.Shift.From || !r.short[f.kind] {
		return f.kind
	}
	longs := r.longs[queueMedia{f.queue, f.media}]
	share := r.Shift.Share * min(1, float64(date-r.Shift.From)/float64(max(r.Shift.Over, 1)))
	chance := contact.Mix(c.Serial, shiftStream)
	if len(longs) == 0 || float64(chance>>11)/(1<<53) >= share {
		return f.kind
	}
	return longs[contact.Mix(chance, 1)%uint64(len(longs))]
}

// happens yields a contact with what happens to it, and the further legs of its conversation.
func (r *disturbances) happens(m *Model, c *contact.Contact, yield func(contact.Contact) bool) bool {
	if r.outage.swallows(c) {
		return true
	}
	for {
		next, handedOn := r.handOn(m, c)
		r.delay(m, c)
		if !yield(*c) {
			return false
		}
		if !handedOn {
			return true
		}
		*c = next
	}
}

// maxLegs bounds a conversation; each transfer after the first is half as likely as the one before.
const maxLegs = 3

// handOn decides whether a contact is handed on, and draws what becomes of it in the next queue.
func (r *disturbances) handOn(m *Model, c *contact.Contact) (next contact.Contact, handedOn bool) {
	if r.Transfers == 0 || c.Abandoned || c.Media > contact.Chat || c.Leg+1 >= maxLegs {
		return next, false
	}
	chance := rand.New(rand.NewPCG(contact.Mix(c.Serial, transferStream), m.options.Seed))
	if chance.Float64() >= r.Transfers/float64(int(1)<<c.Leg) {
		return next, false
	}
	f := r.target(m, c, chance)
	if f == nil {
		return next, false
	}
	c.Transferred = true
	next = contact.Contact{
		Serial: contact.Mix(c.Serial, transferStream, 1), Conversation: c.Conversation, Leg: c.Leg +
			1, Arrived: c.Ended(),
		Queue: f.queue, Code: f.kind, Media: f.media, Agent: chance.IntN(f.agents),
	}
	m.handle(chance, f, &next)
	return next, true
}

// target chooses another queue of the channel that is open, by volume; nil where three tries find none.
func (r *disturbances) target(m *Model, c *contact.Contact, chance *rand.Rand) *flow {
	t := &r.targets[c.Media]
	at := time.UnixMilli(c.Ended()).In(m.options.Zone)
	day := wrapcast.DateOf(at)
	for range 3 {
		u := chance.Float64() * t.upTo[len(t.upTo)-1]
		f := &m.streams[t.streams[min(sort.SearchFloat64s(t.upTo, u), len(t.streams)-1)]]
		if f.queue != c.Queue && m.lives.alive(f.kind, day) && f.opens(m.kindOfDay(day), at.Hour()) {
			return f
		}
	}
	return nil
}

func (m *Model) kindOfDay(day wrapcast.Date) int {
	_, holiday := m.holidays[figures.Special(day.Year())[day]]
	return figures.DayKind(figures.Monday0(day), holiday)
}

// opens reports whether a stream has any contacts in an hour of a kind of day.
func (f *flow) opens(kind, hour int) bool {
	before := 0.0
	if hour > 0 {
		before = f.hours[kind][hour-1]
	}
	return !f.closed[kind] && f.hours[kind][hour] > before
}

// delay decides when the code shows, and what shows until then.
func (r *disturbances) delay(m *Model, c *contact.Contact) {
	if c.Abandoned || c.Code == contact.NoCode || c.Code >= len(m.kinds) && c.Code != m.lives.merged {
		return // nobody chose a code
	}
	chance := contact.Mix(c.Serial, lateStream)
	u := float64(chance>>11) / (1 << 53)
	if u >= r.Late+r.Revised {
		return
	}
	c.Late = min(int64(float64(r.Delay.Milliseconds())*math.Exp(1.5*contact.Normal(contact.Mix(chance, 1)))),
		r.MaxDelay.Milliseconds())
	if u >= r.Late {
		if longs := r.longs[queueMedia{c.Queue, c.Media}]; len(longs) > 0 {
			c.Before = longs[contact.Mix(chance, 2)%uint64(len(longs))]
		}
	}
}
