package page

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

const (
	formLimit   = 1 << 20  // bytes of a form without files
	uploadLimit = 20 << 20 // bytes of the files of one form
)

var (
	errTooLarge = fault.New(fault.TooLarge, "", "内容太大了：文字不能超过 1 兆，文件合起来不能超过 20 兆。",
		"This is too large: text may have 1 MiB, files 20 MiB together.")
	errUnreadable = fault.New(fault.Invalid, "", "没有看懂提交的内容，请返回重新填写。",
		"What was sent could not be read. Please go back and fill it in again.")
)

// Request is what somebody asks of a page: who they are and how far they reach (Grant), and what they sent.
type Request struct {
	Grant authz.Grant
	Lang  string // zh-CN or en
	site  *Site
	c     echo.Context
	view  *View
	form  url.Values
	multi *multipart.Form
	stop  context.CancelFunc
}

// Context is the request's context.
func (r *Request) Context() context.Context { return r.c.Request().Context() }

// By is who asks, with the one-time key of the form they sent.
func (r *Request) By() actor.Actor { return r.Grant.By() }

// May tells whether the policy lets who asks do another thing somewhere: whether to show the way to it.
func (r *Request) May(action authz.Action) bool {
	_, err := r.site.o.Policy.Allow(r.By(), action)
	return err == nil
}

// Param is a part of the path.
func (r *Request) Param(name string) string { return r.c.Param(name) }

// Query is a value from the address, cleaned as Form's are.
func (r *Request) Query(name string) string { return clean(r.c.QueryParam(name)) }

// After is the row after which a list goes on: the cursor in the address, zero without one. Faults: Missing for what is no cursor.
func (r *Request) After() (ident.ID, error) {
	text := r.Query("cursor")
	if text == "" {
		return ident.ID{}, nil
	}
	id, err := ident.ParseID(text)
	if err != nil {
		return id, fault.NoSuch()
	}
	return id, nil
}

// Form is a value of the form that was sent, without the spaces around it; "" when there is none.
func (r *Request) Form(name string) string { return strings.TrimSpace(r.form.Get(name)) }

// Secret is a value as it was typed, spaces included: a password.
func (r *Request) Secret(name string) string { return r.form.Get(name) }

// Forms are all values of one name: the ticked boxes.
func (r *Request) Forms(name string) []string { return slices.Clone(r.form[name]) }

// Named are the next words of the names under which something that is not empty was sent, after a beginning: of
// terms.rates.3.fen after "terms.rates." the word 3. So a list may have as many rows as were sent.
func (r *Request) Named(beginning string) map[string]bool {
	out := map[string]bool{}
	for name, values := range r.form {
		rest, ok := strings.CutPrefix(name, beginning)
		if ok && strings.TrimSpace(strings.Join(values, "")) != "" {
			word, _, _ := strings.Cut(rest, ".")
			out[word] = true
		}
	}
	return out
}

// Ticked tells whether a box was ticked.
func (r *Request) Ticked(name string) bool { return r.form.Get(name) != "" }

// File is the first file sent under a name; false when none was chosen. Only routes with Uploads() have any.
func (r *Request) File(name string) (*multipart.FileHeader, bool) {
	files := r.Files(name)
	if len(files) == 0 {
		return nil, false
	}
	return files[0], true
}

// Files are all files sent under a name.
func (r *Request) Files(name string) []*multipart.FileHeader {
	if r.multi == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(r.multi.File[name]), func(f *multipart.FileHeader) bool {
		return f.Size == 0 && f.Filename == "" // a file field left empty
	})
}

