package vault_test

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fengqiao/internal/vault"
)

func TestTheFirstStartMakesAKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "var", "keys")
	if _, _, err := vault.OpenKeyring(path, "", false, rand.Reader); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("without leave to make one: %v", err)
	}
	v, made, err := vault.OpenKeyring(path, "", true, rand.Reader)
	if err != nil || !made {
		t.Fatalf("made %v, %v", made, err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the key file has mode %v, %v", info.Mode(), err)
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
		t.Errorf("beside the key file lie %v", left)
	}
	again, made, err := vault.OpenKeyring(path, "", true, rand.Reader)
	if err != nil || made {
		t.Fatalf("at the second start: made %v, %v", made, err)
	}
	if got, err := again.Open(place, v.Seal(place, secret)); err != nil || got != secret {
		t.Errorf("after a restart: %q, %v", got, err)
	}
}

func TestKeysFromTheEnvironmentComeFirst(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys")
	one, two := base64.StdEncoding.EncodeToString(master(1)), base64.StdEncoding.EncodeToString(master(2))
	v, made, err := vault.OpenKeyring(path, one+", "+two, true, rand.Reader)
	if err != nil || made {
		t.Fatalf("made %v, %v", made, err)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a key file was made although the environment gave keys")
	}
	if got, err := open(t, master(2)).Open(place, v.Seal(place, secret)); err != nil || got != secret {
		t.Errorf("the last key does not seal: %q, %v", got, err)
	}
	if got, err := v.Open(place, open(t, master(1)).Seal(place, secret)); err != nil || got != secret {
		t.Errorf("the first key does not open: %q, %v", got, err)
	}
}

func TestABadKeyFileIsNamedAndExplained(t *testing.T) {
	good := base64.StdEncoding.EncodeToString(master(1))
	for name, v := range map[string]struct {
		text string
		mode os.FileMode
		says string
	}{
		"readable by the group": {good, 0o640, "chmod 600"},
		"readable by all":       {good, 0o604, "chmod 600"},
		"empty":                 {"", 0o600, "there is no key"},
		"comments only":         {"# nothing\n", 0o600, "there is no key"},
		"short":                 {"AAAA", 0o600, "not 32 bytes"},
		"not base64":            {"?" + good, 0o600, "not 32 bytes"},
		"twice":                 {good + "\n" + good, 0o600, "twice"},
	} {
		path := filepath.Join(t.TempDir(), "keys")
		if err := os.WriteFile(path, []byte(v.text), v.mode); err != nil {
			t.Fatal(err)
		}
		_, _, err := vault.OpenKeyring(path, "", true, rand.Reader)
		if err == nil || !strings.Contains(err.Error(), v.says) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", name, err)
		} else if strings.Contains(err.Error(), good) {
			t.Errorf("%s: the error shows the key", name)
		}
	}
	if _, _, err := vault.OpenKeyring(t.TempDir(), "", true, rand.Reader); err == nil {
		t.Error("a folder was taken for a key file")
	}
	if _, _, err := vault.OpenKeyring("", "AAAA", true, rand.Reader); err == nil || !strings.Contains(err.Error(), "environment") {
		t.Errorf("a short key in the environment: %v", err)
	}
	if _, made, err := vault.OpenKeyring(filepath.Join(t.TempDir(), "keys"), "", true, strings.NewReader("short")); err == nil || made {
		t.Errorf("a key was made without chance: %v", err)
	}
}
