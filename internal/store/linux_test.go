//go:build linux

package store_test

import (
	"crypto/rand"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/postgrestest"
	"github.com/wrapcast/wrapcast/internal/store"
)

func TestReallyFullDiskIsSaidSoAndHealsWhenThereIsRoom(t *testing.T) {
	t.Parallel()
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=2m"); err != nil {
		t.Skipf("a small disk cannot be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(disk, 0); err != nil {
			t.Error(err)
		}
	})
	dir := filepath.Join(disk, "data")
	b := on(t, openIn(t, dir))
	stored := 0
	var err error
	for ; err == nil && stored < 10_000; stored++ {
		err = b.Update(t.Context(), func(tx *store.Tx) error {
			_, err := tx.History().Replace("org", time.UTC, dense(noon.AddDate(0, 0, stored), 1))
			return err
		})
	}
	stored-- // the last one failed
	wantDiskFull(t, err, dir)
	if got := read(b, func(tx *store.Tx) (store.Totals, error) { return tx.History().Totals("org", nil) }); got.Contacts != stored*96*20 {
		t.Errorf("%d contacts are stored after %d days of %d", got.Contacts, stored, 96*20)
	}
	if err := syscall.Mount("", disk, "", syscall.MS_REMOUNT, "size=20m"); err != nil {
		t.Fatal(err)
	}
	b.replace(time.UTC, dense(noon.AddDate(0, 0, stored), 1))
}

func TestFullDiskWithoutADataDirectoryIsSaidSo(t *testing.T) {
	t.Parallel()
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=16k"); err != nil {
		t.Skipf("a small disk cannot be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(disk, 0); err != nil {
			t.Error(err)
		}
	})
	_, err := store.Open(t.Context(), store.Options{Dir: filepath.Join(disk, "data")})
	wantDiskFull(t, err, disk)
}

func wantDiskFull(t *testing.T, err error, dir string) {
	t.Helper()
	if wrapcast.KindOf(err) != wrapcast.Internal || !strings.Contains(err.Error(), "the disk is full") || !strings.Contains(wrapcast.Hint(err), dir) {
		t.Errorf("got %v (hint: %s)", err, wrapcast.Hint(err))
	}
}

func TestDirectoryOfSomebodyElseIsSaidSo(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	forbidden := filepath.Join(base, "theirs")
	if err := os.Mkdir(forbidden, 0o500); err != nil {
		t.Fatal(err)
	}
	c := child(t, "open", forbidden)
	if os.Getuid() == 0 { // root may write everywhere, so the child is nobody
		const nobody = 65534
		open(t, base)
		open(t, filepath.Dir(base))
		if err := os.Chown(forbidden, nobody, nobody); err != nil {
			t.Fatal(err)
		}
		c.Path = "/proc/self/exe"
		c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	said, err := c.CombinedOutput()
	if err == nil || !strings.Contains(string(said), "usage: store: no permission") || !strings.Contains(string(said), " to write "+forbidden) {
		t.Errorf("%v: %s", err, said)
	}
}

func TestTooManyOpenFilesAreSaidSo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := openIn(t, dir).Close(); err != nil {
		t.Fatal(err)
	}
	said, err := child(t, "files", dir).CombinedOutput()
	if err != nil || strings.Count(string(said), "unavailable: store: too many files are open") < 2 || strings.Contains(string(said), "permission") {
		t.Errorf("%v: %s", err, said)
	}
}

// childHasFewFiles opens a store while it may have ever more files, and says how that went until it goes well.
func childHasFewFiles(t *testing.T, dir string) {
	t.Helper()
	if f, err := os.Open(os.DevNull); err == nil {
		f.Close() // what Go itself needs is open now
	}
	var most syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &most); err != nil {
		t.Fatal(err)
	}
	for files := uint64(0); files < 64; files++ {
		if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: files, Max: most.Max}); err != nil {
			t.Fatal(err)
		}
		s, err := store.Open(t.Context(), store.Options{Dir: dir})
		if err == nil {
			_ = s.Close()
			return
		}
		t.Logf("%d: %s: %v", files, wrapcast.KindOf(err), err)
	}
	t.Error("64 files are not enough")
}

// open lets everybody through a directory.
func open(t *testing.T, dir string) {
	t.Helper()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
}

// TestPostgresFullDiskIsSaidSo puts a database onto a small disk of its own; the server's log of changes lies elsewhere.
func TestPostgresFullDiskIsSaidSo(t *testing.T) {
	t.Parallel()
	server := postgrestest.Shared(t)
	account, err := user.Lookup("postgres")
	if err != nil || os.Geteuid() != 0 {
		t.Skip("a small disk for the server cannot be mounted here")
	}
	disk, err := os.MkdirTemp("", "wrapcast-small-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(disk) })
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=28m,mode=0700,uid="+account.Uid+",gid="+account.Gid); err != nil {
		t.Skipf("a small disk cannot be mounted here: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(disk, 0) })
	d := server.Empty(t)
	postgrestest.Database{Server: server, Name: "postgres"}.Exec(t, "CREATE TABLESPACE small LOCATION '"+disk+"'",
		"ALTER DATABASE "+d.Name+" SET TABLESPACE small")
	b := on(t, opened(t, store.Options{URL: d.Owner(), AuditKeyFile: filepath.Join(t.TempDir(), "audit.key")}))
	large := make([]byte, 1<<18)
	_, _ = rand.Read(large) // what cannot be packed
	answers := 0
	for ; err == nil && answers < 1000; answers++ {
		err = b.Update(t.Context(), func(tx *store.Tx) error {
			a := store.AnsweredRequest{Key: fmt.Sprint(answers), AskedBy: "t", AskedAt: noon, Status: 200, Body: large}
			if _, _, err := tx.Requests().Begin(a); err != nil {
				return err
			}
			return tx.Requests().Finish(a)
		})
	}
	answers-- // the last one failed
	if wrapcast.KindOf(err) != wrapcast.Internal || !strings.Contains(err.Error(), "the disk of") || !strings.Contains(wrapcast.Hint(err), "free space") {
		t.Fatalf("got %v (hint: %s)", err, wrapcast.Hint(err))
	}
	b.view(func(tx *store.Tx) error {
		notes, _, err := tx.Requests().Kept("t")
		if notes != int64(answers) {
			t.Errorf("%d answers are stored of %d", notes, answers)
		}
		return err
	})
}
