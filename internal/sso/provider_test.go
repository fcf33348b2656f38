package sso_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

const (
	clientID     = "fengqiao"
	clientSecret = "a secret of two"
	callback     = "http://127.0.0.1/sign-in/single/back"
)

// provider is a small one: what people would do at its own pages a test says for them.
type provider struct {
	*httptest.Server
	t       *testing.T
	now     func() time.Time
	mu      sync.Mutex
	keys    []jose.JSONWebKey // the last one signs
	codes   map[string]granted
	away    bool          // every answer is 500
	posted  bool          // the secret comes in the form
	keyless bool          // the answers for keys are
	slow    time.Duration // before every answer
	large   bool          // answers have no end
	asked   int           // for keys
	says    string        // with status 502, instead of what is asked for
	fails   int           // the status of each exchange; what was asked comes back in the body

	endless, hangs atomic.Value // the path at which an answer never ends, or never begins
	written        atomic.Int64 // of an endless answer

	elsewhere string // where the addresses lie that it names, instead of here
	meanwhile func() // what happens elsewhere, once, while a code is exchanged
}

// granted is what a code is good for, once.
type granted struct {
	challenge string
	token     func() string
}

func newProvider(t *testing.T, now func() time.Time) *provider {
	p := &provider{t: t, now: now, codes: map[string]granted{}}
	p.Server = httptest.NewServer(http.HandlerFunc(p.serve))
	t.Cleanup(p.Close)
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p.keys = []jose.JSONWebKey{{Key: key, KeyID: "first", Algorithm: string(jose.RS256), Use: "sig"}}
	return p
}

// turns makes the provider sign with a new key, of another kind.
func (p *provider) turns() {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		p.t.Fatal(err)
	}
	p.keys = []jose.JSONWebKey{{Key: key, KeyID: "second", Algorithm: string(jose.ES256), Use: "sig"}}
}

func (p *provider) serve(w http.ResponseWriter, r *http.Request) {
	if p.hangs.Load() == r.URL.Path {
		_, _ = io.Copy(io.Discard, r.Body) // before it was read nobody is heard to leave
		<-r.Context().Done()
		return
	}
	for p.endless.Load() == r.URL.Path {
		n, err := w.Write(bytes.Repeat([]byte(" "), 64<<10))
		if p.written.Add(int64(n)); err != nil || p.written.Load() > 256<<20 {
			return
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-time.After(p.slow):
	case <-r.Context().Done():
		return
	}
	if p.away {
		http.Error(w, "down", http.StatusInternalServerError)
		return
	}
	if p.says != "" {
		http.Error(w, p.says, http.StatusBadGateway)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if p.large {
		for range 4 << 10 {
			if _, err := w.Write([]byte(strings.Repeat(" ", 1<<10))); err != nil {
				return
			}
		}
	}
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		at := p.URL
		if p.elsewhere != "" {
			at = p.elsewhere
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": at + "/token", "jwks_uri": at + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256", "ES256", "HS256", "none"},
			"token_endpoint_auth_methods_supported": map[bool][]string{true: {"private_key_jwt", "client_secret_post"}}[p.posted]})
	case "/keys":
		p.asked++
		if p.keyless {
			http.Error(w, "down", http.StatusInternalServerError)
			return
		}
		set := jose.JSONWebKeySet{}
		for _, k := range p.keys {
			set.Keys = append(set.Keys, k.Public())
		}
		_ = json.NewEncoder(w).Encode(set)
	case "/token":
		if p.meanwhile != nil {
			p.meanwhile()
			p.meanwhile = nil
		}
		p.token(w, r)
	default:
		http.NotFound(w, r)
	}
}

func (p *provider) token(w http.ResponseWriter, r *http.Request) {
	id, secret, _ := r.BasicAuth()
	if p.posted {
		id, secret = r.PostFormValue("client_id"), url.QueryEscape(r.PostFormValue("client_secret"))
	}
	code := r.PostFormValue("code")
	if p.fails > 0 {
		w.WriteHeader(p.fails)
		_ = json.NewEncoder(w).Encode(map[string]string{"error": "canary " + code, "error_description": r.PostForm.Encode() + secret})
		return
	}
	if id != clientID || secret != url.QueryEscape(clientSecret) {
		w.WriteHeader(http.StatusUnauthorized)
		_ = json.NewEncoder(w).Encode(map[string]string{"error": "invalid_client"})
		return
	}
	g, good := p.codes[code]
	delete(p.codes, code)
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if !good || r.PostFormValue("redirect_uri") != callback || base64.RawURLEncoding.EncodeToString(sum[:]) != g.challenge {
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]string{"error": "invalid_grant"})
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": g.token()})
}

// claim is what is signed; a test may spoil it.
type claim map[string]any

// grant is what the provider does once it knows who somebody is: a code for what its address asked, and what will be signed for it.
func (p *provider) grant(asked url.Values, sub string, spoil func(claim)) (code string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := claim{"iss": p.URL, "sub": sub, "aud": clientID, "exp": p.now().Add(5 * time.Minute).Unix(), "iat": p.now().Unix(), "nonce": asked.Get("nonce")}
	if asked.Get("max_age") != "" {
		c["auth_time"] = p.now().Unix()
	}
	if spoil != nil {
		spoil(c)
	}
	code = rand.Text()
	p.codes[code] = granted{asked.Get("code_challenge"), func() string { return p.sign(c) }}
	return code
}

// sign signs with the last key, or as a spoiled claim says: with nothing, or with the public key as if it were a secret.
func (p *provider) sign(c claim) string {
	how, _ := c["sign"].(string)
	delete(c, "sign")
	text, _ := json.Marshal(c)
	key := p.keys[len(p.keys)-1]
	switch how {
	case "none":
		return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + base64.RawURLEncoding.EncodeToString(text) + "."
	case "public":
		der, err := x509.MarshalPKIXPublicKey(key.Public().Key)
		if err != nil {
			p.t.Error(err)
		}
		return p.signed(jose.SigningKey{Algorithm: jose.HS256, Key: pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})}, text)
	case "secret":
		return p.signed(jose.SigningKey{Algorithm: jose.HS256, Key: []byte(clientSecret + strings.Repeat("0", 32))}, text)
	case "pointing": // to where keys of another's lie, and with one of them
		other, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			p.t.Error(err)
		}
		options := (&jose.SignerOptions{EmbedJWK: true}).WithHeader("jku", c["bait"]).WithHeader("x5u", c["bait"])
		return p.signed(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: crypto.PrivateKey(other), KeyID: "elsewhere"}}, text, options)
	case "other":
		other, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			p.t.Error(err)
		}
		return p.signed(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: crypto.PrivateKey(other), KeyID: key.KeyID}}, text)
	}
	return p.signed(jose.SigningKey{Algorithm: jose.SignatureAlgorithm(key.Algorithm), Key: key}, text)
}

func (p *provider) signed(by jose.SigningKey, text []byte, with ...*jose.SignerOptions) string {
	signer, err := jose.NewSigner(by, append(with, nil)[0])
	if err != nil {
		p.t.Error(err)
		return ""
	}
	signature, err := signer.Sign(text)
	if err != nil {
		p.t.Error(err)
		return ""
	}
	out, err := signature.CompactSerialize()
	if err != nil {
		p.t.Error(err)
	}
	return out
}
