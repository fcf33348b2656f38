package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"fengqiao/internal/alone"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
)

// File writes messages into a folder as JSON lines, one file a legal day, readable by their owner only: for trying out,
// and for an operator's own sender to pick up.
type File struct {
	folder alone.Folder
	now    func() time.Time
}

// NewFile writes below a folder, which is made when the first message comes.
func NewFile(dir string, now func() time.Time, log *slog.Logger) *File {
	return &File{folder: alone.Folder{Path: dir, Log: log}, now: now}
}

type line struct {
	At time.Time `json:"at"`
	casework.Message
}

// Send adds a line; it is on the disk when Send returns. Programs that share the folder write one after the other.
func (f *File) Send(ctx context.Context, m casework.Message) error {
	now := f.now()
	text, err := json.Marshal(line{At: now.UTC(), Message: m})
	if err != nil {
		return Trouble("the message cannot be written as JSON")
	}
	path := filepath.Join(f.folder.Path, string(calendar.DayOf(now))+".jsonl")
	return cannot("write the message", f.folder.Do(ctx, func() error { return addLine(path, text) }))
}

// addLine adds one line or nothing: half a line would spoil the next. The half of whoever was killed ends before it.
func addLine(path string, text []byte) error {
	out, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	before, err := out.Seek(0, io.SeekEnd)
	if err != nil {
		return errors.Join(err, out.Close())
	}
	if last := []byte{'\n'}; before > 0 {
		if _, err := out.ReadAt(last, before-1); err != nil {
			return errors.Join(err, out.Close())
		}
		if last[0] != '\n' {
			text = append([]byte{'\n'}, text...)
		}
	}
	if _, err = out.Write(append(text, '\n')); err == nil {
		err = out.Sync()
	}
	if err != nil {
		err = errors.Join(err, out.Truncate(before))
	}
	return errors.Join(err, out.Close())
}

// cannot names what failed on the disk; such errors hold paths and nothing that was to be sent.
func cannot(what string, err error) error {
	if err == nil {
		return nil
	}
	return Trouble(fmt.Sprintf("cannot %s: %v", what, err))
}

// Web hands messages to a gateway of the operator's choice: POST of {"channel","to","kind","lang","text","id"} as JSON. Any
// 2xx answer means that the gateway took it. Where its answer is lost, the same comes again under the same id, which is the
// Idempotency-Key as well.
type Web struct {
	address string
	client  *http.Client
	dialer  *net.Dialer
}

// NewWeb makes a Web for an https address, or http on this machine: codes travel in it. It is called where it lies outside, or on this
// machine where that is what its address says, or in one of the networks inside that the operator named.
func NewWeb(address string, inside ...netip.Prefix) (*Web, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return nil, errors.New("the gateway of text messages must be https://…")
	}
	to := reach{here: loopback(u.Hostname()), inside: inside}
	if a, err := netip.ParseAddr(u.Hostname()); err == nil && !to.allows(a) {
		return nil, errInside
	}
	w := &Web{address: address, dialer: to.dialer()}
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, TLSHandshakeTimeout: sendTime, IdleConnTimeout: time.Minute, ForceAttemptHTTP2: true,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			return w.dialer.DialContext(ctx, network, address)
		}}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // the message goes nowhere else
	w.client = &http.Client{Timeout: sendTime, Transport: transport, CheckRedirect: stay}
	return w, nil
}

// Send posts one message.
func (w *Web) Send(ctx context.Context, m casework.Message) error {
	text, err := json.Marshal(m)
	if err != nil {
		return Trouble("the message cannot be written as JSON")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.address, bytes.NewReader(text))
	if err != nil {
		return Trouble("the gateway's address cannot be used")
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	if m.ID != "" {
		req.Header.Set("Idempotency-Key", m.ID)
	}
	answer, err := w.client.Do(req)
	if err != nil {
		return reason(err)
	}
	defer answer.Body.Close()
	_, _ = io.CopyN(io.Discard, answer.Body, 64<<10) // so that the connection serves again; what it says is not needed
	if answer.StatusCode/100 != 2 {
		return Trouble(fmt.Sprintf("the gateway answered %d", answer.StatusCode))
	}
	return nil
}

// reason leaves out the address, which may hold the operator's key.
func reason(err error) error {
	var u *url.Error
	switch {
	case errors.Is(err, errInside):
		return errInside
	case errors.Is(err, context.DeadlineExceeded) || errors.As(err, &u) && u.Timeout():
		return Trouble("the gateway did not answer in time")
	case u != nil:
		return Trouble("no connection to the gateway: " + u.Err.Error())
	}
	return Trouble("no connection to the gateway")
}
