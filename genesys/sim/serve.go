package sim

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"

	"github.com/wrapcast/wrapcast/genesys/sim/internal/access"
	"github.com/wrapcast/wrapcast/genesys/sim/internal/api"
	"github.com/wrapcast/wrapcast/genesys/sim/internal/faults"
	"github.com/wrapcast/wrapcast/genesys/sim/internal/organisation"
)

// mostBody is how many bytes a request may have: the platform's request.bytes.max.
const mostBody = 512_000

const correlationHeader = "ININ-Correlation-Id"

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// register gives each path a handler that chooses the endpoint by method.
func (s *Server) register(all []api.Endpoint) {
	byPath := map[string][]api.Endpoint{}
	for _, e := range all {
		byPath[e.Path] = append(byPath[e.Path], e)
	}
	for path, endpoints := range byPath {
		s.mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { s.choose(w, r, endpoints) })
	}
	s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { s.refuse(w, "(unknown path)", api.NotFound()) })
}

// choose finds the endpoint of a method. The status and code of a wrong one are in no
// description of the platform; 405 is what HTTP says.
func (s *Server) choose(w http.ResponseWriter, r *http.Request, endpoints []api.Endpoint) {
	var methods []string
	for i := range endpoints {
		if endpoints[i].Method == r.Method {
			s.serve(w, r, &endpoints[i])
			return
		}
		methods = append(methods, endpoints[i].Method)
	}
	slices.Sort(methods)
	s.refuse(w, "(wrong method)", &api.Error{
		Status: http.StatusMethodNotAllowed, Code: "method.not.allowed", Allow: methods,
		Message: fmt.Sprintf("The method %s is not allowed here", r.Method),
	})
}

// serve takes one request through its fault, if it meets one, to its answer.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, e *api.Endpoint) {
	fault, coin := faults.None, false
	if !e.Spared {
		fault, coin = s.dice.Throw()
	}
	if fault == faults.Drop && (e.Upgrade != nil || !e.Repeatable || coin) {
		s.drop(e)
	}
	if e.Upgrade != nil {
		s.upgrade(w, r, e, fault)
		return
	}
	context := s.correlation()
	answer := s.answer(w, r, e, fault, context)
	if fault == faults.Drop {
		s.drop(e)
	}
	w.Header().Set(correlationHeader, context)
	s.counts.add(e.Name(), answer.Status)
	if err := answer.Write(w); err != nil {
		panic(http.ErrAbortHandler) // the caller went away: net/http closes the connection and says nothing
	}
}

// upgrade hands the connection over; Close waits until it is closed.
func (s *Server) upgrade(w http.ResponseWriter, r *http.Request, e *api.Endpoint, fault faults.Kind) {
	if fault != faults.None || !s.work.begin() {
		s.refuse(w, e.Name(), faultAnswer(faults.Unavailable))
		return
	}
	defer s.work.done()
	s.counts.add(e.Name(), http.StatusSwitchingProtocols)
	e.Upgrade(w, r)
}

// drop breaks the connection without an answer, as net/http documents.
func (s *Server) drop(e *api.Endpoint) {
	s.counts.add(e.Name(), 0)
	panic(http.ErrAbortHandler)
}

// answer does what the endpoint does, or says why not.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, e *api.Endpoint, fault faults.Kind, context string) api.Answer {
	call := &api.Call{Request: r, Permitted: func(string) bool { return false }}
	if e.Storage {
		if fault != faults.None && fault != faults.Drop {
			return slowDown()
		}
	} else if err := s.admit(w, call, e, fault); err != nil {
		return err.Answer(context)
	}
	answer, err := e.Handle(call)
	var refused api.Refusal
	switch {
	case errors.As(err, &refused):
		return refused.Answer(context)
	case err != nil:
		return faultAnswer(faults.Internal).Answer(context)
	}
	return answer
}

// slowDown is how the storage, which is not the API, says that it is overloaded.
func slowDown() api.Answer {
	return api.Answer{
		Status: http.StatusServiceUnavailable, Header: http.Header{"Content-Type": {"application/xml"}},
		Raw: []byte("<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"),
	}
}

// admit checks token, rate, permissions and body, in the order the platform's layers stand.
func (s *Server) admit(w http.ResponseWriter, call *api.Call, e *api.Endpoint, fault faults.Kind) *api.Error {
	if !e.Public {
		if err := s.identify(w, call); err != nil {
			return err
		}
	}
	if fault != faults.None && fault != faults.Drop {
		return faultAnswer(fault)
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
	client, ok := s.book.Holder(text)
	if !ok {
		return &api.Error{Status: http.StatusUnauthorized, Code: "bad.credentials", Message: "Invalid login credentials."}
	}
	call.Token, call.ClientID = text, client.ID
	call.Permitted = func(permission string) bool { return slices.Contains(client.Permissions, permission) }
	rate := s.book.Count(text, s.options.RequestsPerMinute)
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
	if e.Takes == "" {
		return nil
	}
	if !access.TakesMedia(call.Request, e.Takes) {
		return &api.Error{
			Status: http.StatusUnsupportedMediaType, Code: "unsupported.media.type",
			Message: "Unsupported Media Type - Unsupported or incorrect media type, such as an incorrect Content-Type value in the header.",
		}
	}
	var err error
	call.Body, err = io.ReadAll(http.MaxBytesReader(w, call.Request.Body, mostBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return &api.Error{
			Status: http.StatusRequestEntityTooLarge, Code: "request.entity.too.large",
			Message: fmt.Sprintf("The request is over the size limit. Maximum bytes: %d", mostBody),
			Limit:   &api.Limit{Key: "request.bytes.max", Value: mostBody},
		}
	case err != nil:
		return &api.Error{
			Status: http.StatusBadRequest, Code: "client.failed.request",
			Message: "The client did not produce a request with valid end of stream signaling. This can be caused by poor network connection and/or client behavior.", //nolint:misspell // the platform's text
		}
	}
	return nil
}

// faultAnswer is the platform's body of a fault that is an answer.
func faultAnswer(f faults.Kind) *api.Error {
	switch f {
	case faults.TooMany:
		return api.TooManyRequests(1)
	case faults.Unavailable:
		return &api.Error{
			Status: http.StatusServiceUnavailable, Code: "service.unavailable",
			Message: "Service Unavailable - The server is currently unavailable (because it is overloaded or down for maintenance).",
		}
	case faults.Timeout:
		return &api.Error{Status: http.StatusGatewayTimeout, Code: "request.timeout", Message: "The request timed out."}
	default:
		return &api.Error{
			Status: http.StatusInternalServerError, Code: "internal.server.error",
			Message: "The server encountered an unexpected condition which prevented it from fulfilling the request.",
		}
	}
}

// refuse answers a request that found no endpoint.
func (s *Server) refuse(w http.ResponseWriter, name string, e *api.Error) {
	context := s.correlation()
	w.Header().Set(correlationHeader, context)
	s.counts.add(name, e.Status)
	if err := e.Answer(context).Write(w); err != nil {
		panic(http.ErrAbortHandler)
	}
}

// correlation returns a new id for an answer.
func (s *Server) correlation() string {
	s.ids.Lock()
	defer s.ids.Unlock()
	s.answered++
	return organisation.NumberedUUID(s.options.Seed, "correlation", s.answered)
}
