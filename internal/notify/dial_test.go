package notify_test

import (
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"fengqiao/internal/notify"
)

// names is a resolver that says of every name what it is told to, one answer after the other, the last one for ever.
type names struct {
	conn  net.PacketConn
	said  [][]netip.Addr
	asked int // questions for the older addresses
}

func naming(t *testing.T, answers ...[]netip.Addr) string {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	n := &names{conn: conn, said: answers}
	go n.serve()
	return conn.LocalAddr().String()
}

func (n *names) serve() {
	b := make([]byte, 1500)
	for {
		size, from, err := n.conn.ReadFrom(b)
		if err != nil {
			return
		}
		var q dnsmessage.Message
		if q.Unpack(b[:size]) != nil || len(q.Questions) != 1 {
			continue
		}
		q.Response, q.Authoritative, q.Additionals = true, true, nil
		kind := q.Questions[0].Type
		if kind == dnsmessage.TypeA {
			n.asked++
		}
		for _, a := range n.said[min(max(n.asked-1, 0), len(n.said)-1)] {
			head := dnsmessage.ResourceHeader{Name: q.Questions[0].Name, Class: dnsmessage.ClassINET}
			switch {
			case a.Is4() && kind == dnsmessage.TypeA:
				q.Answers = append(q.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AResource{A: a.As4()}})
			case !a.Is4() && kind == dnsmessage.TypeAAAA:
				q.Answers = append(q.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AAAAResource{AAAA: a.As16()}})
			}
		}
		if out, err := q.Pack(); err == nil {
			_, _ = n.conn.WriteTo(out, from)
		}
	}
}

// listening counts the connections that come to an address of this machine; ":0" takes any port.
func listening(t *testing.T, address string) (port string, came *atomic.Int32) {
	t.Helper()
	came = new(atomic.Int32)
	l, err := net.Listen("tcp", address)
	must(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			came.Add(1)
			_ = c.Close()
		}
	}()
	_, port, err = net.SplitHostPort(l.Addr().String())
	must(t, err)
	return port, came
}

// insideAddresses are forty addresses inside, in every form in which a name can have one.
var insideAddresses = strings.Fields(`127.0.0.1 127.0.0.2 127.1.2.3 127.255.255.254 0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.254 100.64.0.1 100.100.100.200
	100.127.255.254 169.254.0.1 169.254.169.254 169.254.170.2 172.16.0.1 172.31.255.254 192.168.0.1 192.168.255.254 192.0.0.1 198.18.0.1
	224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 168.63.129.16 :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1
	::ffff:169.254.169.254 fe80::1 fec0::1 fc00::1 fd00:ec2::254 ff02::1 2002:7f00:1::1 2002:a00:1::1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe
	64:ff9b:1::a00:1 2001:0:7f00:1:: 2001:db8::1 192.88.99.1`)

// No name leads a message inside, whatever it is said to be; nor does an address that is written as a number, an https one or one that
// answers with another place.
func TestT16_AGatewayReachesNothingInside(t *testing.T) {
	if len(insideAddresses) < 40 {
		t.Fatalf("%d forms", len(insideAddresses))
	}
	port, came := listening(t, "127.0.0.1:0")
	for _, text := range insideAddresses {
		a := netip.MustParseAddr(text)
		if a.Is4In6() {
			continue // a resolver hands these out as the older ones; below they are written
		}
		w, err := notify.NewWeb("https://gateway.example:" + port + "/send")
		must(t, err)
		w.Asks(naming(t, []netip.Addr{a}))
		if err := w.Send(t.Context(), invitation); err == nil || !strings.Contains(err.Error(), "--gateway-inside") {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, text := range insideAddresses {
		host := netip.MustParseAddr(text).String()
		if strings.Contains(host, ":") {
			host = "[" + host + "]"
		}
		if strings.HasPrefix(host, "127.") || host == "[::1]" || host == "[::ffff:127.0.0.1]" {
			continue // this machine, by its own name
		}
		if _, err := notify.NewWeb("https://" + host + "/send"); err == nil {
			t.Errorf("%s is taken", host)
		}
	}
	for _, host := range []string{"0x7f000001", "2130706433", "0177.0.0.1", "127.1", "127.0.0.1.", "localhost."} {
		w, err := notify.NewWeb("https://" + host + ":" + port + "/send")
		if err == nil {
			w.Asks(naming(t, []netip.Addr{netip.MustParseAddr("127.0.0.1")})) // as a resolver would that knows such forms
			err = w.Send(t.Context(), invitation)
		}
		if err == nil {
			t.Errorf("%s is called", host)
		}
	}
	if came.Load() != 0 {
		t.Errorf("%d connections", came.Load())
	}
}

// A name that is said to lie where it may, and the next time inside, is looked at each time; so is a redirect, which is not followed.
func TestT16_ANameThatTurnsInsideIsNotCalled(t *testing.T) {
	port, came := listening(t, "127.0.0.1:0")
	_, may := listening(t, "127.0.0.2:"+port)
	w, err := notify.NewWeb("https://gateway.example:"+port+"/send", netip.MustParsePrefix("127.0.0.2/32"))
	must(t, err)
	first, then := netip.MustParseAddr("127.0.0.2"), netip.MustParseAddr("127.0.0.1")
	w.Asks(naming(t, []netip.Addr{first}, []netip.Addr{then}))
	if err := w.Send(t.Context(), invitation); err == nil || strings.Contains(err.Error(), "--gateway-inside") || may.Load() != 1 {
		t.Fatalf("where it may: %v, %d connections", err, may.Load())
	}
	for range 3 {
		if err := w.Send(t.Context(), invitation); err == nil || !strings.Contains(err.Error(), "--gateway-inside") {
			t.Errorf("%v", err)
		}
	}
	w.Asks(naming(t, []netip.Addr{then, first})) // both at once: the one that may be called is
	if err := w.Send(t.Context(), invitation); err == nil || may.Load() != 2 {
		t.Errorf("%v, %d connections", err, may.Load())
	}
	if came.Load() != 0 {
		t.Errorf("%d connections", came.Load())
	}
}

// The operator may name networks inside, each as a network or an address; a gateway there is called over https alone.
func TestAGatewayInsideIsNamed(t *testing.T) {
	inside, err := notify.Inside([]string{"10.3.7.9/16", "fd00::5"})
	must(t, err)
	if len(inside) != 2 || inside[0].String() != "10.3.0.0/16" || inside[1].String() != "fd00::5/128" {
		t.Errorf("%v", inside)
	}
	for address, want := range map[string]bool{"https://10.3.200.1/x": true, "https://[fd00::5]/x": true, "http://10.3.200.1/x": false, "https://10.4.0.1/x": false,
		"https://[fd00::6]/x": false, "https://93.184.215.14/x": true, "https://[2606:4700::1111]/x": true, "https://[64:ff9b::5db8:d70e]/x": true} {
		if _, err := notify.NewWeb(address, inside...); (err == nil) != want {
			t.Errorf("%s: %v", address, err)
		}
	}
	for _, bad := range []string{"", "10.3", "gateway", "10.0.0.0/33", "fe80::1%eth0"} {
		if _, err := notify.Inside([]string{bad}); err == nil {
			t.Errorf("%q is a network", bad)
		}
	}
}
