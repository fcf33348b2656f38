package app

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/holding"
	"fengqiao/internal/ident"
)

// Unfit says that a setting cannot be used: the operator's to mend, before anything was opened.
type Unfit struct{ Sentence string }

// Error is the sentence.
func (u *Unfit) Error() string { return u.Sentence }

func unfit(format string, args ...any) error { return &Unfit{Sentence: fmt.Sprintf(format, args...)} }

// What may be set of the second factor.
const (
	FactorRequired = "required"
	FactorOffered  = "offered"
)

// check refuses settings that cannot work or would be dangerous. Plain http leaves the machine only through a proxy that
// was named: passwords and identity numbers travel in it.
func (o Options) check() error {
	scheme, rest, _ := strings.Cut(o.Database, ":")
	known := rest != "" && slices.Contains([]string{"sqlite", "postgres", "postgresql"}, scheme)
	if o.Store == nil && !known {
		return unfit("the database URL must be sqlite:PATH or postgres://…")
	}
	if err := db.CheckURL(o.Database); o.Store == nil && err != nil {
		return unfit("the database URL cannot be read: %v", err)
	}
	if _, err := os.Stat(rest); o.MustExist && scheme == "sqlite" && err != nil {
		return unfit("there is no database at %s", rest)
	}
	if !slices.Contains([]string{"", FactorRequired, FactorOffered}, o.SecondFactor) {
		return unfit("--second-factor must be required or offered")
	}
	if _, _, err := o.senders(); err != nil {
		return err
	}
	if err := o.SingleSignOn.Check(); err != nil {
		return unfit("--oidc-issuer, --oidc-client-id, --oidc-redirect-url: %v", err)
	}
	if o.Listen == "" { // no server is wanted
		return nil
	}
	if (o.TLSCert == "") != (o.TLSKey == "") {
		return unfit("--tls-cert and --tls-key go together")
	}
	if o.TLSCert != "" {
		if _, err := tls.LoadX509KeyPair(o.TLSCert, o.TLSKey); err != nil {
			return unfit("the TLS certificate cannot be used: %v", err)
		}
	}
	for name, address := range map[string]string{"--listen": o.Listen, "--metrics-listen": o.MetricsListen} {
		if _, _, err := net.SplitHostPort(address); address != "" && err != nil {
			return unfit("%s must be HOST:PORT, such as 127.0.0.1:8080", name)
		}
	}
	if !o.Secure() && !isLoopback(o.Listen) {
		return unfit("plain http is served on this machine only: give --tls-cert and --tls-key, or name the proxy in front with --trusted-proxy, or listen on 127.0.0.1")
	}
	return nil
}

func isLoopback(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return false
	}
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.Unmap().IsLoopback()
}

// ParseProxies reads addresses and networks.
func ParseProxies(texts []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, t := range texts {
		if a, err := netip.ParseAddr(t); err == nil {
			out = append(out, netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(t)
		if err != nil {
			return nil, unfit("--trusted-proxy %q is no address and no network such as 10.0.0.0/8", t)
		}
		out = append(out, p)
	}
	return out, nil
}

// A database is a demo's or a real one from its first start on, and never becomes the other.
const (
	useKind     = "use"
	demoUse     = "demo"
	realUse     = "production"
	cityOffices = ident.County("350500") // what belongs to no county of the city
)

// claim marks the database on its first start, and refuses one that is marked otherwise.
func (a *App) claim(ctx context.Context) error {
	if a.AnyUse {
		return nil
	}
	mine, other := realUse, demoUse
	if a.Demo {
		mine, other = demoUse, realUse
	}
	return a.Store.Do(ctx, actor.System, cityOffices, func(tx *db.Tx) error {
		_, err := tx.LookUp(useKind, other)
		switch {
		case err == nil && a.Demo:
			return unfit("this database holds real cases: a demo does not start on it")
		case err == nil:
			return unfit("this database holds the demo city: a production start refuses it; name another with --database-url")
		case !fault.Is(err, fault.Missing):
			return err
		}
		if _, err := tx.LookUp(useKind, mine); !fault.Is(err, fault.Missing) {
			return err
		}
		return tx.Register(useKind, mine, tx.NewID())
	})
}

// ParseFilingBounds reads how many filings by people whom nobody knows become cases at once: of one telephone a day, from one
// address an hour, for one committee an hour.
func ParseFilingBounds(text string) (b holding.Bounds, err error) {
	parts := strings.Split(text, ",")
	into := []*int{&b.Phone, &b.Address, &b.Committee}
	if len(parts) != len(into) {
		return b, unfit("--filing-bounds: three whole numbers, as 5,40,30")
	}
	for i, part := range parts {
		if *into[i], err = strconv.Atoi(strings.TrimSpace(part)); err != nil || *into[i] < 1 {
			return b, unfit("--filing-bounds: three whole numbers above 0, as 5,40,30")
		}
	}
	return b, nil
}
