package app_test

import (
	"errors"
	"net"
	"syscall"
	"testing"
	"time"

	"fengqiao/internal/app"

	"golang.org/x/sys/unix"
)

// A program that is told to stop lets in whoever stands at its door, and nobody new: these find it closed in a moment and go to another.
func TestWhoStandsAtTheDoorIsLetIn(t *testing.T) {
	for _, address := range []string{"127.0.0.1:0", "[::1]:0", "[::]:0", ":0"} {
		t.Run(address, func(t *testing.T) {
			l, err := app.Listen(t.Context(), address)
			if err != nil && address != "127.0.0.1:0" {
				t.Logf("no such addresses here: %v", err)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			standAt(t, l)
		})
	}
}

func standAt(t *testing.T, l net.Listener) {
	knock := func() (net.Conn, error) { return net.DialTimeout("tcp", l.Addr().String(), 300*time.Millisecond) }
	const many = 20
	for range many {
		c, err := knock()
		if err == nil {
			defer c.Close()
			_, err = c.Write([]byte("POST"))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := app.Latch(l); err != nil {
		t.Fatal(err)
	}
	slow := onTheWay(t, l.Addr().String())
	var late net.Error
	if c, err := knock(); err == nil {
		t.Error("somebody new was let in", c.Close())
	} else if !errors.As(err, &late) || !late.Timeout() {
		t.Errorf("somebody new was told %v", err)
	}
	for range many {
		c, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		word := make([]byte, 4)
		if _, err := c.Read(word); err != nil || string(word) != "POST" {
			t.Errorf("%q, %v", word, err)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
	c, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	word := make([]byte, 4)
	err = c.SetReadDeadline(time.Now().Add(3 * time.Second))
	if err == nil {
		_, err = slow.Write([]byte("LATE"))
	}
	if err == nil {
		_, err = c.Read(word)
	}
	if err != nil || string(word) != "LATE" {
		t.Errorf("whoever was on the way through the door said %q, %v", word, err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := knock(); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("the door is closed: %v", err)
	}
}

// onTheWay comes through a latched door like somebody whose handshake was begun before it was: by packets that are passed, and then by
// ordinary ones.
func onTheWay(t *testing.T, address string) net.Conn {
	t.Helper()
	hops := func(raw syscall.RawConn, n int) (err error) {
		bad := raw.Control(func(fd uintptr) {
			err = unix.SetsockoptInt(int(fd), unix.IPPROTO_IP, unix.IP_TTL, n)
			if domain, unknown := unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_DOMAIN); unknown == nil && domain == unix.AF_INET6 {
				err = unix.SetsockoptInt(int(fd), unix.IPPROTO_IPV6, unix.IPV6_UNICAST_HOPS, n)
			}
		})
		return errors.Join(bad, err)
	}
	d := net.Dialer{Timeout: time.Second, Control: func(_, _ string, raw syscall.RawConn) error { return hops(raw, 255) }}
	c, err := d.DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	raw, err := c.(syscall.Conn).SyscallConn()
	if err == nil {
		err = hops(raw, 64)
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}
