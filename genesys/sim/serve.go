package sim

import (
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/wrapcast/wrapcast/genesys/sim/internal/api"
	"github.com/wrapcast/wrapcast/genesys/sim/internal/faults"
	"github.com/wrapcast/wrapcast/genesys/sim/internal/organisation"
)

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
	id := s.correlation()
	answer := s.answer(w, r, e, fault, id)
	if fault == faults.Drop {
		s.drop(e)
	}
	w.Header().Set(correlationHeader, id)
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
func (s *Server) answer(w http.ResponseWriter, r *http.Request, e *api.Endpoint, fault faults.Kind, contextID string) api.Answer {
	call := &api.Call{Request: r, Permitted: func(string) bool { return false }}
	if e.Storage {
		if fault != faults.None && fault != faults.Drop {
			return slowDown()
		}
	} else if err := s.admit(w, call, e, fault); err != nil {
		return err.Answer(contextID)
	}
	answer, err := e.Handle(call)
	var refused api.Refusal
	switch {
	case errors.As(err, &refused):
		return refused.Answer(contextID)
	case err != nil:
		return faultAnswer(faults.Internal).Answer(contextID)
	}
	return answer
}

// refuse answers a request that found no endpoint.
func (s *Server) refuse(w http.ResponseWriter, name string, e *api.Error) {
	id := s.correlation()
	w.Header().Set(correlationHeader, id)
	s.counts.add(name, e.Status)
	if err := e.Answer(id).Write(w); err != nil {
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
