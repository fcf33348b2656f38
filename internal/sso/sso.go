// Package sso lets people in whom a provider of single sign-on knows (OpenID Connect: authorization code with PKCE). It makes no
// accounts and matches no names: a person of the provider is connected with an account once, by its owner.
package sso

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/sync/singleflight"

	"fengqiao/internal/account"
	"fengqiao/internal/discreet"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/vault"
)

// Provider is whom the operator trusts to know people.
type Provider struct {
	Issuer       string // https://…, as it calls itself in what it signs
	ClientID     string
	ClientSecret string
	Redirect     string   // our own address as the provider knows it, ending in BackPath
	Hosts        []string // with port where it has one: where else than at the issuer's the addresses lie that it names of itself
	Second       []string // values of amr or acr that say that a second factor was asked for; none: this program asks for its own
}

// BackPath is where the provider sends people back to.
const BackPath = "/sign-in/single/back"

// Check tells what is wrong with a provider's settings; nil for what can be used, and for none.
func (p Provider) Check() error {
	if p.Issuer == "" {
		return nil
	}
	if !safe(p.Issuer) {
		return errors.New("the issuer must be https://… (http on this machine only)")
	}
	if p.ClientID == "" {
		return errors.New("a client id is needed")
	}
	u, err := url.Parse(p.Redirect)
	if err != nil || !safe(p.Redirect) || u.Path != BackPath || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("the redirect URL must be this site's own https address with the path " + BackPath)
	}
	for _, host := range p.Hosts {
		if u, err := url.Parse("https://" + strings.TrimSpace(host)); err != nil || u.Hostname() == "" || u.Host != strings.TrimSpace(host) {
			return fmt.Errorf("%.80q is no host: host or host:port is needed", host)
		}
	}
	return nil
}

// Reaches tells whether an address of the provider may be asked: over https, or on this machine, at the issuer's host or one that the
// operator named.
func (p Provider) Reaches(u *url.URL) bool {
	if !safe(u.String()) {
		return false
	}
	if issuer, err := url.Parse(p.Issuer); err == nil && u.Scheme == issuer.Scheme && doorOf(u) == doorOf(issuer) {
		return true
	}
	return slices.ContainsFunc(p.Hosts, func(host string) bool {
		named, err := url.Parse(u.Scheme + "://" + strings.TrimSpace(host))
		return err == nil && doorOf(named) == doorOf(u)
	})
}

// doorOf is a host with its port, also where it goes without saying.
func doorOf(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443", "http": "80"}[u.Scheme]
	}
	return strings.ToLower(u.Hostname()) + ":" + port
}

// safe tells whether an address may be asked: over https, or on this machine.
func safe(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.User != nil {
		return false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || err == nil && ip.IsLoopback())
}

// Options say what the room needs.
type Options struct {
	Provider
	Accounts *account.Service
	Vault    *vault.Vault
	Now      func() time.Time
	Log      *slog.Logger
	Client   *http.Client // nil: one that follows nothing and waits five seconds
}

// Service is the room.
type Service struct {
	Options
	asks  singleflight.Group // one asks the provider what it is, and the others wait for the same answer
	mu    sync.Mutex
	known *heard    // what the provider says of itself, once it was heard
	tried time.Time // and it did not answer
}

// New makes the room's service. Nothing is asked of the provider before somebody comes.
func New(o Options) *Service {
	if o.Client == nil {
		o.Client = careful(o.Provider)
	}
	return &Service{Options: o}
}

// On tells whether there is a provider.
func (s *Service) On() bool { return s.Issuer != "" }

const (
	askTime  = 5 * time.Second
	mostRead = 1 << 20         // bytes of an answer
	rest     = 5 * time.Second // between two tries to hear from a provider that does not answer
)

