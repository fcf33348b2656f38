package rest

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"fengqiao/internal/actor"
	"fengqiao/internal/fault"
)

const (
	documentLimit = 1 << 20  // bytes of a JSON document
	fileLimit     = 20 << 20 // bytes of one file
	formMemory    = 1 << 20  // bytes of a form kept in memory; the rest lies in temporary files
	documentTime  = 10 * time.Second
	fileTime      = 5 * time.Minute // 20 MiB over a village's line
	deepest       = 32              // levels of a document
)

func tooLarge(limit int64) *fault.Fault {
	return fault.New(fault.TooLarge, "", "内容太大了，最多 %d MiB。", "This is too large: the limit is %d MiB.", limit>>20)
}

var (
	errMediaType = &Problem{Status: http.StatusUnsupportedMediaType, Code: "media_type",
		text: fault.Say("请以 application/json（文件以 multipart/form-data）发送。",
			"Send this as application/json (files as multipart/form-data).")}
	errSlow = &Problem{Status: http.StatusRequestTimeout, Code: "too_slow",
		text: fault.Say("内容没有及时收到，请重试。", "The content did not arrive in time; please try again.")}
	errJSON   = fault.New(fault.Invalid, "json", "内容不是有效的 JSON。", "This is not valid JSON.")
	errCutOff = fault.New(fault.Invalid, "body", "内容没有收全，请重试。", "The content did not arrive whole; please try again.")
)

// takeBody reads and checks what the request brings, before huma sees it, and gives back its digest.
func takeBody(c echo.Context, r *Route) (sum [32]byte, err error) {
	switch r.takes {
	case files:
		return takeFiles(c)
	case document:
		return takeDocument(c)
	default:
		return sha256.Sum256(nil), nil
	}
}

func takeDocument(c echo.Context) (sum [32]byte, err error) {
	req := c.Request()
	body, err := readAll(c, documentLimit, documentTime)
	if err != nil {
		return sum, err
	}
	if len(body) == 0 { // nothing said is an empty document
		body = []byte("{}")
	} else if kind, _, err := mime.ParseMediaType(req.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return sum, errMediaType
	}
	req.Header.Set("Content-Type", "application/json")
	if err := checkDocument(body); err != nil {
		return sum, err
	}
	sum = sha256.Sum256(body)
	if body, err = withoutUnsaid(body); err != nil {
		return sum, err
	}
	req.Body = io.NopCloser(bytes.NewReader(body))
	return sum, nil
}

// withoutUnsaid leaves out members that are null: to say null is to say nothing.
func withoutUnsaid(body []byte) ([]byte, error) {
	if !bytes.Contains(body, []byte("null")) {
		return body, nil
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, errJSON
	}
	dropNulls(v)
	return json.Marshal(v)
}

func dropNulls(v any) {
	switch node := v.(type) {
	case map[string]any:
		for name, member := range node {
			if member == nil {
				delete(node, name)
			} else {
				dropNulls(member)
			}
		}
	case []any:
		for _, item := range node {
			dropNulls(item)
		}
	}
}

func readAll(c echo.Context, limit int64, within time.Duration) ([]byte, error) {
	defer hurry(c, within)()
	body, err := io.ReadAll(http.MaxBytesReader(c.Response().Writer, c.Request().Body, limit))
	return body, bodyError(err, limit)
}

// hurry ends the reading of a body that trickles in. It needs no clock: a deadline long past ends it at once.
func hurry(c echo.Context, within time.Duration) (stop func()) {
	control := http.NewResponseController(c.Response().Writer)
	t := time.AfterFunc(within, func() { _ = control.SetReadDeadline(time.Unix(1, 0)) })
	return func() { t.Stop() }
}

func bodyError(err error, limit int64) error {
	var large *http.MaxBytesError
	var late interface{ Timeout() bool }
	switch {
	case err == nil:
		return nil
	case errors.As(err, &large), errors.Is(err, multipart.ErrMessageTooLarge):
		return tooLarge(limit)
	case errors.As(err, &late) && late.Timeout():
		return errSlow
	}
	return errCutOff.Because(err)
}

