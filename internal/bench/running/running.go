// Package running starts a program that serves, knows where it listens, and ends it: politely, or as a power cut would.
package running

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"time"
)

// Program is a server that runs.
type Program struct {
	Name    string
	Address string
	Ready   time.Duration // from its start until it listened
	PID     int
	end     func(cause error) // and waits for its end
}

// Stop ends the program politely.
func (p *Program) Stop() { p.end(nil) }

// Kill ends the program in the middle of whatever it does.
func (p *Program) Kill() { p.end(errKilled) }

var errKilled = errors.New("killed")

const (
	toLoad = 60 * time.Minute // a city on a busy machine
	toStop = 20 * time.Second
)

// Start runs a server and waits until it says where it listens. What it logs goes to a file in the folder.
func Start(ctx context.Context, folder, name, path string, env []string, args ...string) (*Program, error) {
	log, err := os.OpenFile(filepath.Join(folder, name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("log of %s: %w", name, err)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env, cmd.Stderr = append(os.Environ(), env...), log
	cmd.WaitDelay = toStop
	cmd.Cancel = func() error {
		if errors.Is(context.Cause(ctx), errKilled) {
			return cmd.Process.Kill()
		}
		return cmd.Process.Signal(syscall.SIGTERM)
	}
	p := &Program{Name: name}
	p.end = func(cause error) {
		cancel(cause)
		_ = cmd.Wait() // it was told to end; how it did does not matter
		_ = log.Close()
	}
	if err := p.launch(cmd); err != nil {
		p.Stop()
		return nil, fmt.Errorf("%s: %w\n%s", name, err, tail(log.Name()))
	}
	return p, nil
}

// launch starts the command and waits for its address.
func (p *Program) launch(cmd *exec.Cmd) error {
	out, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("its output: %w", err)
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start: %w", err)
	}
	p.PID = cmd.Process.Pid
	p.Address, err = listens(out)
	p.Ready = time.Since(began)
	return err
}

var listening = regexp.MustCompile(`listens on (http://\S+)`)

// listens reads until the line with the address, and then lets the rest go by.
func listens(out io.Reader) (string, error) {
	found := make(chan string, 1)
	go func() {
		defer close(found)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if m := listening.FindStringSubmatch(lines.Text()); m != nil {
				found <- m[1]
				break
			}
		}
		_, _ = io.Copy(io.Discard, out)
	}()
	select {
	case address, ok := <-found:
		if ok {
			return address, nil
		}
		return "", errors.New("ended before it listened")
	case <-time.After(toLoad):
		return "", errors.New("did not listen in time")
	}
}

func tail(path string) string {
	const most = 2000
	text, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-most):])
}

// Somebody is the n-th client: at an address of its own on this machine, with one connection.
func Somebody(n uint32, patience time.Duration) *http.Client {
	from := &net.TCPAddr{IP: net.IPv4(127, byte(1+n>>16), byte(n>>8), byte(n))}
	dialer := &net.Dialer{LocalAddr: from, Timeout: 10 * time.Second}
	return &http.Client{Timeout: patience, Transport: &http.Transport{DialContext: dialer.DialContext, DisableCompression: true}}
}
