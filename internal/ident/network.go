package ident

import "net/netip"

// Network is what an address of the Internet is counted as: an older address by itself, and of the newer ones the 64 bits that one
// subscriber has to themselves, who may take another address within them for every request. "" for what is no address.
func Network(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return ""
	}
	if a = a.Unmap().WithZone(""); a.Is4() {
		return a.String()
	}
	p, err := a.Prefix(64)
	if err != nil {
		return ""
	}
	return p.String()
}
