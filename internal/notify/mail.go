package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/wneessen/go-mail"

	"fengqiao/internal/casework"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// subject says nothing of who writes about what: others may see the list of messages.
var subject = fault.Text{ZH: "人民调解：有一条新消息", EN: "People's mediation: a message for you"}

// Mail sends e-mail by the operator's mail server.
type Mail struct {
	host  string
	from  string
	ssl   *tls.Config // nil where the server is asked for STARTTLS
	opts  []mail.Option
	reach func(ctx context.Context, network, address string) (net.Conn, error)
}

// NewMail makes a Mail for smtp://user:password@host:port, where the server must offer STARTTLS unless it is on this
// machine, or smtps://… where all of it is encrypted; from is the address of the sender.
func NewMail(address, from string) (*Mail, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" || strings.Trim(u.Path, "/") != "" {
		return nil, errors.New("the mail server must be smtp://… or smtps://user:password@host:port")
	}
	sender, err := ident.ParseEmail(from)
	if err != nil {
		return nil, errors.New("the sender of mail must be an e-mail address")
	}
	m := &Mail{host: u.Hostname(), from: string(sender), opts: []mail.Option{mail.WithTimeout(sendTime)}, reach: new(net.Dialer).DialContext}
	config := &tls.Config{ServerName: m.host, MinVersion: tls.VersionTLS12}
	port := 587
	if u.Scheme == "smtps" {
		port = 465
		m.ssl, m.opts = config, append(m.opts, mail.WithSSL())
	}
	if u.Port() != "" {
		if port, err = strconv.Atoi(u.Port()); err != nil {
			return nil, errors.New("the mail server's port must be a number")
		}
	}
	policy := mail.TLSMandatory
	if loopback(m.host) {
		policy = mail.TLSOpportunistic
	}
	m.opts = append(m.opts, mail.WithPort(port), mail.WithTLSPolicy(policy), mail.WithTLSConfig(config))
	if word, ok := u.User.Password(); ok {
		how := mail.SMTPAuthAutoDiscover
		if m.ssl != nil { // it is encrypted by us, which the library does not see
			how = mail.SMTPAuthPlainNoEnc
		}
		m.opts = append(m.opts, mail.WithSMTPAuth(how), mail.WithUsername(u.User.Username()), mail.WithPassword(word))
	}
	return m, nil
}

func loopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.IsLoopback()
}

// Send sends one message as plain text.
func (m *Mail) Send(ctx context.Context, what casework.Message) error {
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := errors.Join(msg.From(m.from), msg.To(what.To)); err != nil {
		return Trouble("the message's address cannot be used")
	}
	msg.Subject(subject.In(what.Lang))
	msg.SetDate()
	if _, host, _ := strings.Cut(m.from, "@"); what.ID != "" { // the same with every attempt, so that a mailbox shows it once
		msg.SetMessageIDWithValue(what.ID + "@" + host)
	} else {
		msg.SetMessageID()
	}
	msg.SetBodyString(mail.TypeTextPlain, what.Text)
	client, err := mail.NewClient(m.host, append(slices.Clone(m.opts), mail.WithDialContextFunc(m.within(ctx)))...)
	if err != nil {
		return Trouble("the mail server's settings cannot be used")
	}
	err = client.DialAndSendWithContext(ctx, msg)
	if msg.IsDelivered() { // the server took it: what went wrong in parting would have it sent again
		return nil
	}
	if err != nil && ctx.Err() != nil {
		return Trouble("the mail server did not answer in time")
	}
	return mailTrouble(err)
}

// within reaches the server for as long as ctx lasts: the library gives every answer of the server its own time, and a
// batch of letters has but one.
func (m *Mail) within(ctx context.Context) mail.DialContextFunc {
	return func(dialing context.Context, network, address string) (net.Conn, error) {
		c, err := m.reach(dialing, network, address)
		if err != nil {
			return nil, err
		}
		context.AfterFunc(ctx, func() { _ = c.Close() })
		heard := &brief{c, mostHeard}
		if m.ssl != nil {
			return tls.Client(heard, m.ssl), nil
		}
		return heard, nil
	}
}

const mostHeard = 256 << 10 // bytes of a mail server, certificates included, while one message is sent

var errEndless = errors.New("the mail server does not end its answer")

// brief is a connection of which so much is heard and no more: the library reads a line, and the lines of an answer, however long they are.
type brief struct {
	net.Conn
	left int
}

func (c *brief) Read(b []byte) (int, error) {
	if c.left == 0 {
		return 0, errEndless
	}
	n, err := c.Conn.Read(b[:min(len(b), c.left)])
	c.left -= n
	return n, err
}

// mailTrouble says what went wrong in our own words: those of the library and of the server may name the mailbox.
func mailTrouble(err error) error {
	var sent *mail.SendError
	var op net.Error
	var cert *tls.CertificateVerificationError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errEndless):
		return Trouble(errEndless.Error())
	case errors.As(err, &sent):
		return Trouble(fmt.Sprintf("the mail server answered %d", sent.ErrorCode()))
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &op) && op.Timeout():
		return Trouble("the mail server did not answer in time")
	case errors.As(err, &cert):
		return Trouble("the mail server's certificate does not hold")
	case strings.Contains(err.Error(), "not support STARTTLS"):
		return Trouble("the mail server offers no STARTTLS")
	case op != nil:
		return Trouble("no connection to the mail server")
	}
	return Trouble("the mail server does not let us in")
}
