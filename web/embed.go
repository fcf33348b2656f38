// Package web carries the templates, texts, papers and assets inside the binary.
package web

import "embed"

// FS holds pages/, static/, i18n/ and papers/.
//
//go:embed pages static i18n all:papers
var FS embed.FS
