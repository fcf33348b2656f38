package vault_test

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fengqiao/internal/vault"
)

const note = "底价八百元，不要告诉对方"

func caucus(t *testing.T, masters ...[]byte) *vault.Caucus {
	t.Helper()
	c, err := vault.NewCaucus(rand.Reader, masters...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestANoteOpensInItsSessionOnly(t *testing.T) {
	c := caucus(t, master(3))
	wrapped, sealed := c.Seal(row, note)
	if got, err := c.Open(row, wrapped, sealed); err != nil || got != note {
		t.Fatalf("opened as %q, %v", got, err)
	}
	otherWrapped, otherSealed := c.Seal(otherRow, note)
	for name, open := range map[string]func() (string, error){
		"another session":        func() (string, error) { return c.Open(otherRow, wrapped, sealed) },
		"another session's key":  func() (string, error) { return c.Open(row, otherWrapped, sealed) },
		"another session's note": func() (string, error) { return c.Open(row, wrapped, otherSealed) },
		"no key":                 func() (string, error) { return c.Open(row, nil, sealed) },
		"another ring":           func() (string, error) { return caucus(t, master(4)).Open(row, wrapped, sealed) },
	} {
		if got, err := open(); !errors.Is(err, vault.ErrSealed) || got != "" {
			t.Errorf("%s: opened as %q, %v", name, got, err)
		}
	}
	again, _ := c.Seal(row, note)
	if bytes.Equal(wrapped, again) {
		t.Error("two notes have one data key")
	}
	if got, err := caucus(t, master(3), master(4)).Open(row, wrapped, sealed); err != nil || got != note {
		t.Errorf("under an older key of the ring: %q, %v", got, err)
	}
	if fmt.Sprintf("%v %+v %#v", c, c, c) != "caucus caucus caucus" {
		t.Error("a ring prints more than its name")
	}
}

func TestCaucusKeysLieApart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "caucus-keys")
	v := open(t, master(1))
	c, made, err := vault.OpenCaucusKeyring(path, "", true, rand.Reader, v)
	if err != nil || !made {
		t.Fatalf("made %v, %v", made, err)
	}
	wrapped, sealed := c.Seal(row, note)
	again, made, err := vault.OpenCaucusKeyring(path, "", true, rand.Reader, v)
	if err != nil || made {
		t.Fatalf("at the second start: %v, %v", made, err)
	}
	if got, err := again.Open(row, wrapped, sealed); err != nil || got != note {
		t.Errorf("after a restart: %q, %v", got, err)
	}
	text, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(text), "caucus") {
		t.Errorf("the file does not say what it is: %s, %v", text, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	same := base64.StdEncoding.EncodeToString(master(1))
	if _, _, err := vault.OpenCaucusKeyring(path, same, false, rand.Reader, v); err == nil || !strings.Contains(err.Error(), "must be another") {
		t.Errorf("one key for both: %v", err)
	}
	if _, _, err := vault.OpenCaucusKeyring(filepath.Join(t.TempDir(), "none"), "", false, rand.Reader, v); err == nil {
		t.Error("a ring was made without leave")
	}
}
