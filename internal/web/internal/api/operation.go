package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/wrapcast/wrapcast"
)

// Anyone is the role of operations that need no identity.
const Anyone wrapcast.Role = ""

// roleExtension has the role of an operation in the document.
const roleExtension = "x-role"

// Operation is one thing a program can ask of the API. The document and the routes are both made from it.
type Operation struct {
	// ID names it in the document, in metrics and for generated clients: "list-codes".
	ID string
	// Method is GET where it is empty.
	Method string
	// Path begins after Prefix and has parameters in braces: "/codes/{code}".
	Path string
	// Tag is the subject it stands under in the document; it must be one of Tags.
	Tag string
	// Role is the least that who asks must have; Anyone needs no identity.
	Role wrapcast.Role
	// Summary is its title in the document, Description further sentences.
	Summary, Description string
	// Status is that of success; zero means 200, or 204 where nothing is answered.
	Status int
	// Works says that it needs the service, and may ask the platform: 502 and 503 are possible answers.
	Works bool
	// Conditional says that it wants If-Match: 412 and 428 are possible answers.
	Conditional bool
	// Errors are further statuses that it may answer with.
	Errors []int
	// Handler answers it.
	Handler Handler
}

// Pattern is the operation as the mux knows it: method and path.
func (o Operation) Pattern() string { return cmp.Or(o.Method, http.MethodGet) + " " + Prefix + o.Path }

// Handler answers an operation. Answer, Files and Streams make one of a function, whose input type has the parameters
// of the operation.
type Handler func(*API, huma.Operation)

// Answer makes a handler that answers with JSON, or with headers alone.
func Answer[I, O any](handle func(context.Context, *I) (*O, error)) Handler {
	return func(a *API, o huma.Operation) {
		huma.Register(a.huma, o, func(ctx context.Context, in *I) (*O, error) {
			out, err := handle(ctx, in)
			if err != nil {
				return nil, a.refuse(ctx, err)
			}
			return out, nil
		})
	}
}

// Register adds operations to the document and to the routes.
func (a *API) Register(operations ...Operation) {
	for _, o := range operations {
		o.Handler(a, a.described(o))
	}
}

// described is an operation as the document has it.
func (a *API) described(o Operation) huma.Operation {
	d := huma.Operation{Method: cmp.Or(o.Method, http.MethodGet), OperationID: o.ID, Path: o.Path,
		Tags:        []string{o.Tag},
		Summary:     o.Summary,
		Description: o.Description, DefaultStatus: o.Status, Errors: o.statuses()}
	if o.Role == Anyone {
		d.Security = []map[string][]string{}
		return d
	}
	d.Security = []map[string][]string{{"token": {}}, {"session": {}}}
	d.Extensions = map[string]any{roleExtension: string(o.Role)}
	d.Middlewares = huma.Middlewares{a.only(o.Role)}
	d.Description += "\n\nNeeds the role " + string(o.Role) + "."
	return d
}

// statuses are those of failures.
func (o Operation) statuses() []int {
	all := []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusUnprocessableEntity}
	if o.Method != http.MethodGet && o.Method != "" {
		all = append(all, http.StatusConflict)
	}
	if o.Works {
		all = append(all, http.StatusBadGateway, http.StatusServiceUnavailable)
	}
	if o.Conditional {
		all = append(all, http.StatusPreconditionFailed, http.StatusPreconditionRequired)
	}
	all = append(all, o.Errors...)
	slices.Sort(all)
	return all
}

// only lets those on to an operation who have its role.
func (a *API) only(need wrapcast.Role) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		if p := a.authorise(ctx.Context(), need); p != nil {
			answerProblem(ctx, p)
			return
		}
		next(ctx)
	}
}

// refuse returns the answer of an operation that failed, and logs a fault of ours.
func (a *API) refuse(ctx context.Context, err error) error {
	a.faults.note(ctx, err)
	return problemOf(err)
}
