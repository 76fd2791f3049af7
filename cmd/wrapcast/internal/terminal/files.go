package terminal

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/plain"
)

// OpenFile opens a file named on the command line.
func OpenFile(path string) (*os.File, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, wrapcast.Errorf(wrapcast.Usage, "", "there is no file %s", path)
	}
	if err != nil {
		return nil, wrapcast.Errorf(wrapcast.Usage, "", "opening: %w", err)
	}
	if st, err := f.Stat(); err == nil && st.IsDir() {
		_ = f.Close()
		return nil, wrapcast.Errorf(wrapcast.Usage, "", "%s is a directory, not a file", path)
	}
	return f, nil
}

// ReadFile reads a file named on the command line.
func ReadFile(path string) ([]byte, error) {
	f, err := OpenFile(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		return nil, wrapcast.Errorf(wrapcast.Internal, "", "reading %s: %w", path, err)
	}
	return text, nil
}

// WriteFile writes a file whole or not at all: a full disk or an interruption
// leaves what was there before. "-" is standard output.
func (t *Terminal) WriteFile(path string, write func(io.Writer) error) error {
	if path == "-" || path == "" {
		return buffered(plain.ForFiles(t.Out), write)
	}
	if st, err := os.Stat(path); err == nil && !st.Mode().IsRegular() {
		return writeInPlace(path, write)
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return FileError(path, err)
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	err = errors.Join(buffered(tmp, write), tmp.Chmod(0o644), tmp.Sync(), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	return FileError(path, err)
}

// writeInPlace writes to a device or a pipe, which a rename would destroy.
func writeInPlace(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return FileError(path, err)
	}
	return FileError(path, errors.Join(buffered(f, write), f.Close()))
}

func buffered(w io.Writer, write func(io.Writer) error) error {
	b := bufio.NewWriterSize(w, 1<<16)
	if err := write(b); err != nil {
		return err
	}
	return b.Flush()
}

// FileError says of a file that could not be written whose fault it is, and what to do.
func FileError(path string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOSPC):
		return wrapcast.Errorf(wrapcast.Internal, "", "the disk is full: writing %s", path).
			WithHint("free some space and run the command again; what was there before is untouched")
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return wrapcast.Errorf(wrapcast.Usage, "", "cannot write %s: %w", path, err).
			WithHint("name a file in a directory that exists and may be written")
	}
	return wrapcast.Errorf(wrapcast.Internal, "", "writing %s: %w", path, err)
}

// CheckpointEnding ends the names of files with signed checkpoints.
const CheckpointEnding = ".checkpoint"

// CheckpointDir is a directory that signed checkpoints are kept in, a file each.
type CheckpointDir string

// Keep writes a checkpoint into a file that is named by the organisation and the number of its entry. One that is there
// already stays.
func (d CheckpointDir) Keep(org wrapcast.OrganisationID, seq int64, signed string) error {
	path := filepath.Join(string(d), fmt.Sprintf("%s-%08d%s", org, seq, CheckpointEnding))
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return FileError(path, err)
	}
	_, err = f.WriteString(signed)
	return errors.Join(err, f.Sync(), f.Close())
}
