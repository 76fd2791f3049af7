package webhook

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/wrapcast/wrapcast"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// noon is what the tests' clock says; it lies far from the wall clock, so that reading that one shows.
var noon = time.Date(2031, 5, 5, 12, 0, 0, 0, time.UTC)

func clockAt(t time.Time) wrapcast.Clock { return wrapcast.Clock{Now: func() time.Time { return t }} }

func secret(t interface{ Fatal(...any) }) string {
	s, err := NewSecret(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func sender(t *testing.T, config Config) *Sender {
	t.Helper()
	if config.Clock.Now == nil {
		config.Clock = clockAt(noon)
	}
	s, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func delivery(url string) wrapcast.Delivery {
	return wrapcast.Delivery{ID: "01936d6c-7c2e-7b1a-8f00-9a1b2c3d4e5f", URL: url, Body: []byte(`{"specversion":"1.0"}`)}
}

// tcp serves every connection with handle and returns the address.
func tcp(t *testing.T, handle func(net.Conn)) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			handle(conn)
			conn.Close()
		}
	}()
	t.Cleanup(func() {
		listener.Close()
		<-done
	})
	return "http://" + listener.Addr().String()
}

func readRequest(conn net.Conn) {
	if request, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
		drain(request.Body)
	}
}

func drain(from io.Reader) { _, _ = io.Copy(io.Discard, from) }

func TestWhatAReceiverMayDo(t *testing.T) {
	t.Parallel()
	answer := func(status int, header ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			for i := 0; i < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.WriteHeader(status)
		}
	}
	for _, c := range []struct {
		name       string
		handler    http.HandlerFunc
		status     int
		kind       wrapcast.Kind // "" for no error
		permanent  bool
		retryAfter time.Duration
		message    string
	}{
		{"200", answer(200), 200, "", false, 0, ""},
		{"202", answer(202), 202, "", false, 0, ""},
		{"204", answer(204), 204, "", false, 0, ""},
		{"400", answer(400), 400, wrapcast.Refused, false, 0, "answered 400 Bad Request"},
		{"401", answer(401), 401, wrapcast.Refused, false, 0, "answered 401"},
		{"404", answer(404), 404, wrapcast.Refused, false, 0, "answered 404 Not Found"},
		{"410 means never again", answer(410), 410, wrapcast.Refused, true, 0, "410 Gone"},
		{"429 with seconds", answer(429, "Retry-After", "37"), 429, wrapcast.Unavailable, false, 37 * time.Second, "answered 429"},
		{"429 with a date", answer(429, "Retry-After", noon.Add(90*time.Second).Format(http.TimeFormat)), 429, wrapcast.Unavailable, false, 90 * time.Second, "answered 429"},
		{"429 with a date that is past", answer(429, "Retry-After", noon.Add(-time.Hour).Format(http.TimeFormat)), 429, wrapcast.Unavailable, false, 0, "answered 429"},
		{"429 with nonsense", answer(429, "Retry-After", "soon"), 429, wrapcast.Unavailable, false, 0, "answered 429"},
		{"429 with a number beyond time", answer(429, "Retry-After", "99999999999999999999"), 429, wrapcast.Unavailable, false, 0, "answered 429"},
		{"500", answer(500), 500, wrapcast.Unavailable, false, 0, "answered 500 Internal Server Error"},
		{"503 with seconds", answer(503, "Retry-After", "5"), 503, wrapcast.Unavailable, false, 5 * time.Second, "answered 503"},
		{"a redirect", answer(302, "Location", "http://127.0.0.1:1/elsewhere?token=hunter2"), 302, wrapcast.Refused, false, 0, "a redirect, which is not followed"},
		{"a huge body", func(w http.ResponseWriter, _ *http.Request) {
			for range 1 << 12 {
				if _, err := w.Write(make([]byte, 1<<16)); err != nil {
					return
				}
			}
		}, 200, "", false, 0, ""},
		{"huge headers", answer(200, "X-Junk", strings.Repeat("x", 1<<20)), 0, wrapcast.Unavailable, false, 0, "its answer was not HTTP"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(c.handler)
			defer server.Close()
			status, err := sender(t, Config{AllowPrivate: true}).Send(t.Context(), delivery(server.URL+"/hook?token=hunter2"))
			if status != c.status || (err == nil) != (c.kind == "") {
				t.Fatalf("status %d, %v; want %d, kind %q", status, err, c.status, c.kind)
			}
			if err == nil {
				return
			}
			if wrapcast.KindOf(err) != c.kind || Permanent(err) != c.permanent || RetryAfter(err) != c.retryAfter || !strings.Contains(err.Error(), c.message) {
				t.Errorf("%v: kind %s, permanent %v, retry after %s", err, wrapcast.KindOf(err), Permanent(err), RetryAfter(err))
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error tells the address's secret: %v", err)
			}
		})
	}
}

