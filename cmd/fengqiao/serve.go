package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"fengqiao/internal/app"
	"fengqiao/internal/fault"
	"fengqiao/internal/paper"
	"fengqiao/internal/sso"
)

type serveCmd struct {
	database
	Demo          bool     `env:"FENGQIAO_DEMO" help:"Load the demo city and serve it; never on a database with real cases."`
	DemoPassword  string   `env:"FENGQIAO_DEMO_PASSWORD" placeholder:"PASSWORD" help:"Password of all demo logins (default: drawn and printed)."`
	DemoDate      string   `env:"FENGQIAO_DEMO_DATE" placeholder:"DAY" help:"The day on which the demo city opens (default: today)."`
	DemoCases     int      `env:"FENGQIAO_DEMO_CASES" placeholder:"N" help:"At least so many cases in the demo city (default: as many as it has, about 33,000)."`
	Listen        string   `env:"FENGQIAO_LISTEN" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where to serve (default: ${default})."`
	MetricsListen string   `env:"FENGQIAO_METRICS_LISTEN" default:"127.0.0.1:9090" placeholder:"HOST:PORT" help:"Where to show metrics; empty: nowhere (default: ${default})."`
	TLSCert       string   `name:"tls-cert" env:"FENGQIAO_TLS_CERT" placeholder:"FILE" help:"Certificate chain, to serve https (default: none)."`
	TLSKey        string   `name:"tls-key" env:"FENGQIAO_TLS_KEY" placeholder:"FILE" help:"Its private key (default: none)."`
	TrustedProxy  []string `env:"FENGQIAO_TRUSTED_PROXY" placeholder:"NETWORK" help:"Proxies that speak https to the outside and whose X-Forwarded-For is believed (default: none)."`
	SMSGateway    string   `name:"sms-gateway" env:"FENGQIAO_SMS_GATEWAY" placeholder:"URL" help:"Where text messages are posted as JSON, https://…; log: noted in the log and sent nowhere (default: the folder messages)."`
	GatewayInside []string `name:"gateway-inside" env:"FENGQIAO_GATEWAY_INSIDE" placeholder:"NETWORK" help:"Networks inside in which the gateway of text messages may lie, 10.3.0.0/16; without it only a gateway outside is called, or one whose address names this machine."`
	SMTPURL       string   `name:"smtp-url" env:"FENGQIAO_SMTP_URL" placeholder:"URL" help:"The server that takes e-mail, smtp://USER:PASSWORD@HOST:PORT with STARTTLS, or smtps://…; log: noted in the log and sent nowhere (default: the folder messages). Better given in the environment."`
	MailFrom      string   `name:"mail-from" env:"FENGQIAO_MAIL_FROM" placeholder:"ADDRESS" help:"The sender of e-mail."`
	Chromium      string   `env:"FENGQIAO_CHROMIUM" placeholder:"FILE" help:"The browser that makes PDFs of papers; none: no PDFs (default: chromium-headless-shell, chromium or google-chrome on the path)."`
	OIDCIssuer    string   `name:"oidc-issuer" env:"FENGQIAO_OIDC_ISSUER" placeholder:"URL" help:"The provider of single sign-on (OpenID Connect), as it calls itself: https://… (default: none)."`
	OIDCClientID  string   `name:"oidc-client-id" env:"FENGQIAO_OIDC_CLIENT_ID" placeholder:"ID" help:"How it knows this program."`
	OIDCSecret    string   `name:"oidc-client-secret" env:"FENGQIAO_OIDC_CLIENT_SECRET" placeholder:"SECRET" help:"The secret that it shares with this program. Better given in the environment."`
	OIDCRedirect  string   `name:"oidc-redirect-url" env:"FENGQIAO_OIDC_REDIRECT_URL" placeholder:"URL" help:"Where it sends people back to: this site's address with /sign-in/single/back."`
	OIDCName      string   `name:"oidc-name" env:"FENGQIAO_OIDC_NAME" placeholder:"NAME" help:"What it is called on the pages, in Chinese; after a | in English (default: 统一身份认证|single sign-on)."`
	OIDCHosts     []string `name:"oidc-hosts" env:"FENGQIAO_OIDC_HOSTS" placeholder:"HOST" help:"Where else than at the issuer's host it gives tokens and its keys, as host or host:port (default: nowhere)."`
	OIDCSecond    []string `name:"oidc-second-factor" env:"FENGQIAO_OIDC_SECOND_FACTOR" placeholder:"VALUE" help:"Values of amr or acr by which it says that it asked for a second factor (default: none, and this program asks for its own)."`
	SecondFactor  string   `env:"FENGQIAO_SECOND_FACTOR" default:"required" placeholder:"required|offered" help:"required: whoever holds a post needs a second factor to act in it; offered: who wants one has one. A demo offers it (default: ${default})."`
	FilingBounds  string   `env:"FENGQIAO_FILING_BOUNDS" default:"5,40,30" placeholder:"A,B,C" help:"Filings by people whom nobody knows that become cases at once: of one telephone a day, from one address an hour, for one committee an hour. What is over waits for the committee to look (default: ${default})."`
	PublicRate    float64  `env:"FENGQIAO_PUBLIC_RATE" default:"5" placeholder:"N" help:"Writes a second from one address by people who are not signed in (default: ${default})."`
}

