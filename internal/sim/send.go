package sim

import (
	"compress/gzip"
	"context"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
	"github.com/wrapcast/wrapcast/internal/sim/internal/faults"
)

// send writes an answer, whole or as its fault has it.
func (s *Server) send(w http.ResponseWriter, r *http.Request, e *api.Endpoint, a api.Answer, v faults.Verdict) {
	if v.Kind == faults.DropAfter || v.Kind == faults.Late && !s.pass(r, v.Duration) {
		s.drop(e)
	}
	if a.Stream != nil && v.Kind == faults.None && r.Method != http.MethodHead {
		s.stream(w, r, e, a, v.Skew)
		return
	}
	body, header, err := a.Body()
	if err != nil {
		s.drop(e)
	}
	body, header, a.Status = spoil(body, header, a.Status, v.Kind)
	for name, values := range header {
		w.Header()[name] = values
	}
	s.date(w, v.Skew)
	noStore(w.Header(), e)
	s.counts.add(strings.TrimSpace(e.Name()), a.Status)
	if v.Kind == faults.None && len(body) >= minZipped && r.Method != http.MethodHead && takesGzip(r) {
		err = s.zipped(w, a.Status, func(z io.Writer) error { _, err := z.Write(body); return err })
	} else {
		err = s.plain(w, r, a.Status, body, v)
	}
	if err != nil {
		panic(http.ErrAbortHandler) // the caller went away: net/http closes the connection and says nothing
	}
}

// date says what time it is, on the simulator's clock.
func (s *Server) date(w http.ResponseWriter, skew time.Duration) {
	w.Header().Set("Date", s.now().Add(skew).UTC().Format(http.TimeFormat))
}

// stream sends an answer as it is made. How long it is nobody knows before.
func (s *Server) stream(w http.ResponseWriter, r *http.Request, e *api.Endpoint, a api.Answer, skew time.Duration) {
	w.Header().Set("Content-Type", api.JSON)
	s.date(w, skew)
	noStore(w.Header(), e)
	s.counts.add(e.Name(), a.Status)
	var err error
	if takesGzip(r) {
		err = s.zipped(w, a.Status, a.Stream)
	} else {
		w.WriteHeader(a.Status)
		err = a.Stream(w)
	}
	if err != nil {
		panic(http.ErrAbortHandler)
	}
}

// spoil turns a good body into the one ordered.
func spoil(body []byte, h http.Header, status int, k faults.Kind) ([]byte, http.Header, int) {
	switch k {
	case faults.Truncate:
		return body[:len(body)/2], h, status
	case faults.Garble:
		half := len(body) / 2
		return append(append([]byte{}, body[:half]...), "\x00}{<"...), h, status
	case faults.HTML:
		page := "<!doctype html><html><head><title>Sign in</title></head><body>Please sign in to the network.</body></html>"
		h.Set("Content-Type", "text/html; charset=utf-8")
		return []byte(page), h, http.StatusOK
	case faults.Mistyped:
		h.Set("Content-Type", "text/plain; charset=utf-8")
	}
	return body, h, status
}

// minZipped is how small a body is not worth compressing.
const minZipped = 1000

func takesGzip(r *http.Request) bool {
	for _, encoding := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		name, quality, _ := strings.Cut(strings.TrimSpace(encoding), ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") && strings.TrimSpace(quality) != "q=0" {
			return true
		}
	}
	return false
}

// zipped compresses for speed: both ends often share a machine.
func (s *Server) zipped(w http.ResponseWriter, status int, write func(io.Writer) error) error {
	w.Header().Set("Content-Encoding", "gzip")
	w.Header().Add("Vary", "Accept-Encoding")
	w.WriteHeader(status)
	z, ok := s.zippers.Get().(*gzip.Writer)
	if !ok {
		z, _ = gzip.NewWriterLevel(nil, gzip.BestSpeed) // a level that exists
	}
	defer s.zippers.Put(z)
	z.Reset(w)
	if err := write(z); err != nil {
		return err
	}
	return z.Close()
}

// plain writes a body as it is, slowly or not to its end where that was ordered.
func (s *Server) plain(w http.ResponseWriter, r *http.Request, status int, body []byte, v faults.Verdict) error {
	if status != http.StatusNoContent {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(status)
	switch v.Kind {
	case faults.Slow:
		return s.trickle(w, r, body, v.Duration)
	case faults.Reset:
		if _, err := w.Write(body[:len(body)/2]); err != nil {
			return err
		}
		return reset(w)
	}
	_, err := w.Write(body)
	return err
}

// pieces is into how many parts a trickling body is cut, at most.
const pieces = 50

// trickle sends a body in small parts over so long.
func (s *Server) trickle(w http.ResponseWriter, r *http.Request, body []byte, over time.Duration) error {
	size := max((len(body)+pieces-1)/pieces, 1)
	c := http.NewResponseController(w)
	if err := c.Flush(); err != nil {
		return err
	}
	for from := 0; from < len(body); from += size {
		if !s.pass(r, over/pieces) {
			return context.Canceled
		}
		if _, err := w.Write(body[from:min(from+size, len(body))]); err != nil {
			return err
		}
		if err := c.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// reset closes the connection so that what the caller has not read is thrown away.
func reset(w http.ResponseWriter) error {
	c := http.NewResponseController(w)
	if err := c.Flush(); err != nil {
		return err
	}
	conn, _, err := c.Hijack()
	if err != nil {
		return err // HTTP/2: the stream is aborted instead
	}
	if inner, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = inner.NetConn()
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		if err := tcp.SetLinger(0); err != nil {
			return err
		}
	}
	return conn.Close()
}

// pass lets real time pass, and reports whether the caller is still there. It is not the clock's time, because a
// caller's patience is not either.
func (s *Server) pass(r *http.Request, d time.Duration) bool {
	wait, cancel := context.WithTimeout(r.Context(), d)
	defer cancel()
	stop := context.AfterFunc(s.lifetime, cancel)
	defer stop()
	<-wait.Done()
	return r.Context().Err() == nil && s.lifetime.Err() == nil
}