// careful is a client that goes to no other place than the operator named, reads no more than it must and waits no longer. What the
// provider names of itself – where it gives tokens, and its keys – is another's word, and could lead to what only this machine reaches.
func careful(p Provider) *http.Client {
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, DialContext: (&net.Dialer{Timeout: askTime}).DialContext, TLSHandshakeTimeout: askTime,
		ResponseHeaderTimeout: askTime, MaxResponseHeaderBytes: 64 << 10, IdleConnTimeout: time.Minute, MaxConnsPerHost: 16}
	return &http.Client{Timeout: askTime, Transport: brief{transport, p}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// brief reads no endless answers, and asks at no address but the provider's.
type brief struct {
	http.RoundTripper
	of Provider
}

// RoundTrip asks.
func (b brief) RoundTrip(r *http.Request) (*http.Response, error) {
	if !b.of.Reaches(r.URL) {
		return nil, fmt.Errorf("the provider names an address at %.80q, which is not https or neither the issuer's host nor named by the operator", r.URL.Host)
	}
	answer, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		answer.Body = limited{io.LimitReader(answer.Body, mostRead), answer.Body}
	}
	return answer, err
}

type limited struct {
	io.Reader
	io.Closer
}

var errAway = fault.New(fault.Unavailable, "provider_away", "统一身份认证暂时没有回应。请稍后再试，或者用账号和密码登录。",
	"The provider of single sign-on does not answer at present. Please try again in a moment, or sign in with login and password.")

// heard is what the provider says of itself.
type heard struct {
	*oidc.Provider
	keys *oidc.RemoteKeySet
	way  oauth2.AuthStyle // how it wants to be shown the secret
}

// provider is what the provider says of itself, asked once; while it does not answer, it is asked every few seconds at most.
func (s *Service) provider(ctx context.Context) (*heard, error) {
	s.mu.Lock()
	known, since := s.known, s.Now().Sub(s.tried)
	s.mu.Unlock()
	switch {
	case known != nil:
		return known, nil
	case since >= 0 && since < rest:
		return nil, errAway
	}
	asked := s.asks.DoChan("provider", func() (any, error) { return s.discover(ctx) })
	select {
	case <-ctx.Done():
		return nil, errAway
	case answer := <-asked:
		p, _ := answer.Val.(*heard)
		return p, answer.Err
	}
}

func (s *Service) discover(ctx context.Context) (*heard, error) {
	// Its keys are fetched with this context for as long as the program runs.
	lasting := oidc.ClientContext(context.WithoutCancel(ctx), s.Client)
	p, err := oidc.NewProvider(lasting, s.Issuer)
	var named struct {
		Keys string   `json:"jwks_uri"`
		Ways []string `json:"token_endpoint_auth_methods_supported"`
	}
	if err == nil {
		err = p.Claims(&named)
	}
	if err == nil {
		err = s.reachesAll(p.Endpoint().TokenURL, named.Keys)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.tried = s.Now()
		s.Log.WarnContext(ctx, "the provider of single sign-on does not answer", "err", short(err))
		return nil, errAway
	}
	s.known = &heard{p, oidc.NewRemoteKeySet(lasting, named.Keys), oauth2.AuthStyleInHeader}
	if len(named.Ways) > 0 && !slices.Contains(named.Ways, "client_secret_basic") { // which holds where nothing is said
		s.known.way = oauth2.AuthStyleInParams
	}
	return s.known, nil
}

// reachesAll tells, before anybody is sent to the provider, of an address at which it could not be asked afterwards.
func (s *Service) reachesAll(addresses ...string) error {
	for _, address := range addresses {
		if u, err := url.Parse(address); err != nil || !s.Reaches(u) {
			return fmt.Errorf("the provider names %.80q, which is not https or lies neither at the issuer's host nor at one that the operator named", address)
		}
	}
	return nil
}

func (s *Service) config(p *heard) *oauth2.Config {
	at := p.Endpoint()
	at.AuthStyle = p.way // tried one after the other, a code would be sent twice
	return &oauth2.Config{ClientID: s.ClientID, ClientSecret: s.ClientSecret, Endpoint: at, RedirectURL: s.Redirect, Scopes: []string{oidc.ScopeOpenID}}
}

