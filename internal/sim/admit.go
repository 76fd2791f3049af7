package sim

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"

	"github.com/wrapcast/wrapcast/internal/sim/internal/access"
	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
	"github.com/wrapcast/wrapcast/internal/sim/internal/faults"
)

// maxBody is how many bytes a request may have: the platform's request.bytes.max.
const maxBody = 512_000

// admit checks token, rate, permissions and body, in the order the platform's layers stand.
func (s *Server) admit(w http.ResponseWriter, call *api.Call, e *api.Endpoint, v faults.Verdict) *api.Error {
	if !e.Public {
		if err := s.identify(w, call); err != nil {
			return err
		}
	}
	if err := refusal(v); err != nil {
		return err
	}
	if v.Kind == faults.Withdraw {
		s.withdraw(e, v.Text)
	}
	if err := permit(call, e); err != nil {
		return err
	}
	return readBody(w, call, e)
}

// identify finds out who asks and counts the request.
func (s *Server) identify(w http.ResponseWriter, call *api.Call) *api.Error {
	text, ok := access.Bearer(call.Request)
	if !ok {
		return &api.Error{
			Status: http.StatusUnauthorized, Code: "authentication.required",
			Message: "No authentication bearer token specified in authorization header.",
		}
	}
	client, ok := s.tokens.Holder(text)
	if !ok {
		return &api.Error{Status: http.StatusUnauthorized, Code: "bad.credentials",
			Message: "Invalid login credentials."}
	}
	call.Token, call.ClientID = text, client.ID
	call.Permitted = func(permission string) bool {
		return slices.Contains(s.tokens.Permissions(client.ID),
			permission)
	}
	rate := s.tokens.Count(text, s.options.RequestsPerMinute)
	if !s.options.Switches.NoRateHeaders {
		w.Header().Set("inin-ratelimit-allowed", fmt.Sprint(rate.Allowed))
		w.Header().Set("inin-ratelimit-count", fmt.Sprint(rate.Count))
		w.Header().Set("inin-ratelimit-reset", fmt.Sprint(rate.Seconds()))
	}
	if rate.Exceeded {
		return api.TooManyRequests(rate.Seconds())
	}
	return nil
}

// withdraw takes a permission away from everybody, or all those that the endpoint asks for.
func (s *Server) withdraw(e *api.Endpoint, permission string) {
	permissions := slices.Concat(e.AnyOf, e.AllOf)
	if permission != "" {
		permissions = []string{permission}
	}
	s.tokens.Withdraw(permissions)
}

func permit(call *api.Call, e *api.Endpoint) *api.Error {
	if !call.HasAny(e.AnyOf...) {
		return api.MissingPermissions(true, e.AnyOf)
	}
	var missing []string
	for _, p := range e.AllOf {
		if !call.Permitted(p) {
			missing = append(missing, p)
		}
	}
	if len(missing) > 0 {
		return api.MissingPermissions(false, missing)
	}
	return nil
}

func readBody(w http.ResponseWriter, call *api.Call, e *api.Endpoint) *api.Error {
	if e.Takes == "" || e.Takes == api.Form && call.Request.ContentLength == 0 {
		return nil // who logs in with nothing learns from the login what is missing
	}
	if !access.TakesMedia(call.Request, e.Takes) {
		return &api.Error{
			Status: http.StatusUnsupportedMediaType, Code: "unsupported.media.type",
			Message: "Unsupported Media Type - Unsupported or incorrect media type, such as an incorrect Content-Type value in the header.",
		}
	}
	var err error
	call.Body, err = io.ReadAll(http.MaxBytesReader(w, call.Request.Body, maxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return &api.Error{
			Status: http.StatusRequestEntityTooLarge, Code: "request.entity.too.large",
			Message: fmt.Sprintf("The request is over the size limit. Maximum bytes: %d", maxBody),
			Limit:   &api.Limit{Key: "request.bytes.max", Value: maxBody},
		}
	case err != nil:
		return &api.Error{
			Status: http.StatusBadRequest, Code: "client.failed.request",
			Message: "The client did not produce a request with valid end of stream signaling. This can be caused by poor network connection and/or client behavior.", //nolint:misspell // the platform's text
		}
	}
	return nil
}
