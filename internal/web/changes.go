package web

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Statuses of audit entries.
const (
	statusOK     = "ok"
	statusFailed = "failed"
)

// audit adds an entry to the chain of the installation, or of the organisation it names.
func (s *Server) audit(tx *store.Tx, e wrapcast.AuditEntry) error {
	if e.Organisation == "" {
		e.Organisation = wrapcast.Installation
	}
	if e.Status == "" {
		e.Status = statusOK
	}
	e.At = s.Clock.Now()
	_, err := tx.Audit(e)
	return err
}

// record audits what changed nothing else.
func (s *Server) record(ctx context.Context, e wrapcast.AuditEntry) error {
	return s.Store.Update(ctx, func(tx *store.Tx) error { return s.audit(tx, e) })
}

// IfMatch is what a conditional write takes.
type IfMatch struct {
	IfMatch string `header:"If-Match" maxLength:"200" doc:"The ETag of what is to be changed, as it was read"`
}

// check refuses to change what somebody else has changed meanwhile, and what was never read.
func (m IfMatch) check(current any) error {
	if m.IfMatch == "" {
		return newProblem(http.StatusPreconditionRequired, "a change needs the ETag of what it changes").
			withHint("read it first, and send its ETag as If-Match")
	}
	for tag := range strings.SplitSeq(m.IfMatch, ",") {
		if strings.TrimPrefix(strings.TrimSpace(tag), "W/") == tagOf(current) {
			return nil
		}
	}
	return newProblem(http.StatusPreconditionFailed, "it was changed since it was read").withHint("read it again and look whether the change is still wanted")
}

// tagOf is the ETag of what is answered.
func tagOf(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return tagOfBytes(text)
}

func tagOfBytes(text []byte) string {
	sum := sha256.Sum256(text)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
}

// versioned ends a handler of what can be changed.
func versioned[T any](body T, err error) (*reply[T], error) {
	out, err := answer(body, err)
	if err == nil {
		out.ETag = tagOf(body)
	}
	return out, err
}

// created, accepted and noContent say how an operation ends well.
func created(o huma.Operation) huma.Operation {
	o.DefaultStatus = http.StatusCreated
	return o
}

func accepted(o huma.Operation) huma.Operation {
	o.DefaultStatus = http.StatusAccepted
	return o
}

func noContent(o huma.Operation) huma.Operation {
	o.DefaultStatus = http.StatusNoContent
	return o
}

// working says that an operation needs the service, and may ask the platform.
func working(o huma.Operation) huma.Operation {
	o.Errors = append(o.Errors, http.StatusBadGateway, http.StatusServiceUnavailable)
	return o
}

// conditional says that an operation wants If-Match.
func conditional(o huma.Operation) huma.Operation {
	o.Errors = append(o.Errors, http.StatusPreconditionFailed, http.StatusPreconditionRequired)
	return o
}

// now is the present as the store keeps it, so that what is answered is what will be read.
func (s *Server) now() time.Time { return s.Clock.Now().UTC().Truncate(time.Millisecond) }
