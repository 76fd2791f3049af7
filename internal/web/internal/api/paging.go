package api

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
)

// Paged has the parameters of every list.
type Paged struct {
	Cursor string `query:"cursor" maxLength:"512" doc:"Where the page begins: next_cursor of the page before; empty is the first page"`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"How many at most"`
}

// List is one page of a list.
type List[T any] struct {
	Items      []T    `json:"items"`
	NextCursor string `json:"next_cursor" doc:"Where the next page begins; empty on the last"`
	Total      int    `json:"total" doc:"How many there are on all pages"`
}

// Page is the answer of a list.
type Page[T any] = Reply[List[T]]

// RespondPage ends a handler with one page of all items.
func RespondPage[T any](p Paged, all []T, idOf func(T) string) (*Page[T], error) {
	return Respond(cut(p, all, idOf))
}

// cut cuts one page out of all items. A cursor names the last item of the page before.
func cut[T any](p Paged, all []T, idOf func(T) string) (List[T], error) {
	from := 0
	if p.Cursor != "" {
		id, err := p.After()
		if err != nil {
			return List[T]{}, err
		}
		i := slices.IndexFunc(all, func(v T) bool { return idOf(v) == id })
		if i < 0 {
			return List[T]{}, NewProblem(http.StatusConflict, "the list has changed since the page before").
				WithHint("begin again without a cursor")
		}
		from = i + 1
	}
	to := min(from+p.Limit, len(all))
	out := List[T]{Items: OrEmpty(all[from:to:to]), Total: len(all)}
	if to < len(all) {
		out.NextCursor = cursorOf(idOf(all[to-1]))
	}
	return out, nil
}

// Rows makes a page of rows the store was asked for, one more than are shown.
func Rows[S, T any](p Paged, found []S, total int, idOf func(S) string, show func(S) T) List[T] {
	out := List[T]{Items: []T{}, Total: total}
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

// After returns the id a cursor names, "" for the first page.
func (p Paged) After() (string, error) {
	if p.Cursor == "" {
		return "", nil
	}
	text, err := base64.RawURLEncoding.DecodeString(p.Cursor)
	id, ours := strings.CutPrefix(string(text), cursorMark)
	if err != nil || !ours {
		return "", NotACursor()
	}
	return id, nil
}

// NotACursor refuses text that is no cursor of this list.
func NotACursor() error {
	return NewProblem(http.StatusUnprocessableEntity, "the cursor is not valid").
		WithHint("begin again without a cursor")
}
