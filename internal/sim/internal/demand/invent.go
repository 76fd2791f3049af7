package demand

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
	"github.com/wrapcast/wrapcast/internal/sim/internal/figures"
)

// Size is how large an invented organisation is.
type Size struct {
	// Agents, Queues, Codes and Leaves are how many there are, exactly; a leaf is a queue, a code and a channel.
	Agents, Queues, Codes, Leaves int
	// Handled is how many contacts are handled on an average day, at New Year 2025 and a volume of 1.
	Handled int
}

// Check refuses sizes that no organisation can have.
func (s Size) Check() error {
	switch {
	case s.Queues < 1 || s.Queues > len(lines())*len(sites())*len(channels()):
		return fmt.Errorf("%d queues lie outside 1 to %d", s.Queues, len(lines())*len(sites())*len(channels()))
	case s.Codes < 1 || s.Codes > len(lines())*len(reasons()):
		return fmt.Errorf("%d codes lie outside 1 to %d", s.Codes, len(lines())*len(reasons()))
	case s.Leaves < s.Queues || s.Leaves > s.Queues*s.Codes:
		return fmt.Errorf("%d leaves do not fit %d queues and %d codes", s.Leaves, s.Queues, s.Codes)
	case s.Agents < s.Queues:
		return fmt.Errorf("%d agents are fewer than %d queues", s.Agents, s.Queues)
	case s.Handled < 1 || s.Handled > 10_000_000:
		return fmt.Errorf("%d contacts a day lie outside 1 to ten million", s.Handled)
	}
	return nil
}

// An invented organisation has a queue for each line of business, site and channel, and a code for each line and
// reason. All of it is synthetic but the shapes of year, week and day, which each code and channel borrows from
// a measured type and source.

func lines() []string {
	return []string{"Billing", "Orders", "Delivery", "Technical Support", "Account Access", "Payments", "Returns",
		"Sales", "Claims",
		"Appointments", "Cancellations", "Complaints", "Installation", "Warranty", "Renewals", "Fraud", "Outages",
		"Loyalty",
		"Onboarding", "Upgrades", "Field Service", "Retention", "Business Desk", "General Enquiries"}
}

func reasons() []string {
	return []string{"Question", "Status", "Change", "Error", "Complaint", "Refund", "Information", "Escalation",
		"Cancellation", "Other"}
}

// site is a place with opening hours, by figures.DayKind: weekdays, Saturdays, Sundays and holidays.
type site struct {
	name string
	open [3]hours
}

// hours are the local hours from and to, half-open; the zero value is closed.
type hours struct{ from, to int }

func sites() []site {
	always := hours{0, 24}
	return []site{
		{"North", [3]hours{always, always, always}},
		{"South", [3]hours{{8, 20}, {9, 16}, {}}},
		{"East", [3]hours{{8, 18}, {}, {}}},
		{"West", [3]hours{{7, 22}, {8, 20}, {10, 18}}},
		{"Central", [3]hours{{9, 17}, {}, {}}},
	}
}

// channel is a kind of queue with the measured source that its day is borrowed from.
type channel struct {
	name   string
	media  contact.Media
	source string
	weight float64 // of its volume
}

func channels() []channel {
	return []channel{
		{"Voice", contact.Voice, "Constituent Call", 1},
		{"Chat", contact.Chat, "Self Service", 0.5},
		{"Voice Priority", contact.Voice, "Constituent Call", 0.4},
		{"Email", contact.Email, "Employee Generated", 0.4},
		{"Messaging", contact.Message, "Citizens Connect App", 0.4},
	}
}

// The numbers that keep the chances of an invention apart.
const (
	sizeStream = iota + 100
	shareStream
	choiceStream
	growthStream
)

// invent makes kinds, queues and streams of the size ordered.
func (m *Model) invent() {
	size, shapes := m.options.Size, newShaper(m.figures)
	m.name = fmt.Sprintf("Invented organisation of %d agents", size.Agents)
	templates := m.templates()
	m.inventKinds(shapes, templates)
	weights := make([]float64, size.Queues)
	total := 0.0
	for i := range weights {
		c := channels()[m.channelOf(i)]
		weights[i] = c.weight * math.Exp(0.8*contact.Normal(contact.Mix(m.options.Seed, sizeStream, uint64(i))))
		total += weights[i]
	}
	agents := apportion(weights, size.Agents)
	for i := range weights {
		m.queues = append(m.queues, queue{m.queueTitle(i), agents[i]})
		handled := m.options.Volume * float64(size.Handled) * weights[i] / total
		m.inventStreams(shapes, templates, i, handled)
	}
}

