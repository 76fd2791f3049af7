package handlers

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
)

// listed is a list that the store cuts into pages: it reads rows after one, by id, and one more than are shown.
type listed[Row, Shown any] struct {
	// find reads at most so many rows after the one with an id, from the first where it is empty, and counts all there
	// are.
	find func(tx *store.Tx, org wrapcast.OrganisationID, after string, limit int) (rows []Row, total int, err error)
	idOf func(Row) string
	show func(Row) Shown
}

// viewing runs work in a read transaction on the organisation that a request means.
type viewing func(ctx context.Context, in OrganisationInput, work func(*store.Tx, wrapcast.OrganisationID) error) error

// answer answers with one page.
func (l listed[Row, Shown]) answer(ctx context.Context, view viewing, in OrganisationInput,
	p api.Paged) (*api.Page[Shown], error) {
	after, err := p.After()
	if err != nil {
		return nil, err
	}
	var out api.List[Shown]
	err = view(ctx, in, func(tx *store.Tx, org wrapcast.OrganisationID) error {
		rows, total, err := l.find(tx, org, after, p.Limit+1)
		if err == nil {
			out = api.Rows(p, rows, total, l.idOf, l.show)
		}
		return err
	})
	return api.Respond(out, err)
}

// same shows a row as it is stored.
func same[T any](v T) T { return v }

// matcher finds rows whose name or id has all words of a search.
func matcher(search string) func(name, id string) bool {
	words := strings.Fields(strings.ToLower(search))
	return func(name, id string) bool {
		name, id = strings.ToLower(name), strings.ToLower(id)
		for _, w := range words {
			if !strings.Contains(name, w) && !strings.Contains(id, w) {
				return false
			}
		}
		return true
	}
}

// sorting names the figure that a list is sorted by, and the direction.
type sorting struct{ by, order string }

// byName is the sort by name; every other is by a figure.
const byName = "name"

// sortKey has the values that rows are compared by: the name, or a figure that may be NaN; the id where these are
// equal.
type sortKey struct {
	name, id string
	figure   float64
}

// sorted returns rows in the order asked for: by default names ascend and figures descend. Rows without a figure come
// last, in either direction.
func sorted[T any](rows []T, s sorting, keyOf func(*T) sortKey) []T {
	keys, order := make([]sortKey, len(rows)), make([]int, len(rows))
	for i := range rows {
		keys[i], order[i] = keyOf(&rows[i]), i
		keys[i].name = strings.ToLower(keys[i].name)
	}
	descending := s.order == "desc" || s.order == "" && s.by != byName
	slices.SortFunc(order, func(i, j int) int { return s.compare(&keys[i], &keys[j], descending) })
	out := make([]T, len(rows))
	for i, j := range order {
		out[i] = rows[j]
	}
	return out
}

func (s sorting) compare(a, b *sortKey, descending bool) int {
	by := strings.Compare(a.name, b.name)
	if s.by != byName {
		if none := math.IsNaN(a.figure); none != math.IsNaN(b.figure) {
			if none {
				return 1
			}
			return -1
		}
		by = cmp.Compare(a.figure, b.figure)
	}
	if descending {
		by = -by
	}
	return cmp.Or(by, strings.Compare(a.id, b.id))
}
