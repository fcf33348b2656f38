package files

import (
	"os"

	"fengqiao/internal/fault"
)

// leastRoom is left free for those who are known: what strangers put aside must not keep a mediator from writing, nor the database.
const leastRoom = 1 << 30

// HasRoom tells whether the disk has room for what people bring whom nobody knows; Unavailable where it is low. Where that cannot be
// found out it does: a full disk refuses by itself.
func (f *Files) HasRoom() error {
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return notKept(err)
	}
	if free, known := f.Free(f.dir); known && free < leastRoom {
		return errNoRoom
	}
	return nil
}

var errNoRoom = fault.New(fault.Unavailable, "no_room", "现在存不下更多文件。请先提交申请，文件可以以后在案件页面补交，或者交给调解员。",
	"There is no room for more files just now. Please file without it; you can add it on the page of the case later, or give it to the mediator.")
