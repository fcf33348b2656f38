package vault_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fengqiao/internal/vault"
)

func TestSigningKeysAreMadeKeptAndTurned(t *testing.T) {
	path := filepath.Join(t.TempDir(), "receipt-keys")
	v, c := open(t, master(1)), caucus(t, master(2))
	s, made, err := vault.OpenSigningKeyring(path, "", true, rand.Reader, v, c)
	if err != nil || !made {
		t.Fatalf("made %v, %v", made, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if again, made, err := vault.OpenSigningKeyring(path, "", true, rand.Reader, v, c); err != nil || made || !again.Current().Equal(s.Current()) {
		t.Errorf("at the second start: made %v, %v", made, err)
	}
	text, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(path, append(text, base64.StdEncoding.EncodeToString(master(3))+"\n"...), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	turned, _, err := vault.OpenSigningKeyring(path, "", false, rand.Reader, nil, nil)
	if err != nil || len(turned.Public()) != 2 || !turned.Public()[0].Equal(s.Current()) || turned.Current().Equal(s.Current()) {
		t.Fatalf("after a key was added: %v, %v", turned.Public(), err)
	}
	if !ed25519.Verify(turned.Public()[1], []byte("x"), turned.Sign([]byte("x"))) || len(vault.SigningKeyID(s.Current())) != 16 {
		t.Error("the last key does not sign")
	}
	if fmt.Sprintf("%v %+v %#v", s, s, s) != "signer signer signer" {
		t.Error("a signer prints more than its name")
	}
}

func TestSigningKeysLieApart(t *testing.T) {
	v, c := open(t, master(1)), caucus(t, master(2))
	for name, k := range map[string]struct{ env, says string }{
		"the vault's":   {base64.StdEncoding.EncodeToString(master(1)), "must be another"},
		"the caucus's":  {base64.StdEncoding.EncodeToString(master(2)), "must be another"},
		"short":         {"AAAA", "not 32 bytes"},
		"twice the one": {strings.Repeat(base64.StdEncoding.EncodeToString(master(3))+" ", 2), "twice"},
	} {
		if _, _, err := vault.OpenSigningKeyring("", k.env, false, rand.Reader, v, c); err == nil || !strings.Contains(err.Error(), k.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := vault.OpenSigningKeyring(filepath.Join(t.TempDir(), "none"), "", false, rand.Reader, v, c); err == nil {
		t.Error("a key was made without leave")
	}
}
