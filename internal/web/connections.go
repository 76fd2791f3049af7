package web

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// Connections are the deadlines and numbers that keep clients which are slow, or many, from keeping out the others.
type Connections struct {
	// Most is how many may be open at once; zero means a thousand, or what the process may have open.
	Most int
	// Headers, Request and Answer are how long the head of a request, the whole of it, and its answer may take; zero
	// means 10 s, 30 s and 5 min. Streams go on for longer.
	Headers, Request, Answer time.Duration
}

// What is true of all connections: how long one may wait for the next request, and how large the head of one may be,
// in bytes and in lines.
const (
	idleTimeout    = 2 * time.Minute
	maxHeaderBytes = 64 << 10
	maxHeaders     = 100
)

func (c Connections) withDefaults() Connections {
	c.Most = cmp.Or(c.Most, mostConnections())
	c.Headers, c.Request = cmp.Or(c.Headers, 10*time.Second), cmp.Or(c.Request, 30*time.Second)
	c.Answer = cmp.Or(c.Answer, 5*time.Minute)
	return c
}

// mostConnections leaves a part of the files that the process may have open to the store and everything else.
func mostConnections() int {
	const most, ours = 1000, 40
	files, known := openFiles()
	if !known {
		return most
	}
	return max(8, min(most, files-ours, files/2+files/4))
}

// HTTP makes the HTTP server, whose connections are bounded; l is where it listens, and what it must be told to serve.
func (s *Server) HTTP(l net.Listener, c Connections) (*http.Server, net.Listener) {
	c = c.withDefaults()
	d := &doors{Listener: l, most: c.Most, open: map[*door]bool{}}
	return &http.Server{Handler: d.entered(s), ReadHeaderTimeout: c.Headers, ReadTimeout: c.Request,
		WriteTimeout: c.Answer, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes,
		ErrorLog: slog.NewLogLogger(s.config.Log.Handler(), slog.LevelDebug),
		ConnContext: func(ctx context.Context, conn net.Conn) context.Context {
			return context.WithValue(ctx, doorKey{}, doorOf(conn))
		},
		ConnState: func(conn net.Conn, state http.ConnState) {
			if one := doorOf(conn); one != nil && (state == http.StateIdle || state == http.StateNew) {
				d.left(one)
			}
		}}, d
}

// doors is a listener that keeps at most so many connections open. Where another one comes, that which has been waiting
// for the longest is closed for it: its request has not come whole. Those that are being answered stay as long as there
// is another.
type doors struct {
	net.Listener
	most int

	mu   sync.Mutex
	open map[*door]bool
	// turn counts up: a door has the turn at which it began to wait.
	turn int64
}

// door is one connection.
type door struct {
	net.Conn
	all  *doors
	from string
	// answered says how many requests are whole and being answered; since is the turn it began to wait.
	answered int
	since    int64
}

type doorKey struct{}

// doorOf finds the connection under TLS, nil where it is not one of ours.
func doorOf(conn net.Conn) *door {
	if t, ok := conn.(*tls.Conn); ok {
		conn = t.NetConn()
	}
	d, _ := conn.(*door)
	return d
}

// Accept implements net.Listener.
func (d *doors) Accept() (net.Conn, error) {
	conn, err := d.Listener.Accept()
	if err != nil {
		return nil, err
	}
	host, _, _ := net.SplitHostPort(conn.RemoteAddr().String())
	one := &door{Conn: conn, all: d, from: host}
	if slow := d.admit(one); slow != nil {
		_ = slow.Close()
	}
	return one, nil
}

// admit lets a connection in and returns the one that has to go for it, if one has.
func (d *doors) admit(one *door) (slow *door) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.open) >= d.most {
		slow = d.slowest()
		delete(d.open, slow)
	}
	d.turn++
	one.since = d.turn
	d.open[one] = true
	return slow
}

// slowest is the connection that has been waiting for the longest, of the address that has the most waiting. Where none
// waits it is one that is being answered, which is a stream then: whoever reads it comes back.
func (d *doors) slowest() *door {
	if worst := d.oldest(func(one *door) bool { return one.answered == 0 }); worst != nil {
		return worst
	}
	return d.oldest(func(*door) bool { return true })
}

// oldest is the first connection among some, of the address that has the most of them; nil where there is none.
func (d *doors) oldest(among func(*door) bool) (worst *door) {
	number := map[string]int{}
	for one := range d.open {
		if among(one) {
			number[one.from]++
		}
	}
	for one := range d.open {
		if among(one) && (worst == nil || number[one.from] > number[worst.from] ||
			number[one.from] == number[worst.from] && one.since < worst.since) {
			worst = one
		}
	}
	return worst
}

// left notes that a connection waits for its next request.
func (d *doors) left(one *door) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.turn++
	one.since = d.turn
}

// count adds to the requests of a connection that are being answered.
func (d *doors) count(one *door, n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	one.answered += n
}

// Close implements net.Conn.
func (one *door) Close() error {
	one.all.mu.Lock()
	delete(one.all.open, one)
	one.all.mu.Unlock()
	return one.Conn.Close()
}

// entered notes from when on a request is whole, refuses heads of too many lines, and takes the deadline for the
// request away once it has come: what reads on until the other side leaves would end by it.
func (d *doors) entered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		one, _ := r.Context().Value(doorKey{}).(*door)
		whole := sync.OnceFunc(func() {
			_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
			if one != nil {
				d.count(one, 1)
			}
		})
		if lines := linesOf(r.Header); lines > maxHeaders {
			w.WriteHeader(http.StatusRequestHeaderFieldsTooLarge)
			return
		}
		p := &patient{ResponseWriter: w}
		r = r.WithContext(r.Context()) // the server looks at its own request when it has been answered
		if r.ContentLength == 0 {
			p.came = true
			whole()
		} else {
			r.Body = &body{ReadCloser: r.Body, whole: func() { p.came = true; whole() }}
		}
		defer func() {
			if p.came && one != nil {
				d.count(one, -1)
			}
		}()
		next.ServeHTTP(p, r)
	})
}

// patient is an answer that lets nobody take the deadline of the request away before it has come whole: the server
// reads what is left of it before the next one.
type patient struct {
	http.ResponseWriter
	came bool
}

// Unwrap lets http.ResponseController reach the connection.
func (p *patient) Unwrap() http.ResponseWriter { return p.ResponseWriter }

// SetReadDeadline is found by http.ResponseController.
func (p *patient) SetReadDeadline(t time.Time) error {
	if t.IsZero() && !p.came {
		return nil
	}
	return http.NewResponseController(p.ResponseWriter).SetReadDeadline(t)
}

func linesOf(h http.Header) (lines int) {
	for _, values := range h {
		lines += len(values)
	}
	return lines
}

// body is that of a request, which says when it has come whole.
type body struct {
	io.ReadCloser
	whole func()
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		b.whole()
	}
	return n, err
}
