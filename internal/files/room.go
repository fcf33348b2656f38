package files

import (
	"os"

	"fengqiao/internal/fault"
)

// leastRoom is left free for those who are known: what strangers put aside must not keep a mediator from writing, nor the database. Their
// words weigh little and are taken for longer than their files.
const (
	leastRoom         = 1 << 30
	leastRoomForWords = leastRoom / 2
)

// HasRoom tells whether the disk has room for what people bring whom nobody knows; Unavailable where it is low. Where that cannot be
// found out it does: a full disk refuses by itself.
func (f *Files) HasRoom() error { return f.leaves(leastRoom, errNoRoom) }

// HasRoomForWords is HasRoom for what they begin to write.
func (f *Files) HasRoomForWords() error { return f.leaves(leastRoomForWords, errNoRoomForWords) }

func (f *Files) leaves(least uint64, refusal error) error {
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return notKept(err)
	}
	if free, known := f.Free(f.dir); known && free < least {
		return refusal
	}
	return nil
}

var errNoRoomForWords = fault.New(fault.Unavailable, "no_room", "系统快存满了，现在不能在网上填写申请。请给调委会打电话，或者拨打 12348。",
	"The system is nearly full, and no filing can be begun here just now. Please call the committee, or 12348.")

var errNoRoom = fault.New(fault.Unavailable, "no_room", "现在存不下更多文件。请先提交申请，文件可以以后在案件页面补交，或者交给调解员。",
	"There is no room for more files just now. Please file without it; you can add it on the page of the case later, or give it to the mediator.")
