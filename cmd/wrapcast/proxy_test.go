package main

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"io"
	"io/fs"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim"
)

// company is a network from which hosts are reached through a proxy alone, whose certificates are signed by an
// authority of the company's own.
type company struct {
	platform *sim.Server
	proxy    *connectProxy
	messages *atomic.Int32 // that came to hook.genesys.test
	caFile   string
}

const proxyPassword = "pa:ss@word%of/the-proxy"

// newCompany serves a simulated organisation as login.genesys.test and api.genesys.test, names that only the proxy
// knows.
func newCompany(t *testing.T) *company {
	t.Helper()
	o := sim.Options{Clock: wrapcast.Clock{Now: time.Now, Sleep: sleep}, RequestsPerMinute: 100_000,
		ImportDelay: 300 * time.Millisecond, ClientID: "script", ClientSecret: "the-secret-of-the-script"}.Small()
	server, err := sim.New(o)
	if err != nil {
		t.Fatal(err)
	}
	authority, certificate := privateAuthority(t)
	host := httptest.NewUnstartedServer(server)
	host.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	host.StartTLS()
	t.Cleanup(func() { host.Close(); server.Close() })
	c := &company{platform: server, caFile: filepath.Join(t.TempDir(), "ca.pem"), messages: &atomic.Int32{}}
	hook := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { c.messages.Add(1) }))
	hook.TLS = host.TLS.Clone()
	hook.StartTLS()
	t.Cleanup(hook.Close)
	c.proxy = &connectProxy{user: "wendy", password: proxyPassword, to: host.Listener.Addr().String(), hook: hook.Listener.Addr().String()}
	if err := os.WriteFile(c.caFile, authority, 0o600); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c.proxy.address = listener.Addr().String()
	go c.proxy.serve(listener)
	t.Cleanup(func() { listener.Close() })
	return c
}

// privateAuthority makes a certificate authority, in PEM, and a certificate it has signed for *.genesys.test.
func privateAuthority(t *testing.T) (authority []byte, certificate tls.Certificate) {
	t.Helper()
	key := func() *ecdsa.PrivateKey {
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	root := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Company Root"}, IsCA: true,
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	rootKey, leafKey := key(), key()
	der, err := x509.CreateCertificate(rand.Reader, root, root, &rootKey.PublicKey, rootKey)
	if err != nil {
		t.Fatal(err)
	}
	leaf := &x509.Certificate{SerialNumber: big.NewInt(2), DNSNames: []string{"login.genesys.test", "api.genesys.test", "hook.genesys.test"},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	signed, err := x509.CreateCertificate(rand.Reader, leaf, root, &leafKey.PublicKey, rootKey)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		tls.Certificate{Certificate: [][]byte{signed}, PrivateKey: leafKey}
}

// connectProxy lets connections through to hosts of genesys.test, to whoever knows the password.
type connectProxy struct {
	user, password, to, hook, address string

	mu   sync.Mutex
	seen []string // hosts and ports
}

func (p *connectProxy) serve(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go p.handle(conn)
	}
}

func (p *connectProxy) handle(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	r, err := http.ReadRequest(in)
	if err != nil {
		return
	}
	want := "Basic " + base64.StdEncoding.EncodeToString([]byte(p.user+":"+p.password))
	switch host, _, _ := net.SplitHostPort(r.Host); {
	case r.Header.Get("Proxy-Authorization") != want:
		_, _ = io.WriteString(conn, "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"company\"\r\nContent-Length: 0\r\n\r\n")
	case r.Method != http.MethodConnect || !strings.HasSuffix(host, ".genesys.test"):
		_, _ = io.WriteString(conn, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
	default:
		p.mu.Lock()
		p.seen = append(p.seen, r.Host)
		p.mu.Unlock()
		to := p.to
		if strings.HasPrefix(host, "hook.") {
			to = p.hook
		}
		there, err := net.Dial("tcp", to)
		if err != nil {
			return
		}
		defer there.Close()
		_, _ = io.WriteString(conn, "HTTP/1.1 200 Connection established\r\n\r\n")
		go func() {
			_, _ = io.Copy(there, in)
			_ = there.(*net.TCPConn).CloseWrite()
		}()
		_, _ = io.Copy(conn, there)
	}
}

// url is the proxy's address with a password.
func (p *connectProxy) url(password string) string {
	escaped := strings.NewReplacer(":", "%3A", "@", "%40", "%", "%25", "/", "%2F").Replace(password)
	return "http://" + p.user + ":" + escaped + "@" + p.address
}

// run runs a command in the company's network and returns its exit code and all it said.
func (c *company) run(t *testing.T, dir string, environment []string, args ...string) (code int, said string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0], append(args, "--data", dir)...)
	kept := slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.Contains(strings.ToLower(v), "proxy") || strings.HasPrefix(v, "GENESYS_") || strings.HasPrefix(v, "WRAPCAST_")
	})
	command.Env = append(append(kept, asWrapcast+"=1", "GENESYS_LOGIN_URL=https://login.genesys.test",
		"GENESYS_API_URL=https://api.genesys.test/", "GENESYS_CLIENT_ID=script",
		"GENESYS_CLIENT_SECRET=the-secret-of-the-script"), environment...)
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	err := command.Run()
	if e, ok := errors.AsType[*exec.ExitError](err); ok {
		code = e.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{proxyPassword, c.proxy.url(proxyPassword), "the-secret-of-the-script",
		base64.StdEncoding.EncodeToString([]byte("wendy:" + proxyPassword))} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("a secret is said: %s", out.String())
		}
	}
	return code, out.String()
}

