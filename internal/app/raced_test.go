//go:build race

package app_test

// raced tells that the race detector watches.
const raced = true
