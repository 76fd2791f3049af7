// Package faults spoils requests, as ordered and seeded.
package faults

import (
	"maps"
	"slices"
	"strings"
)

// Orders are the faults that are ordered, in the order of their kinds.
type Orders []*Order

// Parse reads orders with commas between them:
//
//	name[#first[-last]][@endpoint][=share[:parameter]]
//
// "" orders no faults. "429=0.1" meets a tenth of the requests, "latency=0.5:200ms" half of them with a parameter,
// "503=0.3@aggregates/query" is about one endpoint, "drop-after#1@shorttermforecasts/import" means the first request
// to it, "#3-5" the third to the fifth and "#3-" all from the third on.
func Parse(text string) (Orders, error) {
	var all Orders
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	for _, order := range strings.Split(text, ",") {
		o, err := parseOrder(order)
		if err != nil {
			return nil, err
		}
		all = append(all, o)
	}
	return all.sorted(), all.check()
}

// FromShares makes orders of shares by name; a name is written as for Parse, without the share.
func FromShares(shares map[string]float64) (Orders, error) {
	var all Orders
	for _, key := range slices.Sorted(maps.Keys(shares)) {
		o, err := parseKey(key)
		if err != nil {
			return nil, err
		}
		o.Share = shares[key]
		all = append(all, o)
	}
	return all.sorted(), all.check()
}

// Shares is the opposite of FromShares.
func (all Orders) Shares() map[string]float64 {
	shares := map[string]float64{}
	for _, o := range all {
		shares[o.Key()] = o.Share
	}
	return shares
}

// check refuses what is ordered twice, shares outside 0 to 1, and faults of which a request can
// meet one only that sum to more than 1.
func (all Orders) check() error {
	seen := map[string]bool{}
	var sum [groupCount]float64
	for _, o := range all {
		if err := o.check(); err != nil {
			return err
		}
		if seen[o.Key()] {
			return usage("the fault %q is ordered twice", o.Key())
		}
		seen[o.Key()] = true
		if !o.placed() {
			sum[o.trait.group] += o.Share
		}
	}
	for _, s := range sum {
		if s > 1 {
			return usage("the shares of all faults sum to %v, more than 1", s)
		}
	}
	return nil
}

// sorted puts the orders in the order of the kinds, those that mean an exact place first.
func (all Orders) sorted() Orders {
	place := map[Kind]int{}
	for i, t := range traits() {
		place[t.kind] = i
	}
	slices.SortStableFunc(all, func(a, b *Order) int {
		if x, y := a.First > 0, b.First > 0; x != y {
			if x {
				return -1
			}
			return 1
		}
		return place[a.Kind] - place[b.Kind]
	})
	return all
}

// String writes the orders as Parse reads them; those that meet nothing are left out.
func (all Orders) String() string {
	var texts []string
	for _, o := range all {
		if o.Share > 0 {
			texts = append(texts, o.String())
		}
	}
	return strings.Join(texts, ",")
}
