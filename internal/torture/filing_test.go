package torture

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	mathrand "math/rand/v2"
	"mime/multipart"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	place      = "350503001001"
	perAddress = 25 // filings from one address: nobody files more than 30 at once
	perPhoto   = 4  // every fourth filing brings a photograph
)

// filing is what one client knows of one dispute that it filed.
type filing struct {
	told     told
	id       string
	photo    told
	attached string // the id of the attachment
}

// told is what a client knows.
type told int

const (
	nothing      told = iota // no answer, or one that cannot tell
	acknowledged             // it is kept
	refused                  // it is not kept
	never                    // it was not sent
)

// book is what all clients know. Whatever was acknowledged is on the disk, in a file of theirs, before anybody goes on.
type book struct {
	mu      sync.Mutex
	file    *os.File
	filings map[int]*filing
	next    atomic.Int64
	spans   []span // what was answered when
}

// span is a request from its sending to its answer.
type span struct {
	from, to time.Time
	status   int
}

func (h *house) newBook() *book {
	h.Helper()
	file, err := os.Create(filepath.Join(h.TempDir(), "acknowledged"))
	if err != nil {
		h.Fatal(err)
	}
	h.Cleanup(func() { file.Close() })
	return &book{file: file, filings: map[int]*filing{}}
}

func (b *book) note(n int, f filing) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.filings[n] = &f
	if f.told != acknowledged {
		return nil
	}
	if _, err := fmt.Fprintln(b.file, n, f.id, f.attached); err != nil {
		return err
	}
	return b.file.Sync()
}

func (b *book) seen(began time.Time, a answer) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.spans = append(b.spans, span{began, began.Add(a.took), a.status})
}

func title(n int) string { return fmt.Sprintf("楼上漏水 %d", n) }

func dispute(n int) map[string]any {
	return map[string]any{"source": "11", "category": "02", "area_code": place, "title": title(n),
		"facts": fmt.Sprintf("第 %d 件：楼上卫生间渗水，天花板已经发霉，多次协商没有结果。", n), "request": "修好漏水处，赔偿粉刷费用。",
		"applicant":   map[string]any{"name": "林秀英", "phone": "13800138000", "address": "少林路 8 号 302 室"},
		"respondents": []any{map[string]any{"name": "陈志强", "phone": "13900139000", "address": "少林路 8 号 402 室"}}}
}

func keyOf(n int) string { return fmt.Sprintf("torture %d", n) }

// form is a file as a browser sends it.
type form struct {
	kind    string
	content []byte
}

// photo is a small picture that is like no other.
func photo(n int) form { return picture(n, 40) }

// heavy is one that takes room.
func heavy(n int) form { return picture(n, 200) }

func picture(n, side int) form {
	chance := mathrand.New(mathrand.NewPCG(uint64(n), uint64(side)))
	img := image.NewNRGBA(image.Rect(0, 0, side, side))
	for i := range img.Pix {
		img.Pix[i] = byte(chance.Uint32()) | byte(i%4/3*255) // no two points alike, none transparent
	}
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, _ := w.CreateFormFile("file", "渗水.png")
	_ = png.Encode(part, img) // into memory
	_ = w.Close()
	return form{w.FormDataContentType(), body.Bytes()}
}

// learn is what an answer tells a client.
func learn(a answer) told {
	switch {
	case a.status == 201:
		return acknowledged
	case a.status == 0 || strings.Contains(string(a.body), "cannot tell"):
		return nothing
	}
	return refused
}

// file sends one dispute, and now and then a photograph with it.
func (h *house) file(b *book, c caller, n int) error {
	began := time.Now()
	a := h.ask(c.Client, "POST", "/api/v1/cases", h.resident, keyOf(n), dispute(n), english...)
	b.seen(began, a)
	f := filing{told: learn(a), id: a.text("id"), photo: never}
	if a.status == 0 {
		return errors.Join(b.note(n, f), errNone)
	}
	if a.status == 429 || a.status == 422 || a.status == 401 {
		return fmt.Errorf("filing %d: %d %s", n, a.status, a.body)
	}
	if err := b.note(n, f); err != nil || f.told != acknowledged || n%perPhoto != 0 {
		return err
	}
	began = time.Now()
	a = h.ask(c.Client, "POST", "/api/v1/cases/"+f.id+"/attachments", h.resident, keyOf(n), photo(n), english...)
	b.seen(began, a)
	f.photo, f.attached = learn(a), a.text("id")
	return b.note(n, f)
}

var english = []string{"Accept-Language", "en"}

// load lets so many clients file until the context ends, so many a second altogether; 0: as fast as they can. A client
// that gets no answer at all ends: the program is gone.
func (h *house) load(ctx context.Context, b *book, clients int, perSecond float64) (wait func()) {
	var all sync.WaitGroup
	for range clients {
		all.Go(func() {
			c, filed := h.newCaller(), 0
			for ctx.Err() == nil {
				began := time.Now()
				if err := h.file(b, c, int(b.next.Add(1))); errors.Is(err, errNone) {
					return
				} else if err != nil {
					h.Error(err)
					return
				}
				if filed++; filed%perAddress == 0 {
					c.CloseIdleConnections()
					c = h.newCaller()
				}
				if perSecond > 0 {
					pause(ctx, time.Duration(float64(clients)/perSecond*float64(time.Second))-time.Since(began))
				}
			}
			c.CloseIdleConnections()
		})
	}
	return all.Wait
}

