// Package cluster starts a throw-away PostgreSQL in a temporary folder and makes sure that it goes away again, however
// the process that wanted it ends.
package cluster

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// ErrNone says that PostgreSQL is not installed here.
var ErrNone = errors.New("PostgreSQL is not installed: neither initdb nor postgres is in PATH or /usr/lib/postgresql/*/bin")

// ThrownAway is set in the environment of whoever uses a server that goes away with all that is left on it.
const ThrownAway = "FENGQIAO_TEST_DATABASE_THROWN_AWAY"

const superuser = "fengqiao"

// Start makes a fresh cluster and returns the address of its maintenance database. A watchdog stops the server and
// removes its folder as soon as this process is gone: it holds one end of a pipe, and a pipe closes even on a panic.
// Settings ("fsync=on") overrule those that make a server for tests fast.
func Start(ctx context.Context, settings ...string) (address string, err error) {
	s, err := New(ctx, settings...)
	if err != nil {
		return "", err
	}
	return s.Address, nil
}

// Server is a cluster whose server can be ended and started again.
type Server struct {
	Address string // of its maintenance database
	Folder  string // holds its socket

	binary   string // postgres
	as       *syscall.SysProcAttr
	watch    io.Writer
	settings []string
	process  *exec.Cmd
	gone     chan struct{} // closed when the process has ended
}

// New makes a cluster as Start does.
func New(ctx context.Context, settings ...string) (*Server, error) {
	return NewOn(ctx, nil, settings...)
}

// NewOn makes a cluster whose data and whose write-ahead log lie in the folders data and wal of its own folder, each on a disk that the
// caller puts there. The log is cut in pieces of a megabyte: such disks are small.
func NewOn(ctx context.Context, disk func(folder string) error, settings ...string) (*Server, error) {
	initdb, binary, err := binaries()
	if err != nil {
		return nil, err
	}
	s, err := place(binary, settings)
	if err != nil {
		return nil, err
	}
	args := []string{"-D", s.Folder + "/data", "-U", superuser, "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"}
	if disk != nil {
		args = append(args, "--waldir", s.Folder+"/wal", "--wal-segsize", "1")
		for _, folder := range []string{s.Folder + "/data", s.Folder + "/wal"} {
			if err := errors.Join(os.Mkdir(folder, 0o700), disk(folder), s.owns(folder)); err != nil {
				return nil, err
			}
		}
	}
	if err := run(ctx, s.as, initdb, args...); err != nil {
		return nil, err
	}
	return s, s.Start(ctx)
}

// owns gives a folder to whoever runs the server.
func (s *Server) owns(folder string) error {
	if s.as.Credential == nil {
		return nil
	}
	return os.Chown(folder, int(s.as.Credential.Uid), int(s.as.Credential.Gid))
}

// place is a folder for a server, which goes with this process.
func place(binary string, settings []string) (s *Server, err error) {
	dir, err := os.MkdirTemp("", "fengqiao-pg-")
	if err != nil {
		return nil, err
	}
	s = &Server{Address: "postgres://" + superuser + "@/postgres?host=" + dir, Folder: dir, binary: binary, settings: settings}
	if s.watch, err = newWatchdog(dir); err != nil {
		return nil, err
	}
	s.as, err = unprivileged(dir)
	return s, err
}

// Standby makes a second server that follows this one, as pg_basebackup -R makes it, and has this one acknowledge nothing that the
// other does not have on its disk.
func (s *Server) Standby(ctx context.Context) (*Server, error) {
	to, err := place(s.binary, s.settings)
	if err != nil {
		return nil, err
	}
	if err := run(ctx, s.as, s.beside("pg_basebackup"), "-d", "host="+s.Folder+" user="+superuser, "-D", to.Folder+"/data", "-R", "-X", "stream",
		"--checkpoint=fast", "--no-sync"); err != nil {
		return nil, err
	}
	if err := to.Start(ctx); err != nil {
		return nil, err
	}
	return to, s.does(ctx, "ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()")
}

// beside is one of PostgreSQL's other programs: where the server's own lies, which a link may only point to.
func (s *Server) beside(name string) string {
	if real, err := filepath.EvalSymlinks(s.binary); err == nil {
		if path, err := exec.LookPath(filepath.Join(filepath.Dir(real), name)); err == nil {
			return path
		}
	}
	all, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if len(all) == 0 {
		return name
	}
	return slices.MaxFunc(all, func(a, b string) int { return version(filepath.Dir(a)) - version(filepath.Dir(b)) })
}

// Promote makes a standby the server that is written to.
func (s *Server) Promote(ctx context.Context) error { return s.does(ctx, "SELECT pg_promote(true)") }

func (s *Server) does(ctx context.Context, statements ...string) error {
	pool, err := sql.Open("pgx", s.Address)
	if err != nil {
		return err
	}
	defer pool.Close()
	for _, each := range statements {
		if _, err := pool.ExecContext(ctx, each); err != nil {
			return fmt.Errorf("%s: %w", each, err)
		}
	}
	return nil
}