// Version is the version that the form was drawn from; 0 when it says none.
func (r *Request) Version() int64 {
	n, err := strconv.ParseInt(r.form.Get("_version"), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// Say is a text in the reader's language.
func (r *Request) Say(key string, args ...any) string { return r.site.texts.say(r.Lang, key, args...) }

// Address is where the request comes from, as far as the trusted proxies say.
func (r *Request) Address() string { return r.c.RealIP() }

// Agent is what the browser calls itself.
func (r *Request) Agent() string { return r.c.Request().UserAgent() }

// Cookie is the value of a cookie that SetCookie set.
func (r *Request) Cookie(name string) string { return r.site.cookie(r.c, cookiePrefix+name) }

// SetCookie keeps a value in this browser, out of reach of scripts; for no age it ends with the browser, and a
// negative age removes it.
func (r *Request) SetCookie(name, value string, age time.Duration) {
	r.site.setCookie(r.c, cookiePrefix+name, value, age)
}

// Token is the session's token; "" when nobody is signed in.
func (r *Request) Token() string { return r.site.cookie(r.c, sessionCookie) }

// SignIn hands the browser a new session.
func (r *Request) SignIn(token string) { r.site.setCookie(r.c, sessionCookie, token, 0) }

// SignOut takes the session from the browser; whoever issued it must end it too.
func (r *Request) SignOut() { r.site.dropCookie(r.c, sessionCookie) }

// Cookies of a filing: what leads back to what was typed, and to the confirmation with the code that opens the case.
const (
	Draft = "draft"
	Filed = "filed"
)

// Leave takes from the browser what opens a case, and what was typed: somebody must leave at once, and who comes after them may
// look.
func (r *Request) Leave() {
	r.SignOut()
	r.SetCookie(Draft, "", -1)
	r.SetCookie(Filed, "", -1)
}

// Then is the page that the person wanted before they had to sign in, if it is one of ours; otherwise the fallback.
func (r *Request) Then(fallback string) string {
	if to := r.view.Then(); to != "" {
		return to
	}
	return fallback
}

// hasTime says how long the page may still take.
func (r *Request) hasTime(left time.Duration) {
	ctx, stop := context.WithTimeout(r.Context(), left)
	r.stop = stop
	r.c.SetRequest(r.c.Request().WithContext(ctx))
}

func (r *Request) close() {
	if r.stop != nil {
		r.stop()
	}
	if r.multi != nil {
		_ = r.multi.RemoveAll() // temporary files; the system's cleaning takes what is left
	}
}

func (r *Request) readForm(rt Route) error {
	req := r.c.Request()
	if req.Method == http.MethodGet || req.Method == http.MethodHead {
		return nil
	}
	limit := int64(formLimit)
	if rt.uploads {
		limit += uploadLimit
	}
	req.Body = http.MaxBytesReader(r.c.Response().Writer, req.Body, limit)
	if !rt.uploads {
		defer r.hurry(formTime)()
	}
	kind, _, _ := strings.Cut(req.Header.Get("Content-Type"), ";")
	var err error
	switch strings.TrimSpace(strings.ToLower(kind)) {
	case "multipart/form-data":
		if !rt.uploads {
			return errUnreadable
		}
		err = req.ParseMultipartForm(formLimit)
		r.multi = req.MultipartForm
	case "application/x-www-form-urlencoded":
		err = req.ParseForm()
	default:
		if req.ContentLength != 0 {
			return errForeign // text/plain and JSON are how other sites try to act in somebody's name
		}
	}
	r.form = cleanAll(req.PostForm)
	return formFault(err)
}

const formTime = 10 * time.Second // for a form without files

// hurry ends the reading of a form that trickles in. It needs no clock: a deadline long past ends it at once.
func (r *Request) hurry(within time.Duration) (stop func() bool) {
	control := http.NewResponseController(r.c.Response().Writer)
	return time.AfterFunc(within, func() { _ = control.SetReadDeadline(time.Unix(1, 0)) }).Stop
}

func formFault(err error) error {
	var tooLarge *http.MaxBytesError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &tooLarge), errors.Is(err, multipart.ErrMessageTooLarge):
		return errTooLarge
	}
	return errUnreadable.Because(err)
}

func cleanAll(in url.Values) url.Values {
	out := make(url.Values, len(in))
	for name, values := range in {
		for _, v := range values {
			out.Add(name, clean(v))
		}
	}
	return out
}

// clean makes a typed value storable: valid UTF-8, no NUL (PostgreSQL takes none), one kind of line end.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "")
	return strings.NewReplacer("\x00", "", "\r\n", "\n", "\r", "\n").Replace(s)
}

// once makes the one-time key of an act: what this person sends to this address under this form's key. A form sent
// without a key is not protected against being sent twice.
func (r *Request) once(by actor.Actor) actor.Once {
	key := r.form.Get("_key")
	if key == "" || len(key) > 100 {
		return actor.Once{}
	}
	who := by.Person.String() + " " + by.Case.String() + " " + by.Party.String() + " " + by.Helper.String()
	body := cleanAll(r.form)
	body.Del("_key")
	h := sha256.New()
	_, _ = io.WriteString(h, body.Encode())
	r.digestFiles(h)
	once := actor.Once{Key: sha256.Sum256([]byte(who + "\n" + r.c.Request().Method + " " + r.c.Request().URL.Path + "\n" + key))}
	h.Sum(once.Body[:0])
	return once
}

func (r *Request) digestFiles(to io.Writer) {
	if r.multi == nil {
		return
	}
	names := make([]string, 0, len(r.multi.File))
	for name := range r.multi.File {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, file := range r.multi.File[name] {
			_, _ = io.WriteString(to, "\n"+name+"="+url.QueryEscape(file.Filename)+" "+digest(file))
		}
	}
}

func digest(file *multipart.FileHeader) string {
	f, err := file.Open()
	if err != nil {
		return "unreadable"
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "unreadable"
	}
	return hex.EncodeToString(h.Sum(nil))
}
