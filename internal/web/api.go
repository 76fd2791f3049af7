package web

import (
	"context"
	"maps"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/wrapcast/wrapcast"
)

// prefix is where the API lives.
const prefix = "/api/v1"

const aboutAPI = `Everything the dashboard shows and does, for programs.

* Numbers are of one organisation. A store with several wants the parameter ` + "`organisation`" + `, an id or a name.
* The contacts that ended without a wrap-up code are a code of their own, whose id is empty. In a path or a query it is written ` + "`none`" + `.
* Days are local days of the business unit's zone, instants are in UTC. Series are columns: one value per day or quarter-hour, null where the platform was never asked.
* Lists are paged by ` + "`cursor`" + ` and ` + "`limit`" + `; ` + "`next_cursor`" + ` is empty on the last page.
* Errors are RFC 9457 problems with a kind and advice.
* Every answer has an ETag. What is changed by PUT wants it back in If-Match.
* POST takes an Idempotency-Key: the same key and request within a day is answered as the first time, and done once.`

// api is the document and the operations registered in it.
type api struct {
	huma huma.API
	// needs tells which role an operation wants, by its id.
	needs map[string]wrapcast.Role
	// fault hears of errors that the answer keeps to itself.
	fault func(context.Context, error)
}

// newAPI makes an API without operations on a mux.
func newAPI(mux *http.ServeMux, version string, fault func(context.Context, error)) *api {
	registry := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	describeRootTypes(registry)
	config := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{Title: "wrapcast", Version: version, Description: aboutAPI,
				License: &huma.License{Name: "Apache 2.0", Identifier: "Apache-2.0"}},
			Components: &huma.Components{Schemas: registry, SecuritySchemes: securitySchemes()},
			Servers:    []*huma.Server{{URL: prefix, Description: "the server that gave this document"}},
			Tags:       tags(),
		},
		Formats:                      huma.DefaultFormats,
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
		Transformers:                 []huma.Transformer{problemTransformer},
	}
	return &api{huma: huma.NewAPI(config, humago.NewAdapter(mux, prefix)), needs: map[string]wrapcast.Role{}, fault: fault}
}

// tags are the subjects of the document, in the order in which people come by them.
func tags() []*huma.Tag {
	return []*huma.Tag{
		{Name: "Status", Description: "How things stand, and what has changed."},
		{Name: "Codes", Description: "Wrap-up codes: what was, what is forecast and how good that is."},
		{Name: "Queues", Description: "Queues and planning groups."},
		{Name: "History", Description: "What was handled, per day and per quarter-hour."},
		{Name: "Forecasts", Description: "What is expected, how sure that is, and why."},
		{Name: "Accuracy", Description: "How good forecasts were: frozen ones beside what came."},
		{Name: "Overrides", Description: "What people know better: seen before it is kept, withdrawn with a trace."},
		{Name: "Calendar", Description: "What is known in advance: holidays, closures, events, what became of codes."},
		{Name: "Data", Description: "Whether the history can be believed: verdicts and masks."},
		{Name: "Publish", Description: "Plans, what they change, their submissions and the way back."},
		{Name: "Runs", Description: "Starting, watching and stopping runs, and when they are due."},
		{Name: "Webhooks", Description: "Messages to other systems."},
		{Name: "Audit", Description: "Who did what, when, with what result."},
		{Name: "Exports", Description: "Files to take away."},
		{Name: "Settings", Description: "What this installation is set to do."},
		{Name: "Access", Description: "Who may do what: logins, users, tokens."},
	}
}

func securitySchemes() map[string]*huma.SecurityScheme {
	return map[string]*huma.SecurityScheme{
		"token":   {Type: "http", Scheme: "bearer", Description: "an API token, or the token printed by `wrapcast serve` in local mode"},
		"session": {Type: "apiKey", In: "cookie", Name: sessionCookie, Description: "what a login sets"},
	}
}

// anyone marks operations that need no identity.
const anyone wrapcast.Role = ""

// register adds an operation that needs a role.
func register[I, O any](a *api, need wrapcast.Role, o huma.Operation, handle func(context.Context, *I) (*O, error)) {
	a.document(need, &o)
	huma.Register(a.huma, o, func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if err != nil {
			a.fault(ctx, err)
			return nil, problemOf(err)
		}
		return out, nil
	})
}

// document completes what the document says of an operation.
func (a *api) document(need wrapcast.Role, o *huma.Operation) {
	a.needs[o.OperationID] = need
	if need == anyone {
		o.Security = []map[string][]string{}
		return
	}
	o.Security = []map[string][]string{{"token": {}}, {"session": {}}}
	o.Extensions = map[string]any{"x-role": string(need)}
	o.Middlewares = huma.Middlewares{a.authorise(need)}
	o.Description += "\n\nNeeds the role " + string(need) + "."
}

// finish corrects what huma cannot be told per type: arrays are never null, and errors have our form.
func (a *api) finish() {
	doc := a.huma.OpenAPI()
	errorModel := doc.Components.Schemas.Map()["ErrorModel"]
	ours := huma.SchemaFromType(doc.Components.Schemas, problemType())
	*errorModel = *ours
	for _, s := range doc.Components.Schemas.Map() {
		neverNull(s)
	}
	for _, item := range doc.Paths {
		for _, o := range operationsOf(item) {
			for _, p := range o.Parameters {
				neverNull(p.Schema)
			}
			if o.RequestBody != nil {
				for _, m := range o.RequestBody.Content {
					neverNull(m.Schema)
				}
			}
			for _, r := range o.Responses {
				for _, m := range r.Content {
					neverNull(m.Schema)
				}
			}
		}
	}
}

// operationsOf lists what can be done at a path, by method.
func operationsOf(item *huma.PathItem) map[string]*huma.Operation {
	all := map[string]*huma.Operation{http.MethodGet: item.Get, http.MethodPut: item.Put, http.MethodPost: item.Post,
		http.MethodDelete: item.Delete, http.MethodPatch: item.Patch}
	maps.DeleteFunc(all, func(_ string, o *huma.Operation) bool { return o == nil })
	return all
}

func neverNull(s *huma.Schema) {
	if s == nil {
		return
	}
	if s.Type == huma.TypeArray {
		s.Nullable = false
	}
	neverNull(s.Items)
	for _, p := range s.Properties {
		neverNull(p)
	}
	if extra, ok := s.AdditionalProperties.(*huma.Schema); ok {
		neverNull(extra)
	}
	for _, some := range [][]*huma.Schema{s.OneOf, s.AnyOf, s.AllOf} {
		for _, p := range some {
			neverNull(p)
		}
	}
}

// get describes an operation that reads.
func get(id, path, tag, summary string) huma.Operation {
	return operation(http.MethodGet, id, path, tag, summary)
}

func operation(method, id, path, tag, summary string) huma.Operation {
	o := huma.Operation{Method: method, OperationID: id, Path: path, Tags: []string{tag}, Summary: summary}
	o.Errors = []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusUnprocessableEntity}
	if method != http.MethodGet {
		o.Errors = append(o.Errors, http.StatusConflict)
	}
	slices.Sort(o.Errors)
	return o
}

// described adds sentences to what the document says of an operation.
func described(o huma.Operation, text string) huma.Operation {
	o.Description = text
	return o
}
