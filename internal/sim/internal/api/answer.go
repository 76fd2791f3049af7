package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// Answer is what an endpoint sends back, whole, so that it can be lost on the way when a fault says so.
type Answer struct {
	Status int
	Header http.Header
	// JSON is marshalled as the body; nil sends Raw instead, which may be empty. Stream writes a JSON body that is too
	// large to be held twice.
	JSON   any
	Raw    []byte
	Stream func(io.Writer) error
}

// OK answers 200 with a JSON body.
func OK(v any) Answer { return Answer{Status: http.StatusOK, JSON: v} }

// Status answers with a status and a JSON body.
func Status(status int, v any) Answer { return Answer{Status: status, JSON: v} }

// Body returns the bytes of the body, and the header they make necessary.
func (a Answer) Body() ([]byte, http.Header, error) {
	header := a.Header.Clone()
	if header == nil {
		header = http.Header{}
	}
	var b bytes.Buffer
	switch {
	case a.Stream != nil:
		header.Set("Content-Type", JSON)
		err := a.Stream(&b)
		return b.Bytes(), header, err
	case a.JSON == nil:
		return a.Raw, header, nil
	}
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(a.JSON); err != nil {
		return nil, nil, fmt.Errorf("answer: %w", err)
	}
	if header.Get("Content-Type") == "" {
		header.Set("Content-Type", JSON)
	}
	return b.Bytes(), header, nil
}
