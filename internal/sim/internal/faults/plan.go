package faults

import (
	"maps"
	"sync"
	"time"

	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
)

// Request is what a fault needs to know of a request.
type Request struct {
	// Endpoint is method and path pattern.
	Endpoint string
	// Spared requests are met only by faults that name their endpoint or place, Repeatable ones change nothing
	// that a second would change again.
	Spared, Repeatable bool
	// Public requests have no token, Guarded ones need a permission, Accepting ones begin an import.
	Public, Guarded, Accepting bool
}

// Verdict is what happens to a request.
type Verdict struct {
	// Kind is the fault of the answer, None for an answer as it should be, with its parameters.
	Kind     Kind
	Duration time.Duration
	Number   int
	Text     string
	// Coin is for whoever has to choose how.
	Coin bool
	// Latency passes before anything is done; Skew is how far the clock is ahead.
	Latency, Skew time.Duration
	// Fate is what happens to the import the request begins, FateDelay how much longer that takes.
	Fate      Kind
	FateDelay time.Duration
	// Notice is what happens to the notification of its end.
	Notice Kind
}

// Plan decides request by request which faults it meets. It is safe for concurrent use. What happens to the
// n-th request to an endpoint depends on seed and n alone, whatever happens at other
// endpoints, but for storms and bursts, which sweep over all of them.
type Plan struct {
	seed uint64

	mu     sync.Mutex
	orders []*ordered
	asked  map[string]uint64 // requests so far, by endpoint
	met    map[string]int
}

// ordered is an order and how far it got.
type ordered struct {
	*Order
	seen uint64 // requests it is about
	left int    // requests the storm will still meet
}

// NewPlan returns a plan for the orders.
func NewPlan(seed uint64, all Orders) *Plan {
	p := &Plan{seed: seed, asked: map[string]uint64{}, met: map[string]int{}}
	p.Order(all)
	return p
}

// Order replaces what was ordered; places are counted from here.
func (p *Plan) Order(all Orders) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.orders = nil
	for _, o := range all.sorted() {
		p.orders = append(p.orders, &ordered{Order: o})
	}
}

// Met says how often each order has met a request so far.
func (p *Plan) Met() map[string]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.met)
}

// Decide decides what happens to the next request.
func (p *Plan) Decide(r Request) Verdict {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked[r.Endpoint]++
	chance := contact.Mix(p.seed, hash(r.Endpoint), p.asked[r.Endpoint])
	for _, o := range p.orders {
		if o.about(r.Endpoint) {
			o.seen++
		}
	}
	v := Verdict{Coin: contact.Mix(chance, 1)&1 == 0}
	for g := range group(groupCount) {
		if o := p.choose(g, contact.Mix(chance, 2, uint64(g)), &r); o != nil {
			p.met[o.Key()]++
			v.take(o.Order, contact.Mix(chance, 3))
		}
	}
	return v
}

// choose finds the order of a group that meets the request: one that is still going on, one whose place this is, or
// one whose share the chance falls into.
func (p *Plan) choose(g group, chance uint64, r *Request) *ordered {
	for _, o := range p.orders {
		if o.left > 0 && o.trait.group == g && o.suits(r) {
			o.left--
			return o
		}
	}
	u := float64(chance>>11) / (1 << 53)
	for _, o := range p.orders {
		if o.trait.group != g || !o.suits(r) || o.First > 0 && (o.seen < o.First || o.seen > o.Last) {
			continue
		}
		if u < o.Share {
			o.begin()
			return o
		}
		if o.First == 0 {
			u -= o.Share
		}
	}
	return nil
}

// begin notes how long a storm will go on.
func (o *ordered) begin() {
	if o.Kind == Storm || o.Kind == StormBare || o.Kind == Burst {
		o.left = o.Number - 1
	}
}

// suits reports whether the order can meet the request at all.
func (o *ordered) suits(r *Request) bool {
	switch {
	case !o.about(r.Endpoint):
		return false
	case o.trait.group == delays || o.trait.group == clocks:
		return true
	case o.trait.group == fates || o.trait.group == notices:
		return r.Accepting
	case o.Kind == Revoke && r.Public, o.Kind == Withdraw && !r.Guarded:
		return false
	}
	return o.placed() || !r.Spared && (r.Repeatable || !o.trait.after)
}

// take adds a fault to what happens to the request.
func (v *Verdict) take(o *Order, chance uint64) {
	switch o.trait.group {
	case delays:
		v.Latency = o.Duration
	case clocks:
		v.Skew = o.Duration
	case fates:
		v.Fate, v.FateDelay = o.Kind, o.Duration
	case notices:
		v.Notice = o.Kind
	default:
		v.Kind, v.Duration, v.Number, v.Text = o.Kind, o.Duration, o.Number, o.Text
		v.settle(chance)
	}
}

// settle turns storms and bursts into the answer this request gets.
func (v *Verdict) settle(chance uint64) {
	switch v.Kind {
	case Storm:
		v.Kind, v.Number = TooMany, 1
	case StormBare:
		v.Kind = TooManyBare
	case Burst:
		v.Kind = [...]Kind{Internal, BadGateway, Unavailable, Timeout}[chance%4]
	}
}

func hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}
