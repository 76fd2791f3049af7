package steps_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys"
	"github.com/wrapcast/wrapcast/internal/sim"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/webhook"
)

// chaosMinute is how long a minute takes: a second, four under the race detector, or as long as a machine with other
// work needs. Patience with a single answer is the one thing that is measured in real time, and is that long too.
func chaosMinute() time.Duration {
	switch {
	case *chaosPace > 0:
		return *chaosPace
	case underRace:
		return 4 * time.Second
	}
	return time.Second
}

// chaosSpeed is how much faster than real time chaos happens.
func chaosSpeed() int { return int(time.Minute / chaosMinute()) }

// patience is how long an import is waited and looked for where it can be found.
const patience = 20 * time.Minute

// chaosNoon is when every chaotic run begins, so that all forecast from the same day on: a Monday noon in New York.
var chaosNoon = time.Date(2026, time.November, 23, 17, 0, 30, 0, time.UTC)

// chaosClock runs fast, and is off by so much.
func chaosClock(began time.Time, off time.Duration) wrapcast.Clock {
	return wrapcast.Clock{
		Now: func() time.Time { return chaosNoon.Add(time.Since(began)*time.Duration(chaosSpeed()) + off) },
		Sleep: func(ctx context.Context, d time.Duration) error {
			timer := time.NewTimer(d / time.Duration(chaosSpeed()))
			defer timer.Stop()
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-timer.C:
				return nil
			}
		},
	}
}

// setting is what a case changes of the world before the run.
type setting struct {
	// faults are ordered of the platform.
	faults string
	// network is what happens between wrapcast and the platform; nil is nothing.
	network *badNetwork
	// clockOff is how wrong wrapcast's clock is, tokenLife how long tokens live; 0 is as usual.
	clockOff, tokenLife time.Duration
	target              wrapcast.Target
	// importDelay is how long the platform takes for an import; 0 is as usual.
	importDelay time.Duration
	// impatient is waiting and looking for an import for the usual minutes, where there may be nothing to find.
	// Otherwise that takes so long that a machine with other work has the time as well.
	impatient bool
	// switches are those of the simulator, and heartbeat how often its sockets show that they live.
	switches  sim.Switches
	heartbeat time.Duration
	// client changes the settings of wrapcast's client.
	client func(*genesys.Config)
	// postgres keeps everything in a database.
	postgres bool
}

// chaosWorld is a tiny organisation in which everything can go wrong.
type chaosWorld struct {
	*world
	began time.Time
	// platform and hook are the ways to the simulator and to the webhook's receiver.
	platform, hook *gate
}

func newChaosWorld(t *testing.T, s setting) *chaosWorld {
	t.Helper()
	w := &chaosWorld{began: time.Now()}
	orders, err := sim.ParseFaults(s.faults)
	if err != nil {
		t.Fatal(err)
	}
	server, err := sim.New(sim.Options{Clock: chaosClock(w.began, 0), Queues: 2, Codes: 3, History: 21, Volume: 2,
		RequestsPerMinute: 100_000, ImportDelay: s.importDelay, TokenLife: s.tokenLife, Faults: orders, Switches: s.switches, Heartbeat: s.heartbeat})
	if err != nil {
		t.Fatal(err)
	}
	receiver, err := webhook.NewReceiver(webhook.ReceiverConfig{Secrets: []string{secret}, Clock: chaosClock(w.began, s.clockOff)})
	if err != nil {
		t.Fatal(err)
	}
	w.platform, w.hook = &gate{Handler: server}, &gate{Handler: receiver}
	platform, hook := s.network.serve(w.platform), httptest.NewServer(w.hook)
	t.Cleanup(func() { server.Close(); platform.Close(); hook.Close() })
	w.world = &world{sim: server, url: platform.URL, receiver: receiver, dir: t.TempDir(), database: database(t, s.postgres)}
	first := server.Start()
	w.spec = steps.Spec{Actor: "chaos", Webhook: hook.URL, HistoryFrom: &first, Algorithm: "seasonalNaive", HorizonDays: 14, Target: s.target, AwaitFor: patience, LookFor: patience}
	if s.impatient {
		w.spec.AwaitFor, w.spec.LookFor = 0, 0
	}
	w.WrapUpForecaster = w.forecaster(t, s)
	return w
}

// forecaster is wrapcast in this world, with the settings of a real one but for the shorter chunks.
func (w *chaosWorld) forecaster(t *testing.T, s setting) *steps.WrapUpForecaster {
	t.Helper()
	clock := chaosClock(w.began, s.clockOff)
	kept, err := store.Open(t.Context(), w.place())
	if err != nil {
		t.Fatal(err)
	}
	settings := genesys.Config{BaseURL: w.url, ClientID: w.sim.ClientID(), ClientSecret: w.sim.ClientSecret(), Clock: clock,
		RequestsPerMinute: 100_000, ChunkDays: 7, AttemptTimeout: chaosMinute(), Transport: s.network.transport()}
	if s.client != nil {
		s.client(&settings)
	}
	client, err := genesys.New(settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close(); _ = kept.Close() })
	sender, err := webhook.New(webhook.Config{Secrets: []string{secret}, Clock: clock, AllowPrivate: true})
	if err != nil {
		t.Fatal(err)
	}
	return &steps.WrapUpForecaster{Store: kept, Source: genesys.Source{Client: client}, Targets: targets(client, false), Sender: sender, Clock: clock, NewID: newID, Holder: "chaos"}
}

// badNetwork fails in the places between wrapcast and the platform: it opens a connection for every request, so that
// each may fail to be opened.
type badNetwork struct {
	// noName are the connections, counted from 1, for which the name is not found: for now, or for good.
	noName  [2]int64
	forGood bool
	// strange are the connections that meet somebody else's certificate.
	strange [2]int64

	dials, handshakes atomic.Int64
	roots             *x509.CertPool
}

func within(n int64, bounds [2]int64) bool { return bounds[0] <= n && n <= bounds[1] }

// serve puts the platform behind TLS where certificates matter.
func (b *badNetwork) serve(platform http.Handler) *httptest.Server {
	if b == nil || b.strange[0] == 0 {
		return httptest.NewServer(platform)
	}
	s := httptest.NewUnstartedServer(platform)
	good, stranger := selfSigned(), selfSigned()
	b.roots = x509.NewCertPool()
	b.roots.AddCert(good.Leaf)
	s.TLS = &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
		if within(b.handshakes.Add(1), b.strange) {
			return &tls.Config{Certificates: []tls.Certificate{stranger}}, nil
		}
		return &tls.Config{Certificates: []tls.Certificate{good}}, nil
	}}
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // it would tell of every handshake that fails
	s.StartTLS()
	return s
}

func (b *badNetwork) transport() http.RoundTripper {
	if b == nil {
		return nil
	}
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		if within(b.dials.Add(1), b.noName) {
			return nil, &net.OpError{Op: "dial", Net: network, Err: &net.DNSError{Err: "no such host", Name: address, IsNotFound: b.forGood, IsTemporary: !b.forGood}}
		}
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}
	return &http.Transport{DialContext: dial, TLSClientConfig: &tls.Config{RootCAs: b.roots}, DisableKeepAlives: true, DisableCompression: true}
}

// selfSigned is a certificate of 127.0.0.1 that answers for itself.
func selfSigned() tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "chaos"}, NotBefore: time.Unix(0, 0),
		NotAfter: time.Now().AddDate(10, 0, 0), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}
