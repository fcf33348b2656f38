package main

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"fengqiao/internal/ident"
)

// holder is who is signed in, as the session's row keeps it.
type holder struct {
	Person ident.ID `json:"person"`
	Posts  []struct {
		Role      string     `json:"role"`
		Committee ident.ID   `json:"committee"`
		Area      ident.Area `json:"area"`
	} `json:"posts"`
}

// failure is a refusal with its status; any other error is a fault of the floor.
type failure struct {
	status int
	says   string
}

func (f failure) Error() string { return f.says }

var (
	errWho  = failure{http.StatusUnauthorized, "not signed in"}
	errNone = failure{http.StatusNotFound, "no such thing"}
)

type answer struct {
	status   int
	version  int64
	location string
	body     any
}

type operation func(r *http.Request, by holder) (answer, error)

// signedIn answers an operation to whoever bears the token of an open session.
func (f *floor) signedIn(do operation) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		by, err := f.who(r.Context(), strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
		var out answer
		if err == nil {
			out, err = do(r, by)
		}
		if err != nil {
			refuse(w, err)
			return
		}
		reply(w, out)
	})
}

func reply(w http.ResponseWriter, a answer) {
	body, err := json.Marshal(a.body)
	if err != nil {
		refuse(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if a.version != 0 {
		w.Header().Set("ETag", fmt.Sprintf("%q", fmt.Sprint(a.version)))
	}
	if a.location != "" {
		w.Header().Set("Location", a.location)
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(body)
}

func refuse(w http.ResponseWriter, err error) {
	var f failure
	if !errors.As(err, &f) {
		fmt.Fprintln(os.Stderr, err)
		f = failure{http.StatusInternalServerError, "failed"}
	}
	http.Error(w, f.says, f.status)
}

const secretLength = 16

// who finds the session of a token by the id in it, and compares the hash of its secret; one look-up, as the product has.
func (f *floor) who(ctx context.Context, token string) (holder, error) {
	var by holder
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(b) != len(ident.ID{})+secretLength {
		return by, errWho
	}
	id := ident.ID(b[:len(ident.ID{})])
	var hash, text string
	var ends time.Time
	err = f.db.QueryRow(ctx, "SELECT secret_hash, actor, ends_at FROM sessions WHERE county_code = $1 AND id = $2 AND ends_at > now()",
		string(id.County()), uuid(id)).Scan(&hash, &text, &ends)
	if errors.Is(err, pgx.ErrNoRows) {
		return by, errWho
	}
	if err != nil {
		return by, fmt.Errorf("session: %w", err)
	}
	sum := sha256.Sum256(b[len(ident.ID{}):])
	if subtle.ConstantTimeCompare([]byte(hash), []byte(hex.EncodeToString(sum[:]))) != 1 {
		return by, errWho
	}
	if err := json.Unmarshal([]byte(text), &by); err != nil || len(by.Posts) == 0 {
		return by, errWho
	}
	return by, nil
}

// uuid is an id as pgx sends it.
func uuid(id ident.ID) [16]byte { return id }

// each adds a statement to a batch, whose rows are scanned into a slice when the batch is read.
func each[T any](b *pgx.Batch, out *[]T, into func(*T) []any, sql string, args ...any) {
	*out = []T{}
	b.Queue(sql, args...).Query(func(rows pgx.Rows) error {
		for rows.Next() {
			var row T
			if err := rows.Scan(into(&row)...); err != nil {
				return err
			}
			*out = append(*out, row)
		}
		return rows.Err()
	})
}
