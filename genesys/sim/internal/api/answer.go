package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
)

// Answer is what an endpoint sends back, whole, so that it can be lost on the way when a fault says so.
type Answer struct {
	Status int
	Header http.Header
	// JSON is marshalled as the body; nil sends Raw instead, which may be empty.
	JSON any
	Raw  []byte
}

// OK answers 200 with a JSON body.
func OK(v any) Answer { return Answer{Status: http.StatusOK, JSON: v} }

// Status answers with a status and a JSON body.
func Status(status int, v any) Answer { return Answer{Status: status, JSON: v} }

// Write sends the answer.
func (a Answer) Write(w http.ResponseWriter) error {
	data := a.Raw
	if a.JSON != nil {
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(a.JSON); err != nil {
			return fmt.Errorf("answer: %w", err)
		}
		data = b.Bytes()
		w.Header().Set("Content-Type", "application/json")
	}
	for name, values := range a.Header {
		w.Header()[name] = values
	}
	if a.Status != http.StatusNoContent {
		w.Header().Set("Content-Length", fmt.Sprint(len(data)))
	}
	w.WriteHeader(a.Status)
	_, err := w.Write(data)
	return err
}