// Run serves until the program is told to stop.
func (c *serveCmd) Run(ctx context.Context, k console) error {
	trusted, err := app.ParseProxies(c.TrustedProxy)
	if err != nil {
		return err
	}
	bounds, err := app.ParseFilingBounds(c.FilingBounds)
	if err != nil {
		return err
	}
	a, err := app.New(ctx, app.Options{Database: c.DatabaseURL, Data: c.Data, Keys: c.Keys, CaucusKeys: c.CaucusKeys, ReceiptKeys: c.ReceiptKeys, Demo: c.Demo, DemoPassword: c.DemoPassword, DemoDate: c.DemoDate, DemoCases: c.DemoCases,
		Listen: c.Listen, MetricsListen: c.MetricsListen, TLSCert: c.TLSCert, TLSKey: c.TLSKey, Trusted: trusted,
		SMSGateway: c.SMSGateway, GatewayInside: c.GatewayInside, SMTPURL: c.SMTPURL, MailFrom: c.MailFrom, Chromium: paper.FindBrowser(c.Chromium), FilingBounds: bounds, PublicRate: c.PublicRate, SecondFactor: c.SecondFactor, SingleSignOn: c.single(), SingleName: c.singleName(), Version: versionOf(), Now: time.Now, Log: c.logger(k.err), Out: k.out})
	if err != nil {
		return err
	}
	return errors.Join(a.Run(ctx), a.Close())
}

func (c *serveCmd) single() sso.Provider {
	return sso.Provider{Issuer: c.OIDCIssuer, ClientID: c.OIDCClientID, ClientSecret: c.OIDCSecret, Redirect: c.OIDCRedirect, Hosts: c.OIDCHosts, Second: c.OIDCSecond}
}

func (c *serveCmd) singleName() fault.Text {
	zh, en, both := strings.Cut(c.OIDCName, "|")
	if !both {
		en = zh
	}
	return fault.Text{ZH: zh, EN: en}
}

type migrateCmd struct{ database }

// Run brings the schema up to date.
func (c *migrateCmd) Run(ctx context.Context, k console) error {
	a, err := c.open(ctx, k, false)
	if err != nil {
		return err
	}
	fmt.Fprintln(k.out, "The database is up to date.")
	return a.Close()
}

// open puts the program together without a server.
func (d database) open(ctx context.Context, k console, mustExist bool) (*app.App, error) {
	return app.New(ctx, app.Options{Database: d.DatabaseURL, Data: d.Data, Keys: d.Keys, CaucusKeys: d.CaucusKeys, ReceiptKeys: d.ReceiptKeys, AnyUse: true, MustExist: mustExist, Version: versionOf(),
		Now: time.Now, Log: d.logger(k.err), Out: k.out})
}

type versionCmd struct{}

// Run says which program this is.
func (*versionCmd) Run(k console) error {
	_, err := fmt.Fprintln(k.out, "fengqiao", versionOf())
	return err
}
