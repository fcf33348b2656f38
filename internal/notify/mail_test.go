package notify_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/http/httptest"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"fengqiao/internal/casework"
	"fengqiao/internal/notify"
)

// postOffice is a mail server on this machine.
type postOffice struct {
	tls    *tls.Config // nil: it offers no encryption
	answer map[string]string
	silent bool
	whole  bool // all of it is encrypted, from the first word

	mu      sync.Mutex
	heard   []string // commands, with "TLS" where it began
	letters []string
}

var trusted = sync.OnceValues(func() (*tls.Config, *x509.CertPool) { // for example.com and this machine
	s := httptest.NewTLSServer(nil)
	defer s.Close()
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	return &tls.Config{Certificates: s.TLS.Certificates, MinVersion: tls.VersionTLS12}, roots
})

// opens listens until the test ends.
func (o *postOffice) opens(t *testing.T) string {
	t.Helper()
	return served(t, o.talk)
}

// served is where somebody talks with whoever comes, until the test ends.
func served(t *testing.T, talk func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go talk(c)
		}
	}()
	return l.Addr().String()
}

func (o *postOffice) talk(c net.Conn) {
	defer func() { c.Close() }()
	if o.silent {
		io.Copy(io.Discard, c)
		return
	}
	if o.whole {
		c = tls.Server(c, o.tls)
	}
	say := func(s string) { fmt.Fprintf(c, "%s\r\n", s) }
	in := bufio.NewReader(c)
	say("220 mail")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimSpace(line)
		verb, _, _ := strings.Cut(strings.ToUpper(line), " ")
		o.note(line)
		switch answer := o.answer[verb]; {
		case answer != "":
			say(answer)
		case verb == "EHLO":
			_, isTLS := c.(*tls.Conn)
			say("250-mail")
			if o.tls != nil && !isTLS && !o.whole {
				say("250-STARTTLS")
			}
			say("250-AUTH PLAIN")
			say("250 8BITMIME")
		case verb == "STARTTLS":
			say("220 go on")
			c = tls.Server(c, o.tls)
			in = bufio.NewReader(c)
			o.note("TLS")
		case verb == "AUTH":
			say("235 come in")
		case verb == "DATA":
			say("354 go on")
			o.take(in)
			say("250 taken")
		case verb == "QUIT":
			say("221 bye")
			return
		default:
			say("250 yes")
		}
	}
}

func (o *postOffice) note(line string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.heard = append(o.heard, line)
}

func (o *postOffice) take(in *bufio.Reader) {
	var b strings.Builder
	for {
		line, err := in.ReadString('\n')
		if err != nil || line == ".\r\n" {
			break
		}
		b.WriteString(strings.TrimPrefix(line, "."))
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.letters = append(o.letters, b.String())
}

func (o *postOffice) said() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return strings.Join(o.heard, "\n")
}

var emailed = casework.Message{Channel: "email", To: "lin@example.com", Kind: "invitation", Lang: "zh-CN", Text: "【人民调解】编号 K7MW-24XH，查询码 A=B，\n.枫桥"}

// mails sends by a server of some name that is really this one.
func mails(t *testing.T, o *postOffice, url string, m casework.Message) error {
	t.Helper()
	out, err := notify.NewMail(url, "mediation@fengze.example")
	must(t, err)
	_, roots := trusted()
	out.Reaching(o.opens(t), roots)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	return out.Send(ctx, m)
}

func TestAMailServerGetsPlainTextUnderANeutralSubject(t *testing.T) {
	config, _ := trusted()
	for lang, want := range map[string]string{"zh-CN": "人民调解：有一条新消息", "en": "People's mediation: a message for you", "": "人民调解：有一条新消息"} {
		o, m := &postOffice{tls: config}, emailed
		m.Lang, m.ID = lang, "0192f0e4"
		must(t, mails(t, o, "smtp://fengze:OPERATORS-WORD@example.com", m))
		if len(o.letters) != 1 {
			t.Fatalf("%d letters", len(o.letters))
		}
		got, err := mail.ReadMessage(strings.NewReader(o.letters[0]))
		must(t, err)
		said, _ := new(mime.WordDecoder).DecodeHeader(got.Header.Get("Subject"))
		body, err := io.ReadAll(quotedprintable.NewReader(got.Body))
		must(t, err)
		text := strings.ReplaceAll(strings.TrimSuffix(string(body), "\r\n"), "\r\n", "\n")
		if said != want || text != m.Text || got.Header.Get("To") != "<lin@example.com>" || got.Header.Get("From") != "<mediation@fengze.example>" ||
			got.Header.Get("Message-ID") != "<0192f0e4@fengze.example>" || !strings.HasPrefix(got.Header.Get("Content-Type"), "text/plain") {
			t.Errorf("%s: %q %q %v", lang, said, text, got.Header)
		}
		heard := o.said()
		if begun := strings.Index(heard, "TLS\n"); begun < 0 || strings.Contains(heard[:begun], "AUTH") || !strings.Contains(heard[begun:], base64.StdEncoding.EncodeToString([]byte("\x00fengze\x00OPERATORS-WORD"))) {
			t.Errorf("the word came before the encryption, or not at all: %s", heard)
		}
	}
}

