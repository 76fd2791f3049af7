package scope

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

// Listed is a list that the store cuts into pages: it reads rows after one, by id, and one more than are shown.
type Listed[Row, Shown any] struct {
	// find reads at most so many rows after the one with an id, from the first where it is empty, and counts all there
	// are.
	Find func(tx *store.Tx, org wrapcast.OrganisationID, after string, limit int) (rows []Row, total int, err error)
	IDOf func(Row) string
	Show func(Row) Shown
}

// viewing runs work in a read transaction on the organisation that a request means.
type viewing func(ctx context.Context, at api.Scope, work func(*store.Tx, wrapcast.OrganisationID) error) error

// Answer answers with one page.
func (l Listed[Row, Shown]) Answer(ctx context.Context, view viewing, at api.Scope,
	p api.Paged) (*api.Page[Shown], error) {
	after, err := p.After()
	if err != nil {
		return nil, err
	}
	var out api.List[Shown]
	err = view(ctx, at, func(tx *store.Tx, org wrapcast.OrganisationID) error {
		rows, total, err := l.Find(tx, org, after, p.Limit+1)
		if err == nil {
			out = api.Rows(p, rows, total, l.IDOf, l.Show)
		}
		return err
	})
	return api.Respond(out, err)
}

// Same shows a row as it is stored.
func Same[T any](v T) T { return v }

// Matcher finds rows whose name or id has all words of a search.
func Matcher(search string) func(name, id string) bool {
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

// Sorting names the figure that a list is sorted by, and the direction.
type Sorting struct{ By, Order string }

// byName is the sort by name; every other is by a figure.
const byName = "name"

// SortKey has the values that rows are compared by: the name, or a figure that may be NaN; the id where these are
// equal.
type SortKey struct {
	Name, ID string
	Figure   float64
}

// Sorted returns rows in the order asked for: by default names ascend and figures descend. Rows without a figure come
// last, in either direction.
func Sorted[T any](rows []T, s Sorting, keyOf func(*T) SortKey) []T {
	keys, order := make([]SortKey, len(rows)), make([]int, len(rows))
	for i := range rows {
		keys[i], order[i] = keyOf(&rows[i]), i
		keys[i].Name = strings.ToLower(keys[i].Name)
	}
	descending := s.Order == "desc" || s.Order == "" && s.By != byName
	slices.SortFunc(order, func(i, j int) int { return s.compare(&keys[i], &keys[j], descending) })
	out := make([]T, len(rows))
	for i, j := range order {
		out[i] = rows[j]
	}
	return out
}

func (s Sorting) compare(a, b *SortKey, descending bool) int {
	by := strings.Compare(a.Name, b.Name)
	if s.By != byName {
		if none := math.IsNaN(a.Figure); none != math.IsNaN(b.Figure) {
			if none {
				return 1
			}
			return -1
		}
		by = cmp.Compare(a.Figure, b.Figure)
	}
	if descending {
		by = -by
	}
	return cmp.Or(by, strings.Compare(a.ID, b.ID))
}
