package api

import (
	"context"
	"maps"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Prefix begins the path of every operation.
const Prefix = "/api/v1"

const aboutAPI = `Everything the dashboard shows and does, for programs.

* Numbers are those of one organisation. Where the store holds several, give the parameter ` + "`organisation`" + `, an id or a name.
* The contacts that ended without a wrap-up code are a code of their own, whose id is empty. In a path or a query it is written ` + "`none`" + `.
* Days are local days of the business unit's zone, instants are in UTC. Series are columns: one value per day or quarter-hour, null where the platform was never asked.
* Lists are paged by ` + "`cursor`" + ` and ` + "`limit`" + `; ` + "`next_cursor`" + ` is empty on the last page.
* Errors are RFC 9457 problems with a kind and advice.
* Every answer has an ETag. What is changed by PUT wants it back in If-Match.
* POST takes an Idempotency-Key: the same key and request within a day is answered as the first time, and done once.`

// While returns a context that ends soon after a look says that whoever ctx names may have no more of an answer that
// goes on; the look is given what they are then. Stop ends it in any case.
type While func(ctx context.Context, may func(context.Context) error) (watched context.Context, stop func())

// API is the document and the operations registered in it.
type API struct {
	huma   huma.API
	decide Decide
	while  While
	faults Faults
}

// New makes an API without operations on a mux. The cookie of that name carries a login.
func New(mux *http.ServeMux, version, cookie string, decide Decide, while While, faults Faults) *API {
	registry := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	describeRootTypes(registry)
	config := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{Title: "wrapcast", Version: version, Description: aboutAPI,
				License: &huma.License{Name: "Apache 2.0", Identifier: "Apache-2.0"}},
			Components: &huma.Components{Schemas: registry, SecuritySchemes: securitySchemes(cookie)},
			Servers:    []*huma.Server{{URL: Prefix, Description: "the server that gave this document"}},
			Tags:       tags(),
		},
		Formats:       huma.DefaultFormats,
		DefaultFormat: "application/json",
		Transformers:  []huma.Transformer{problemTransformer},
	}
	return &API{huma: huma.NewAPI(config, humago.NewAdapter(mux, Prefix)), decide: decide, while: while,
		faults: faults}
}

// tags are the subjects of the document, in the order in which people come by them.
func tags() []*huma.Tag {
	return []*huma.Tag{
		{Name: "Status", Description: "Status, and what has changed."},
		{Name: "Codes", Description: "Wrap-up codes: history, forecast and accuracy."},
		{Name: "Queues", Description: "Queues and planning groups."},
		{Name: "Imports", Description: "Files that contacts come from where there is no platform."},
		{Name: "History", Description: "Contacts handled, per day and per quarter-hour."},
		{Name: "Forecasts", Description: "Forecasts, their intervals, and what they are made of."},
		{Name: "Staff", Description: "How many people a forecast needs."},
		{Name: "Intraday", Description: "The rest of today."},
		{Name: "Accuracy", Description: "Accuracy: stored forecasts compared with actuals."},
		{Name: "Overrides", Description: "Overrides: previewed before they are stored, withdrawn on record."},
		{Name: "Calendar", Description: "Holidays, closures, events, opening hours; " +
			"codes renamed, merged, split and retired."},
		{Name: "Data", Description: "Data quality: verdicts and masks."},
		{Name: "Publish", Description: "Plans, what they change, their submissions, and rollback."},
		{Name: "Runs", Description: "Starting, watching and stopping runs, and when they are due."},
		{Name: "Webhooks", Description: "Messages to other systems."},
		{Name: "Audit", Description: "Who did what, when, with what result."},
		{Name: "Exports", Description: "Files to download."},
		{Name: "Settings", Description: "The settings of this installation."},
		{Name: "Access", Description: "Who may do what: logins, users, tokens."},
	}
}

func securitySchemes(cookie string) map[string]*huma.SecurityScheme {
	return map[string]*huma.SecurityScheme{
		"token": {Type: "http", Scheme: "bearer",
			Description: "an API token, or the token printed by `wrapcast serve` in local mode"},
		"session": {Type: "apiKey", In: "cookie", Name: cookie, Description: "what a login sets"},
	}
}

// Document is the description of all operations.
func (a *API) Document() *huma.OpenAPI { return a.huma.OpenAPI() }

// Finish corrects what huma cannot be told per type, after the last operation: arrays are never null, and errors have
// the form of Problem.
func (a *API) Finish() {
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
