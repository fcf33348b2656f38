package notify_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/casework"
	"fengqiao/internal/notify"
)

// asWritten are messages in which everything that somebody outside had a hand in names another place.
func asWritten(bait string) (out []casework.Message) {
	host, port, _ := net.SplitHostPort(bait)
	for _, to := range []string{"lin@" + host, "lin@[" + host + "]", "lin@" + bait, "lin%" + host + "@example.com", "@" + host + ":lin@example.com", "lin@example.com, su@" + host, "smtp://" + bait,
		"http://" + bait + "/", "<lin@" + host + ">", "lin@example.com>\r\nRCPT TO:<su@" + host, "\"lin@" + host + " " + port + "\"@example.com", "lin@localhost", "lin@metadata.internal", bait} {
		out = append(out, casework.Message{Channel: bait, To: to, Kind: "http://" + bait, Lang: bait, ID: "http://" + bait + "/", Text: "http://" + bait + "/ smtp://" + bait})
	}
	return out
}

// T16: whoever is written to, and whatever of it is theirs, mail goes by the operator's server and by no other.
func TestT16_NobodyWhoIsWrittenToChoosesTheMailServer(t *testing.T) {
	bait, came := listening(t, "127.0.0.1:0")
	for _, url := range []string{"smtp://mail.example.com", "smtp://mail.example.com:2525", "smtps://mail.example.com"} {
		out, err := notify.NewMail(url, "mediation@fengze.example")
		must(t, err)
		var dialled []string
		o := &postOffice{silent: true}
		out.Dials(func(address string) { dialled = append(dialled, address) }, o.opens(t))
		for _, m := range asWritten("127.0.0.1:" + bait) {
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
			_ = out.Send(ctx, m) // refused, or held by the silent server
			cancel()
		}
		want := map[string]string{"smtp://mail.example.com": "mail.example.com:587", "smtp://mail.example.com:2525": "mail.example.com:2525", "smtps://mail.example.com": "mail.example.com:465"}[url]
		for _, address := range dialled {
			if address != want {
				t.Errorf("%s: %s is dialled", url, address)
			}
		}
		if len(dialled) < 3 { // most of these are no addresses at all
			t.Errorf("%s: dialled %v", url, dialled)
		}
	}
	if n := came.Load(); n != 0 {
		t.Errorf("%d came where a message pointed", n)
	}
}

// T16: the gateway of text messages likewise.
func TestT16_NobodyWhoIsWrittenToChoosesTheGateway(t *testing.T) {
	bait, came := listening(t, "127.0.0.1:0")
	got := 0
	gateway := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { got++ }))
	defer gateway.Close()
	out, err := notify.NewWeb(gateway.URL)
	must(t, err)
	all := asWritten("127.0.0.1:" + bait)
	for _, m := range all {
		must(t, out.Send(t.Context(), m))
	}
	if n := came.Load(); n != 0 || got != len(all) {
		t.Errorf("%d came where a message pointed, %d of %d to the gateway", n, got, len(all))
	}
}

// endless is a server that answers for ever: in one line, in many, or once it is encrypted.
func endless(t *testing.T, text string, encrypted *tls.Config) string {
	t.Helper()
	return served(t, func(c net.Conn) {
		defer func() { c.Close() }()
		if encrypted != nil {
			c = tls.Server(c, encrypted)
		}
		fmt.Fprint(c, "220 mail\r\n")
		_, _ = bufio.NewReader(c).ReadString('\n')
		for err := error(nil); err == nil; {
			_, err = io.WriteString(c, strings.Repeat(text, 1000))
		}
	})
}

// T16: a mail server that never ends its answer is left, before the time for a message is over and with little memory.
func TestT16_AMailServersAnswerIsBounded(t *testing.T) {
	config, roots := trusted()
	for what, of := range map[string]struct {
		url, text string
		encrypted *tls.Config
	}{
		"a line":          {"smtp://127.0.0.1:25", strings.Repeat("2", 100), nil},
		"lines":           {"smtp://127.0.0.1:25", "250-MAIL and more of it\r\n", nil},
		"encrypted lines": {"smtps://example.com", "250-MAIL and more of it\r\n", config},
	} {
		out, err := notify.NewMail(of.url, "mediation@fengze.example")
		must(t, err)
		out.Reaching(endless(t, of.text, of.encrypted), roots)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err = out.Send(t.Context(), emailed)
		runtime.ReadMemStats(&after)
		var trouble notify.Trouble
		if took := after.TotalAlloc - before.TotalAlloc; !errors.As(err, &trouble) || !strings.Contains(err.Error(), "does not end its answer") || took > 32<<20 {
			t.Errorf("%s: %d MiB, %v", what, took>>20, err)
		}
	}
}
