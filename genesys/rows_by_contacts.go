package genesys

import (
	"math"
	"slices"
)

// RowsByContacts is how many rows the question about codes has for a quarter-hour with so many contacts, from one contact on by
// quarters of powers of two; below zero where that was never seen. Rows are groups of contacts that are alike: the more there are, the
// more of them share one. Nil knows nothing.
type RowsByContacts []float32

const (
	// contactSteps is the length of a RowsByContacts: up to 2^17 contacts a quarter-hour.
	contactSteps = 4*17 + 1
	// sharing is the power of the contacts that rows follow from one step to the next.
	sharing = 0.7
)

func newRowsByContacts(known RowsByContacts) RowsByContacts { return recalled(known, contactSteps) }

func (r RowsByContacts) known() bool {
	return slices.ContainsFunc(r, func(rows float32) bool { return rows >= 0 })
}

// stepOf is the step that a number of contacts belongs to.
func stepOf(contacts float64) int {
	return min(max(int(math.Round(4*math.Log2(max(contacts, 1)))), 0), contactSteps-1)
}

// contactsOf is the middle of a step.
func contactsOf(step int) float64 { return math.Exp2(float64(step) / 4) }

// learn takes in what a quarter-hour with so many contacts had. Older ones fade.
func (r RowsByContacts) learn(contacts, rows float64) {
	const newest = 0.1
	if contacts < 1 {
		return
	}
	step := stepOf(contacts)
	at := float32(rows * math.Pow(contactsOf(step)/contacts, sharing))
	if r[step] < 0 {
		r[step] = at
		return
	}
	r[step] += newest * (at - r[step])
}

// of is how many rows so many contacts should have, by the nearest number of them that was seen; it needs known.
func (r RowsByContacts) of(contacts float64) float64 {
	if contacts <= 0 {
		return 0
	}
	step := stepOf(contacts)
	for off := range contactSteps {
		for _, near := range [2]int{step - off, step + off} {
			if near >= 0 && near < contactSteps && r[near] >= 0 {
				return float64(r[near]) * math.Pow(contacts/contactsOf(near), sharing)
			}
		}
	}
	return 0
}
