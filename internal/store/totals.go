package store

import "github.com/wrapcast/wrapcast"

// Totals sum up an organisation's whole history.
type Totals struct {
	// Contacts is the number handled, ContactsWithoutCode how many of them ended without a code.
	Contacts            int
	ContactsWithoutCode int
	// Observations is the number of quarter-hours of leaves in which a contact was handled.
	Observations int
}

// Totals sums up the history.
func (tx History) Totals(org wrapcast.OrganisationID) (t Totals, err error) {
	leaves, err := tx.leaves(org)
	if err != nil {
		return t, err
	}
	sums, err := list(tx.conn, scanLeafSum, `SELECT leaf_id, SUM(handled), SUM(observations) FROM local_day
		WHERE organisation_id = $1 GROUP BY leaf_id`, org)
	if err != nil {
		return t, err
	}
	codes := make(map[int64]wrapcast.CodeID, len(leaves))
	for _, l := range leaves {
		codes[l.id] = l.leaf.Code
	}
	for _, s := range sums {
		t.Contacts += s.handled
		t.Observations += s.observations
		if codes[s.leaf] == wrapcast.NoCode {
			t.ContactsWithoutCode += s.handled
		}
	}
	return t, nil
}

type leafSum struct {
	leaf                  int64
	handled, observations int
}

func scanLeafSum(r row) (s leafSum, err error) {
	err = r.Scan(&s.leaf, &s.handled, &s.observations)
	return s, err
}
