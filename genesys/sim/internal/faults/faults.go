// Package faults spoils a share of the requests, as ordered and seeded.
package faults

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/genesys/sim/internal/contact"
)

// Kind is one way in which a request fails.
type Kind string

// The kinds of fault. The empty kind is none.
const (
	None Kind = ""
	// TooMany answers 429 with Retry-After: 1.
	TooMany Kind = "429"
	// Internal, Unavailable and Timeout answer 500, 503 and 504.
	Internal    Kind = "500"
	Unavailable Kind = "503"
	Timeout     Kind = "504"
	// Drop breaks the connection.
	Drop Kind = "drop"
)

func kinds() []Kind { return []Kind{TooMany, Internal, Unavailable, Timeout, Drop} }

// Shares says which share of the requests, 0 to 1, meets each kind of fault.
type Shares map[Kind]float64

// Parse reads "429=0.1,503=0.05,drop=0.02"; "" orders no faults.
func Parse(text string) (Shares, error) {
	shares := Shares{}
	if strings.TrimSpace(text) == "" {
		return shares, nil
	}
	for _, order := range strings.Split(text, ",") {
		name, value, found := strings.Cut(strings.TrimSpace(order), "=")
		kind := Kind(strings.TrimSpace(name))
		if !found {
			return nil, usage("%q is not a fault and its share", order)
		}
		if _, twice := shares[kind]; twice {
			return nil, usage("the fault %q is ordered twice", kind)
		}
		share, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil {
			return nil, usage("the share %q of the fault %q is not a number", value, kind)
		}
		shares[kind] = share
	}
	return shares, shares.Check()
}

// Check refuses unknown kinds, shares outside 0 to 1 and more than 1 in all.
func (s Shares) Check() error {
	sum := 0.0
	for _, kind := range slices.Sorted(maps.Keys(s)) {
		if !slices.Contains(kinds(), kind) {
			return usage("there is no fault %q", kind)
		}
		if share := s[kind]; !(share >= 0 && share <= 1) {
			return usage("the share %v of the fault %q lies outside 0 to 1", share, kind)
		}
		sum += s[kind]
	}
	if sum > 1 {
		return usage("the shares of all faults sum to %v, more than 1", sum)
	}
	return nil
}

// String writes the shares as Parse reads them.
func (s Shares) String() string {
	var orders []string
	for _, kind := range kinds() {
		if s[kind] > 0 {
			orders = append(orders, fmt.Sprintf("%s=%v", kind, s[kind]))
		}
	}
	return strings.Join(orders, ",")
}

func usage(format string, args ...any) error {
	return wrapcast.Errorf(wrapcast.Usage, "sim.ParseFaults", format, args...).
		WithHint("order faults as 429=0.1,503=0.05,drop=0.02; there are 429, 500, 503, 504 and drop")
}

// Dice decides request by request. It is safe for concurrent use; which request meets
// which fault depends on seed and order, the shares do not.
type Dice struct {
	seed   uint64
	shares Shares
	thrown atomic.Uint64
}

// NewDice returns dice for the shares.
func NewDice(seed uint64, s Shares) *Dice { return &Dice{seed: seed, shares: s} }

// Throw returns the fault of the next request, and a coin for whoever has to choose how.
func (d *Dice) Throw() (kind Kind, coin bool) {
	h := contact.Mix(d.seed, d.thrown.Add(1))
	u := float64(h>>11) / (1 << 53)
	for _, kind := range kinds() {
		if u < d.shares[kind] {
			return kind, contact.Mix(h, 1)&1 == 0
		}
		u -= d.shares[kind]
	}
	return None, false
}
