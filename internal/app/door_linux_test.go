package app_test

import (
	"errors"
	"net"
	"syscall"
	"testing"
	"time"

	"fengqiao/internal/app"
)

// A program that is told to stop lets in whoever stands at its door, and nobody new: these find it closed in a moment and go to another.
func TestWhoStandsAtTheDoorIsLetIn(t *testing.T) {
	l, err := app.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
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
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := knock(); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("the door is closed: %v", err)
	}
}
