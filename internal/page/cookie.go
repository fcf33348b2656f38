package page

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

const (
	sessionCookie = "fengqiao"
	cookiePrefix  = sessionCookie + "-"
	formCookie    = cookiePrefix + "form" // ties the forms we drew to the browser we drew them for
	aYear         = 365 * 24 * time.Hour
)

// named: a cookie is __Host- wherever the outside scheme is https, so that no neighbour under the same domain can plant it. A
// browser drops such a cookie on plain http, and sign-in would go in a circle: there it has neither the prefix nor Secure.
func (s *Site) named(name string) string {
	if s.o.Secure {
		return "__Host-" + name
	}
	return name
}

func (s *Site) cookie(c echo.Context, name string) string {
	got, err := c.Request().Cookie(s.named(name))
	if err != nil {
		return ""
	}
	return got.Value
}

func (s *Site) setCookie(c echo.Context, name, value string, age time.Duration) {
	k := &http.Cookie{Name: s.named(name), Value: value, Path: "/", HttpOnly: true, Secure: s.o.Secure, SameSite: http.SameSiteLaxMode}
	if age > 0 {
		k.MaxAge = int(age / time.Second)
	}
	if age < 0 {
		k.MaxAge = -1
	}
	c.SetCookie(k)
}

func (s *Site) dropCookie(c echo.Context, name string) { s.setCookie(c, name, "", -1) }

// formKey makes a one-time key that only a browser with this secret can have been given.
func formKey(secret string) string {
	nonce := rand.Text()
	return nonce + "." + tie(secret, nonce)
}

// ownForm tells whether a key was made for the browser with this secret.
func ownForm(secret, key string) bool {
	nonce, mark, ok := strings.Cut(key, ".")
	return ok && secret != "" && subtle.ConstantTimeCompare([]byte(mark), []byte(tie(secret, nonce))) == 1
}

func tie(secret, nonce string) string {
	sum := sha256.Sum256([]byte("form\n" + secret + "\n" + nonce))
	return hex.EncodeToString(sum[:10])
}
