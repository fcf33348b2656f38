// Package migrations holds the numbered, forward-only steps that make and change the tables, one folder a dialect.
package migrations

import "embed"

// FS holds the folders sqlite and postgres.
//
//go:embed sqlite/*.sql postgres/*.sql
var FS embed.FS
