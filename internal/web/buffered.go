package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/wrapcast/wrapcast/internal/web/internal/api"
)

// buffered gives every JSON answer to a GET an ETag and compresses it. What streams, and files, pass as they come.
func buffered(next http.Handler) http.Handler {
	writers := &sync.Pool{New: func() any {
		z, _ := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed) // the level exists
		return z
	}}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		b := &buffer{ResponseWriter: w}
		next.ServeHTTP(b, r)
		if b.passing {
			return
		}
		b.finish(r, writers)
	})
}

// buffer keeps a JSON answer until it is whole.
type buffer struct {
	http.ResponseWriter
	status  int
	body    bytes.Buffer
	passing bool
}

// Unwrap lets http.ResponseController reach the connection.
func (b *buffer) Unwrap() http.ResponseWriter { return b.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (b *buffer) WriteHeader(status int) {
	b.status = status
	if !strings.Contains(b.Header().Get("Content-Type"), "json") && status != http.StatusNotModified {
		b.passing = true
		b.ResponseWriter.WriteHeader(status)
	}
}

// Write implements io.Writer.
func (b *buffer) Write(p []byte) (int, error) {
	if b.status == 0 {
		b.WriteHeader(http.StatusOK)
	}
	if b.passing {
		return b.ResponseWriter.Write(p)
	}
	return b.body.Write(p)
}

// Flush implements http.Flusher for what streams.
func (b *buffer) Flush() {
	if b.status == 0 {
		b.WriteHeader(http.StatusOK)
	}
	if b.passing {
		_ = http.NewResponseController(b.ResponseWriter).Flush() // a reader who left needs no answer
	}
}

// minCompressed is the size in bytes under which compression is not worth it: one packet.
const minCompressed = 1400

func (b *buffer) finish(r *http.Request, writers *sync.Pool) {
	if b.status == 0 {
		b.status = http.StatusOK
	}
	h, body := b.Header(), b.body.Bytes()
	if b.status == http.StatusOK {
		if h.Get("ETag") == "" {
			h.Set("ETag", api.TagOf(body))
		}
		h.Set("Cache-Control", "private, no-cache")
		if matches(r.Header.Get("If-None-Match"), h.Get("ETag")) {
			h.Del("Content-Type")
			b.ResponseWriter.WriteHeader(http.StatusNotModified)
			return
		}
	}
	h.Add("Vary", "Accept-Encoding")
	if len(body) < minCompressed || !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		b.ResponseWriter.WriteHeader(b.status)
		_, _ = b.ResponseWriter.Write(body) // a reader who left needs no answer
		return
	}
	h.Set("Content-Encoding", "gzip")
	b.ResponseWriter.WriteHeader(b.status)
	z, _ := writers.Get().(*gzip.Writer)
	defer writers.Put(z)
	z.Reset(b.ResponseWriter)
	_, _ = z.Write(body)
	_ = z.Close()
}

// matches reports whether a browser has what is answered already.
func matches(ifNoneMatch, tag string) bool {
	if ifNoneMatch == "*" {
		return true
	}
	for known := range strings.SplitSeq(ifNoneMatch, ",") {
		if strings.TrimPrefix(strings.TrimSpace(known), "W/") == tag {
			return true
		}
	}
	return false
}
