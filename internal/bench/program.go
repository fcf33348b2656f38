package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"time"
)

// program is a server under measurement.
type program struct {
	name    string
	address string
	ready   time.Duration // from its start until it listened
	pid     int
	stop    func() // ends it and waits for its end
}

const (
	toLoad = 60 * time.Minute // a city on a busy machine
	toStop = 20 * time.Second
)

// start runs a server and waits until it says where it listens. What it logs goes to a file in the folder.
func start(ctx context.Context, folder, name, path string, env []string, args ...string) (*program, error) {
	ctx, cancel := context.WithCancel(ctx)
	log, err := os.Create(filepath.Join(folder, name+".log"))
	if err != nil {
		cancel()
		return nil, fmt.Errorf("log of %s: %w", name, err)
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env, cmd.Stderr, cmd.WaitDelay = append(os.Environ(), env...), log, toStop
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	out, err := cmd.StdoutPipe()
	began := time.Now()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		cancel()
		return nil, errors.Join(fmt.Errorf("start %s: %w", name, err), log.Close())
	}
	p := &program{name: name, pid: cmd.Process.Pid}
	p.stop = func() {
		cancel()
		_ = cmd.Wait()
		_ = log.Close()
	}
	if p.address, err = listens(out); err != nil {
		p.stop()
		return nil, fmt.Errorf("%s: %w\n%s", name, err, tail(log.Name()))
	}
	p.ready = time.Since(began)
	return p, nil
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
