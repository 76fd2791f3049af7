package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/wrapcast/wrapcast"
)

// MaxFile is how large the body of an operation may be that takes a file, in bytes.
const MaxFile = 64 << 20

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
	// MaxBody is how large its body may be, in bytes; zero means 1 MiB.
	MaxBody int64
	// Errors are further statuses that it may answer with.
	Errors []int
	// Handler answers it.
	Handler Handler
}

// Pattern is the operation as the mux knows it: method and path.
func (o Operation) Pattern() string { return cmp.Or(o.Method, http.MethodGet) + " " + Prefix + o.Path }

// Handler answers an operation. Answer, Files and Streams make one of what it needs and a function, which is given the
// scope of each request and the parameters of the operation.
type Handler struct {
	need     Need
	register func(*API, huma.Operation)
}

// Answer makes a handler that answers with JSON, or with headers alone.
func Answer[I, O any](need Need, handle func(context.Context, Scope, *I) (*O, error)) Handler {
	return Handler{need, func(a *API, o huma.Operation) {
		huma.Register(a.huma, o, func(ctx context.Context, in *I) (*O, error) {
			out, err := handle(ctx, scopeOf(ctx).Scope, in)
			if err != nil {
				return nil, a.refuse(ctx, err)
			}
			return out, nil
		})
	}}
}

// Register adds operations to the document and to the routes.
func (a *API) Register(operations ...Operation) {
	for _, o := range operations {
		o.Handler.register(a, a.described(o))
	}
}

// described is an operation as the document has it.
func (a *API) described(o Operation) huma.Operation {
	d := huma.Operation{Method: cmp.Or(o.Method, http.MethodGet), OperationID: o.ID, Path: o.Path,
		Tags:        []string{o.Tag},
		Summary:     o.Summary,
		Description: o.Description, DefaultStatus: o.Status, Errors: o.statuses(),
		Parameters: o.Handler.need.parameters(), Middlewares: huma.Middlewares{a.scoped(o)},
		Extensions: map[string]any{"x-scope": string(o.Handler.need)}, MaxBodyBytes: o.MaxBody}
	if o.Role == Anyone {
		d.Security = []map[string][]string{}
		return d
	}
	d.Security = []map[string][]string{{"token": {}}, {"session": {}}}
	d.Extensions[roleExtension] = string(o.Role)
	d.Description += "\n\nNeeds the role " + string(o.Role) + "." + o.Handler.need.describe()
	return d
}

// statuses are those of failures.
func (o Operation) statuses() []int {
	all := []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusUnprocessableEntity}
	if o.Method != http.MethodGet && o.Method != "" {
		all = append(all, http.StatusConflict)
	}
	if o.Works || o.Handler.need == Connected {
		all = append(all, http.StatusBadGateway, http.StatusServiceUnavailable)
	}
	if o.Conditional {
		all = append(all, http.StatusPreconditionFailed, http.StatusPreconditionRequired)
	}
	all = append(all, o.Errors...)
	slices.Sort(all)
	return all
}

// refuse returns the answer of an operation that failed, and logs a fault of ours.
func (a *API) refuse(ctx context.Context, err error) error {
	a.faults.note(ctx, err)
	return problemOf(err)
}
