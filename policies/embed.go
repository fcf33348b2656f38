// Package policies holds the law of access as data: who may do what, how far, and with what view.
package policies

import _ "embed"

// Model is the casbin model: one row allows one role one action at one level, with one view.
//
//go:embed model.conf
var Model string

// Policy is the table of rows.
//
//go:embed policy.csv
var Policy string
