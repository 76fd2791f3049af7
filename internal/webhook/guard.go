package webhook

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"syscall"
)

// errPrivate is what dialling an address that is not public fails with.
var errPrivate = errors.New("the address is not public")

// reserved lists the stretches of address space that are not the public internet (the registries of RFC 6890). IPv6 is
// public inside 2000::/3 only, so just the exceptions in there are listed.
func reserved() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("0.0.0.0/8"),       // this network
		netip.MustParsePrefix("10.0.0.0/8"),      // private
		netip.MustParsePrefix("100.64.0.0/10"),   // carrier-grade NAT
		netip.MustParsePrefix("127.0.0.0/8"),     // loopback
		netip.MustParsePrefix("169.254.0.0/16"),  // link-local, the clouds' metadata services
		netip.MustParsePrefix("172.16.0.0/12"),   // private
		netip.MustParsePrefix("192.0.0.0/24"),    // protocol assignments
		netip.MustParsePrefix("192.0.2.0/24"),    // documentation
		netip.MustParsePrefix("192.88.99.0/24"),  // 6to4 relays
		netip.MustParsePrefix("192.168.0.0/16"),  // private
		netip.MustParsePrefix("198.18.0.0/15"),   // benchmarks
		netip.MustParsePrefix("198.51.100.0/24"), // documentation
		netip.MustParsePrefix("203.0.113.0/24"),  // documentation
		netip.MustParsePrefix("224.0.0.0/4"),     // multicast
		netip.MustParsePrefix("240.0.0.0/4"),     // reserved, broadcast
		netip.MustParsePrefix("2001::/23"),       // protocol assignments: Teredo, ORCHID
		netip.MustParsePrefix("2001:db8::/32"),   // documentation
		netip.MustParsePrefix("2002::/16"),       // 6to4, which holds any IPv4 address
		netip.MustParsePrefix("3fff::/20"),       // documentation
	}
}

// public reports whether an address belongs to the public internet. IPv4 written as IPv6 is judged as IPv4; NAT64,
// 6to4 and Teredo, which can lead to any IPv4 address, are not public.
func public(ip netip.Addr) bool {
	if !ip.IsValid() || ip.Zone() != "" {
		return false
	}
	ip = ip.Unmap()
	if ip.Is6() && !netip.MustParsePrefix("2000::/3").Contains(ip) {
		return false
	}
	for _, p := range reserved() {
		if p.Contains(ip) {
			return false
		}
	}
	return true
}

// inHouse reports whether an address is one an organisation runs servers on: private, loopback or carrier-grade NAT.
// Link-local is not: what answers there is the cloud's metadata service, and nobody's webhook.
func inHouse(ip netip.Addr) bool {
	ip = ip.Unmap()
	return ip.Zone() == "" && (ip.IsPrivate() || ip.IsLoopback() || netip.MustParsePrefix("100.64.0.0/10").Contains(ip))
}

// dialer returns a dialer that refuses addresses that are not public, unless in-house ones are allowed. It judges the
// very address it is about to connect to, so that a name which answers differently the second time gains nothing.
func dialer(allowPrivate bool, resolver *net.Resolver) *net.Dialer {
	return &net.Dialer{
		Resolver: resolver,
		ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
			target, err := netip.ParseAddrPort(address)
			if err != nil {
				return errPrivate
			}
			if ip := target.Addr(); public(ip) || allowPrivate && inHouse(ip) {
				return nil
			}
			return errPrivate
		},
	}
}