// busy waits until so many more filings and photographs were acknowledged: where a machine is slow, more time goes by before
// something is done to the program.
func (h *house) busy(b *book, filings, photographs int) {
	h.Helper()
	told := func() (n found) {
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, f := range b.filings {
			if f.told == acknowledged {
				n.acknowledged++
			}
			if f.photo == acknowledged {
				n.photographs++
			}
		}
		return n
	}
	before := told()
	h.within(20*time.Second, fmt.Sprintf("%d filings and %d photographs acknowledged", filings, photographs), func() bool {
		n := told()
		return n.acknowledged >= before.acknowledged+filings && n.photographs >= before.photographs+photographs
	})
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// lost is what a comparison found.
type found struct {
	acknowledged int // in the clients' file
	photographs  int // acknowledged
	unanswered   int // of which nobody was told
	kept         int // of these: are there
}

// compare holds what the clients were told against the rows: acknowledged is there once, refused is not there, and what
// nobody was told of is there once or not at all. Then it sends again what had no answer, which must be one dispute.
func (h *house) compare(b *book) (f found) {
	h.Helper()
	ids := map[string][]string{}
	for _, p := range h.pairs("SELECT title, CAST(id AS text) FROM dispute_cases") {
		ids[p[0]] = append(ids[p[0]], p[1])
	}
	attached := map[string]string{}
	for _, p := range h.pairs("SELECT CAST(a.id AS text), d.sha256 FROM case_attachments a JOIN documents d ON d.county_code = a.county_code AND d.id = a.document_id") {
		attached[p[0]] = p[1]
	}
	delete(ids, title(0)) // nobody keeps account of these
	h.files()
	b.mu.Lock()
	defer b.mu.Unlock()
	for n, known := range b.acknowledged(h) {
		if f.acknowledged++; len(ids[title(n)]) != 1 || ids[title(n)][0] != known[0] {
			h.Errorf("%s was acknowledged as %s and is there as %v", title(n), known[0], ids[title(n)])
		}
		if known[1] == "" {
			continue
		}
		if f.photographs++; attached[known[1]] == "" {
			h.Errorf("photograph %s of %s was acknowledged and is not there", known[1], title(n))
		}
	}
	for n, known := range b.filings {
		is := ids[title(n)]
		delete(ids, title(n))
		switch {
		case known.told == refused && len(is) > 0:
			h.Errorf("%s was refused and is there as %v", title(n), is)
		case known.told == nothing && len(is) > 1:
			h.Errorf("%s is there %d times", title(n), len(is))
		case known.told == nothing:
			f.unanswered++
			f.kept += len(is)
			h.again(b, n, is)
		}
	}
	for what := range ids {
		h.Errorf("nobody filed %s", what)
	}
	return f
}

// acknowledged reads the clients' file: number → case and attachment.
func (b *book) acknowledged(h *house) map[int][2]string {
	h.Helper()
	if _, err := b.file.Seek(0, io.SeekStart); err != nil {
		h.Fatal(err)
	}
	text, err := io.ReadAll(b.file)
	if err != nil {
		h.Fatal(err)
	}
	out := map[int][2]string{}
	for line := range strings.Lines(string(text)) {
		var n int
		var known [2]string
		_, _ = fmt.Sscan(line, &n, &known[0], &known[1]) // the second is not in every line
		out[n] = known
	}
	return out
}

// again sends a filing that had no answer: there is one case afterwards, the one that was there if there was one. The same
// key with other words is refused.
func (h *house) again(b *book, n int, is []string) {
	h.Helper()
	a := h.ask(nil, "POST", "/api/v1/cases", h.resident, keyOf(n), dispute(n), english...)
	if a.status != 201 || len(is) == 1 && a.text("id") != is[0] {
		h.Errorf("%s again: %d %s, %v; there is %v", title(n), a.status, a.body, a.err, is)
		return
	}
	b.filings[n] = &filing{told: acknowledged, id: a.text("id"), photo: never}
	if _, err := fmt.Fprintln(b.file, n, a.text("id")); err != nil {
		h.Error(err)
	}
	if other := h.ask(nil, "POST", "/api/v1/cases", h.resident, keyOf(n), dispute(-n), english...); other.status != 422 {
		h.Errorf("%s with other words: %d", title(n), other.status)
	}
}

// files looks whether every document has its bytes.
func (h *house) files() {
	h.Helper()
	for _, p := range h.pairs("SELECT sha256, CAST(size AS text) FROM documents") {
		text, err := os.ReadFile(filepath.Join(h.data, "files", p[0][:2], p[0][2:]))
		if err != nil {
			h.Errorf("a document without its bytes: %v", err)
			continue
		}
		if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != p[0] || fmt.Sprint(len(text)) != p[1] {
			h.Errorf("document %s has %d other bytes", p[0], len(text))
		}
	}
}
