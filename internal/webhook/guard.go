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
// 6to4, Teredo and ISATAP, which can lead to any IPv4 address, are not public.
func public(ip netip.Addr) bool {
	if !ip.IsValid() || ip.Zone() != "" {
		return false
	}
	if ip = ip.Unmap(); metadata(ip) || isatap(ip) {
		return false
	}
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

// isatap reports whether an IPv6 address leads to an IPv4 address of the network it is asked in (RFC 5214).
func isatap(ip netip.Addr) bool {
	b := ip.As16()
	return ip.Is6() && b[8]&^2 == 0 && b[9] == 0 && b[10] == 0x5e && b[11] == 0xfe
}

// inHouse reports whether an address is one an organisation runs servers on: private (RFC 1918, unique local) or
// loopback. Link-local and carrier-grade NAT are not: what answers there is the cloud's or the carrier's.
func inHouse(ip netip.Addr) bool {
	ip = ip.Unmap()
	return ip.Zone() == "" && (ip.IsPrivate() || ip.IsLoopback()) && !metadata(ip)
}

// metadata reports whether a cloud's metadata service answers at an address that would pass as private or public: it
// gives keys to whoever asks, and is nobody's webhook.
func metadata(ip netip.Addr) bool {
	for _, p := range []netip.Prefix{
		netip.MustParsePrefix("168.63.129.16/32"), // Azure
		netip.MustParsePrefix("fd00:ec2::/32"),    // Amazon
		netip.MustParsePrefix("fd20:ce::/32"),     // Google
		netip.MustParsePrefix("fd00:42::42/128"),  // Scaleway
		netip.MustParsePrefix("fd00:c1::/32"),     // Oracle
	} {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}

// dialer returns a dialer that refuses addresses that are not public, unless the settings allow them. It judges the
// very address it is about to connect to, so that a name which answers differently the second time gains nothing.
func dialer(config Config) *net.Dialer {
	return &net.Dialer{
		Resolver: config.Resolver,
		ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
			target, err := netip.ParseAddrPort(address)
			if err != nil || !config.mayReach(target.Addr()) {
				return errPrivate
			}
			return nil
		},
	}
}

// mayReach reports whether messages may go to an address.
func (c Config) mayReach(ip netip.Addr) bool {
	return public(ip) || c.AllowPrivate && inHouse(ip) ||
		c.AllowLoopback && ip.Zone() == "" && ip.Unmap().IsLoopback()
}
