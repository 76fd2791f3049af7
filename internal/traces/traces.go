// Package traces says how long what takes: a run, a step, a job of the queue, a query. Other packages begin spans
// with it and know nothing of where they go; the command line decides that (OpenTelemetry, docs/OPERATIONS.md).
// Without a provider in the context, which is the default, it costs a look into the context and does nothing.
package traces

import (
	"context"
	"crypto/sha256"
	"log/slog"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// scope is the name of our spans' instrumentation.
const scope = "github.com/wrapcast/wrapcast"

type providerKey struct{}

// WithProvider returns a context whose spans, and those of everything derived from it, go to p.
func WithProvider(ctx context.Context, p trace.TracerProvider) context.Context {
	return context.WithValue(ctx, providerKey{}, p)
}

// Begin begins a span named as what is done ("step forecast"), under the span or run of the context. Attributes
// hold ids, counts and names of operations; never a secret, an address with one in it, or what an organisation
// calls its codes. The caller gives the span to [End].
func Begin(ctx context.Context, name string, about ...attribute.KeyValue) (context.Context, trace.Span) {
	p, ok := ctx.Value(providerKey{}).(trace.TracerProvider)
	if !ok {
		return ctx, trace.SpanFromContext(context.Background())
	}
	return p.Tracer(scope).Start(ctx, name, trace.WithAttributes(about...))
}

// End ends a span, marked as failed where err is not nil. The error's text stays out of it: it may name what only the
// organisation knows, and the log has it.
func End(span trace.Span, err error) {
	if err != nil && span.IsRecording() {
		span.SetStatus(codes.Error, "")
	}
	span.End()
}

// OfRun returns a context whose spans belong to the trace of a run. Its id follows from the run's, so that the
// steps of a run are in one trace whichever processes did them, and a trace is found by the run's id.
func OfRun(ctx context.Context, run string) context.Context {
	if _, ok := ctx.Value(providerKey{}).(trace.TracerProvider); !ok || run == "" {
		return ctx
	}
	sum := sha256.Sum256([]byte(run))
	of := trace.SpanContextConfig{TraceFlags: trace.FlagsSampled, Remote: true}
	copy(of.TraceID[:], sum[:])
	copy(of.SpanID[:], sum[len(of.TraceID):])
	if trace.SpanContextFromContext(ctx).TraceID() == of.TraceID {
		return ctx
	}
	return trace.ContextWithRemoteSpanContext(ctx, trace.NewSpanContext(of))
}

// Handler returns a log handler that adds trace_id and span_id to what is logged within a span.
func Handler(to slog.Handler) slog.Handler { return handler{to} }

type handler struct{ slog.Handler }

// Handle implements slog.Handler.
func (h handler) Handle(ctx context.Context, r slog.Record) error {
	if at := trace.SpanContextFromContext(ctx); at.IsValid() {
		r.AddAttrs(slog.String("trace_id", at.TraceID().String()), slog.String("span_id", at.SpanID().String()))
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (h handler) WithAttrs(a []slog.Attr) slog.Handler { return handler{h.Handler.WithAttrs(a)} }

// WithGroup implements slog.Handler.
func (h handler) WithGroup(name string) slog.Handler { return handler{h.Handler.WithGroup(name)} }
