package app

import (
	"errors"
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// latch has nobody new come to a door that will be closed, while whoever stands at it already is still let in. The system passes over
// whatever begins a connection and comes from farther away than no hop at all (ip(7), IP_MINTTL; ipv6(7)), and whoever sent it asks again
// in a second, or asks another process; the last step of a handshake is not looked at. It asks for no privilege, as a filter would. Closing
// the door at once would cut off those whom the system has let in and nobody here has taken.
func (d *entrance) latch() error {
	d.latched.Store(true)
	return hopsOf(d.Listener, farthest)
}

// farthest is how far a packet may go when it is sent: none that was sent with less is taken at a latched door.
const farthest = 255

// Accept takes whoever is next. Who came through a latched door is held to no distance: its own packets would be passed over too.
func (d *entrance) Accept() (net.Conn, error) {
	c, err := d.Listener.Accept()
	if err == nil && d.latched.Load() {
		_ = hopsOf(c, 0) // of a socket that is gone already, at most
	}
	return c, err
}

// hopsOf sets how many hops a packet must have left to be taken, by both kinds of addresses that a socket may have.
func hopsOf(socket any, hops int) error {
	open, ok := socket.(syscall.Conn)
	if !ok {
		return errors.New("not a socket")
	}
	raw, err := open.SyscallConn()
	if err != nil {
		return err
	}
	bad := raw.Control(func(fd uintptr) {
		err = unix.SetsockoptInt(int(fd), unix.IPPROTO_IP, unix.IP_MINTTL, hops)
		if domain, unknown := unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_DOMAIN); unknown == nil && domain == unix.AF_INET6 {
			err = errors.Join(err, unix.SetsockoptInt(int(fd), unix.IPPROTO_IPV6, unix.IPV6_MINHOPCOUNT, hops))
		}
	})
	return errors.Join(bad, err)
}
