package rest

import (
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// Made is the answer of an operation that made something: 201 unless Status says otherwise.
type Made[T any] struct {
	Status   int
	Location string `header:"Location"`
	ETag     string `header:"ETag"`
	Body     T
}

// Seen is a thing with its version.
type Seen[T any] struct {
	ETag string `header:"ETag"`
	Body T
}

// Listed is one page of a list.
type Listed[T any] struct {
	Body Page[T]
}

// Page holds the items of one page, and where the next one begins: null when this was the last.
type Page[T any] struct {
	Items      []T     `json:"items"`
	NextCursor *string `json:"next_cursor" nullable:"true"`
}

type maker interface{ settle() }

func (m *Made[T]) settle() {
	if m.Status == 0 {
		m.Status = http.StatusCreated
	}
}

// MakeAnswer answers what was made: where it is (below /api/v1), its version (0: it has none), itself.
func MakeAnswer[T any](location string, version int64, body T) *Made[T] {
	return &Made[T]{Status: http.StatusCreated, Location: Base + location, ETag: Tag(version), Body: body}
}

// See answers a thing with its version; 0 when it has none.
func See[T any](version int64, body T) *Seen[T] { return &Seen[T]{ETag: Tag(version), Body: body} }

// List answers one page of a list. Next is the position after its last item, a value that PageIn.After can read back;
// nil when nothing follows.
func List[T any](ctx context.Context, items []T, next any) (*Listed[T], error) {
	out := &Listed[T]{Body: Page[T]{Items: items}}
	if isNil(next) {
		return out, nil
	}
	cursor, err := callOf(ctx).seal(next)
	if err != nil {
		return nil, err
	}
	out.Body.NextCursor = &cursor
	return out, nil
}

// Tag is the ETag of a version.
func Tag(version int64) string {
	if version == 0 {
		return ""
	}
	return strconv.Quote(strconv.FormatInt(version, 10))
}

// Stream is an answer that is written as it is made: a file, a table, a dossier.
type Stream struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Policy      string `header:"Content-Security-Policy" hidden:"true"`
	Body        func(huma.Context)
}

// Download answers a file to be saved under a name. It can never run in a browser as a page of this site.
func Download(name, contentType string, write func(io.Writer) error) *Stream {
	s := stream(contentType, write)
	s.Disposition, s.Policy = mime.FormatMediaType("attachment", map[string]string{"filename": name}), "default-src 'none'; sandbox"
	return s
}

// Inline answers what is shown in the browser and was made by us: a paper, a picture of figures. What people upload is
// only ever answered as a Download.
func Inline(contentType string, write func(io.Writer) error) *Stream {
	s := stream(contentType, write)
	s.Disposition = "inline"
	s.Policy = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	return s
}

func stream(contentType string, write func(io.Writer) error) *Stream {
	return &Stream{ContentType: contentType,
		Body: func(hc huma.Context) {
			hc.SetStatus(http.StatusOK)
			if hc.Method() == http.MethodHead {
				return
			}
			if err := write(hc.BodyWriter()); err != nil {
				cut(hc.Context(), err)
			}
		}}
}

// cut ends a half-sent answer so that nobody takes it for a whole one.
func cut(ctx context.Context, err error) {
	if c := callOf(ctx); c != nil && ctx.Err() == nil {
		c.api.o.Log.ErrorContext(ctx, "answer cut off", "route", c.route.Path, "err", fmt.Errorf("write: %w", err))
	}
	panic(http.ErrAbortHandler)
}
