package vault

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"fengqiao/internal/owner"
)

const vaultHeader = "# Master keys of Fengqiao, one a line; the last one seals, all of them open.\n" +
	"# Keep a copy apart from the database's backups: without this file the sealed values are lost.\n"

// OpenKeyring finds the master keys: in env, the value of an environment variable, where it is not empty; otherwise in
// the file at path. Keys are 32 bytes in base64, separated by blanks, commas or line ends, and the last one is current.
// Where there is neither and create is set, it makes a file with one new key, readable by its owner only, and says so
// in made, for the operator must be told to keep a copy.
func OpenKeyring(path, env string, create bool, random io.Reader) (v *Vault, made bool, err error) {
	return openRing(path, env, vaultHeader, create, random)
}

// openRing finds the keys of a ring; header is what a new file says of itself.
func openRing(path, env, header string, create bool, random io.Reader) (v *Vault, made bool, err error) {
	masters, where, made, err := findMasters(path, env, header, create, random)
	if err != nil {
		return nil, false, err
	}
	if v, err = New(random, masters...); err != nil {
		return nil, false, fmt.Errorf("%w (in %s)", err, where)
	}
	return v, made, nil
}

// findMasters finds keys in env or in the file at path, and says where they were; it makes the file if it may.
func findMasters(path, env, header string, create bool, random io.Reader) (masters [][]byte, where string, made bool, err error) {
	if strings.TrimSpace(env) != "" {
		masters, err = parse("the environment", env)
		return masters, "the environment", false, err
	}
	text, err := readKeys(path)
	if errors.Is(err, fs.ErrNotExist) && create {
		if text, err = makeKeys(path, header, random); err == nil {
			made = true
		}
		if errors.Is(err, fs.ErrExist) { // another process of ours was faster
			text, err = readKeys(path)
		}
	}
	if err != nil {
		return nil, path, false, err
	}
	masters, err = parse(path, text)
	return masters, path, made && err == nil, err
}

func readKeys(path string) (string, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("vault: there is no key file %s; put back the copy that was kept, or name another: %w", path, err)
	}
	if err != nil {
		return "", fmt.Errorf("vault: key file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("vault: key file %s is not a plain file", path)
	}
	if others := info.Mode().Perm() & 0o077; others != 0 {
		return "", fmt.Errorf("vault: key file %s can be read by others (mode %04o); run: chmod 600 %s", path, info.Mode().Perm(), path)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("vault: key file: %w", err)
	}
	return string(b), nil
}

// makeKeys writes a new key beside its place, to the disk, and only then gives it its name; it never replaces a file
// that came to be in the meantime.
func makeKeys(path, header string, random io.Reader) (string, error) {
	master := make([]byte, MasterSize)
	if _, err := io.ReadFull(random, master); err != nil {
		return "", fmt.Errorf("vault: no randomness for a new key: %w", err)
	}
	text := header + base64.StdEncoding.EncodeToString(master) + "\n"
	if err := owner.Folder(filepath.Dir(path)); err != nil {
		return "", fmt.Errorf("vault: make a key file: %w", err)
	}
	if err := writeNew(path, text); err != nil {
		return "", fmt.Errorf("vault: make a key file: %w", err)
	}
	return text, nil
}

// AddMaster draws a new master key and writes it into a key file: as the last line, which seals, or as the first, which opens only. It
// gives the key's id.
func AddMaster(path string, opensOnly bool, random io.Reader) (id string, err error) {
	text, err := readKeys(path)
	if err != nil {
		return "", err
	}
	masters, err := parse(path, text)
	if err != nil {
		return "", err
	}
	master := make([]byte, MasterSize)
	if _, err := io.ReadFull(random, master); err != nil {
		return "", fmt.Errorf("vault: no randomness for a new key: %w", err)
	}
	ring, err := New(random, append(masters, master)...)
	if err != nil {
		return "", err
	}
	line := base64.StdEncoding.EncodeToString(master) + "\n"
	if text = strings.TrimRight(text, "\n") + "\n"; !opensOnly {
		text += line
	} else {
		at := 0
		for strings.HasPrefix(text[at:], "#") {
			at += strings.IndexByte(text[at:], '\n') + 1
		}
		text = text[:at] + line + text[at:]
	}
	return ring.KeyIDs()[len(masters)], replace(path, text)
}

// replace puts a file in the place of another, whole or not at all.
func replace(path, text string) error { return put(path, text, os.Rename) }

// writeNew puts a file where none is; it never replaces one.
func writeNew(path, text string) error { return put(path, text, os.Link) }

// put writes a file beside its place, to the disk, and only then gives it its name.
func put(path, text string, name func(from, to string) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".keys-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if _, err := f.WriteString(text); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := errors.Join(owner.Leave(f, path), f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := name(f.Name(), path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

func parse(where, text string) ([][]byte, error) {
	var masters [][]byte
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, word := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" ,\t\r\n", r) }) {
			m, err := base64.StdEncoding.DecodeString(word)
			if err != nil || len(m) != MasterSize {
				return nil, fmt.Errorf("vault: key %d in %s is not %d bytes in base64", len(masters)+1, where, MasterSize)
			}
			masters = append(masters, m)
		}
	}
	if len(masters) == 0 {
		return nil, fmt.Errorf("vault: there is no key in %s", where)
	}
	return masters, nil
}
