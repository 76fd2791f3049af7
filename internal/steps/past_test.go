package steps_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/wrapcast/wrapcast"
)

// pastClock lies behind the wall clock, and can be moved: a week passes at once.
type pastClock struct {
	mu    sync.Mutex
	clock wrapcast.Clock
	back  time.Duration
}

func (c *pastClock) wrapcast() wrapcast.Clock {
	return wrapcast.Clock{Sleep: c.clock.Sleep, Now: func() time.Time {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.clock.Now().Add(-c.back)
	}}
}

func (c *pastClock) move(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.back -= by
}

// codeHider takes the wrap-up code out of some of the platform's answers, as if it had not arrived yet.
type codeHider struct {
	mu     sync.Mutex
	hidden int
}

func (h *codeHider) meddle(r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
	answer, err := send()
	if err != nil || !strings.HasSuffix(r.URL.Path, "/aggregates/query") {
		return answer, err
	}
	body, err := bodyOf(answer)
	if err != nil {
		return nil, err
	}
	var a struct {
		Results []struct {
			Group map[string]string `json:"group"`
			Data  json.RawMessage   `json:"data"`
		} `json:"results"`
	}
	if err := json.Unmarshal(body, &a); err != nil {
		return nil, err
	}
	for _, g := range a.Results {
		if code := g.Group["wrapUpCode"]; strings.HasPrefix(code, "1") || strings.HasPrefix(code, "2") || strings.HasPrefix(code, "3") || strings.HasPrefix(code, "a") {
			delete(g.Group, "wrapUpCode")
			h.mu.Lock()
			h.hidden++
			h.mu.Unlock()
		}
	}
	text, err := json.Marshal(a)
	answer.Body = io.NopCloser(bytes.NewReader(text))
	answer.Header.Del("Content-Encoding")
	answer.Header.Del("Content-Length")
	answer.ContentLength = int64(len(text))
	return answer, err
}

// bodyOf reads an answer, compressed or not.
func bodyOf(answer *http.Response) ([]byte, error) {
	defer answer.Body.Close()
	body := io.Reader(answer.Body)
	if answer.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(answer.Body)
		if err != nil {
			return nil, err
		}
		body = z
	}
	return io.ReadAll(body)
}