func TestARedirectIsNotFollowed(t *testing.T) {
	t.Parallel()
	var reached atomic.Bool
	target := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Store(true) }))
	defer target.Close()
	server := httptest.NewServer(http.RedirectHandler(target.URL, http.StatusTemporaryRedirect))
	defer server.Close()
	if _, err := sender(t, Config{AllowPrivate: true}).Send(t.Context(), delivery(server.URL)); err == nil || reached.Load() {
		t.Errorf("error %v, target reached: %v", err, reached.Load())
	}
}

func TestNobodyCanHoldUs(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	dripping := func(head string) func(net.Conn) {
		return func(conn net.Conn) {
			readRequest(conn)
			fmt.Fprint(conn, head)
			for {
				if _, err := io.WriteString(conn, "x"); err != nil {
					return
				}
				select {
				case <-release:
					return
				case <-time.After(10 * time.Millisecond):
				}
			}
		}
	}
	for _, c := range []struct {
		name   string
		handle func(net.Conn)
		status int
	}{
		{"one that takes the connection and is silent", func(conn net.Conn) { drain(conn) }, 0},
		{"one whose header drips", dripping("HTTP/1.1 200 OK\r\nX-Slow: "), 0},
		{"one whose body drips has answered", dripping("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"), 200},
		{"one that says 102 for ever", func(conn net.Conn) {
			readRequest(conn)
			for {
				if _, err := io.WriteString(conn, "HTTP/1.1 102 Processing\r\n\r\n"); err != nil {
					return
				}
			}
		}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			url := tcp(t, c.handle)
			timeout := 300 * time.Millisecond
			if c.status != 0 { // this one does answer, on a busy machine too
				timeout = time.Minute
			}
			ctx, cancel := context.WithTimeout(t.Context(), timeout/2)
			defer cancel()
			status, err := sender(t, Config{AllowPrivate: true, Timeout: timeout}).Send(ctx, delivery(url))
			if status != c.status || (err == nil) != (c.status == 200) {
				t.Errorf("status %d, %v", status, err)
			}
			if c.status == 200 && ctx.Err() != nil {
				t.Error("it held us until we gave up")
			}
			if err != nil && (wrapcast.KindOf(err) != wrapcast.Unavailable || Permanent(err)) {
				t.Errorf("%v is of kind %s, permanent %v", err, wrapcast.KindOf(err), Permanent(err))
			}
		})
	}
}

func TestWhatBreaksOnTheWay(t *testing.T) {
	t.Parallel()
	untrusted := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	untrusted.Config.ErrorLog = quiet()
	t.Cleanup(untrusted.Close)
	plain := tcp(t, func(conn net.Conn) { fmt.Fprint(conn, "not TLS at all\r\n") })
	closed := tcp(t, func(net.Conn) {})
	gone, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone.Close()
	for name, c := range map[string]struct{ url, message string }{
		"a certificate nobody knows":  {untrusted.URL, "its certificate is signed by an unknown authority"},
		"TLS where there is none":     {strings.Replace(plain, "http:", "https:", 1), "it does not speak TLS as it should"},
		"a connection that is closed": {closed, "cannot be reached"},
		"nobody listens":              {"http://" + gone.Addr().String(), "the connection was refused"},
		"a reset": {tcp(t, func(conn net.Conn) {
			readRequest(conn)
			_ = conn.(*net.TCPConn).SetLinger(0)
		}), "the connection was reset"},
		"an answer that is not HTTP": {tcp(t, func(conn net.Conn) {
			readRequest(conn)
			fmt.Fprint(conn, "hunter2\r\n\r\n")
		}), "its answer was not HTTP"},
		"a name that does not exist": {"http://no-such-host.invalid", "cannot be reached"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, err := sender(t, Config{AllowPrivate: true, Timeout: time.Minute}).Send(t.Context(), delivery(c.url))
			if status != 0 || wrapcast.KindOf(err) != wrapcast.Unavailable || Permanent(err) || !strings.Contains(err.Error(), c.message) {
				t.Errorf("status %d, %v (kind %s)", status, err, wrapcast.KindOf(err))
			}
			if strings.Contains(fmt.Sprint(err, wrapcast.Hint(err)), "hunter2") {
				t.Errorf("the receiver's words are in our error: %v", err)
			}
		})
	}
}