// Beyond this machine nothing is said in clear: neither the word nor the letter.
func TestNoMailInClear(t *testing.T) {
	for _, o := range []*postOffice{{}, {tls: &tls.Config{MinVersion: tls.VersionTLS12}}} {
		err := mails(t, o, "smtp://fengze:OPERATORS-WORD@example.com", emailed)
		if heard := o.said(); err == nil || len(o.letters) > 0 || strings.Contains(heard, "AUTH") || strings.Contains(heard, "RCPT") {
			t.Errorf("%v: %s", err, heard)
		}
	}
	config, _ := trusted()
	o := &postOffice{}
	if err := mails(t, &postOffice{tls: config, whole: true}, "smtps://fengze:OPERATORS-WORD@example.com", emailed); err != nil {
		t.Errorf("encrypted from the first word: %v", err)
	}
	if err := mails(t, o, "smtp://127.0.0.1:25", emailed); err != nil || len(o.letters) != 1 {
		t.Errorf("on this machine: %v, %d letters", err, len(o.letters))
	}
}

func TestWhatAMailServerRefusesIsToldWithoutTheMailbox(t *testing.T) {
	config, _ := trusted()
	named := "550 5.1.1 no such mailbox lin@example.com"
	for want, o := range map[string]*postOffice{
		"answered 550": {tls: config, answer: map[string]string{"RCPT": named}}, "answered 421": {tls: config, answer: map[string]string{"MAIL": "421 later lin@example.com"}},
		"in time": {silent: true}, "not let us in": {tls: config, answer: map[string]string{"AUTH": "535 no, fengze"}}, "no STARTTLS": {},
		"certificate": {tls: &tls.Config{Certificates: config.Certificates, MinVersion: tls.VersionTLS12}},
	} {
		host := "example.com"
		if want == "certificate" {
			host = "elsewhere.example"
		}
		err := mails(t, o, "smtp://fengze:OPERATORS-WORD@"+host, emailed)
		var trouble notify.Trouble
		if !errors.As(err, &trouble) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
		for _, canary := range []string{"lin@", "fengze", "WORD", "K7MW"} {
			if err != nil && strings.Contains(err.Error(), canary) {
				t.Errorf("told too much: %v", err)
			}
		}
	}
	gone, err := notify.NewMail("smtp://127.0.0.1:1", "mediation@fengze.example")
	must(t, err)
	if err := gone.Send(t.Context(), emailed); err == nil || !strings.Contains(err.Error(), "no connection") {
		t.Errorf("told: %v", err)
	}
	bad := emailed
	bad.To = "lin@example.com\r\nBcc: chen@example.com"
	if err := gone.Send(t.Context(), bad); err == nil || !strings.Contains(err.Error(), "address cannot be used") {
		t.Errorf("told: %v", err)
	}
}

// What a server took is sent, whatever it says while we part: the same letter would come again and again.
func TestALetterThatTheServerTookIsNotSentAgain(t *testing.T) {
	config, _ := trusted()
	for _, verb := range []string{"RSET", "QUIT"} {
		o := &postOffice{tls: config, answer: map[string]string{verb: "421 closing"}}
		if err := mails(t, o, "smtp://fengze:OPERATORS-WORD@example.com", emailed); err != nil || len(o.letters) != 1 {
			t.Errorf("%s: %v, %d letters taken", verb, err, len(o.letters))
		}
	}
}

func TestAMailServerOfNoUseIsRefused(t *testing.T) {
	for _, address := range []string{"", "mail", "http://mail.example.com", "smtp://", "smtp://mail.example.com/x", "smtp://mail.example.com:x", "://"} {
		if _, err := notify.NewMail(address, "mediation@fengze.example"); err == nil {
			t.Errorf("%q was accepted", address)
		}
	}
	for _, from := range []string{"", "mediation", "a@b.example, c@d.example"} {
		if _, err := notify.NewMail("smtps://mail.example.com", from); err == nil {
			t.Errorf("from %q was accepted", from)
		}
	}
}

func TestEachKindGoesByItsChannel(t *testing.T) {
	sms, email := &mouth{}, &mouth{}
	s := notify.Switch{SMS: sms, Email: email}
	must(t, s.Send(t.Context(), invitation))
	must(t, s.Send(t.Context(), emailed))
	if err := s.Send(t.Context(), casework.Message{Channel: "pigeon", To: "lin@example.com"}); err == nil {
		t.Error("no channel, and yet sent")
	}
	if len(sms.said) != 1 || len(email.said) != 1 || email.said[0] != emailed {
		t.Errorf("%v %v", sms.said, email.said)
	}
}

func TestTheLogSaysNothingOfAMessage(t *testing.T) {
	var b bytes.Buffer
	l := notify.NewLog(slog.New(slog.NewTextHandler(&b, nil)))
	must(t, l.Send(t.Context(), invitation))
	must(t, l.Send(t.Context(), emailed))
	for _, want := range []string{"kind=invitation", "channel=sms", "channel=email", "139****0001", "l****@example.com"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %s in %s", want, b.String())
		}
	}
	if got := b.String(); strings.Contains(got, "13905950001") || strings.Contains(got, "lin@") || strings.Contains(got, "K7MW") {
		t.Errorf("it says too much: %s", got)
	}
}
