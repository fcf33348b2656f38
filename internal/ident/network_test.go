package ident_test

import (
	"testing"

	"fengqiao/internal/ident"
)

func TestAddressesAreCountedByTheirNetwork(t *testing.T) {
	for address, want := range map[string]string{
		"198.51.100.7": "198.51.100.7", "::ffff:198.51.100.7": "198.51.100.7", "2001:db8:0:7::1": "2001:db8:0:7::/64",
		"2001:db8:0:7:a1b2:c3d4:e5f6:1": "2001:db8:0:7::/64", "2001:db8:0:8::1": "2001:db8:0:8::/64", "fe80::1%eth0": "fe80::/64", "": "", "a name": "",
	} {
		if got := ident.Network(address); got != want {
			t.Errorf("%q is counted as %q, want %q", address, got, want)
		}
	}
}