func TestACertificateOfAnAuthorityWeTrustIsTaken(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	roots := server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	if status, err := sender(t, Config{AllowPrivate: true, RootCAs: roots}).Send(t.Context(), delivery(server.URL)); err != nil {
		t.Errorf("status %d, %v", status, err)
	}
}

func TestAnAddressThatIsNoneIsRefusedForGood(t *testing.T) {
	t.Parallel()
	s := sender(t, Config{AllowPrivate: true})
	for _, address := range []string{"", "example.com/hook", "ftp://example.com", "file:///etc/passwd", "gopher://example.com", "http://", "https:///path",
		"http:example.com", "http://example.com:0/", "http://example.com:99999/", "http://[::1", "://", "http://exa mple.com/hunter2", "javascript:alert(1)"} {
		_, err := s.Send(t.Context(), delivery(address))
		if wrapcast.KindOf(err) != wrapcast.Usage || !Permanent(err) || wrapcast.Hint(err) == "" || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v", address, err)
		}
		if CheckURL(address) == nil || s.Probe(t.Context(), address) == nil {
			t.Errorf("%q passes the check", address)
		}
	}
	if err := CheckURL(" https://user:pass@example.com:8443/hook?a=b#c "); err != nil {
		t.Error(err)
	}
}

func TestSendingStopsWithItsContext(t *testing.T) {
	t.Parallel()
	url := tcp(t, func(conn net.Conn) { drain(conn) })
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	if _, err := sender(t, Config{AllowPrivate: true}).Send(ctx, delivery(url)); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestTheProxyOfTheEnvironmentIsIgnored(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }))
	defer proxy.Close()
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"} {
		t.Setenv(name, proxy.URL)
	}
	if status, err := sender(t, Config{AllowPrivate: true}).Send(t.Context(), delivery("http://no-such-host.invalid/")); status != 0 || err == nil {
		t.Errorf("status %d, %v", status, err)
	}
}

func TestProbeTellsNothingAndTakesAnyAnswer(t *testing.T) {
	t.Parallel()
	for status, ok := range map[int]bool{200: true, 204: true, 404: true, 405: true, 500: false, 503: false} {
		var method, body atomic.Value
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			text, _ := io.ReadAll(r.Body)
			method.Store(r.Method)
			body.Store(string(text) + r.Header.Get("webhook-signature"))
			w.WriteHeader(status)
		}))
		err := sender(t, Config{AllowPrivate: true, Secrets: []string{secret(t)}}).Probe(t.Context(), server.URL)
		if (err == nil) != ok || method.Load() != http.MethodOptions || body.Load() != "" {
			t.Errorf("%d: %v after %v with %v", status, err, method.Load(), body.Load())
		}
		server.Close()
	}
}

func TestAWrongSecretIsNamedByItsPlaceAlone(t *testing.T) {
	t.Parallel()
	good := secret(t)
	for name, bad := range map[string]string{
		"empty": "", "the prefix alone": "whsec_", "too short": "whsec_aHVudGVyMg==", "not base64": "whsec_hunter2!hunter2!hunter2!hunter2!", "a word": "hunter2",
		"too long": "whsec_" + strings.Repeat("QUJD", 30),
	} {
		for _, err := range []error{
			second(New(Config{Clock: clockAt(noon), Secrets: []string{good, bad}})),
			second(NewReceiver(ReceiverConfig{Clock: clockAt(noon), Secrets: []string{good, bad}})),
		} {
			if wrapcast.KindOf(err) != wrapcast.Usage || !strings.Contains(err.Error(), "secret 2") || bad != "" && bad != "whsec_" && strings.Contains(err.Error(), bad) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if _, err := New(Config{}); err == nil {
		t.Error("a sender without a clock")
	}
	if _, err := NewReceiver(ReceiverConfig{}); err == nil {
		t.Error("a receiver without a clock")
	}
}

func second[T any](_ T, err error) error { return err }
