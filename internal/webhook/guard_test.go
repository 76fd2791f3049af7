package webhook

import (
	"context"
	"encoding/binary"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/wrapcast/wrapcast"
)

func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

func TestPublicAndOtherAddresses(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]struct{ public, inHouse bool }{
		"93.184.216.34":                   {true, false},
		"8.8.8.8":                         {true, false},
		"172.15.255.255":                  {true, false},
		"172.32.0.1":                      {true, false},
		"100.63.255.255":                  {true, false},
		"2606:2800:220:1:248:1893:25c8:1": {true, false},
		"::ffff:8.8.8.8":                  {true, false},

		"127.0.0.1":        {false, true},
		"127.255.255.254":  {false, true},
		"10.1.2.3":         {false, true},
		"172.16.0.1":       {false, true},
		"172.31.255.255":   {false, true},
		"192.168.1.1":      {false, true},
		"100.64.0.1":       {false, true},
		"::1":              {false, true},
		"fd12:3456::1":     {false, true},
		"fc00::1":          {false, true},
		"::ffff:127.0.0.1": {false, true},
		"::ffff:10.0.0.1":  {false, true},

		"0.0.0.0":            {false, false},
		"0.1.2.3":            {false, false},
		"169.254.169.254":    {false, false},
		"192.0.0.170":        {false, false},
		"192.0.2.1":          {false, false},
		"192.88.99.1":        {false, false},
		"198.18.0.1":         {false, false},
		"198.51.100.7":       {false, false},
		"203.0.113.9":        {false, false},
		"224.0.0.1":          {false, false},
		"239.255.255.250":    {false, false},
		"255.255.255.255":    {false, false},
		"::":                 {false, false},
		"::7f00:1":           {false, false}, // IPv4-compatible 127.0.0.1
		"::ffff:169.254.0.1": {false, false},
		"::ffff:0:7f00:1":    {false, false}, // IPv4-translated
		"64:ff9b::7f00:1":    {false, false}, // NAT64 of 127.0.0.1
		"64:ff9b:1::a00:1":   {false, false},
		"100::1":             {false, false},
		"2001::1":            {false, false}, // Teredo
		"2001:db8::1":        {false, false},
		"2002:7f00:1::":      {false, false}, // 6to4 of 127.0.0.1
		"3fff::1":            {false, false},
		"5f00::1":            {false, false},
		"fe80::1":            {false, false},
		"fe80::1%eth0":       {false, false},
		"fec0::1":            {false, false},
		"ff02::1":            {false, false},
		"fd00:ec2::254%eth0": {false, false},
		"4000::1":            {false, false},
	} {
		ip := netip.MustParseAddr(address)
		if public(ip) != want.public || inHouse(ip) != want.inHouse {
			t.Errorf("%s: public %v, in-house %v; want %v, %v", address, public(ip), inHouse(ip), want.public, want.inHouse)
		}
	}
	if public(netip.Addr{}) || inHouse(netip.Addr{}) {
		t.Error("no address is public or in-house")
	}
}

func TestPrivateAddressesAreRefusedWhateverTheyAreCalled(t *testing.T) {
	t.Parallel()
	var reached atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Store(true) }))
	defer server.Close()
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	for _, host := range []string{"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0", "[::]", "127.1", "2130706433", "0x7f000001", "0177.0.0.1"} {
		status, err := sender(t, Config{Resolver: loopbackResolver(t)}).Send(t.Context(), delivery("http://"+host+":"+port+"/"))
		if status != 0 || err == nil || reached.Load() {
			t.Errorf("%s: status %d, %v, reached %v", host, status, err, reached.Load())
		}
	}
	_, err := sender(t, Config{}).Send(t.Context(), delivery(server.URL))
	if wrapcast.KindOf(err) != wrapcast.Refused || !Permanent(err) || !strings.Contains(err.Error(), "not on the public internet") || wrapcast.Hint(err) == "" {
		t.Errorf("%v", err)
	}
}

func TestAllowingPrivateAddressesDoesNotAllowTheMetadataService(t *testing.T) {
	t.Parallel()
	s := sender(t, Config{AllowPrivate: true})
	for _, host := range []string{"169.254.169.254", "[fe80::1%25lo]", "[::ffff:169.254.169.254]", "224.0.0.1", "255.255.255.255"} {
		if _, err := s.Send(t.Context(), delivery("http://"+host+"/latest/meta-data")); !Permanent(err) {
			t.Errorf("%s: %v", host, err)
		}
	}
}

// TestANameThatChangesItsMindGainsNothing plays DNS rebinding: the first answer is public, every later one is this
// machine.
func TestANameThatChangesItsMindGainsNothing(t *testing.T) {
	t.Parallel()
	var reached atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Store(true) }))
	defer server.Close()
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())

	var asked atomic.Int32
	resolver := dns(t, func() [4]byte {
		if asked.Add(1) == 1 {
			return [4]byte{93, 184, 216, 34}
		}
		return [4]byte{127, 0, 0, 1}
	})
	if ips, err := resolver.LookupNetIP(t.Context(), "ip4", "rebind.example"); err != nil || !public(ips[0]) {
		t.Fatalf("the check before would have passed: %v, %v", ips, err)
	}
	for range 3 {
		if _, err := sender(t, Config{Resolver: resolver}).Send(t.Context(), delivery("http://rebind.example:"+port)); !Permanent(err) || reached.Load() {
			t.Errorf("%v, reached %v", err, reached.Load())
		}
	}
	if _, err := sender(t, Config{Resolver: resolver, AllowPrivate: true}).Send(t.Context(), delivery("http://rebind.example:"+port)); err != nil || !reached.Load() {
		t.Errorf("allowed: %v, reached %v", err, reached.Load())
	}
}

// loopbackResolver says 127.0.0.1 to every name, as a C library would to 2130706433.
func loopbackResolver(t *testing.T) *net.Resolver {
	t.Helper()
	return dns(t, func() [4]byte { return [4]byte{127, 0, 0, 1} })
}

// dns is a resolver that asks a name server of its own, which gives the next answer to every question for an IPv4
// address.
func dns(t *testing.T, next func() [4]byte) *net.Resolver {
	t.Helper()
	conn, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buffer := make([]byte, 512)
		for {
			n, peer, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			_, _ = conn.WriteTo(dnsAnswer(buffer[:n], next), peer)
		}
	}()
	t.Cleanup(func() {
		conn.Close()
		<-done
	})
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

// dnsAnswer answers a question of RFC 1035 with one A record that is not to be kept, and any other type with nothing.
func dnsAnswer(question []byte, next func() [4]byte) []byte {
	end := 12
	for question[end] != 0 {
		end += int(question[end]) + 1
	}
	end += 5 // the root label, type and class
	kind := binary.BigEndian.Uint16(question[end-4:])
	answer := append([]byte(nil), question[:end]...)
	answer[2], answer[3] = 0x81, 0x80            // a response, recursion available
	copy(answer[6:12], []byte{0, 0, 0, 0, 0, 0}) // no records
	if kind == 1 {
		answer[7] = 1
		ip := next()
		answer = append(answer, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ip[0], ip[1], ip[2], ip[3])
	}
	return answer
}
