package owner_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"fengqiao/internal/owner"
)

const service, other = 54321, 54322

func asRoot(t *testing.T) {
	t.Helper()
	if os.Getuid() == 0 {
		return
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("CI runs as root, or this is asked nowhere")
	}
	t.Skip("only root may give files away")
}

// One that is replaced hands its owner on, whoever has the folder; a new one belongs to whoever has the folder, and so does each folder
// that is made on the way.
func TestWhatIsMadeBelongsToWhoeverHasThePlace(t *testing.T) {
	asRoot(t)
	dir := t.TempDir()
	must(t, os.Chown(dir, service, service))
	must(t, owner.Folder(filepath.Join(dir, "a", "b")))
	belongs(t, filepath.Join(dir, "a"), service)
	belongs(t, filepath.Join(dir, "a", "b"), service)
	must(t, owner.Begin(filepath.Join(dir, "a", "new")))
	belongs(t, filepath.Join(dir, "a", "new"), service)

	kept := filepath.Join(dir, "kept")
	must(t, os.WriteFile(kept, nil, 0o600))
	must(t, owner.Begin(kept)) // as it was
	belongs(t, kept, 0)
	must(t, os.Chown(kept, other, other))
	f, err := os.CreateTemp(dir, "")
	must(t, err)
	must(t, owner.Leave(f, kept))
	must(t, f.Close())
	belongs(t, f.Name(), other)

	work, err := owner.Temp(dir, ".work-")
	must(t, err)
	belongs(t, work, service)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func belongs(t *testing.T, path string, who uint32) {
	t.Helper()
	info, err := os.Lstat(path)
	must(t, err)
	if is := info.Sys().(*syscall.Stat_t); is.Uid != who || is.Gid != who {
		t.Errorf("%s belongs to %d:%d and not to %d", path, is.Uid, is.Gid, who)
	}
}
