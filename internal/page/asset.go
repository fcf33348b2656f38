package page

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/labstack/echo/v4"
)

// asset is a file of static/ with its name for ever: the name changes with the content, so it may be kept for good.
type asset struct {
	kind          string
	plain, zipped []byte
}

// assets are found by their hashed name when served, and by their plain name when a template speaks of them.
type assets struct {
	byHash map[string]asset
	names  map[string]string
}

func readAssets(files fs.FS) (assets, error) {
	out := assets{byHash: map[string]asset{}, names: map[string]string{}}
	err := fs.WalkDir(files, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(body)
		short := strings.TrimPrefix(name, "static/")
		ext := path.Ext(short)
		hashed := strings.TrimSuffix(short, ext) + "." + hex.EncodeToString(sum[:6]) + ext
		out.names[short] = hashed
		out.byHash[hashed], err = newAsset(ext, body)
		return err
	})
	if err != nil {
		return out, fmt.Errorf("page: assets: %w", err)
	}
	return out, nil
}

func newAsset(ext string, body []byte) (asset, error) {
	kind := map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
		".svg": "image/svg+xml"}[ext]
	if kind == "" {
		kind = mime.TypeByExtension(ext)
	}
	a := asset{kind: kind, plain: body}
	var buf bytes.Buffer
	z, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err != nil {
		return a, err
	}
	if _, err := z.Write(body); err != nil {
		return a, err
	}
	if err := z.Close(); err != nil {
		return a, err
	}
	if buf.Len() < len(body) {
		a.zipped = buf.Bytes()
	}
	return a, nil
}

// path is the address of an asset; a name that does not exist stops the page from being drawn.
func (a assets) path(name string) (string, error) {
	hashed, ok := a.names[name]
	if !ok {
		return "", fmt.Errorf("no asset %q", name)
	}
	return "/static/" + hashed, nil
}

func (s *Site) serveAsset(c echo.Context) error {
	a, ok := s.assets.byHash[c.Param("*")]
	if !ok {
		s.Fail(c, echo.ErrNotFound)
		return nil
	}
	s.headers(c)
	h := c.Response().Header()
	h.Set("Content-Type", a.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	body := a.plain
	if a.zipped != nil && takesGzip(c.Request()) {
		h.Set("Content-Encoding", "gzip")
		body = a.zipped
	}
	return c.Blob(http.StatusOK, a.kind, body)
}

// serveWorker gives the script that stands between the browser and a lost network. It must lie at the top, and is asked for
// anew each time: a browser keeps what it says until it changes.
func (s *Site) serveWorker(c echo.Context) error {
	a := s.assets.byHash[s.assets.names["offline.js"]]
	s.headers(c)
	c.Response().Header().Set("Cache-Control", "no-cache")
	return c.Blob(http.StatusOK, a.kind, a.plain)
}