// checkDocument refuses what a later reader might understand differently: broken characters, a name that stands twice
// in one object (the check would see one value and the operation another), control characters, and endless depth.
func checkDocument(body []byte) error {
	if !utf8.Valid(body) {
		return errJSON
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := checkValue(d, 0); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errJSON
	}
	return nil
}

func checkValue(d *json.Decoder, depth int) error {
	t, err := d.Token()
	if err != nil || depth > deepest {
		return errJSON
	}
	switch v := t.(type) {
	case string:
		if !plainText(v) {
			return fault.New(fault.Invalid, "text", "文字里有不能保存的控制字符。", "A text holds control characters that cannot be kept.")
		}
	case json.Delim:
		return checkMembers(d, depth, v == '{')
	}
	return nil
}

func checkMembers(d *json.Decoder, depth int, named bool) error {
	seen := map[string]bool{}
	for d.More() {
		if named {
			name, err := d.Token()
			if err != nil {
				return errJSON
			}
			if s := name.(string); seen[s] || !plainText(s) {
				return errJSON
			}
			seen[name.(string)] = true
		}
		if err := checkValue(d, depth+1); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil { // the closing bracket
		return errJSON
	}
	return nil
}

func takeFiles(c echo.Context) (sum [32]byte, err error) {
	req := c.Request()
	if kind, _, err := mime.ParseMediaType(req.Header.Get("Content-Type")); err != nil || kind != "multipart/form-data" {
		return sum, errMediaType
	}
	defer hurry(c, fileTime)()
	req.Body = http.MaxBytesReader(c.Response().Writer, req.Body, fileLimit+documentLimit)
	if err := req.ParseMultipartForm(formMemory); err != nil {
		return sum, bodyError(err, fileLimit)
	}
	h := sha256.New()
	if err := digestForm(h, req.MultipartForm); err != nil {
		return sum, err
	}
	return [32]byte(h.Sum(nil)), nil
}

// digestForm hashes what a form says, not how it was packed: a browser draws a new boundary for every try.
func digestForm(h hash.Hash, form *multipart.Form) error {
	for _, name := range sortedKeys(form.Value) {
		for _, v := range form.Value[name] {
			if !plainText(name) || !plainText(v) {
				return fault.New(fault.Invalid, "text", "文字里有不能保存的控制字符。", "A text holds control characters that cannot be kept.")
			}
			fmt.Fprintf(h, "%d %s %d %s\n", len(name), name, len(v), v)
		}
	}
	for _, name := range sortedKeys(form.File) {
		for _, file := range form.File[name] {
			fmt.Fprintf(h, "%d %s %d %s %d\n", len(name), name, len(file.Filename), file.Filename, file.Size)
			if err := digestFile(h, file); err != nil {
				return err
			}
		}
	}
	return nil
}

func digestFile(h hash.Hash, file *multipart.FileHeader) error {
	f, err := file.Open()
	if err != nil {
		return fmt.Errorf("read upload: %w", err)
	}
	defer f.Close()
	_, err = io.Copy(h, f)
	return err
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

const (
	onceHeader = "Idempotency-Key"
	onceLimit  = 200 // characters
)

// onceOf is the one-time key of a write: whose, for which address, and over what body. The address holds the id of
// what is acted upon, so that one key may be used for the same act on two things.
func onceOf(r *http.Request, by actor.Actor, body [32]byte) (actor.Once, error) {
	sent, ok := r.Header[onceHeader]
	if !ok || !unsafeMethod(r.Method) {
		return actor.Once{}, nil
	}
	if len(sent) != 1 || !keyText(sent[0]) {
		return actor.Once{}, fault.New(fault.Invalid, "", "Idempotency-Key 应为 1 到 200 个可见字符。",
			"Idempotency-Key takes 1 to 200 printable characters.").At("header." + onceHeader)
	}
	who := "public"
	if by.SignedIn() {
		who = by.Person.String() + " " + by.Case.String() + " " + by.Party.String() + " " + by.Helper.String()
	}
	key := sha256.Sum256([]byte(who + "\n" + r.Method + " " + r.URL.Path + "\n" + sent[0]))
	return actor.Once{Key: key, Body: body}, nil
}

func keyText(s string) bool {
	if s == "" || utf8.RuneCountInString(s) > onceLimit || !utf8.ValidString(s) {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}