// purpose is why somebody was sent to the provider.
type purpose string

const (
	toSignIn  purpose = "sign_in"
	toBind    purpose = "bind"
	toConfirm purpose = "confirm"
)

// errand is what is kept in the browser, sealed, while somebody is at the provider's: it belongs to this browser and is good once.
type errand struct {
	For      purpose   `json:"for"`
	State    string    `json:"state"`
	Nonce    string    `json:"nonce"`
	Verifier string    `json:"verifier"`
	Then     string    `json:"then"`
	Person   ident.ID  `json:"person,omitzero"` // who was signed in
	At       time.Time `json:"at"`
}

const (
	errandLasts = 10 * time.Minute
	skew        = time.Minute // between two clocks
)

var errandPlace = vault.Place{Table: "browsers", Column: "errand"}

// begin makes an errand, and gives what the browser keeps and where it goes.
func (s *Service) begin(ctx context.Context, why purpose, person ident.ID, then string) (kept, address string, err error) {
	p, err := s.provider(ctx)
	if err != nil {
		return "", "", err
	}
	e := errand{For: why, State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Then: then, Person: person, At: s.Now()}
	text, err := json.Marshal(e)
	if err != nil {
		return "", "", err
	}
	options := []oauth2.AuthCodeOption{oidc.Nonce(e.Nonce), oauth2.S256ChallengeOption(e.Verifier)}
	if why != toSignIn { // what lasts, and what is a proof, is not for whoever sits down at an open browser
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	return base64.RawURLEncoding.EncodeToString(s.Vault.Seal(errandPlace, string(text))), s.config(p).AuthCodeURL(e.State, options...), nil
}

var errOld = fault.New(fault.Invalid, "errand", "这次统一身份认证已经过期，或者不是在这个浏览器里开始的。请重新开始。",
	"This sign-on is over, or was not begun in this browser. Please begin again.")

// read opens what the browser kept. Fault Invalid for what is no errand of ours, is over, or has another state.
func (s *Service) read(kept, state string) (e errand, err error) {
	sealed, err := base64.RawURLEncoding.DecodeString(kept)
	if err != nil || len(sealed) == 0 {
		return e, errOld
	}
	text, err := s.Vault.Open(errandPlace, sealed)
	if err != nil || json.Unmarshal([]byte(text), &e) != nil {
		return errand{}, errOld
	}
	if age := s.Now().Sub(e.At); age < -skew || age > errandLasts || subtle.ConstantTimeCompare([]byte(state), []byte(e.State)) != 1 {
		return errand{}, errOld
	}
	return e, nil
}

var errRefused = fault.New(fault.Unauthenticated, "provider_refused", "统一身份认证没有通过。请重新开始，或者用账号和密码登录。",
	"The provider did not let you in. Please begin again, or sign in with login and password.")

// claims are what the provider says of somebody, beside who they are.
type claims struct {
	AuthorizedParty string   `json:"azp"`
	AuthTime        int64    `json:"auth_time"`
	Methods         []string `json:"amr"`
	Class           string   `json:"acr"`
}

// signers are the signatures that are believed. A secret that both know signs nothing here, and nothing is unsigned.
var signers = []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA}

// finish exchanges the code for who it is. Faults: Unauthenticated for whatever does not hold, Unavailable when nobody answers.
func (s *Service) finish(ctx context.Context, e errand, code string) (account.Subject, error) {
	p, err := s.provider(ctx)
	if err != nil {
		return account.Subject{}, err
	}
	asking := oidc.ClientContext(ctx, s.Client)
	token, err := s.config(p).Exchange(asking, code, oauth2.VerifierOption(e.Verifier))
	if err != nil {
		var said *oauth2.RetrieveError
		if errors.As(err, &said) {
			err = answered(said)
		}
		if said != nil && said.ErrorCode == "invalid_grant" { // any other word is about this program, not about who comes
			return account.Subject{}, s.refuse(ctx, "code", err)
		}
		s.Log.WarnContext(ctx, "the provider of single sign-on does not answer", "err", short(err))
		return account.Subject{}, errAway
	}
	raw, _ := token.Extra("id_token").(string)
	keys := &keysAsked{KeySet: p.keys}
	id, err := oidc.NewVerifier(s.Issuer, keys, &oidc.Config{ClientID: s.ClientID, SupportedSigningAlgs: signers, Now: s.Now}).Verify(asking, raw)
	if err != nil && keys.away {
		s.Log.WarnContext(ctx, "the provider of single sign-on gives no keys", "err", short(err))
		return account.Subject{}, errAway
	}
	if err != nil {
		return account.Subject{}, s.refuse(ctx, "token", err)
	}
	return s.believe(ctx, e, id)
}

