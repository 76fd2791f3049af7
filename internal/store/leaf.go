package store

import (
	"cmp"
	"slices"

	"github.com/wrapcast/wrapcast"
)

// storedLeaf is a leaf with the number it has in this store.
type storedLeaf struct {
	id   int64
	leaf wrapcast.Leaf
}

// leaves returns an organisation's leaves in the order of queue, code and media type,
// by bytes: the same on every engine, in whatever order the history arrived.
func (tx History) leaves(org wrapcast.OrganisationID) ([]storedLeaf, error) {
	all, err := list(tx.conn, scanLeaf, `SELECT leaf_id, queue_id, code_id, media_type FROM leaf
		WHERE organisation_id = $1 AND language IS NULL AND skill IS NULL`, org)
	slices.SortFunc(all, func(a, b storedLeaf) int { return compareLeaves(a.leaf, b.leaf) })
	return all, err
}

// addLeaves numbers the leaves that are not among known and returns all of them.
func (tx History) addLeaves(org wrapcast.OrganisationID, known []storedLeaf, observations []wrapcast.Observation) ([]storedLeaf, error) {
	ids := make(map[wrapcast.Leaf]bool, len(known))
	next := int64(1)
	for _, l := range known {
		ids[l.leaf] = true
		next = max(next, l.id+1)
	}
	for _, o := range observations {
		if ids[o.Leaf] {
			continue
		}
		if _, err := tx.exec(`INSERT INTO leaf (organisation_id, leaf_id, queue_id, code_id, media_type) VALUES ($1, $2, $3, $4, $5)`,
			org, next, o.Leaf.Queue, o.Leaf.Code, o.Leaf.Media); err != nil {
			return nil, err
		}
		ids[o.Leaf] = true
		known = append(known, storedLeaf{id: next, leaf: o.Leaf})
		next++
	}
	return known, nil
}

func compareLeaves(a, b wrapcast.Leaf) int {
	return cmp.Or(cmp.Compare(a.Queue, b.Queue), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Media, b.Media))
}

func scanLeaf(r row) (l storedLeaf, err error) {
	err = r.Scan(&l.id, &l.leaf.Queue, &l.leaf.Code, &l.leaf.Media)
	return l, err
}
