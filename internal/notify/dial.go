package notify

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"syscall"
)

// nowhere are addresses that no gateway outside has: this machine and its neighbours, networks of a house or of a cloud's own services,
// groups, examples, and forms in which one of the older addresses is hidden.
var nowhere = prefixes("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
	"192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
	"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")

var (
	everywhere = netip.MustParsePrefix("2000::/3")     // what of the newer addresses is given out at all
	translated = netip.MustParsePrefix("64:ff9b::/96") // an older address, for networks that have the newer ones alone
)

func prefixes(texts ...string) (out []netip.Prefix) {
	for _, t := range texts {
		out = append(out, netip.MustParsePrefix(t))
	}
	return out
}

// outside tells whether an address is one of the open internet.
func outside(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if translated.Contains(a) {
		b := a.As16()
		a = netip.AddrFrom4([4]byte(b[12:]))
	}
	return (a.Is4() || everywhere.Contains(a)) && !among(nowhere, a)
}

func among(networks []netip.Prefix, a netip.Addr) bool {
	return slices.ContainsFunc(networks, func(p netip.Prefix) bool { return p.Contains(a) })
}

// reach is where connections may go: to this machine alone, where the operator named it; else outside, and to the networks inside that
// the operator named.
type reach struct {
	here   bool
	inside []netip.Prefix
}

func (r reach) allows(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if r.here {
		return a.IsLoopback()
	}
	return outside(a) || among(r.inside, a)
}

// control looks at the address that is dialled, after every name was looked up: a name that answers differently the next time gains
// nothing.
func (r reach) control(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err == nil && r.allows(to.Addr()) {
		return nil
	}
	return errInside
}

var errInside = Trouble("the gateway's address lies inside; name its network with --gateway-inside if it is to be called")

func (r reach) dialer() *net.Dialer { return &net.Dialer{Timeout: sendTime, Control: r.control} }

// Inside reads the networks inside that may be called: addresses or networks, 10.3.0.0/16.
func Inside(texts []string) (out []netip.Prefix, err error) {
	for _, t := range texts {
		p, err := netip.ParsePrefix(t)
		if a, e := netip.ParseAddr(t); e == nil && a.Zone() == "" {
			p, err = netip.PrefixFrom(a, a.BitLen()), nil
		}
		if err != nil {
			return nil, fmt.Errorf("%q is no network such as 10.3.0.0/16", t)
		}
		out = append(out, p.Masked())
	}
	return out, nil
}
