package receipt

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"fengqiao/internal/vault"
)

// Largest is how many bytes of a file are read; a case of a thousand entries stays below one million.
const Largest = 16 << 20

var (
	errCut  = errors.New("the file is cut short: it ends before the receipt does")
	errForm = errors.New("the file is not a receipt, or was changed in its form")
)

// read takes a receipt apart. A file that says more than a receipt holds, or says it otherwise, is none: what is not
// signed must not stand beside what is.
func read(file []byte) (r Receipt, err error) {
	if len(file) > Largest {
		return Receipt{}, fmt.Errorf("the file has more than %d bytes, which no receipt has", Largest)
	}
	d := json.NewDecoder(bytes.NewReader(file))
	d.DisallowUnknownFields()
	switch err := d.Decode(&r); {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return Receipt{}, errCut
	case err != nil:
		return Receipt{}, errForm
	case r.Format != Format:
		return Receipt{}, fmt.Errorf("the receipt's form is not %q, the only one known here", Format)
	case len(r.Entries) == 0:
		return Receipt{}, errors.New("the receipt has no entry 1")
	}
	if !writtenSo(file, r) {
		return Receipt{}, errForm
	}
	return r, nil
}

// writtenSo tells whether a file is what we write of a receipt, byte for byte but for blanks between its members. The API
// and the page differ in how they write three characters of HTML.
func writtenSo(file []byte, r Receipt) bool {
	var got, api bytes.Buffer
	plain := json.NewEncoder(&api)
	plain.SetEscapeHTML(false)
	escaped, err := json.Marshal(r)
	if err = errors.Join(err, plain.Encode(r), json.Compact(&got, file)); err != nil {
		return false
	}
	return bytes.Equal(got.Bytes(), escaped) || bytes.Equal(got.Bytes(), bytes.TrimSuffix(api.Bytes(), []byte("\n")))
}

// ReadKeys reads public keys as the program prints them (one a line: id and key) or as /receipt-keys answers them. An
// id that is not its key's is refused.
func ReadKeys(file []byte) ([]ed25519.PublicKey, error) {
	var pairs [][2]string
	if text := strings.TrimSpace(string(file)); strings.HasPrefix(text, "{") {
		var list Published
		if err := json.Unmarshal(file, &list); err != nil {
			return nil, errors.New("the key file is cut short or no list of keys")
		}
		for _, k := range list.Items {
			pairs = append(pairs, [2]string{k.ID, k.PublicKey})
		}
	} else {
		for line := range strings.Lines(text) {
			if words := strings.Fields(line); len(words) == 2 && !strings.HasPrefix(line, "#") {
				pairs = append(pairs, [2]string(words))
			}
		}
	}
	return keysOf(pairs)
}

func keysOf(pairs [][2]string) ([]ed25519.PublicKey, error) {
	var out []ed25519.PublicKey
	for _, p := range pairs {
		key, err := base64.StdEncoding.DecodeString(p[1])
		if err != nil || len(key) != ed25519.PublicKeySize || vault.SigningKeyID(key) != p[0] {
			return nil, fmt.Errorf("key %d of the key file is not what its id says", len(out)+1)
		}
		out = append(out, key)
	}
	if len(out) == 0 {
		return nil, errors.New("there is no key in the key file")
	}
	return out, nil
}

// Published are the installation's public keys.
type Published struct {
	Items []PublishedKey `json:"items"`
}

// PublishedKey is the public part of a key that signs receipts, or signed earlier ones.
type PublishedKey struct {
	ID        string `json:"id"`
	PublicKey string `json:"public_key" doc:"Ed25519, in base64"`
	Current   bool   `json:"current" doc:"This one signs now"`
}

// Publish gives the public parts of all keys of a signer, the current one last.
func Publish(s *vault.Signer) Published {
	var out Published
	all := s.Public()
	for i, k := range all {
		out.Items = append(out.Items, PublishedKey{ID: vault.SigningKeyID(k), PublicKey: base64.StdEncoding.EncodeToString(k), Current: i == len(all)-1})
	}
	return out
}
