// Package owner leaves what is made in a folder to whoever has the folder. An operator's command runs as root, the service as a user of
// its own, and both work in the data folder: what root makes there for itself alone the service could not read.
package owner

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Leave gives a file that was just made to whoever has the one at path, which it is to replace, or where none is to whoever has the folder
// of that path. Only root gives anything away; for everybody else, and where it cannot be given, it stays what it is.
func Leave(f *os.File, path string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	mine, err := f.Stat()
	if err != nil {
		return err
	}
	like, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && os.SameFile(mine, like) {
		like, err = os.Stat(filepath.Dir(path))
	}
	if err != nil {
		return err
	}
	is, known := mine.Sys().(*syscall.Stat_t)
	to, too := like.Sys().(*syscall.Stat_t)
	if known && !mine.IsDir() && (!mine.Mode().IsRegular() || is.Nlink != 1) { // it was there before, or is somewhere else too
		return errNotNew
	}
	if !known || !too || is.Uid == to.Uid && is.Gid == to.Gid {
		return nil
	}
	if err := f.Chown(int(to.Uid), int(to.Gid)); !cannot(err) {
		return err
	}
	return nil
}

var errNotNew = errors.New("a file that was not just made is given to nobody")

// cannot tells whether an error says that nobody may give files away here: a container without that right, a disk that knows no owners.
func cannot(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EINVAL)
}

// Folder makes a folder with those above it that are missing, for their owner only, each left to whoever has the one that it lies in.
func Folder(path string) error {
	if os.Geteuid() != 0 {
		return os.MkdirAll(path, 0o700)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return os.MkdirAll(path, 0o700) // it is there, or the error says what is
	}
	if above := filepath.Dir(path); above != path {
		if err := Folder(above); err != nil {
			return err
		}
	}
	err := os.Mkdir(path, 0o700)
	if errors.Is(err, fs.ErrExist) { // another was faster
		return os.MkdirAll(path, 0o700)
	}
	if err != nil {
		return err
	}
	return leave(path)
}

// Begin makes an empty file where root would be the one who makes it, for whoever opens files by name only and could not give them away.
// One that is there stays as it is.
func Begin(path string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(Leave(f, path), f.Close())
}

// Temp makes a folder with a name of its own in another, like os.MkdirTemp, left to whoever has the other.
func Temp(folder, pattern string) (path string, err error) {
	if path, err = os.MkdirTemp(folder, pattern); err != nil {
		return "", err
	}
	return path, leave(path)
}

// leave gives away a folder that was just made. It goes by the open folder, never by the name: whoever has the folder above could put
// something else there.
func leave(path string) error {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_DIRECTORY|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return err
	}
	return errors.Join(Leave(f, path), f.Close())
}
