package rest_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// many is somebody who speaks HTTP/2 frame by frame.
type many struct {
	*testing.T
	conn   net.Conn
	framer *http2.Framer
}

// opens begins to speak over a connection, and says how much of each answer may come.
func (tn *town) opens(address string, window uint32) many {
	tn.Helper()
	conn, err := net.Dial("tcp", address)
	if err == nil {
		_, err = io.WriteString(conn, http2.ClientPreface)
	}
	if err != nil {
		tn.Fatal(err)
	}
	tn.Cleanup(func() { _ = conn.Close() })
	m := many{tn.T, conn, http2.NewFramer(conn, conn)}
	err = m.framer.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: window})
	if err == nil && window > 0 {
		err = m.framer.WriteWindowUpdate(0, window-1<<16)
	}
	if err != nil {
		tn.Fatal(err)
	}
	return m
}

// asks opens streams for a path.
func (m many) asks(path string, streams int) {
	m.Helper()
	for i := range streams {
		var head bytes.Buffer
		e := hpack.NewEncoder(&head)
		for _, f := range [][2]string{{":method", "GET"}, {":scheme", "http"}, {":authority", "x"}, {":path", path}} {
			if err := e.WriteField(hpack.HeaderField{Name: f[0], Value: f[1]}); err != nil {
				m.Fatal(err)
			}
		}
		if err := m.framer.WriteHeaders(http2.HeadersFrameParam{StreamID: uint32(2*i + 1), BlockFragment: head.Bytes(), EndStream: true, EndHeaders: true}); err != nil {
			m.Fatal(err)
		}
	}
}

// ended reads what comes until so many streams were ended by the server.
func (m many) ended(streams int) bool {
	_ = m.conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	for streams > 0 {
		f, err := m.framer.ReadFrame()
		if err != nil {
			return false
		}
		if _, cut := f.(*http2.RSTStreamFrame); cut {
			streams--
		}
	}
	return true
}

// large answers with more than a connection holds on its way, and counts who is being answered.
func (tn *town) large() (answering *atomic.Int64) {
	answering = &atomic.Int64{}
	tn.echo.GET("/large", func(c echo.Context) error {
		answering.Add(1)
		defer answering.Add(-1)
		_, err := c.Response().Write(make([]byte, 8<<20))
		return err
	})
	return answering
}

func over(answering *atomic.Int64) bool {
	for range 500 {
		if answering.Load() == 0 {
			return true
		}
		time.Sleep(10 * time.Millisecond)
	}
	return false
}

// spoken has the town's server speak HTTP/2 without encryption, which is the same but for the way there.
func (tn *town) spoken() {
	tn.echo.Server.Protocols = &http.Protocols{}
	tn.echo.Server.Protocols.SetHTTP1(true)
	tn.echo.Server.Protocols.SetUnencryptedHTTP2(true)
}

// A hundred answers that nobody takes, by whom the connection is kept up, end with the time of an answer.
func TestT20_StreamsThatNobodyTakesAreCut(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	tn.spoken()
	answering := tn.large()
	tn.echo.Server.WriteTimeout = 300 * time.Millisecond
	m := tn.opens(tn.serve(), 0)
	m.asks("/large", 100)
	if !m.ended(100) || !over(answering) {
		t.Errorf("%d are still answered", answering.Load())
	}
}

// Whoever takes nothing at all of a connection is cut, long before the time of each answer is over.
func TestT20_AConnectionThatTakesNothingIsCut(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	tn.spoken()
	answering := tn.large()
	if c := tn.echo.Server.HTTP2; c == nil || c.MaxConcurrentStreams != 100 || c.WriteByteTimeout != 30*time.Second || c.SendPingTimeout != 30*time.Second || c.PingTimeout != 15*time.Second {
		t.Fatalf("%+v", c)
	}
	tn.echo.Server.HTTP2.WriteByteTimeout = 300 * time.Millisecond
	m := tn.opens(tn.serve(), 1<<30)
	m.asks("/large", 100)
	for answering.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	if !over(answering) {
		t.Fatalf("%d are still answered", answering.Load())
	}
	_ = m.conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	_, err := io.Copy(io.Discard, m.conn)
	if late := net.Error(nil); errors.As(err, &late) && late.Timeout() {
		t.Error("the connection is kept")
	}
}
