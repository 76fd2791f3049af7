// Package tracing sends the spans of internal/traces to an OpenTelemetry collector. It is off unless the
// environment names one.
package tracing

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"

	"github.com/wrapcast/wrapcast/internal/traces"
)

// Source is the environment: OpenTelemetry's own variables are read by its library, and named here only to see
// whether it is wanted at all.
type Source struct {
	Environ func(string) (string, bool)
	// Version is the program's.
	Version string
	// Log takes what the exporter complains of. It must be set.
	Log *slog.Logger
}

// wanted reports whether a collector is named and tracing is not turned off.
func (s Source) wanted() bool {
	off, _ := s.Environ("OTEL_SDK_DISABLED")
	exporter, _ := s.Environ("OTEL_TRACES_EXPORTER")
	if strings.EqualFold(off, "true") || exporter == "none" {
		return false
	}
	for _, name := range []string{"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"} {
		if at, _ := s.Environ(name); at != "" {
			return true
		}
	}
	return false
}

// Begin returns a context whose spans are sent, and what sends the last of them. Where no collector is named, or
// none can be sent to, both do nothing: nobody's forecast waits for a collector.
func Begin(ctx context.Context, s Source) (context.Context, func()) {
	if !s.wanted() {
		return ctx, func() {}
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		s.Log.WarnContext(ctx, "traces are not sent: "+err.Error())
		return ctx, func() {}
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		s.Log.WarnContext(ctx, "traces could not be sent", "error", err.Error())
	}))
	p := trace.NewTracerProvider(trace.WithBatcher(exporter), trace.WithResource(s.resource(ctx)))
	return traces.WithProvider(ctx, p), func() {
		const patience = 5 * time.Second
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer cancel()
		if err := p.Shutdown(ctx); err != nil {
			s.Log.WarnContext(ctx, "the last traces could not be sent", "error", err.Error())
		}
	}
}

// resource is who sends: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES where they are set.
func (s Source) resource(ctx context.Context) *resource.Resource {
	r, err := resource.New(ctx, resource.WithAttributes(attribute.String("service.name", "wrapcast"),
		attribute.String("service.version", s.Version)), resource.WithFromEnv())
	if err != nil {
		s.Log.WarnContext(ctx, "OTEL_RESOURCE_ATTRIBUTES: "+err.Error())
	}
	return r
}
