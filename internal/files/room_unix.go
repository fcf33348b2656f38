//go:build linux || darwin

package files

import "syscall"

// freeOf is how much room a folder's disk has for whoever runs the program.
func freeOf(folder string) (free uint64, known bool) {
	var s syscall.Statfs_t
	if syscall.Statfs(folder, &s) != nil {
		return 0, false
	}
	return s.Bavail * uint64(s.Bsize), true
}
