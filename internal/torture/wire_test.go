package torture

import (
	"net"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// wire stands between the program and PostgreSQL. It can be slow, and it can stop carrying anything while it keeps every
// connection open, as a cable does that was pulled out.
type wire struct {
	listener net.Listener
	mu       sync.Mutex
	thawed   *sync.Cond
	frozen   bool
	delay    time.Duration
}

// newWire lays a wire to a database, and gives the address by which it is reached through it.
func newWire(t *testing.T, database string) (*wire, string) {
	t.Helper()
	config, err := pgconn.ParseConfig(database)
	if err != nil {
		t.Fatal(err)
	}
	network, address := pgconn.NetworkAddress(config.Host, config.Port)
	w := &wire{}
	w.thawed = sync.NewCond(&w.mu)
	if w.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.listener.Close(); w.set(false, 0) })
	go func() {
		for {
			near, err := w.listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial(network, address)
			if err != nil {
				near.Close()
				continue
			}
			go w.carry(near, far)
			go w.carry(far, near)
		}
	}()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Del("host")
	q.Del("port")
	q.Set("sslmode", "disable")
	u.Host, u.RawQuery = w.listener.Addr().String(), q.Encode()
	return w, u.String()
}

func (w *wire) carry(from, to net.Conn) {
	defer from.Close()
	defer to.Close()
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		w.wait()
		if _, failed := to.Write(buf[:n]); err != nil || failed != nil {
			return
		}
	}
}

func (w *wire) wait() {
	w.mu.Lock()
	for w.frozen {
		w.thawed.Wait()
	}
	delay := w.delay
	w.mu.Unlock()
	time.Sleep(delay)
}

// set freezes the wire or thaws it, and says how long each piece takes on its way.
func (w *wire) set(frozen bool, delay time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.frozen, w.delay = frozen, delay
	w.thawed.Broadcast()
}
