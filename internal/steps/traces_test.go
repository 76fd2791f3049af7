package steps_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	api "go.opentelemetry.io/otel/trace"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/traces"
)

// tracedContext is a context whose spans are kept.
func tracedContext(t *testing.T) (context.Context, *tracetest.InMemoryExporter) {
	t.Helper()
	spans := tracetest.NewInMemoryExporter()
	return traces.WithProvider(t.Context(), trace.NewTracerProvider(trace.WithSyncer(spans))), spans
}

func spansNamed(from *tracetest.InMemoryExporter, name string) (found []tracetest.SpanStub) {
	for _, s := range from.GetSpans() {
		if s.Name == name {
			found = append(found, s)
		}
	}
	return found
}

// inOneTrace checks that every step of a run, and what it asked the platform, is in the trace that the run's id leads to,
// whoever did the step; and that no span holds more than ids, counts and names of operations.
func inOneTrace(t *testing.T, spans *tracetest.InMemoryExporter, run wrapcast.Run) {
	t.Helper()
	id := api.SpanContextFromContext(traces.OfRun(traces.WithProvider(t.Context(), trace.NewTracerProvider()), string(run.ID))).TraceID()
	for _, s := range run.Steps {
		if found := spansNamed(spans, "step "+string(s.Name)); len(found) != 1 || found[0].SpanContext.TraceID() != id {
			t.Errorf("step %s has %d spans, in the trace of the run: %v", s.Name, len(found), found)
		}
	}
	asked := spansNamed(spans, "query aggregates")
	if len(asked) == 0 {
		t.Error("no query has a span")
	}
	for _, s := range asked {
		if s.SpanContext.TraceID() != id || !s.Parent.SpanID().IsValid() {
			t.Errorf("a query is not part of the run: %v", s)
		}
	}
	known := []string{"http.", "url.template", "server.address", "wrapcast."}
	for _, s := range spans.GetSpans() {
		for _, a := range s.Attributes {
			if !slices.ContainsFunc(known, func(begin string) bool { return strings.HasPrefix(string(a.Key), begin) }) {
				t.Errorf("span %s says %s", s.Name, a.Key)
			}
		}
	}
}
