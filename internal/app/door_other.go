//go:build !linux

package app

import "errors"

// latch is for Linux; elsewhere a door is closed at once.
func (d *entrance) latch() error { return errors.ErrUnsupported }
