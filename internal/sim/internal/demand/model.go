package demand

import (
	"math"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
	"github.com/wrapcast/wrapcast/internal/sim/internal/figures"
)

// Options say how much of the figures to use.
type Options struct {
	// Seed decides every draw; 0 is a seed like any other.
	Seed uint64
	// Queues and Codes keep the largest departments and, among these, the largest types; 0 keeps all.
	Queues, Codes int
	// Volume multiplies the demand; 0 means 1.
	Volume float64
	// Start is the first local day with contacts, Events the day around which a code is renamed and one deleted.
	Start, Events wrapcast.Date
	// HiddenCodes is how many codes lie in a division the client's role does not cover, the smallest first.
	HiddenCodes int
	Zone        *time.Location
	// Size invents an organisation instead of drawing the measured one; the zero value does not. Queues and Codes
	// above do not concern it.
	Size Size
	// Disturbances is what happens to contacts and codes beyond what was measured; the zero value is nothing.
	Disturbances Disturbances
}

// Model is the built-in demand: a contact.Source.
type Model struct {
	options      Options
	name         string
	figures      *figures.Figures
	holidays     map[string]float64 // factors by name
	kinds        []kind
	streams      []flow
	queues       []queue // in the order contacts count them
	events       events
	lives        lives
	disturbances disturbances
}

// queue is a department in use.
type queue struct {
	name   string
	agents int
}

// kind is a type of request in use: one wrap-up code.
type kind struct {
	name        string
	requests    int
	months      [12]float64
	sigma, keep float64 // of the day's common factor; see noise
	growth      float64 // of the logarithm, a year; 0 in the measured organisation: one year says nothing of it
	handling    [contact.MediaCount]contact.Handling
}

// flow is a stream with all it takes to draw a day of it.
type flow struct {
	kind, queue int
	media       contact.Media
	daily       float64 // requests on an average day
	bursts      float64
	agents      int     // of its queue
	closed      [3]bool // by figures.DayKind
	identity    uint64  // what it is, not its place: a smaller choice of queues draws the same contacts
	shape
}

// dispersionOfRareTypes is the median dispersion of the types with 300 to 1,000
// requests a year; the measured one of rare types is mostly chance and drawn towards it.
const (
	dispersionOfRareTypes = 0.23
	weightOfDispersion    = 200
	maxDispersion         = 3
)

// New makes the model. It fails only if the committed figures cannot be read.
func New(o Options) (*Model, error) {
	f, err := figures.Load()
	if err != nil {
		return nil, err
	}
	if o.Volume == 0 {
		o.Volume = 1
	}
	m := &Model{options: o, name: "City of Boston 311 (simulated)", figures: f, holidays: map[string]float64{}}
	for _, h := range f.Holidays {
		m.holidays[h.Name] = h.Factor
	}
	if o.Size != (Size{}) {
		m.invent()
	} else {
		chosen := choose(f, o.Queues, o.Codes)
		m.addKinds(chosen)
		m.addFlows(chosen)
	}
	m.events = m.planEvents()
	m.lives = m.planLives()
	m.disturbances = m.planDisturbances()
	return m, nil
}

// addKinds makes a kind of every type in use, in the order of the figures.
func (m *Model) addKinds(chosen []stream) {
	s := newShaper(m.figures)
	for place, t := range m.figures.Types {
		k := m.kind(s, &t, codeName(t.Name))
		for _, c := range chosen {
			if c.kind == place {
				k.requests += c.requests
			}
		}
		if k.requests == 0 {
			continue
		}
		m.kinds = append(m.kinds, k)
	}
}

// kind gives a code the year, the noise and the handle times of a type.
func (m *Model) kind(s *shaper, t *figures.Type, name string) kind {
	k := kind{name: name, months: s.months(t), keep: min(t.Persistence, 0.9)}
	n := float64(t.Requests())
	dispersion := (n*max(t.Dispersion, 0) + weightOfDispersion*dispersionOfRareTypes) / (n + weightOfDispersion)
	k.sigma = math.Sqrt(math.Log1p(min(dispersion, maxDispersion)))
	chance := hashOf(t.Name)
	if m.options.Size != (Size{}) {
		chance = hashOf(name)
	}
	for media := range k.handling {
		k.handling[media] = contact.NewHandling(contact.Mix(m.options.Seed, chance), contact.Media(media))
	}
	return k
}

func (m *Model) addFlows(chosen []stream) {
	s := newShaper(m.figures)
	var departments []string
	for _, c := range chosen {
		if !slices.Contains(departments, c.department) {
			departments = append(departments, c.department)
		}
	}
	slices.Sort(departments)
	perQueue := make([]int, len(departments))
	for _, c := range chosen {
		perQueue[slices.Index(departments, c.department)] += c.requests
	}
	for i, d := range departments {
		m.queues = append(m.queues, queue{queueName(d), agentsOf(perQueue[i])})
	}
	for _, c := range chosen {
		t := &m.figures.Types[c.kind]
		at := slices.Index(departments, c.department)
		m.streams = append(m.streams, flow{
			kind: m.kindOf(codeName(t.Name)), queue: at, media: c.media(),
			daily:  m.options.Volume * t.Daily * float64(c.requests) / float64(t.Requests()),
			bursts: s.sources[c.source].Bursts, agents: m.queues[at].agents, shape: s.shape(t, c.source),
			identity: contact.Mix(hashOf(c.department), hashOf(t.Name), hashOf(c.source)),
		})
	}
}

func (m *Model) kindOf(name string) int {
	return slices.IndexFunc(m.kinds, func(k kind) bool { return k.name == name })
}

// requestsPerAgent is how many requests a year an agent is hired for.
const requestsPerAgent = 4000

func agentsOf(requests int) int { return 2 + requests/requestsPerAgent }

// hashOf turns a name into a number (FNV-1a).
func hashOf(name string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * 1099511628211
	}
	return h
}
