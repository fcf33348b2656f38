package app

import (
	"path/filepath"
	"strings"

	"fengqiao/internal/vault"
)

// AddKey draws a new key for the vault's ring, or for that of caucus notes, and writes it into the ring's file: it seals from the next
// start on, or opens only. It gives the key's id and the file.
func AddKey(o Options, caucus, opensOnly bool) (id, path string, err error) {
	o = o.complete()
	name, given, env := "keys", o.Keys, "FENGQIAO_KEYS"
	if caucus {
		name, given, env = "caucus-keys", o.CaucusKeys, "FENGQIAO_CAUCUS_KEYS"
	}
	if strings.TrimSpace(given) != "" {
		return "", "", unfit("the keys are given by %s: add the new one there, last to seal, first to open only (head -c 32 /dev/urandom | base64)", env)
	}
	path = filepath.Join(o.Data, name)
	id, err = vault.AddMaster(path, opensOnly, o.Random)
	return id, path, err
}
