package rest

import (
	"context"
	"io"
	"mime/multipart"
	"strconv"
	"strings"

	"fengqiao/internal/authz"
	"fengqiao/internal/fault"
)

// IfMatch is the version that a change was based on; staff must send it, a party's own acts need not.
type IfMatch struct {
	Match string `header:"If-Match" doc:"The version seen, such as \"3\". Staff must send it: 428 without, 412 when it is old."`
}

// Expect is the version that the row must still have; 0 when none is asked for.
//
// Faults: Unversioned when staff sent none; Invalid when what was sent is no version.
func (m IfMatch) Expect(g authz.Grant) (int64, error) {
	if !g.By().IsStaff() {
		return 0, nil
	}
	if m.Match == "" {
		return 0, fault.New(fault.Unversioned, "", "请在 If-Match 中注明您看到的版本。",
			"Say in If-Match which version you saw.")
	}
	plain := strings.Trim(strings.TrimPrefix(m.Match, "W/"), `"`)
	v, err := strconv.ParseInt(plain, 10, 64)
	if err != nil || v <= 0 || strconv.FormatInt(v, 10) != plain {
		return 0, fault.New(fault.Invalid, "", "If-Match 不是一个版本号，例如 \"3\"。",
			"If-Match is not a version such as \"3\".").At("header.If-Match")
	}
	return v, nil
}

// PageIn says which page of a list is wanted.
type PageIn struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"20" doc:"How many at most."`
	Cursor string `query:"cursor" maxLength:"1000" doc:"The next_cursor of the page before."`
}

// After reads the position after which the page begins into pos, a pointer; it leaves pos alone on the first page and
// tells whether this is a later one. Fault Invalid for a cursor that this list did not give.
func (p PageIn) After(ctx context.Context, pos any) (bool, error) {
	if p.Cursor == "" {
		return false, nil
	}
	return true, callOf(ctx).unseal(p.Cursor, pos)
}

// Upload is the input of a route that takes files: multipart/form-data, 20 MiB a file.
type Upload struct {
	RawBody multipart.Form
}

// File is the one file sent under a name, its name and its content. Fault Invalid when there is none, or several.
func (u *Upload) File(name string) (string, io.ReadCloser, error) {
	sent := u.RawBody.File[name]
	if len(sent) != 1 {
		return "", nil, fault.New(fault.Invalid, "", "请选择一个文件。", "Choose one file.").At(name)
	}
	if sent[0].Size > fileLimit {
		return "", nil, tooLarge(fileLimit).At(name)
	}
	f, err := sent[0].Open()
	if err != nil {
		return "", nil, err
	}
	return sent[0].Filename, f, nil
}

// Value is a text sent beside the files; "" when there is none.
func (u *Upload) Value(name string) string {
	if v := u.RawBody.Value[name]; len(v) > 0 {
		return strings.TrimSpace(v[0])
	}
	return ""
}
