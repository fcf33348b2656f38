package app

import (
	"errors"
	"net"
	"syscall"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// latch has nobody new come to a door that will be closed, while whoever stands at it already is still let in: the system drops what begins
// a connection (a TCP segment with SYN and without ACK, RFC 9293), and whoever sent it asks again in a second, or asks another process.
// Closing the door at once would cut off those whom the system has let in and nobody here has taken.
func latch(l net.Listener) error {
	door, ok := l.(syscall.Conn)
	if !ok {
		return errors.New("not a socket")
	}
	const flags, syn, ack, whole = 13, 0x02, 0x10, 1 << 18
	program, err := bpf.Assemble([]bpf.Instruction{
		bpf.LoadAbsolute{Off: flags, Size: 1},
		bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: syn | ack},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: syn, SkipTrue: 1},
		bpf.RetConstant{Val: whole},
		bpf.RetConstant{Val: 0},
	})
	if err != nil {
		return err
	}
	filter := make([]unix.SockFilter, len(program))
	for i, p := range program {
		filter[i] = unix.SockFilter{Code: p.Op, Jt: p.Jt, Jf: p.Jf, K: p.K}
	}
	raw, err := door.SyscallConn()
	if err != nil {
		return err
	}
	bad := raw.Control(func(fd uintptr) {
		err = unix.SetsockoptSockFprog(int(fd), unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]})
	})
	return errors.Join(bad, err)
}
