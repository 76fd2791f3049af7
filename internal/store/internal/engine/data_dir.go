package engine

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/wrapcast/wrapcast"
)

// prepareFile makes the data directory and the file in it, readable by their owner
// only, and returns the file's absolute path. A file that exists is not touched: closing
// it again would drop the locks another store of this process holds on it.
func prepareFile(dir string) (string, error) {
	if dir == "" {
		return "", wrapcast.Errorf(wrapcast.Usage, "store.Open",
			"no data directory was named").WithHint("name one with --data")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", explainFile(dir, err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", explainFile(dir, err)
	}
	path := filepath.Join(dir, fileName)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist):
		return path, checkFile(path)
	case err != nil:
		return "", explainFile(path, err)
	}
	return path, explainFile(path, f.Close())
}

func checkFile(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return explainFile(path, err)
	}
	if !info.Mode().IsRegular() {
		return wrapcast.Errorf(wrapcast.Usage, "store.Open", "%s is not a file",
			path).WithHint("name another data directory with --data")
	}
	return nil
}

func explainFile(path string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOTDIR):
		return wrapcast.Errorf(wrapcast.Usage, "store.Open", "%s is not a directory", path).
			WithHint("name a directory with --data; it is made if it does not exist")
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return tooManyFiles(path, err)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return noPermission(path, err)
	case errors.Is(err, syscall.ENOSPC):
		return diskFull(path, err)
	}
	return wrapcast.Errorf(wrapcast.Internal, "store.Open", "%s cannot be used: %w", path, err)
}

func noPermission(path string, err error) error {
	return wrapcast.Errorf(wrapcast.Usage, "store", "no permission to write %s: %w", path, err).
		WithHint("let the user wrapcast runs as write %s, or name another data directory with --data",
			filepath.Dir(path))
}

// notOpened explains a file that SQLite could not open, which does not say why. It opens one for the database and two
// beside it; others are tried, because to close the database would drop the locks on it.
func notOpened(path string, err error) error {
	for range 3 {
		f, why := syscall.Open(os.DevNull, os.O_RDONLY, 0) // os.Open needs a file more, and dies without
		if errors.Is(why, syscall.EMFILE) || errors.Is(why, syscall.ENFILE) {
			return tooManyFiles(path, why)
		}
		if why == nil {
			defer func() { _ = syscall.Close(f) }()
		}
	}
	return noPermission(path, err)
}

func tooManyFiles(path string, err error) error {
	return wrapcast.Errorf(wrapcast.Unavailable, "store", "too many files are open to open %s: %w", path, err).
		WithHint("raise the limit of open files (ulimit -n, LimitNOFILE), at least to 256; what is stored is intact")
}

func diskFull(path string, err error) error {
	return wrapcast.Errorf(wrapcast.Internal, "store", "the disk is full: %s cannot grow: %w", path, err).
		WithHint("free space on the disk that holds %s and run the same command again; everything stored before is intact", filepath.Dir(path))
}
