package api

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
)

// IfMatch has the header of a conditional write.
type IfMatch struct {
	IfMatch string `header:"If-Match" maxLength:"200" doc:"The ETag of what is to be changed, as it was read"`
}

// Check refuses a change of something that was never read, or that somebody else has changed meanwhile.
func (m IfMatch) Check(current any) error {
	if m.IfMatch == "" {
		return NewProblem(http.StatusPreconditionRequired, "a change needs the ETag of what it changes").
			WithHint("read it first, and send its ETag as If-Match")
	}
	for tag := range strings.SplitSeq(m.IfMatch, ",") {
		if strings.TrimPrefix(strings.TrimSpace(tag), "W/") == tagOf(current) {
			return nil
		}
	}
	return NewProblem(http.StatusPreconditionFailed, "it was changed since it was read").
		WithHint("read it again and look whether the change is still wanted")
}

// tagOf is the ETag of a body.
func tagOf(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return TagOf(text)
}

// TagOf is the ETag of an answer as it is sent.
func TagOf(text []byte) string {
	sum := sha256.Sum256(text)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
}

// RespondVersioned ends a handler of something that can be changed with If-Match.
func RespondVersioned[T any](body T, err error) (*Reply[T], error) {
	out, err := Respond(body, err)
	if err == nil {
		out.ETag = tagOf(body)
	}
	return out, err
}
