package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim"
)

// platform is the simulated platform of one organisation, at an address of its own.
type platform struct {
	name    string
	id      string
	zone    *time.Location
	sim     *sim.Server
	at      net.Listener
	server  *http.Server
	latency time.Duration
	// manner changes how it answers; nil answers as it should.
	manner atomic.Pointer[func(http.Handler) http.Handler]
}

func newPlatform(i int, s shape) (*platform, error) {
	p := &platform{name: fmt.Sprintf("Org%03d", i+1), latency: s.latency}
	o := sim.Options{Clock: wrapcast.Clock{Now: time.Now, Sleep: sleep}, Seed: uint64(1 + i), Name: p.name, RequestsPerMinute: 1_000_000,
		ImportDelay: 200 * time.Millisecond, Remembered: 50_000}.Small()
	o.Queues, o.Codes, o.History = cmp.Or(s.queues, o.Queues), cmp.Or(s.codes, o.Codes), cmp.Or(s.days, o.History)
	var err error
	if p.sim, err = sim.New(o); err != nil {
		return nil, err
	}
	p.id = string(p.sim.Directory().Organisation.ID)
	if p.zone, err = time.LoadLocation(p.sim.Directory().BusinessUnit.TimeZone); err != nil {
		return nil, err
	}
	return p, p.open("127.0.0.1:0")
}

func (p *platform) open(address string) (err error) {
	if p.at, err = (&net.ListenConfig{}).Listen(context.Background(), "tcp", address); err != nil {
		return err
	}
	p.server = &http.Server{Handler: http.HandlerFunc(p.serve), ReadHeaderTimeout: time.Minute}
	go func(s *http.Server, l net.Listener) { _ = s.Serve(l) }(p.server, p.at)
	return nil
}

func (p *platform) url() string { return "http://" + p.at.Addr().String() }

func (p *platform) serve(w http.ResponseWriter, r *http.Request) {
	var h http.Handler = p.sim
	if manner := p.manner.Load(); manner != nil {
		h = (*manner)(h)
	}
	if p.latency > 0 { // half to one and a half times as long as on average
		time.Sleep(time.Duration((0.5 + rand.Float64()) * float64(p.latency)))
	}
	h.ServeHTTP(w, r)
}

func (p *platform) behave(manner func(http.Handler) http.Handler) { p.manner.Store(&manner) }

// close makes it gone: connections are refused.
func (p *platform) close() { _ = p.server.Close() }

// comeBack ends that, and whatever manner it had.
func (p *platform) comeBack() error {
	p.manner.Store(nil)
	p.close()
	return p.open(p.at.Addr().String())
}

// slow answers after a long time.
func slow(by time.Duration) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if sleep(r.Context(), by) == nil {
				h.ServeHTTP(w, r)
			}
		})
	}
}

// lying answers what is no answer, each time in another way; who it is and tokens are true, so that it is believed.
func lying(h http.Handler) http.Handler {
	var n atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "/oauth/") || strings.Contains(r.URL.Path, "/api/v2/organ") || strings.Contains(r.URL.Path, "/businessunits") {
			h.ServeHTTP(w, r)
			return
		}
		kept := httptest.NewRecorder()
		h.ServeHTTP(kept, r)
		body := kept.Body.Bytes()
		switch n.Add(1) % 4 {
		case 0: // cut short
			body = body[:len(body)/2]
		case 1: // a page of some gateway
			body = []byte("<html><body>Welcome to the guest network</body></html>")
		case 2: // numbers that cannot be
			body = bytes.ReplaceAll(body, []byte(`"count":`), []byte(`"count":-1e300,"was":`))
		default: // another type
			body = []byte(`[[[{"results": 7}]]]`)
		}
		for name, values := range kept.Header() {
			if name != "Content-Length" && name != "Content-Encoding" {
				w.Header()[name] = values
			}
		}
		w.WriteHeader(http.StatusOK)
		_, _ = w.Write(body)
	})
}

// sleep is a clock's.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
