package demand

import (
	"math"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/genesys/sim/internal/contact"
	"github.com/wrapcast/wrapcast/genesys/sim/internal/figures"
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
}

// Model is the built-in demand: a contact.Source.
type Model struct {
	options  Options
	figures  *figures.Figures
	holidays map[string]float64 // factors by name
	kinds    []kind
	streams  []flow
	queues   []string // departments, in the order contacts count them
	events   events
}

// kind is a type of request in use: one wrap-up code.
type kind struct {
	name        string
	requests    int
	months      [12]float64
	sigma, keep float64 // of the day's common factor; see noise
	handling    [contact.MediaCount]contact.Handling
}

// flow is a stream with all it takes to draw a day of it.
type flow struct {
	kind, queue int
	media       contact.Media
	daily       float64 // requests on an average day
	bursts      float64
	agents      int
	identity    uint64 // what it is, not its place: a smaller choice of queues draws the same contacts
	shape
}

// dispersionOfRareTypes is the median dispersion of the types with 300 to 1,000
// requests a year; the measured one of rare types is mostly chance and drawn towards it.
const (
	dispersionOfRareTypes = 0.23
	weightOfDispersion    = 200
	mostDispersion        = 3
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
	m := &Model{options: o, figures: f, holidays: map[string]float64{}}
	for _, h := range f.Holidays {
		m.holidays[h.Name] = h.Factor
	}
	chosen := choose(f, o.Queues, o.Codes)
	m.addKinds(chosen)
	m.addFlows(chosen)
	m.events = m.planEvents()
	return m, nil
}

// addKinds makes a kind of every type in use, in the order of the figures.
func (m *Model) addKinds(chosen []stream) {
	s := newShaper(m.figures)
	for place, t := range m.figures.Types {
		k := kind{name: codeName(t.Name), months: s.months(&t)}
		for _, c := range chosen {
			if c.kind == place {
				k.requests += c.requests
			}
		}
		if k.requests == 0 {
			continue
		}
		n := float64(t.Requests())
		dispersion := (n*max(t.Dispersion, 0) + weightOfDispersion*dispersionOfRareTypes) / (n + weightOfDispersion)
		k.sigma = math.Sqrt(math.Log1p(min(dispersion, mostDispersion)))
		k.keep = min(t.Persistence, 0.9)
		for media := range k.handling {
			k.handling[media] = contact.NewHandling(contact.Mix(m.options.Seed, hashOf(t.Name)), contact.Media(media))
		}
		m.kinds = append(m.kinds, k)
	}
}

func (m *Model) addFlows(chosen []stream) {
	s := newShaper(m.figures)
	for _, c := range chosen {
		if !slices.Contains(m.queues, c.department) {
			m.queues = append(m.queues, c.department)
		}
	}
	slices.Sort(m.queues)
	perQueue := make([]int, len(m.queues))
	for _, c := range chosen {
		perQueue[slices.Index(m.queues, c.department)] += c.requests
	}
	for _, c := range chosen {
		t := &m.figures.Types[c.kind]
		queue := slices.Index(m.queues, c.department)
		m.streams = append(m.streams, flow{
			kind: m.kindOf(codeName(t.Name)), queue: queue, media: c.media(),
			daily:  m.options.Volume * t.Daily * float64(c.requests) / float64(t.Requests()),
			bursts: s.sources[c.source].Bursts, agents: agentsOf(perQueue[queue]), shape: s.shape(t, c.source),
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
