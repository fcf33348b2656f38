package notify_test

import (
	"net/netip"
	"net/url"
	"testing"

	"fengqiao/internal/notify"
)

// What is taken for a gateway's address has a host, and leaves this machine over https only.
func FuzzNewWeb(f *testing.F) {
	for _, s := range []string{"https://sms.example/send?key=1", "http://127.0.0.1:9/x", "http://10.0.0.1/", "http://[::1]/", "http://[0::1]", "http://127.example/", "http://localhost.example/", "https:///x", "https://:", "//x", "http://127.0.0.1@10.0.0.1/", "http://0x7f.1/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if _, err := notify.NewWeb(s); err != nil {
			return
		}
		u, err := url.Parse(s)
		if err != nil || u.Hostname() == "" {
			t.Fatalf("%q has no host: %v", s, err)
		}
		at, _ := netip.ParseAddr(u.Hostname())
		if here := u.Hostname() == "localhost" || at.Unmap().IsLoopback(); u.Scheme != "https" && !(u.Scheme == "http" && here) {
			t.Errorf("%q is asked in the clear", s)
		}
	})
}
