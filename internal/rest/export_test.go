package rest

import "encoding/base64"

// Sealed lets tests seal any bytes as a cursor, and Unsealed open one, as a route would.
func Sealed(plain []byte) string {
	return base64.RawURLEncoding.EncodeToString(append(fuzzCall.mac(plain), plain...))
}

// Unsealed opens a cursor into a position.
func Unsealed(cursor string, pos any) error { return fuzzCall.unseal(cursor, pos) }

var fuzzCall = &call{api: &API{o: Options{Secret: []byte("a secret of the tests")}}, route: &Route{Method: "GET", Path: "/api/v1/things"}}