// asked reports whether the platform was asked for something of that name.
func (c *company) asked(part string) bool {
	return slices.ContainsFunc(c.platform.Requests(), func(r sim.Requests) bool {
		return strings.Contains(r.Endpoint, part) && r.Status < 300
	})
}

// A whole run goes through the company's proxy: login, API, upload, notifications and the webhook.
func TestARunThroughTheProxyOfACompany(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	dir := t.TempDir()
	config := filepath.Join(t.TempDir(), "wrapcast.yaml")
	file := filepath.Join(t.TempDir(), "proxy")
	settings := "history: {lookback_days: 60}\nnetwork: {ca_file: " + c.caFile + ", proxy_file: " + file + "}\n"
	if err := errors.Join(os.WriteFile(config, []byte(settings), 0o600), os.WriteFile(file, []byte(c.proxy.url(proxyPassword)+"\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	code, said := c.run(t, dir, nil, "doctor", "--config", config, "--json")
	if code != 0 || !strings.Contains(said, "login at https://login.genesys.test, API at https://api.genesys.test, through the proxy "+c.proxy.address) {
		t.Fatalf("doctor exited with %d: %s", code, said)
	}
	hook := []string{"WFM_WEBHOOK_URL=https://hook.genesys.test/path"}
	code, said = c.run(t, dir, hook, "run", "--config", config, "--json")
	if code != 0 || !strings.Contains(said, `"status": "completed"`) || !strings.Contains(said, `"webhook_delivered": true`) || c.messages.Load() == 0 {
		t.Fatalf("run exited with %d: %s", code, said)
	}
	for _, part := range []string{"/import", "PUT ", "/channels/"} {
		if !c.asked(part) {
			t.Errorf("no %s among %v", part, c.platform.Requests())
		}
	}
	for _, host := range []string{"login.genesys.test:443", "api.genesys.test:443", "hook.genesys.test:443"} {
		if !slices.Contains(c.proxy.seen, host) {
			t.Errorf("%s was not reached through the proxy: %v", host, c.proxy.seen)
		}
	}
	noSecretIn(t, dir)
}

// noSecretIn looks for the proxy's password in every file of the data directory.
func noSecretIn(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if bytes.Contains(text, []byte(proxyPassword)) {
			t.Errorf("%s holds the proxy's password", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What is wrong with proxy or certificates is said with what to do, and without the password.
func TestWhatIsWrongWithTheProxyIsSaid(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	right := "WRAPCAST_PROXY=" + c.proxy.url(proxyPassword)
	authority := "WRAPCAST_CA_FILE=" + c.caFile
	for name, x := range map[string]struct {
		environment []string
		exit        int
		words       []string
	}{
		"the usual environment":        {[]string{"HTTPS_PROXY=" + c.proxy.url(proxyPassword), "SSL_CERT_FILE=" + c.caFile}, 0, nil},
		"a wrong password":             {[]string{"WRAPCAST_PROXY=" + c.proxy.url("another"), authority}, 1, []string{"407", c.proxy.address, "WRAPCAST_PROXY"}},
		"a host that is not allowed":   {[]string{right, authority, "GENESYS_LOGIN_URL=https://login.example.org"}, 1, []string{"403", "does not let this machine reach login.example.org"}},
		"an authority nobody knows":    {[]string{right}, 1, []string{"unknown authority", "network.ca_file"}},
		"no such file":                 {[]string{right, authority + ".gone"}, 2, []string{"ca.pem.gone", "PEM"}},
		"a file that is no PEM":        {[]string{right, "WRAPCAST_CA_FILE=" + os.Args[0]}, 2, []string{"no certificate"}},
		"no proxy, where there is one": {[]string{"WRAPCAST_PROXY=direct", authority}, 1, []string{"login.genesys.test"}},
		"no address":                   {[]string{"WRAPCAST_PROXY=" + proxyPassword, authority}, 2, []string{"the address of the proxy cannot be used"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, said := c.run(t, t.TempDir(), x.environment, "codes")
			if code != x.exit {
				t.Errorf("exited with %d, want %d: %s", code, x.exit, said)
			}
			for _, w := range x.words {
				if !strings.Contains(said, w) {
					t.Errorf("it does not say %q: %s", w, said)
				}
			}
		})
	}
}
