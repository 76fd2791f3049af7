package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/wrapcast/wrapcast"
)

// Problem is an error as RFC 9457 has it, with wrapcast's kind and advice.
type Problem struct {
	Type     string         `json:"type" doc:"Always about:blank: the kind tells errors apart"`
	Title    string         `json:"title" doc:"The status in words"`
	Status   int            `json:"status" doc:"The HTTP status"`
	Detail   string         `json:"detail" doc:"What went wrong, in one sentence"`
	Kind     wrapcast.Kind  `json:"kind" doc:"The kind of error"`
	Hint     string         `json:"hint,omitempty" doc:"What to do next"`
	Errors   []problemPlace `json:"errors,omitempty" doc:"What is wrong with the request, place by place"`
	internal error
}

type problemPlace struct {
	Message  string `json:"message"`
	Location string `json:"location" doc:"Such as query.limit or body.from"`
}

// Error implements error.
func (p *Problem) Error() string { return p.Detail }

// Unwrap returns what is not shown.
func (p *Problem) Unwrap() error { return p.internal }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (*Problem) ContentType(string) string { return "application/problem+json" }

// kindOfStatus and statusOfKind translate between the kinds of errors and HTTP.
func statusOfKind(k wrapcast.Kind) int {
	switch k {
	case wrapcast.Usage:
		return http.StatusUnprocessableEntity
	case wrapcast.InvalidData:
		return http.StatusUnprocessableEntity
	case wrapcast.Refused:
		return http.StatusBadGateway
	case wrapcast.Unavailable:
		return http.StatusServiceUnavailable
	case wrapcast.NotFound:
		return http.StatusNotFound
	case wrapcast.Conflict, wrapcast.Partial:
		return http.StatusConflict
	case wrapcast.Internal:
	}
	return http.StatusInternalServerError
}

func kindOfStatus(status int) wrapcast.Kind {
	switch {
	case status == http.StatusNotFound:
		return wrapcast.NotFound
	case status == http.StatusConflict, status == http.StatusPreconditionFailed:
		return wrapcast.Conflict
	case status == http.StatusServiceUnavailable:
		return wrapcast.Unavailable
	case status >= http.StatusInternalServerError:
		return wrapcast.Internal
	}
	return wrapcast.Usage
}

// NewProblem makes a problem of a status.
func NewProblem(status int, detail string) *Problem {
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail,
		Kind: kindOfStatus(status)}
}

// WithHint adds advice: what to do next.
func (p *Problem) WithHint(hint string) *Problem {
	p.Hint = hint
	return p
}

// problemOf turns any error into what is answered. Faults of ours keep their cause to
// themselves: it belongs in the log.
func problemOf(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[huma.HeadersError](err); ok {
		return err
	}
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return &Problem{Type: "about:blank", Title: "Given up", Status: http.StatusServiceUnavailable,
			Kind: wrapcast.Unavailable, Detail: "the request was cancelled before it was answered", internal: err}
	}
	kind := wrapcast.KindOf(err)
	p := NewProblem(statusOfKind(kind), err.Error())
	p.Kind, p.Hint, p.internal = kind, wrapcast.Hint(err), err
	if kind == wrapcast.Internal {
		p.Detail = "wrapcast could not do this because of a fault of its own or of the machine"
		p.Hint = "the log of wrapcast serve says more"
	}
	return p
}

// problemTransformer puts our form in the place of huma's.
func problemTransformer(_ huma.Context, _ string, v any) (any, error) {
	e, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	p := NewProblem(e.Status, e.Detail)
	for _, d := range e.Errors {
		p.Errors = append(p.Errors, problemPlace{Message: d.Message, Location: d.Location})
	}
	return p, nil
}

func problemType() reflect.Type { return reflect.TypeFor[Problem]() }

// WriteProblem answers with a problem outside of an operation.
func WriteProblem(w http.ResponseWriter, err error) {
	p, ok := errors.AsType[*Problem](problemOf(err))
	if !ok {
		p = NewProblem(http.StatusInternalServerError, "unknown fault")
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // a reader who left needs no answer
}

// writeProblemTo answers with a problem before an operation begins.
func writeProblemTo(ctx huma.Context, err error) {
	p, ok := errors.AsType[*Problem](problemOf(err))
	if !ok {
		p = NewProblem(http.StatusInternalServerError, "unknown fault")
	}
	ctx.SetHeader("Content-Type", p.ContentType(""))
	ctx.SetHeader("Cache-Control", "no-store")
	ctx.SetStatus(p.Status)
	_ = json.NewEncoder(ctx.BodyWriter()).Encode(p) // a reader who left needs no answer
}

// Faults logs errors that answers keep to themselves.
type Faults struct{ Log *slog.Logger }

// note logs an error if it is a fault of ours and somebody still waits for the answer.
func (f Faults) note(ctx context.Context, err error) {
	p, ok := errors.AsType[*Problem](problemOf(err))
	if ok && p.Status >= http.StatusInternalServerError && p.internal != nil && ctx.Err() == nil {
		f.Log.ErrorContext(ctx, "a request failed", "status", p.Status, "error", p.internal.Error())
	}
}

// Answer answers with a problem outside of an operation, and logs it if it is a fault of ours.
func (f Faults) Answer(w http.ResponseWriter, r *http.Request, err error) {
	f.note(r.Context(), err)
	WriteProblem(w, err)
}

// Unauthorised is a problem for somebody who has not said who they are.
func Unauthorised(detail string) *Problem {
	p := NewProblem(http.StatusUnauthorized, detail)
	p.Kind = wrapcast.Refused
	return p
}

// Forbidden is a problem for somebody who may not do this.
func Forbidden(detail string) *Problem {
	p := NewProblem(http.StatusForbidden, detail)
	p.Kind = wrapcast.Refused
	return p
}
