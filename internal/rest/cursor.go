package rest

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"

	"fengqiao/internal/fault"
)

// A cursor is a position in a list, sealed for the route that gave it: whoever bends it learns nothing and gets 422.

const sealLength = 16 // bytes of the HMAC

func (c *call) seal(pos any) (string, error) {
	plain, err := json.Marshal(pos)
	if err != nil {
		return "", fmt.Errorf("cursor: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(append(c.mac(plain), plain...)), nil
}

func (c *call) unseal(cursor string, pos any) error {
	b, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(b) <= sealLength || !hmac.Equal(b[:sealLength], c.mac(b[sealLength:])) {
		return errCursor
	}
	d := json.NewDecoder(bytes.NewReader(b[sealLength:]))
	d.DisallowUnknownFields()
	if d.Decode(pos) != nil {
		return errCursor
	}
	return nil
}

var errCursor = fault.New(fault.Invalid, "cursor", "翻页位置不对，请从第一页重新开始。",
	"This is no position in the list; start again from its first page.").At("cursor")

func (c *call) mac(plain []byte) []byte {
	h := hmac.New(sha256.New, c.api.o.Secret)
	h.Write([]byte("cursor " + c.route.Method + " " + c.route.Path + "\x00"))
	h.Write(plain)
	return h.Sum(nil)[:sealLength]
}

func isNil(v any) bool {
	if v == nil {
		return true
	}
	r := reflect.ValueOf(v)
	return r.Kind() == reflect.Pointer && r.IsNil()
}
