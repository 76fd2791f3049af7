package store

import "github.com/wrapcast/wrapcast"

// StateCount is how many things are in a state.
type StateCount struct {
	State string
	Count int
}

// Counts are how many runs, submissions and messages are in which state.
type Counts struct {
	Runs        []StateCount
	Submissions []StateCount
	Deliveries  []StateCount
}

// Counts counts what an organisation has.
func (tx *Tx) Counts(org wrapcast.OrganisationID) (c Counts, err error) {
	scan := func(r row) (s StateCount, err error) {
		err = r.Scan(&s.State, &s.Count)
		return s, err
	}
	for table, to := range map[string]*[]StateCount{"run": &c.Runs, "submission": &c.Submissions, "delivery": &c.Deliveries} {
		if *to, err = list(tx.conn, scan, `SELECT state, COUNT(*) FROM `+table+` WHERE organisation_id = $1 GROUP BY state ORDER BY state`, org); err != nil {
			return c, err
		}
	}
	return c, nil
}
