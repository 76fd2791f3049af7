package web

import (
	"cmp"
	"context"
	"math"
	"net/http"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
)

// CodePath names a code in a path.
type CodePath struct {
	Code string `path:"code" maxLength:"200" doc:"The code's id; none stands for contacts without a code"`
}

func (p CodePath) id() wrapcast.CodeID { return codeOf(p.Code) }

// codeOf reads a code's id as paths and queries write it.
func codeOf(s string) wrapcast.CodeID {
	if s == noName {
		return wrapcast.NoCode
	}
	return wrapcast.CodeID(s)
}

func queueOf(s string) wrapcast.QueueID {
	if s == noName {
		return ""
	}
	return wrapcast.QueueID(s)
}

// Sorted is how lists of codes and queues are searched and sorted.
type Sorted struct {
	Search string `query:"search" maxLength:"200" doc:"Words that must all be part of the name or id, in any order; capitals do not matter"`
	Sort   string `query:"sort" enum:"name,next_7,last_7,change,wape,bias,coverage,masks" default:"next_7" doc:"By what the list is Sorted; rows without a figure come last"`
	Order  string `query:"order" enum:"asc,desc" doc:"Ascending or descending; by default names ascend and figures descend"`
}

type codesInput struct {
	Scope
	Paged
	Sorted
	Queue   string `query:"queue" maxLength:"200" doc:"Only codes used in this queue"`
	Verdict string `query:"verdict" enum:"good,weak,empty" doc:"Only codes with this verdict"`
	Model   string `query:"model" maxLength:"100" doc:"Only codes forecast by this method"`
}

type codeInput struct {
	Scope
	CodePath
}

// codeDetail is one code with the queues it is used in.
type codeDetail struct {
	CodeRow
	Leaves []leafRow `json:"leaves" doc:"Where it is used: queues and channels, most contacts first"`
}

func (s *Server) registerCodes() {
	register(s.api, wrapcast.RoleViewer, described(get("list-codes", "/codes", "Codes", "List wrap-up codes"),
		"Every code that ever ended a contact, with what was, what is forecast and how good that is."), s.listCodes)
	register(s.api, wrapcast.RoleViewer, get("get-code", "/codes/{code}", "Codes", "Look at one wrap-up code"), s.getCode)
	register(s.api, wrapcast.RoleViewer, described(get("list-leaves", "/leaves", "Codes", "List queue × code × channel"),
		"The finest things forecast, most contacts first: the tree of queues and codes."), s.listLeaves)
}

func (s *Server) listCodes(ctx context.Context, in *codesInput) (*reply[list[CodeRow]], error) {
	snap, err := s.look(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	inQueue := map[wrapcast.CodeID]bool{}
	for _, l := range snap.used {
		inQueue[l.Code] = inQueue[l.Code] || l.Queue == queueOf(in.Queue)
	}
	match := matcher(in.Search)
	var found []CodeRow
	for _, c := range snap.codes {
		if match(c.Name, string(c.ID)) && (in.Queue == "" || inQueue[c.ID]) && (in.Verdict == "" || in.Verdict == string(c.Verdict)) &&
			(in.Model == "" || in.Model == c.Model) {
			found = append(found, c)
		}
	}
	in.sort(len(found), func(i int) rowKey {
		c := &found[i]
		return rowKey{c.Name, string(c.ID), c.Volume, c.Quality}
	}, func(order []int) { found = reorder(found, order) })
	return answer(page(in.Paged, found, func(c CodeRow) string { return string(c.ID) }))
}

func (s *Server) getCode(ctx context.Context, in *codeInput) (*reply[codeDetail], error) {
	snap, err := s.look(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(snap.codes, func(c CodeRow) bool { return c.ID == in.id() })
	if i < 0 {
		return nil, noCode(in.Code)
	}
	return answer(codeDetail{CodeRow: snap.codes[i], Leaves: snap.leavesOf(func(l leafRow) bool { return l.Code == in.id() })}, nil)
}

func noCode(name string) error {
	return newProblem(http.StatusNotFound, "no contact ever ended in the code "+name).withHint("GET " + prefix + "/codes lists the codes")
}

// leavesOf returns some leaves, most contacts first.
func (s *snapshot) leavesOf(keep func(leafRow) bool) []leafRow {
	kept := []leafRow{}
	for _, l := range s.leaves {
		if keep(l) {
			kept = append(kept, l)
		}
	}
	slices.SortStableFunc(kept, func(a, b leafRow) int { return cmp.Compare(b.Next7, a.Next7) })
	return kept
}

type leavesInput struct {
	Scope
	Paged
	Search string `query:"search" maxLength:"200" doc:"Words that must all be part of the names of queue and code"`
	Queue  string `query:"queue" maxLength:"200"`
	Code   string `query:"code" maxLength:"200"`
}

func (s *Server) listLeaves(ctx context.Context, in *leavesInput) (*reply[list[leafRow]], error) {
	snap, err := s.look(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	match := matcher(in.Search)
	found := snap.leavesOf(func(l leafRow) bool {
		return (in.Queue == "" || l.Queue == queueOf(in.Queue)) && (in.Code == "" || l.Code == codeOf(in.Code)) && match(l.QueueName+" "+l.CodeName, "")
	})
	out, err := page(in.Paged, found, func(l leafRow) string {
		return strings.Join([]string{string(l.Queue), string(l.Code), string(l.Media)}, "|")
	})
	return answer(out, err)
}

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

// rowKey is what a row can be sorted by.
type rowKey struct {
	name, id string
	Volume
	Quality
}

func (k *rowKey) figure(by string) float64 {
	switch by {
	case "last_7":
		return float64(k.Last7)
	case "change":
		return float64(k.Change)
	case "wape":
		return float64(k.WAPE)
	case "bias":
		return float64(k.Bias)
	case "coverage":
		return float64(k.Coverage)
	case "masks":
		return float64(k.Masks)
	}
	return float64(k.Next7)
}

// sort works out the order of n rows.
func (s Sorted) sort(n int, keyOf func(int) rowKey, apply func(order []int)) {
	keys, order := make([]rowKey, n), make([]int, n)
	for i := range n {
		keys[i], order[i] = keyOf(i), i
	}
	descending := s.Order == "desc" || s.Order == "" && s.Sort != "name"
	slices.SortFunc(order, func(i, j int) int {
		a, b := &keys[i], &keys[j]
		by := cmp.Compare(strings.ToLower(a.name), strings.ToLower(b.name))
		if s.Sort != "name" {
			x, y := a.figure(s.Sort), b.figure(s.Sort)
			if math.IsNaN(x) != math.IsNaN(y) { // without a figure: last, either way
				return map[bool]int{true: 1, false: -1}[math.IsNaN(x)]
			}
			by = cmp.Compare(x, y)
		}
		if descending {
			by = -by
		}
		return cmp.Or(by, cmp.Compare(a.id, b.id))
	})
	apply(order)
}

func reorder[T any](all []T, order []int) []T {
	out := make([]T, len(all))
	for i, j := range order {
		out[i] = all[j]
	}
	return out
}
