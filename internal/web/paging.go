package web

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
)

// Paged is what every list takes.
type Paged struct {
	Cursor string `query:"cursor" maxLength:"512" doc:"Where the page begins: next_cursor of the page before; empty is the first page"`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"How many at most"`
}

// list is one page.
type list[T any] struct {
	Items      []T    `json:"items"`
	NextCursor string `json:"next_cursor" doc:"Where the next page begins; empty on the last"`
	Total      int    `json:"total" doc:"How many there are on all pages"`
}

// reply is an answer with a body.
type reply[T any] struct {
	ETag string `header:"ETag" doc:"The version of what is answered"`
	Body T
}

// answer ends a handler.
func answer[T any](body T, err error) (*reply[T], error) {
	if err != nil {
		return nil, err
	}
	return &reply[T]{Body: body}, nil
}

// page cuts one page out of all items. A cursor names the last item of the page before.
func page[T any](p Paged, all []T, idOf func(T) string) (list[T], error) {
	from := 0
	if p.Cursor != "" {
		id, err := p.after()
		if err != nil {
			return list[T]{}, err
		}
		i := slices.IndexFunc(all, func(v T) bool { return idOf(v) == id })
		if i < 0 {
			return list[T]{}, newProblem(http.StatusConflict, "the list has changed since the page before").withHint("begin again without a cursor")
		}
		from = i + 1
	}
	to := min(from+p.Limit, len(all))
	out := list[T]{Items: orEmpty(all[from:to:to]), Total: len(all)}
	if to < len(all) {
		out.NextCursor = cursorOf(idOf(all[to-1]))
	}
	return out, nil
}

// rows makes a page of rows the store was asked for, one more than are shown.
func rows[S, T any](p Paged, found []S, total int, idOf func(S) string, show func(S) T) list[T] {
	out := list[T]{Items: []T{}, Total: total}
	for i, v := range found {
		if i == p.Limit {
			out.NextCursor = cursorOf(idOf(found[i-1]))
			break
		}
		out.Items = append(out.Items, show(v))
	}
	return out
}

// cursorMark begins every cursor, so that other text is not taken for one.
const cursorMark = "1:"

func cursorOf(id string) string { return base64.RawURLEncoding.EncodeToString([]byte(cursorMark + id)) }

// after returns the id a cursor names, "" for the first page.
func (p Paged) after() (string, error) {
	if p.Cursor == "" {
		return "", nil
	}
	text, err := base64.RawURLEncoding.DecodeString(p.Cursor)
	id, ours := strings.CutPrefix(string(text), cursorMark)
	if err != nil || !ours {
		return "", noCursor()
	}
	return id, nil
}

// orEmpty makes an empty list of nil, which would be null.
func orEmpty[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

func noCursor() error {
	return newProblem(http.StatusUnprocessableEntity, "the cursor is none of ours").withHint("begin again without a cursor")
}
