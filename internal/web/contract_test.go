package web_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
)

// The contract: what the document promises of an operation is what it answers.

func TestEveryOperationAnswersWhatTheDocumentSays(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ids := knownIDs(t, s)
	for path, o := range operations(s, http.MethodGet) {
		t.Run(o.OperationID, func(t *testing.T) {
			status, body := s.get(t, fillPath(path, ids)+requiredQuery(o))
			checkAnswer(t, s, o, status, body)
			if status != http.StatusOK {
				t.Errorf("GET %s answers %d: %v", path, status, body)
			}
		})
	}
}

// A subject that the document does not explain would stand alone at its end.
func TestEveryOperationHasASubjectThatTheDocumentExplains(t *testing.T) {
	t.Parallel()
	s := newEmptySite(t)
	known := map[string]bool{}
	for _, tag := range s.web.OpenAPI().Tags {
		known[tag.Name] = tag.Description != ""
	}
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
		for path, o := range operations(s, method) {
			if len(o.Tags) != 1 || !known[o.Tags[0]] {
				t.Errorf("%s %s is about %q", method, path, o.Tags)
			}
		}
	}
}

func TestNothingStoredIsAnsweredToo(t *testing.T) {
	t.Parallel()
	s := newEmptySite(t)
	for path, o := range operations(s, http.MethodGet) {
		t.Run(o.OperationID, func(t *testing.T) {
			status, body := s.get(t, fillPath(path, nil)+requiredQuery(o))
			checkAnswer(t, s, o, status, body)
			if status >= http.StatusInternalServerError {
				t.Errorf("GET %s answers %d: %v", path, status, body)
			}
		})
	}
}

func TestWrongInputGetsAProblemThatNamesThePlace(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ids := knownIDs(t, s)
	for path, o := range operations(s, http.MethodGet) {
		for _, wrong := range append(wrongQueries(o), "unheard=of") {
			t.Run(o.OperationID+"?"+wrong, func(t *testing.T) {
				status, body := s.get(t, fillPath(path, ids)+"?"+wrong)
				checkAnswer(t, s, o, status, body)
				if status != http.StatusUnprocessableEntity {
					t.Errorf("answers %d: %v", status, body)
				}
			})
		}
		if strings.Contains(path, "{") {
			t.Run(o.OperationID+" of what is not there", func(t *testing.T) {
				status, body := s.get(t, fillPath(path, nil)+requiredQuery(o))
				checkAnswer(t, s, o, status, body)
				if status != http.StatusNotFound {
					t.Errorf("answers %d: %v", status, body)
				}
			})
		}
	}
}

// operations lists the operations of a method by their paths.
func operations(s *site, method string) map[string]*huma.Operation {
	found := map[string]*huma.Operation{}
	for path, item := range s.web.OpenAPI().Paths {
		all := map[string]*huma.Operation{http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPut: item.Put,
			http.MethodDelete: item.Delete, http.MethodPatch: item.Patch}
		if o := all[method]; o != nil {
			found[path] = o
		}
	}
	return found
}

// knownIDs finds a thing for every parameter of a path.
func knownIDs(t *testing.T, s *site) map[string]string {
	t.Helper()
	ids := map[string]string{"forecast": "latest", "run": "latest", "code": "none", "user": string(adam)}
	for name, path := range map[string]string{"queue": "/queues", "plan": "/plans", "submission": "/submissions", "delivery": "/deliveries",
		"schedule": "/schedules", "group": "/planning-groups"} {
		ids[name] = s.items(t, path)[0]["id"].(string)
	}
	ids["override"] = s.made(t, "/overrides", anOverride(t, s))["override"].(map[string]any)["id"].(string)
	return ids
}

// fillPath puts ids into a path; those not known become something that is not there.
func fillPath(path string, ids map[string]string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if name, found := strings.CutPrefix(p, "{"); found {
			id, known := ids[strings.TrimSuffix(name, "}")]
			if !known {
				id = "01936d6c-7c2e-7b1a-8f00-9a1b2c3d4e5f"
			}
			parts[i] = url.PathEscape(id)
		}
	}
	return strings.Join(parts, "/")
}

// requiredQuery gives a value to every parameter that must have one.
func requiredQuery(o *huma.Operation) string {
	query := url.Values{}
	for _, p := range o.Parameters {
		if p.In == "query" && p.Required {
			query.Set(p.Name, p.Schema.Examples[0].(string))
		}
	}
	if len(query) == 0 {
		return ""
	}
	return "?" + query.Encode()
}

// wrongQueries makes one query for each way in which a parameter can be wrong.
func wrongQueries(o *huma.Operation) []string {
	var wrong []string
	for _, p := range o.Parameters {
		if p.In != "query" {
			continue
		}
		switch {
		case p.Name == "cursor":
			wrong = append(wrong, "cursor=%21%21", "cursor=bm8")
		case len(p.Schema.Enum) > 0:
			wrong = append(wrong, p.Name+"=something-else")
		case p.Schema.Format == "date":
			wrong = append(wrong, p.Name+"=2026-02-30", p.Name+"=yesterday")
		case p.Schema.Type == huma.TypeInteger:
			wrong = append(wrong, p.Name+"=many", p.Name+"=100000", p.Name+"=0")
		case p.Schema.Type == huma.TypeNumber:
			wrong = append(wrong, p.Name+"=much", p.Name+"=100000", p.Name+"=-1")
		case p.Schema.MaxLength != nil:
			wrong = append(wrong, p.Name+"="+strings.Repeat("x", *p.Schema.MaxLength+1))
		}
	}
	return wrong
}

// checkAnswer checks a status and a body against the document.
func checkAnswer(t *testing.T, s *site, o *huma.Operation, status int, body map[string]any) {
	t.Helper()
	described := o.Responses[strconv.Itoa(status)]
	if described == nil {
		t.Fatalf("answers %d, which the document does not know: %v", status, body)
	}
	for name, media := range described.Content {
		registry, found, said := s.web.OpenAPI().Components.Schemas, &huma.ValidateResult{}, any(body)
		switch {
		case name == "text/event-stream":
			said = body["events"]
		case !strings.Contains(name, "json"):
			continue // a file
		}
		huma.Validate(registry, media.Schema, huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, said, found)
		for _, err := range found.Errors {
			t.Errorf("the answer (%d) is not as the document says: %v", status, err)
		}
	}
}