// Crash ends the server at once, as pg_ctl stop -m immediate does: nothing is written any more.
func (s *Server) Crash() error {
	if err := s.process.Process.Signal(syscall.SIGQUIT); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("crash postgres: %w", err)
	}
	<-s.gone
	return nil
}

// Said is how many lines of the server's log hold some words.
func (s *Server) Said(words string) (n int) {
	log, _ := os.ReadFile(s.Folder + "/log") // a server that was never started has said nothing
	for line := range strings.Lines(string(log)) {
		if strings.Contains(line, words) {
			n++
		}
	}
	return n
}

// Runs tells whether the server is there; one that found its disk full may have ended by itself.
func (s *Server) Runs() bool {
	select {
	case <-s.gone:
		return false
	default:
		return true
	}
}

// Again waits until the server answers, and starts it where it has ended or ends while it is waited for.
func (s *Server) Again(ctx context.Context) error {
	for {
		if !s.Runs() {
			return s.Start(ctx)
		}
		if err := s.does(ctx, "SELECT 1"); err == nil || ctx.Err() != nil {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// binaries finds initdb and postgres: in PATH, else the newest of Debian's versions.
func binaries() (initdb, server string, err error) {
	i, errI := exec.LookPath("initdb")
	p, errP := exec.LookPath("postgres")
	if errI == nil && errP == nil {
		return i, p, nil
	}
	dirs, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	slices.SortFunc(dirs, func(a, b string) int { return version(b) - version(a) })
	for _, d := range dirs {
		if _, err := os.Stat(d + "/initdb"); err == nil {
			return d + "/initdb", d + "/postgres", nil
		}
	}
	return "", "", ErrNone
}

func version(bin string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(bin)))
	return n
}

// unprivileged gives the folder to somebody who is not root: PostgreSQL refuses to run as root.
func unprivileged(dir string) (*syscall.SysProcAttr, error) {
	if os.Getuid() != 0 {
		return &syscall.SysProcAttr{Setpgid: true}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, _ := strconv.ParseUint(u.Uid, 10, 32)
		gid, _ := strconv.ParseUint(u.Gid, 10, 32)
		cred := &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		return &syscall.SysProcAttr{Setpgid: true, Credential: cred}, os.Chown(dir, int(uid), int(gid))
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is no user postgres or nobody to run it as")
}

// held keeps the pipes open: one that nobody holds is closed by the garbage collector, and the server stops.
var held sync.Map

// newWatchdog starts a shell that waits for its standard input to close, stops the server named in the folder, and
// removes the folder.
func newWatchdog(dir string) (io.Writer, error) {
	const script = `while read -r pid; do server=$pid; done
[ -n "$server" ] && kill -QUIT "$server" 2>/dev/null && while kill -0 "$server" 2>/dev/null; do sleep 0.05; done
rm -rf "$1"`
	cmd := exec.Command("/bin/sh", "-c", script, "sh", dir) //nolint:noctx // outlives every context on purpose
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}   // Ctrl-C must not end it first
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	held.Store(in, true)
	return in, cmd.Start()
}

func run(ctx context.Context, as *syscall.SysProcAttr, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.SysProcAttr, cmd.Dir = as, "/"
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", filepath.Base(name), err, out)
	}
	return nil
}

// Start starts the server on a socket in its folder, tells the watchdog its process id, and waits until it answers. Nothing
// it writes is worth keeping, so it never waits for the disk unless the settings say so.
func (s *Server) Start(ctx context.Context) error {
	log, err := os.OpenFile(s.Folder+"/log", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(s.binary, "-D", s.Folder+"/data", "-k", s.Folder, //nolint:noctx // lives as long as the process
		"-c", "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off",
		"-c", "max_connections=300", "-c", "shared_buffers=64MB", "-c", "autovacuum=off")
	for _, setting := range s.settings {
		cmd.Args = append(cmd.Args, "-c", setting)
	}
	cmd.SysProcAttr, cmd.Dir, cmd.Stdout, cmd.Stderr = s.as, "/", log, log
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	gone := make(chan struct{})
	s.process, s.gone = cmd, gone
	go func() {
		_ = cmd.Wait() // it is made to fail, or its disk fails it
		close(gone)
	}()
	if _, err = fmt.Fprintln(s.watch, cmd.Process.Pid); err != nil {
		return err
	}
	return await(ctx, s.Address, s.Folder)
}

func await(ctx context.Context, address, dir string) error {
	pool, err := sql.Open("pgx", address)
	if err != nil {
		return err
	}
	defer pool.Close()
	for range 200 {
		if err = pool.PingContext(ctx); err == nil {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	log, _ := os.ReadFile(dir + "/log")
	return fmt.Errorf("postgres did not start: %w\n%s", err, log)
}
