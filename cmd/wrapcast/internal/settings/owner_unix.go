//go:build unix

package settings

import (
	"io/fs"
	"os"
	"syscall"
)

// OtherOwner tells who owns a file, where that is neither this user nor the machine's administrator.
func OtherOwner(info fs.FileInfo) (uid int, other bool) {
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return int(s.Uid), s.Uid != 0 && int(s.Uid) != os.Geteuid()
}
