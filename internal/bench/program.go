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
	memory  memory // the most that was held when a round ended, and at any moment
	stop    func() // ends it and waits for its end
}

const (
	toLoad = 60 * time.Minute // a city on a busy machine
	toStop = 20 * time.Second
)

// start runs a server and waits until it says where it listens. What it logs goes to a file in the folder.
func start(ctx context.Context, folder, name, path string, env []string, args ...string) (*program, error) {
	log, err := os.Create(filepath.Join(folder, name+".log"))
	if err != nil {
		return nil, fmt.Errorf("log of %s: %w", name, err)
	}
	ctx, cancel := context.WithCancel(ctx)
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env, cmd.Stderr = append(os.Environ(), env...), log
	p := &program{name: name}
	p.stop = func() {
		cancel()
		_ = cmd.Wait() // it was told to end; how it did does not matter
		_ = log.Close()
	}
	if err := p.launch(cmd); err != nil {
		p.stop()
		return nil, fmt.Errorf("%s: %w\n%s", name, err, tail(log.Name()))
	}
	return p, nil
}

// launch starts the command, which ends politely when its context does, and waits for its address.
func (p *program) launch(cmd *exec.Cmd) error {
	cmd.WaitDelay = toStop
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	out, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("its output: %w", err)
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start: %w", err)
	}
	p.pid = cmd.Process.Pid
	p.address, err = listens(out)
	p.ready = time.Since(began)
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
