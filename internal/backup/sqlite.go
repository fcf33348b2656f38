//go:build !nosqlite

package backup

import _ "modernc.org/sqlite" // the driver "sqlite"