// keysAsked remembers whether the keys could not be had: that is no fault of the signature.
type keysAsked struct {
	oidc.KeySet
	away bool
}

// VerifySignature verifies with the provider's keys.
func (k *keysAsked) VerifySignature(ctx context.Context, jwt string) ([]byte, error) {
	payload, err := k.KeySet.VerifySignature(ctx, jwt)
	k.away = err != nil && strings.HasPrefix(err.Error(), "fetching keys")
	return payload, err
}

// standard are the words with which a provider refuses an exchange (RFC 6749, 5.2, and two of 4.1.2.1 that are met here too).
var standard = []string{"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope",
	"server_error", "temporarily_unavailable"}

// answered is what may be logged of a provider's refusal: its status and a word of the standard. The rest of its text may be as long as
// it likes, and may repeat the code, the verifier or the secret.
func answered(said *oauth2.RetrieveError) error {
	status, word := 0, "no code of the standard"
	if said.Response != nil {
		status = said.Response.StatusCode
	}
	if slices.Contains(standard, said.ErrorCode) {
		word = said.ErrorCode
	}
	return fmt.Errorf("status %d, %s", status, word)
}

// believe holds a signed statement against what was asked for.
func (s *Service) believe(ctx context.Context, e errand, id *oidc.IDToken) (account.Subject, error) {
	var c claims
	if err := id.Claims(&c); err != nil {
		return account.Subject{}, s.refuse(ctx, "claims", err)
	}
	now, fresh := s.Now(), !time.Unix(c.AuthTime, 0).Before(e.At.Add(-skew))
	switch {
	case id.Subject == "":
		return account.Subject{}, s.refuse(ctx, "no sub", nil)
	case subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(e.Nonce)) != 1:
		return account.Subject{}, s.refuse(ctx, "nonce", nil)
	case len(id.Audience) > 1 && c.AuthorizedParty != s.ClientID, c.AuthorizedParty != "" && c.AuthorizedParty != s.ClientID:
		return account.Subject{}, s.refuse(ctx, "azp", nil)
	case id.IssuedAt.After(now.Add(skew)) || id.IssuedAt.Before(e.At.Add(-skew)):
		return account.Subject{}, s.refuse(ctx, "iat", nil)
	case e.For != toSignIn && !fresh: // a session of the provider is no proof; one that does not say is none either
		return account.Subject{}, s.refuse(ctx, "auth_time", nil)
	}
	second := slices.Contains(s.Second, c.Class) || slices.ContainsFunc(c.Methods, func(m string) bool { return slices.Contains(s.Second, m) })
	return account.Subject{Issuer: s.Issuer, Sub: id.Subject, Second: second, Fresh: fresh}, nil
}

// short is what a log takes of an error that may repeat whatever a provider answered: its beginning, in one line.
func short(err error) string {
	if err == nil {
		return ""
	}
	said := []rune(strings.Join(strings.Fields(discreet.Text(err)), " "))
	return string(said[:min(len(said), 200)])
}

// refuse says in the log what did not hold, and to the person only that it did not.
func (s *Service) refuse(ctx context.Context, what string, err error) error {
	s.Log.WarnContext(ctx, "single sign-on refused", "what", what, "err", short(err))
	return errRefused
}
