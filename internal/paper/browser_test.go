package paper

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/fault"
)

// browser is the one of this machine; where there is none a test is left out, but for CI, where it must be there.
func browser(t *testing.T) *Browser {
	t.Helper()
	b := NewBrowser(FindBrowser(""))
	if b == nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("no browser that makes PDFs")
		}
		t.Skip("no browser that makes PDFs")
	}
	return b
}

// The whole dossier is printed once to count, and once with the contents filled in: what they say is where each begins.
func TestTheContentsSayWhereEachPaperBegins(t *testing.T) {
	s := service(t)
	s.Browser = browser(t)
	f := dossierOf("person", "written")
	f.Attachments = nil // pictures come from the cases
	f.Sittings[1].Record = strings.Repeat("申请人：天花板发霉，要求修好并赔偿。\n被申请人：愿意修，赔偿太多。\n", 60)
	var none authz.Grant
	pages, err := s.pages(t.Context(), none, f)
	if err != nil {
		t.Fatal(err)
	}
	pdf, err := s.whole(t.Context(), none, f)
	if err != nil {
		t.Fatal(err)
	}
	if after := paginationOf(pdf); after.Total != pages.Total || len(after.Begins) < len(f.contents) {
		t.Errorf("%d pages before and %d after; places %v", pages.Total, after.Total, after.Begins)
	}
	if wrong, found := f.checked(f.parts(), pages); found {
		t.Error(wrong.Says.ZH)
	}
	if f.total < len(f.contents)+1 { // the record alone has several
		t.Errorf("%d pages of %d documents", f.total, len(f.contents))
	}
	for i := 1; i < len(f.contents); i++ {
		if f.contents[i].Page <= f.contents[i-1].Page {
			t.Errorf("contents: %v", f.contents)
		}
	}
	keep(t, "dossier.pdf", pdf)
	text := textOf(t, pdf)
	for _, letter := range []string{"㛃", "䶮", "𠅤", "卷内目录"} {
		if !strings.Contains(text, letter) {
			t.Errorf("%s is not in the PDF's text", letter)
		}
	}
}

// keep writes a file to be looked at, where FENGQIAO_PAPERS names a folder.
func keep(t *testing.T, name string, body []byte) {
	t.Helper()
	if folder := os.Getenv("FENGQIAO_PAPERS"); folder != "" {
		if err := os.WriteFile(filepath.Join(folder, name), body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// textOf is what somebody gets who copies from a PDF.
func textOf(t *testing.T, pdf []byte) string {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("no pdftotext: install poppler-utils")
		}
		t.Skip("no pdftotext")
	}
	cmd := exec.CommandContext(t.Context(), "pdftotext", "-", "-")
	cmd.Stdin = bytes.NewReader(pdf)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestEachPaperOfACaseCanBeLookedAt(t *testing.T) {
	if os.Getenv("FENGQIAO_PAPERS") == "" {
		t.Skip("FENGQIAO_PAPERS names no folder to draw into")
	}
	s := service(t)
	b := browser(t)
	for _, against := range []string{"person", "organisation"} {
		for _, how := range []string{"written", "oral", "failed"} {
			f := dossierOf(against, how)
			f.volume(pagination{})
			for _, form := range formNames {
				sheets, err := f.papers(form.form, false)
				if err != nil || against == "organisation" && how != "written" || how != "written" && form.form != "f11" && !strings.HasPrefix(form.form, "f17") {
					continue
				}
				doc, err := s.document(form.title, drawnOf(sheets))
				if err != nil {
					t.Fatal(err)
				}
				pdf, err := b.PDF(t.Context(), doc, nil)
				if err != nil {
					t.Fatal(err)
				}
				keep(t, against+"_"+how+"_"+form.form+".pdf", pdf)
				var word bytes.Buffer
				if err := Word(&word, sheets); err != nil {
					t.Fatal(err)
				}
				keep(t, against+"_"+how+"_"+form.form+".docx", word.Bytes())
			}
		}
	}
}

// A browser that hangs, or is none, is told in a sentence; nothing of the paper stays on the disk.
func TestABrowserThatHangsIsLeft(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	hangs := filepath.Join(t.TempDir(), "hangs")
	if err := os.WriteFile(hangs, []byte("#!/bin/sh\nexec sleep 60\n"), 0o700); err != nil { //nolint:gosec // it is to be run
		t.Fatal(err)
	}
	b := NewBrowser(hangs)
	b.limit = 200 * time.Millisecond
	if _, err := b.PDF(t.Context(), []byte("x"), nil); !fault.Is(err, fault.Unavailable) {
		t.Errorf("it hangs: %v", err)
	}
	for name, script := range map[string]string{"fails": "echo no usable sandbox >&2; exit 1", "nothing": "exit 0",
		"empty": `for a in "$@"; do case $a in --print-to-pdf=*) : >"${a#*=}";; esac; done`} {
		broken := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(broken, []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil { //nolint:gosec // it is to be run
			t.Fatal(err)
		}
		_, err := NewBrowser(broken).PDF(t.Context(), []byte("x"), nil)
		if err == nil {
			t.Fatalf("it makes no PDF (%s), and nothing is said", name)
		}
		f := fault.Of(err)
		if f.Kind != fault.Unavailable || f.Code != "no_pdf" || f.Err == nil || !strings.Contains(f.Err.Error(), broken) || strings.Contains(f.Text.ZH+f.Text.EN, broken) {
			t.Errorf("it makes no PDF (%s): %v", name, err)
		}
		if name == "fails" && !strings.Contains(err.Error(), "no usable sandbox") {
			t.Errorf("the log does not say why: %v", err)
		}
		s, dossier := service(t), dossierOf("person", "written")
		s.Browser, dossier.Attachments = NewBrowser(broken), nil
		var none authz.Grant
		if pages, err := s.numbered(t.Context(), none, dossier); err != nil || pages.Total != 0 || len(pages.Begins) > 0 {
			t.Errorf("pages (%s): %+v, %v", name, pages, err)
		}
		if _, err := s.whole(t.Context(), none, dossier); fault.Of(err).Code != "no_pdf" {
			t.Errorf("the dossier (%s): %v", name, err)
		}
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	var none *Browser
	if _, err := none.PDF(context.Background(), nil, nil); !fault.Is(err, fault.Unavailable) || NewBrowser(FindBrowser("none")) != nil {
		t.Errorf("there is none: %v", err)
	}
}

// What a browser started ends with it: its helpers would go on writing what it printed.
func TestABrowserThatIsLeftLeavesNothingRunning(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	folder := t.TempDir()
	program, child := filepath.Join(folder, "parent"), filepath.Join(folder, "child")
	if err := os.WriteFile(program, []byte("#!/bin/sh\n(sleep 1; echo alive > "+child+") &\nwait\n"), 0o700); err != nil { //nolint:gosec // it is to be run
		t.Fatal(err)
	}
	b := NewBrowser(program)
	b.limit = 200 * time.Millisecond
	began := time.Now()
	if _, err := b.PDF(t.Context(), []byte("x"), nil); !fault.Is(err, fault.Unavailable) {
		t.Errorf("it hangs: %v", err)
	}
	time.Sleep(max(0, 1500*time.Millisecond-time.Since(began)))
	if _, err := os.Stat(child); err == nil {
		t.Error("what it started goes on")
	}
}
