package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim"
)

// hiding answers for a platform whose OAuth client may not see the contacts of some queues: with 200, and without them.
// The file names the queues, a line each, "*" for all, and after a tab the instant until which contacts are seen; it is
// read at each request, so that a script can take a role away and give it back.
type hiding struct {
	http.Handler
	file   string
	queues []wrapcast.Queue
}

func hidingIn(server *sim.Server, file string) http.Handler {
	return hiding{server, file, server.Directory().Queues}
}

func (h hiding) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	text, err := os.ReadFile(h.file)
	if err != nil || !strings.HasSuffix(r.URL.Path, "/conversations/aggregates/query") {
		h.Handler.ServeHTTP(w, r)
		return
	}
	r.Header.Del("Accept-Encoding")
	answer := httptest.NewRecorder()
	h.Handler.ServeHTTP(answer, r)
	body := answer.Body.Bytes()
	if answer.Code == http.StatusOK {
		body = h.without(body, string(text))
	}
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(answer.Code)
	_, _ = w.Write(body)
}

// without takes the results of hidden queues out of an answer.
func (h hiding) without(body []byte, hidden string) []byte {
	var answer struct {
		Results []struct {
			Group map[string]string `json:"group"`
			Data  []json.RawMessage `json:"data"`
		} `json:"results,omitempty"`
	}
	if err := json.NewDecoder(bytes.NewReader(body)).Decode(&answer); err != nil {
		return body
	}
	for line := range strings.Lines(hidden) {
		name, until, _ := strings.Cut(strings.TrimRight(line, "\n"), "\t")
		seen, _ := time.Parse(time.RFC3339, until)
		for i, result := range answer.Results {
			if name == "*" || h.called(name, result.Group["queueId"]) {
				answer.Results[i].Data = slices.DeleteFunc(result.Data, func(d json.RawMessage) bool {
					return !before(d, seen)
				})
			}
		}
	}
	kept := answer.Results[:0]
	for _, result := range answer.Results {
		if len(result.Data) > 0 {
			kept = append(kept, result)
		}
	}
	answer.Results = kept
	out, err := json.Marshal(answer)
	if err != nil {
		panic(err) // what was read can be written
	}
	return out
}

func (h hiding) called(name, id string) bool {
	return slices.ContainsFunc(h.queues, func(q wrapcast.Queue) bool { return q.Name == name && string(q.ID) == id })
}

// before reports whether the interval of a bucket begins before an instant.
func before(bucket json.RawMessage, seen time.Time) bool {
	var of struct {
		Interval string `json:"interval"`
	}
	if err := json.Unmarshal(bucket, &of); err != nil {
		return true
	}
	from, _, _ := strings.Cut(of.Interval, "/")
	at, err := time.Parse(time.RFC3339, from)
	return err == nil && at.Before(seen)
}
