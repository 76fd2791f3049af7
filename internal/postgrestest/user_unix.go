//go:build unix

package postgrestest

import (
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// account is whom the server runs as where the tests run as root, which PostgreSQL refuses.
func account() (uid, gid int, found bool) {
	if os.Geteuid() != 0 {
		return 0, 0, false
	}
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			uid, err1 := strconv.Atoi(u.Uid)
			gid, err2 := strconv.Atoi(u.Gid)
			return uid, gid, err1 == nil && err2 == nil
		}
	}
	return 0, 0, false
}

// giveAway makes a directory the server's.
func giveAway(dir string) error {
	if uid, gid, found := account(); found {
		return os.Chown(dir, uid, gid)
	}
	return nil
}

func asNobodySpecial() *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Setpgid: true}
	if uid, gid, found := account(); found {
		a.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	return a
}

// stop ends a server by the signals it knows: SIGQUIT is a crash, SIGINT throws everybody out.
func stop(p *os.Process, crash bool) {
	signal := syscall.SIGINT
	if crash {
		signal = syscall.SIGQUIT
	}
	_ = p.Signal(signal) // it may be gone
}
