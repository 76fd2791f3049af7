package web_test

import (
	"cmp"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"github.com/wrapcast/wrapcast"
)

// Every list has a cursor, and a page of one after the other is the list as a whole: nothing is left out and nothing
// comes twice.
func TestEveryListIsPagedWithoutGapsOrRepeats(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ids := knownIDs(t, s)
	const perPage = 4
	lists := 0
	for path, o := range operations(s, http.MethodGet) {
		if !isList(s, o) {
			continue
		}
		if lists++; !takes(o, "cursor") || !takes(o, "limit") {
			t.Errorf("%s is a list, and has no pages", path)
			continue
		}
		path = fillPath(path, ids) + cmp.Or(requiredQuery(o), "?")
		whole := s.items(t, path)
		cursor := ""
		for i := range min(perPage, len(whole)) {
			_, page := s.get(t, path+"&limit=1&cursor="+cursor)
			items, _ := page["items"].([]any)
			if len(items) != 1 || !reflect.DeepEqual(items[0], any(whole[i])) || page["total"] != float64(len(whole)) && len(whole) < 100 {
				t.Errorf("page %d of %s is %v, of %v; want %v of %d", i, path, items, page["total"], whole[i], len(whole))
				break
			}
			if cursor = page["next_cursor"].(string); (cursor == "") != (i == len(whole)-1) {
				t.Errorf("page %d of %d of %s goes on at %q", i, len(whole), path, cursor)
			}
		}
	}
	if lists < 23 {
		t.Errorf("only %d lists are paged", lists)
	}
}

// isList reports whether an operation answers with items.
func isList(s *site, o *huma.Operation) bool {
	ok := o.Responses["200"]
	if ok == nil || ok.Content["application/json"] == nil {
		return false
	}
	body := ok.Content["application/json"].Schema
	if body.Ref != "" {
		body = s.web.OpenAPI().Components.Schemas.SchemaFromRef(body.Ref)
	}
	return body.Type == huma.TypeArray || body.Properties["items"] != nil
}

func takes(o *huma.Operation, parameter string) bool {
	for _, p := range o.Parameters {
		if p.In == "query" && p.Name == parameter {
			return true
		}
	}
	return false
}

// Whoever has an answer already is told so, and not sent it again.
func TestEveryAnswerIsKnownAgainByItsETag(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ids := knownIDs(t, s)
	for path, o := range operations(s, http.MethodGet) {
		ok := o.Responses["200"]
		if ok == nil || ok.Content["application/json"] == nil || o.OperationID == "get-readiness" {
			continue // a stream or a file
		}
		path = fillPath(path, ids) + requiredQuery(o)
		role := []string{"Authorization", "Bearer " + s.secrets[wrapcast.RoleAdmin]}
		first := s.ask(t, http.MethodGet, path, nil, role...)
		tag := first.Header.Get("ETag")
		again := s.ask(t, http.MethodGet, path, nil, append(role, "If-None-Match", `"other", W/`+strings.TrimPrefix(tag, "W/"))...)
		if tag == "" || again.StatusCode != http.StatusNotModified || len(again.body) > 0 {
			t.Errorf("%s has the ETag %q, and is answered with %d again", o.OperationID, tag, again.StatusCode)
		}
	}
}