// templates are the measured types that have enough requests for a shape of their own, largest first.
func (m *Model) templates() []*figures.Type {
	const fewest = 300
	var all []*figures.Type
	for i := range m.figures.Types {
		if t := &m.figures.Types[i]; t.Requests() >= fewest {
			all = append(all, t)
		}
	}
	slices.SortStableFunc(all, func(a, b *figures.Type) int { return cmp.Compare(b.Requests(), a.Requests()) })
	return all
}

// inventKinds makes the codes. Their noise is half of what was measured: more contacts, more even days.
func (m *Model) inventKinds(s *shaper, templates []*figures.Type) {
	for i := range m.options.Size.Codes {
		name := lines()[i%len(lines())] + ": " + reasons()[i/len(lines())]
		k := m.kind(s, templates[i%len(templates)], name)
		k.sigma /= 2
		k.requests = m.options.Size.Codes - i
		k.growth = 0.08 * contact.Normal(contact.Mix(m.options.Seed, growthStream, uint64(i)))
		m.kinds = append(m.kinds, k)
	}
}

// Queue i is line i mod 24 of a channel and site: the first 24 queues are North Voice, the next North Chat.
func (m *Model) channelOf(i int) int { return i / len(lines()) % len(channels()) }
func (m *Model) siteOf(i int) int    { return i / len(lines()) / len(channels()) }

func (m *Model) queueTitle(i int) string {
	return lines()[i%len(lines())] + " " + sites()[m.siteOf(i)].name + " " + channels()[m.channelOf(i)].name
}

// inventStreams shares a queue's contacts out among its codes, the most to the first.
func (m *Model) inventStreams(s *shaper, templates []*figures.Type, i int, handled float64) {
	c, where := channels()[m.channelOf(i)], sites()[m.siteOf(i)]
	codes := m.codesOf(i)
	total := 0.0
	for rank := range codes {
		total += shareOf(rank)
	}
	for rank, code := range codes {
		f := flow{kind: code, queue: i, media: c.media, bursts: 0.05, agents: m.queues[i].agents,
			shape:    s.shape(templates[code%len(templates)], c.source),
			identity: contact.Mix(hashOf(m.queues[i].name), hashOf(m.kinds[code].name))}
		f.keepOpen(where.open)
		f.daily = handled * shareOf(rank) / total / f.week()
		m.streams = append(m.streams, f)
	}
}

// shareOf is the share of the code at a rank among those of its queue (Zipf).
func shareOf(rank int) float64 { return 1 / float64(rank+1) }

// codesOf lists the codes of a queue: its line's first, then some of other lines.
func (m *Model) codesOf(i int) []int {
	size := m.options.Size
	n := size.Leaves / size.Queues
	if i < size.Leaves%size.Queues {
		n++
	}
	var all []int
	for code := i % len(lines()); code < size.Codes && len(all) < n; code += len(lines()) {
		all = append(all, code)
	}
	rest := make([]int, 0, size.Codes)
	for code := range size.Codes {
		if !slices.Contains(all, code) {
			rest = append(rest, code)
		}
	}
	slices.SortFunc(rest, func(a, b int) int {
		return cmp.Compare(contact.Mix(m.options.Seed, choiceStream, uint64(i), uint64(a)),
			contact.Mix(m.options.Seed, choiceStream, uint64(i), uint64(b)))
	})
	return append(all, rest[:n-len(all)]...)
}

// keepOpen leaves only the opening hours: what would come outside comes inside on the same day, and on closed days not
// at all.
func (f *flow) keepOpen(open [3]hours) {
	for kind, h := range open {
		f.closed[kind] = h.to == 0
		before, sum := 0.0, 0.0
		for hour, cumulated := range f.hours[kind] {
			if share := cumulated - before; h.from <= hour && hour < h.to {
				sum += share
			}
			before = cumulated
			f.hours[kind][hour] = sum
		}
		for hour := range f.hours[kind] {
			if sum > 0 {
				f.hours[kind][hour] /= sum
			}
		}
	}
}

// week is the mean of the weekdays' factors that are left.
func (f *flow) week() float64 {
	sum := 0.0
	for weekday, factor := range f.weekdays {
		if !f.closed[figures.DayKind(weekday, false)] {
			sum += factor
		}
	}
	return sum / 7
}

// apportion shares a number out by weight, at least one to each (largest remainders).
func apportion(weights []float64, n int) []int {
	total := 0.0
	for _, w := range weights {
		total += w
	}
	shares, rests, left := make([]int, len(weights)), make([]int, len(weights)), n-len(weights)
	rest := func(i int) float64 {
		exact := float64(n-len(weights)) * weights[i] / total
		return exact - math.Floor(exact)
	}
	for i, w := range weights {
		more := int(float64(n-len(weights)) * w / total)
		shares[i], rests[i] = 1+more, i
		left -= more
	}
	slices.SortStableFunc(rests, func(a, b int) int { return cmp.Compare(rest(b), rest(a)) })
	for _, i := range rests[:left] {
		shares[i]++
	}
	return shares
}
