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
	"slices"
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
		"::1":              {false, true},
		"fd12:3456::1":     {false, true},
		"fc00::1":          {false, true},
		"::ffff:127.0.0.1": {false, true},
		"::ffff:10.0.0.1":  {false, true},

		"100.64.0.1":             {false, false},
		"100.127.255.255":        {false, false},
		"::ffff:100.64.0.1":      {false, false},
		"168.63.129.16":          {false, false}, // Azure's metadata service
		"fd00:ec2::254":          {false, false}, // Amazon's
		"fd20:ce::254":           {false, false}, // Google's
		"2606:2800::5efe:7f00:1": {false, false}, // ISATAP of 127.0.0.1
		"0.0.0.0":                {false, false},
		"0.1.2.3":                {false, false},
		"169.254.169.254":        {false, false},
		"192.0.0.170":            {false, false},
		"192.0.2.1":              {false, false},
		"192.88.99.1":            {false, false},
		"198.18.0.1":             {false, false},
		"198.51.100.7":           {false, false},
		"203.0.113.9":            {false, false},
		"224.0.0.1":              {false, false},
		"239.255.255.250":        {false, false},
		"255.255.255.255":        {false, false},
		"::":                     {false, false},
		"::7f00:1":               {false, false}, // IPv4-compatible 127.0.0.1
		"::ffff:169.254.0.1":     {false, false},
		"::ffff:0:7f00:1":        {false, false}, // IPv4-translated
		"64:ff9b::7f00:1":        {false, false}, // NAT64 of 127.0.0.1
		"64:ff9b:1::a00:1":       {false, false},
		"100::1":                 {false, false},
		"2001::1":                {false, false}, // Teredo
		"2001:db8::1":            {false, false},
		"2002:7f00:1::":          {false, false}, // 6to4 of 127.0.0.1
		"3fff::1":                {false, false},
		"5f00::1":                {false, false},
		"fe80::1":                {false, false},
		"fe80::1%eth0":           {false, false},
		"fec0::1":                {false, false},
		"ff02::1":                {false, false},
		"fd00:ec2::254%eth0":     {false, false},
		"4000::1":                {false, false},
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

// specialPurpose has the blocks of IANA's registries of special-purpose addresses (IPv4 and IPv6, as of 2025), of
// multicast, and of IPv6 space that nobody was given. Whether the registry calls a block globally reachable does not
// matter where it leads into IPv4 or belongs to a protocol: none is where a company has its webhook.
const specialPurpose = `
0.0.0.0/8 0.0.0.0/32 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.0.0/29
192.0.0.8/32 192.0.0.9/32 192.0.0.10/32 192.0.0.170/32 192.0.0.171/32 192.0.2.0/24 192.88.99.0/24 192.88.99.2/32
192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 240.0.0.0/4 255.255.255.255/32 224.0.0.0/4
::1/128 ::/128 ::/96 ::ffff:0:0/128 64:ff9b::/96 64:ff9b:1::/48 100::/64 100:0:0:1::/64 2001::/23 2001::/32 2001:1::1/128
2001:1::2/128 2001:1::3/128 2001:2::/48 2001:3::/32 2001:4:112::/48 2001:10::/28 2001:20::/28 2001:30::/28
2001:db8::/32 2002::/16 3fff::/20 5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8
::ffff:0:0:0/96 200::/7 4000::/3 6000::/3 8000::/3 a000::/3 c000::/3 e000::/4 f000::/5 f800::/6 fe00::/9`

// TestNothingOfTheSpecialRegistriesIsReached tries the first, the second, the middle and the last address of every
// block: what is private or loopback is reached where that is allowed, everything else never is. Around the blocks of
// IPv4 the internet is public.
func TestNothingOfTheSpecialRegistriesIsReached(t *testing.T) {
	t.Parallel()
	private := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"),
		netip.MustParsePrefix("192.168.0.0/16"), netip.MustParsePrefix("fc00::/7")}
	loopback := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	within := func(ip netip.Addr, some []netip.Prefix) bool {
		return slices.ContainsFunc(some, func(p netip.Prefix) bool { return p.Contains(ip) })
	}
	closed, hosts, local := Config{}, Config{AllowPrivate: true}, Config{AllowLoopback: true}
	for _, text := range strings.Fields(specialPurpose) {
		for _, ip := range placesIn(netip.MustParsePrefix(text)) {
			mine, here := within(ip, private), within(ip, loopback)
			if closed.mayReach(ip) || hosts.mayReach(ip) != (mine || here) || local.mayReach(ip) != here {
				t.Errorf("%s of %s: reached %v, where private is allowed %v, where loopback is %v", ip, text,
					closed.mayReach(ip), hosts.mayReach(ip), local.mayReach(ip))
			}
			if ip.Is4() {
				if mapped := netip.AddrFrom16(ip.As16()); closed.mayReach(mapped) || hosts.mayReach(mapped) != (mine || here) {
					t.Errorf("%s is judged otherwise than %s", mapped, ip)
				}
			}
		}
	}
	for _, ip := range []string{"1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
		"169.253.255.255", "169.255.0.0", "172.32.0.0", "192.0.1.0", "192.167.255.255", "198.17.255.255", "198.20.0.0", "223.255.255.255",
		"2001:200::1", "2003::1", "2606:4700::1111", "2a00:1450:4001::1"} {
		if !closed.mayReach(netip.MustParseAddr(ip)) {
			t.Errorf("%s is public and refused", ip)
		}
	}
}

// placesIn are some addresses of a block: its ends, the one after its first, and one in its middle.
func placesIn(p netip.Prefix) []netip.Addr {
	first := p.Masked().Addr()
	raw := first.AsSlice()
	last, middle := slices.Clone(raw), slices.Clone(raw)
	for bit := p.Bits(); bit < len(raw)*8; bit++ {
		last[bit/8] |= 0x80 >> (bit % 8)
		if bit > p.Bits() {
			middle[bit/8] |= 0x80 >> (bit % 8)
		}
	}
	var all []netip.Addr
	for _, b := range [][]byte{raw, last, middle} {
		ip, _ := netip.AddrFromSlice(b)
		all = append(all, ip)
	}
	if next := first.Next(); p.Contains(next) {
		all = append(all, next)
	}
	return all
}

// A simulator on this machine lets messages stay on it, and lets them go nowhere else that is not public.
func TestLoopbackAloneCanBeAllowed(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	s := sender(t, Config{AllowLoopback: true})
	if _, err := s.Send(t.Context(), delivery(server.URL)); err != nil {
		t.Error(err)
	}
	for _, host := range []string{"10.1.2.3", "192.168.0.1", "100.64.0.1", "[fd12::1]", "169.254.169.254", "0.0.0.0"} {
		if _, err := s.Send(t.Context(), delivery("http://"+host+"/")); !Permanent(err) {
			t.Errorf("%s: %v", host, err)
		}
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
	for _, host := range []string{"169.254.169.254", "[fe80::1%25lo]", "[::ffff:169.254.169.254]", "224.0.0.1", "255.255.255.255",
		"100.64.0.1", "100.100.100.200", "168.63.129.16", "[fd00:ec2::254]", "[fd20:ce::254]"} {
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
