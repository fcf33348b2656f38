package paper

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"fengqiao/internal/fault"
)

// Browser makes a PDF of a document: Chromium without a window, one at a time, in a folder of its own that goes with it, and
// without any network.
type Browser struct {
	program string
	limit   time.Duration
	turn    chan struct{}
}

// FindBrowser is the program that makes PDFs: the one named, else the first of the usual names on the path; "" where there
// is none, or where none is wanted. Without the windows that nobody sees Chromium is up in a quarter of the time.
func FindBrowser(named string) string {
	if named == "none" {
		return ""
	}
	names := []string{"chromium-headless-shell", "chrome-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}
	if named != "" {
		names = []string{named}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// NewBrowser uses a program; nil for none.
func NewBrowser(program string) *Browser {
	if program == "" {
		return nil
	}
	return &Browser{program: program, limit: time.Minute, turn: make(chan struct{}, 1)}
}

var (
	errNoBrowser = fault.New(fault.Unavailable, "no_pdf", "这台服务器没有安装制作 PDF 的浏览器。请打开打印页面，用浏览器的“打印”选择“另存为 PDF”。",
		"No browser that makes PDFs is installed on this server. Please open the page to print and choose “Save as PDF” in your browser's print window.")
	errNoPDF = fault.New(fault.Unavailable, errNoBrowser.Code, "这台服务器现在做不出 PDF。请打开打印页面，用浏览器的“打印”选择“另存为 PDF”。",
		"This server makes no PDFs at the moment. Please open the page to print and choose “Save as PDF” in your browser's print window.")
	errBrowserBusy = fault.New(fault.Unavailable, "pdf_busy", "正在制作其他文书，请稍后再试。", "Other papers are being made; please try again in a moment.")
)

var errEmpty = errors.New("what it wrote is empty")

// pictures lie beside a document under their names; each is written when it is wanted.
type pictures map[string]func(io.Writer) error

// PDF prints a document with its pictures.
//
// Faults: Unavailable where there is no browser, it took too long, or it made nothing.
func (b *Browser) PDF(ctx context.Context, document []byte, beside pictures) ([]byte, error) {
	if b == nil {
		return nil, errNoBrowser
	}
	ctx, cancel := context.WithTimeout(ctx, b.limit)
	defer cancel()
	select {
	case b.turn <- struct{}{}:
		defer func() { <-b.turn }()
	case <-ctx.Done():
		return nil, errBrowserBusy
	}
	folder, err := os.MkdirTemp("", "fengqiao-paper-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }() // nothing of a paper stays behind
	if err := os.WriteFile(filepath.Join(folder, "paper.html"), document, 0o600); err != nil {
		return nil, err
	}
	for name, write := range beside {
		if err := put(filepath.Join(folder, name), write); err != nil {
			return nil, err
		}
	}
	out := filepath.Join(folder, "paper.pdf")
	if err := b.run(ctx, folder, out); err != nil {
		return nil, err
	}
	return os.ReadFile(out)
}

func put(path string, write func(io.Writer) error) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(write(file), file.Close())
}

// run starts the browser. As root it refuses its own sandbox; what it opens is ours, has no script, and finds no network.
func (b *Browser) run(ctx context.Context, folder, out string) error {
	args := []string{"--headless", "--disable-gpu", "--no-first-run", "--disable-extensions", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-logging",
		"--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND", "--user-data-dir=" + filepath.Join(folder, "profile"), "--no-pdf-header-footer", "--generate-pdf-document-outline=false",
		"--print-to-pdf=" + out, "file://" + filepath.Join(folder, "paper.html")}
	if os.Geteuid() == 0 {
		args = append([]string{"--no-sandbox"}, args...)
	}
	cmd := exec.CommandContext(ctx, b.program, args...) //nolint:gosec // the operator named the program; nothing of a request is in the arguments
	cmd.Env = append(os.Environ(), "HOME="+folder)
	cmd.WaitDelay = 5 * time.Second
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // it starts helpers, which end with it
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	said, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		return errBrowserBusy
	}
	made, missing := os.Stat(out)
	switch {
	case err != nil:
	case missing != nil:
		err = missing
	case made.Size() == 0:
		err = errEmpty
	default:
		return nil
	}
	// It is there and does not work, as in a container in which it finds no sandbox: for people that is as if there were none.
	return errNoPDF.Because(fmt.Errorf("browser %s made no PDF: %w: %s", b.program, err, said[max(0, len(said)-400):]))
}

var (
	pagesOf   = regexp.MustCompile(`/Type\s*/Catalog[^>]*?/Pages\s+(\d+) 0 R|/Pages\s+(\d+) 0 R`)
	kids      = regexp.MustCompile(`/Kids\s*\[([^\]]*)\]`)
	reference = regexp.MustCompile(`(\d+) 0 R`)
	dest      = regexp.MustCompile(`/(d\d{2,})\s*\[\s*(\d+) 0 R`)
	objectAt  = regexp.MustCompile(`(?m)^(\d+) 0 obj`)
)

// paginationOf reads from a PDF, as this browser writes it, on which page each named place lies, and how many pages there
// are. Chromium writes its page tree and its destinations as plain text.
func paginationOf(pdf []byte) pagination {
	out := pagination{Begins: map[string]int{}}
	text := string(pdf)
	objects := map[string]string{}
	starts := objectAt.FindAllStringSubmatchIndex(text, -1)
	for i, m := range starts {
		end := len(text)
		if i+1 < len(starts) {
			end = starts[i+1][0]
		}
		body := text[m[1]:end]
		if stream := strings.Index(body, "stream"); stream >= 0 {
			body = body[:stream]
		}
		objects[text[m[2]:m[3]]] = body
	}
	order := map[string]int{}
	var walk func(string, int)
	walk = func(id string, depth int) {
		body := objects[id]
		if m := kids.FindStringSubmatch(body); m != nil && depth < 20 {
			for _, kid := range reference.FindAllStringSubmatch(m[1], -1) {
				walk(kid[1], depth+1)
			}
			return
		}
		out.Total++
		order[id] = out.Total
	}
	for _, body := range objects {
		if m := pagesOf.FindStringSubmatch(body); m != nil {
			walk(m[1], 0)
		}
	}
	for _, body := range objects {
		for _, m := range dest.FindAllStringSubmatch(body, -1) {
			out.Begins[m[1]] = order[m[2]]
		}
	}
	return out
}
