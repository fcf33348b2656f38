package notify

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"

	"github.com/wneessen/go-mail"
)

// Most is how often a letter is tried.
const Most = most

// Round lets tests look once, by a clock of their own.
func (r *Relay) Round(ctx context.Context) (bool, error) { return r.round(ctx) }

// Reaching lets tests stand in for a mail server of some name, with a certificate that they made.
func (m *Mail) Reaching(address string, roots *x509.CertPool) {
	m.reach = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, address)
	}
	config := &tls.Config{ServerName: m.host, RootCAs: roots, MinVersion: tls.VersionTLS12}
	m.opts = append(m.opts, mail.WithTLSConfig(config))
	if m.ssl != nil {
		m.ssl = config
	}
}

// Asks lets tests say what names mean: every question goes to a resolver of theirs.
func (w *Web) Asks(resolver string) {
	w.dialer.Resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", resolver)
	}}
}

// Dials lets tests hear every address that is dialled, and answer for it.
func (m *Mail) Dials(hear func(address string), answers string) {
	m.reach = func(ctx context.Context, network, address string) (net.Conn, error) {
		hear(address)
		return new(net.Dialer).DialContext(ctx, network, answers)
	}
}
