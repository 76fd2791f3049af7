package sim

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"

	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
	"github.com/wrapcast/wrapcast/internal/sim/internal/faults"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

const correlationHeader = "ININ-Correlation-Id"

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	allowOrigin(w, r)
	s.mux.ServeHTTP(w, r)
}

// register gives each path a handler that chooses the endpoint by method.
func (s *Server) register(all []api.Endpoint) {
	byPath := map[string][]api.Endpoint{}
	for _, e := range all {
		byPath[e.Path] = append(byPath[e.Path], e)
	}
	for path, endpoints := range byPath {
		s.mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { s.choose(w, r, endpoints) })
	}
	s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.refuse(w, r, "(unknown path)",
			api.NotFound())
	})
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
	if r.Method == http.MethodOptions && !endpoints[0].Storage {
		s.preflight(w, methods)
		return
	}
	s.refuse(w, r, "(wrong method)", &api.Error{
		Status: http.StatusMethodNotAllowed, Code: "method.not.allowed", Allow: methods,
		Message: fmt.Sprintf("The method %s is not allowed here", r.Method),
	})
}

// serve takes one request through its faults, if it meets any, to its answer.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, e *api.Endpoint) {
	v := s.faultPlan.Decide(faults.Request{
		Endpoint: e.Name(), Spared: e.Spared, Repeatable: e.Repeatable, Accepting: e.Accepting,
		Public: e.Public || e.Storage, Guarded: len(e.AnyOf)+len(e.AllOf) > 0,
	})
	if v.Kind == faults.Drop {
		v.Kind = faults.DropBefore
		if e.Repeatable && !v.Coin && e.Upgrade == nil {
			v.Kind = faults.DropAfter
		}
	}
	if v.Latency > 0 && !s.pass(r, v.Latency) || v.Kind == faults.DropBefore {
		s.drop(e)
	}
	if e.Upgrade != nil {
		s.upgrade(w, r, e, v)
		return
	}
	id := s.correlation()
	answer := s.answer(w, r, e, v, id)
	w.Header().Set(correlationHeader, id)
	s.send(w, r, e, answer, v)
}

// upgrade hands the connection over; Close waits until it is closed.
func (s *Server) upgrade(w http.ResponseWriter, r *http.Request, e *api.Endpoint, v faults.Verdict) {
	if v.Kind == faults.DropAfter || v.Kind == faults.Reset {
		s.drop(e)
	}
	if v.Kind != faults.None || !s.work.begin() {
		s.refuse(w, r, e.Name(), breakdown(faults.Unavailable))
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
func (s *Server) answer(w http.ResponseWriter, r *http.Request, e *api.Endpoint, v faults.Verdict,
	contextID string) api.Answer {
	call := &api.Call{Request: r, Permitted: func(string) bool { return false }, Fate: fate(v), TokenSkew: v.Skew}
	if v.Kind == faults.Revoke {
		s.tokens.RevokeAll()
	}
	if e.Storage {
		if refusal(v) != nil {
			return slowDown()
		}
	} else if err := s.admit(w, call, e, v); err != nil {
		return err.Answer(contextID)
	}
	answer := s.handle(call, e, v, contextID)
	if lost := lostWork(v.Kind); lost != nil && e.Storage {
		return slowDown()
	} else if lost != nil {
		return lost.Answer(contextID)
	}
	return answer
}

// handle does the work, twice where that was ordered: what the first time said is the answer.
func (s *Server) handle(call *api.Call, e *api.Endpoint, v faults.Verdict, contextID string) api.Answer {
	if v.Kind != faults.Twice {
		return once(call, e, contextID)
	}
	body, err := io.ReadAll(call.Request.Body) // what admit has not read, a handler of the storage's will
	call.Request.Body = io.NopCloser(bytes.NewReader(body))
	answer := once(call, e, contextID)
	if err == nil && answer.Status < 300 {
		again := *call // the first may still be read: its import goes on
		again.Request = call.Request.Clone(call.Request.Context())
		again.Request.Body, again.Fate.Again = io.NopCloser(bytes.NewReader(body)), true
		once(&again, e, contextID)
	}
	return answer
}

func once(call *api.Call, e *api.Endpoint, contextID string) api.Answer {
	answer, err := e.Handle(call)
	var refused api.Refusal
	switch {
	case errors.As(err, &refused):
		return refused.Answer(contextID)
	case err != nil:
		return breakdown(faults.Internal).Answer(contextID)
	}
	return answer
}

// refuse answers a request that found no endpoint.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, name string, e *api.Error) {
	id := s.correlation()
	w.Header().Set(correlationHeader, id)
	s.send(w, r, &api.Endpoint{Method: name}, e.Answer(id), faults.Verdict{})
}

// correlation returns a new id for an answer.
func (s *Server) correlation() string {
	s.ids.Lock()
	defer s.ids.Unlock()
	s.answered++
	return organisation.NumberedUUID(s.options.Seed, "correlation", s.answered)
}
