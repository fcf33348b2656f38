package app

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"fengqiao/internal/backup"
	"fengqiao/internal/owner"
	"fengqiao/internal/vault"
)

// Backup are the settings of a backup of this installation.
func (a *App) Backup() backup.Options {
	return backup.Options{Database: a.Database, Data: a.Data, Version: a.Version, Now: a.Now, Random: a.Random, Vault: a.Vault, Caucus: a.Caucus}
}

// Restore puts a backup back where nothing is. Without the keys of that time it refuses, unless it may.
func Restore(ctx context.Context, o Options, path string, withoutKeys bool) (backup.Manifest, error) {
	o = o.complete()
	if err := owner.Folder(o.Data); err != nil {
		return backup.Manifest{}, err
	}
	to := backup.Options{Database: o.Database, Data: o.Data, Version: o.Version, Now: o.Now, Random: o.Random}
	if withoutKeys {
		return backup.Restore(ctx, to, path)
	}
	var err error
	if to.Vault, _, err = vault.OpenKeyring(filepath.Join(o.Data, "keys"), o.Keys, false, o.Random); err == nil {
		to.Caucus, _, err = vault.OpenCaucusKeyring(filepath.Join(o.Data, "caucus-keys"), o.CaucusKeys, false, o.Random, to.Vault)
	}
	if errors.Is(err, os.ErrNotExist) {
		return backup.Manifest{}, unfit("put keys, caucus-keys and receipt-keys of that time into %s first, or say --without-keys", o.Data)
	}
	if err != nil {
		return backup.Manifest{}, err
	}
	return backup.Restore(ctx, to, path)
}
