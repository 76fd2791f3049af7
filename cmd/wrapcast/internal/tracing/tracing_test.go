package tracing

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast/internal/traces"
)

// A collector that is named gets the spans, with the program's name and version, and logs carry their ids.
//
//nolint:paralleltest // OpenTelemetry reads the process's environment
func TestSpansReachTheCollectorThatIsNamed(t *testing.T) {
	var got bytes.Buffer
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v1/traces" {
			_, _ = io.Copy(&got, r.Body) // what is missing shows below
		}
	}))
	defer collector.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
	t.Setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
	var log bytes.Buffer
	ctx, end := Begin(t.Context(), source(&log, map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": collector.URL}))
	inside, span := traces.Begin(traces.OfRun(ctx, "run 1"), "step forecast")
	slog.New(traces.Handler(slog.NewTextHandler(&log, nil))).InfoContext(inside, "within")
	traces.End(span, nil)
	end()
	for _, want := range []string{"step forecast", "service.name", "wrapcast", "v9.8.7"} {
		if !strings.Contains(got.String(), want) {
			t.Errorf("the collector was not told %q: %q", want, got.String())
		}
	}
	if id := span.SpanContext().TraceID().String(); !strings.Contains(log.String(), "trace_id="+id) {
		t.Errorf("the log does not say %s: %s", id, log.String())
	}
}

// Off by default, by OpenTelemetry's own switches, and without any harm where the collector is not there.
//
//nolint:paralleltest // OpenTelemetry reads the process's environment
func TestNothingIsSentUnlessItIsWanted(t *testing.T) {
	const at = "http://127.0.0.1:1"
	for name, env := range map[string]map[string]string{
		"nothing named": {},
		"turned off":    {"OTEL_EXPORTER_OTLP_ENDPOINT": at, "OTEL_SDK_DISABLED": "true"},
		"no exporter":   {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": at, "OTEL_TRACES_EXPORTER": "none"},
	} {
		var log bytes.Buffer
		ctx, end := Begin(t.Context(), source(&log, env))
		if _, span := traces.Begin(traces.OfRun(ctx, "run 1"), "step"); span.IsRecording() || span.SpanContext().IsValid() {
			t.Errorf("%s: a span is recorded", name)
		}
		if end(); log.Len() > 0 {
			t.Errorf("%s: it says %s", name, log.String())
		}
	}
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", at)
	t.Setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "100")
	var log bytes.Buffer
	ctx, end := Begin(t.Context(), source(&log, map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": at}))
	_, span := traces.Begin(ctx, "step")
	traces.End(span, nil)
	if end(); !strings.Contains(log.String(), "could not be sent") {
		t.Errorf("a collector that is not there is not told of: %q", log.String())
	}
}

func source(log io.Writer, env map[string]string) Source {
	return Source{Version: "v9.8.7", Log: slog.New(slog.NewTextHandler(log, nil)),
		Environ: func(name string) (string, bool) { v, ok := env[name]; return v, ok }}
}
