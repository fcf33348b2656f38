package seal

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"fengqiao/internal/alone"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/owner"
	"fengqiao/internal/vault"
)

// head is the last seal of a county that this installation knows of. It lies beside the keys, so that whoever has the database alone
// cannot take seals away; it is signed, so that whoever has the folder and no key cannot make one.
type head struct {
	County    ident.County `json:"county"`
	Number    int64        `json:"number"` // 0: none
	Hash      string       `json:"hash"`
	KeyID     string       `json:"key_id"`
	Signature []byte       `json:"signature"`
}

func (h head) message() []byte {
	return journal.Framed("fengqiao last seal 1", string(h.County), strconv.FormatInt(h.Number, 10), h.Hash)
}

// lost says what of the head is not among the seals of the database, of which newest is the last one's number.
func (h head) lost(all []Seal, newest int64) []string {
	if h.Number == 0 {
		return nil
	}
	for _, one := range all {
		if one.Number != h.Number {
			continue
		}
		if one.Hash != h.Hash || one.hash() != h.Hash {
			return []string{fmt.Sprintf("seal %d is not the one that is kept beside the keys", h.Number)}
		}
		return nil
	}
	return []string{fmt.Sprintf("seal %d that is kept beside the keys is gone: the last one of the database is %d", h.Number, newest)}
}

// heads are the last seals, a file for each county: several processes may share the folder, or each have its own.
type heads struct {
	folder *alone.Folder
	signer *vault.Signer
}

func (hs heads) path(county ident.County) string {
	return filepath.Join(hs.folder.Path, string(county))
}

// of is what is kept of a county; the zero head where nothing is. bad says that what lies there cannot be believed.
func (hs heads) of(county ident.County) (h head, bad []string, err error) {
	text, err := os.ReadFile(hs.path(county))
	if errors.Is(err, fs.ErrNotExist) {
		return head{County: county}, nil, nil
	}
	if err != nil {
		return h, nil, fmt.Errorf("last seal of county %s: %w", county, err)
	}
	if json.Unmarshal(text, &h) != nil || h.County != county || !hs.signed(h) {
		return head{County: county}, []string{fmt.Sprintf("the last seal that is kept beside the keys (%s) was not written with these keys", hs.path(county))}, nil //nolint:nilerr // told, not failed over
	}
	return h, nil, nil
}

func (hs heads) signed(h head) bool {
	for _, k := range hs.signer.Public() {
		if vault.SigningKeyID(k) == h.KeyID {
			return ed25519.Verify(k, h.message(), h.Signature)
		}
	}
	return false
}

// counties are those of which something is kept.
func (hs heads) counties() (out []ident.County, err error) {
	all, err := os.ReadDir(hs.folder.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, e := range all {
		if len(e.Name()) == 6 { // the other names are of files that are being written
			out = append(out, ident.County(e.Name()))
		}
	}
	return out, err
}

// forward keeps newer heads; one that is newer still stays, whichever of the programs that share the folder comes last. The folder is
// waited for once: where it cannot be had the seals are made, and the next sweep puts the heads forward.
func (hs heads) forward(ctx context.Context, newer []head) error {
	if len(newer) == 0 {
		return nil
	}
	return hs.folder.Do(ctx, func() (all error) {
		for _, h := range newer {
			now, bad, err := hs.of(h.County)
			if err == nil && len(bad) == 0 && now.Number < h.Number {
				err = hs.write(h)
			}
			all = errors.Join(all, err) // the others are not left behind for one
		}
		return all
	})
}

// write keeps a head in place of what was kept: whole or not at all, and on the disk when it returns.
func (hs heads) write(h head) error {
	one, err := hs.lay(h)
	defer one.drop()
	if err != nil { // what is not whole takes no place
		return err
	}
	return one.put()
}

// laid is a head on the disk that is not in its place yet.
type laid struct{ from, to string }

// lay writes a head beside its place; what it gives is to be dropped in the end, put or not.
func (hs heads) lay(h head) (out laid, err error) {
	h.KeyID, h.Signature = vault.SigningKeyID(hs.signer.Current()), hs.signer.Sign(h.message())
	text, err := json.Marshal(h)
	if err != nil {
		return out, err
	}
	f, err := os.CreateTemp(hs.folder.Path, ".writing-*")
	if err != nil {
		return out, err
	}
	out = laid{f.Name(), hs.path(h.County)}
	_, err = f.Write(append(text, '\n'))
	return out, errors.Join(err, owner.Leave(f, out.to), f.Sync(), f.Close())
}

// put puts it in its place.
func (l laid) put() error {
	if l.from == "" {
		return nil
	}
	if err := os.Rename(l.from, l.to); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(l.to))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

func (l laid) drop() {
	_ = os.Remove(l.from) // put, or a leftover that no county is read from
}
