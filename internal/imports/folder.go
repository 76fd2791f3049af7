package imports

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Folder is a directory in which somebody leaves files for one organisation. Each is imported once, in the order in
// which they were left.
type Folder struct {
	Keeper
	Dir string
	// Pattern is what names of files look like, such as *.csv; "" takes all.
	Pattern string
	// Quiet is how long a file must not have changed: others may still be written. 0 means a minute.
	Quiet time.Duration
	// Request says how files are read and for whom; it names no file.
	Request Request
	// Note is told of each file; nil means nobody is.
	Note func(FolderNote)
}

// FolderNote says what became of a file: Result where it was imported, Err where it was refused, neither where it is
// left for later.
type FolderNote struct {
	File   string
	Result *Result
	Err    error
}

// Take imports what is new. A file that cannot be read is noted, and tried again only when it would be read in another
// way; the others go on. An error is one of the directory or the store.
func (f *Folder) Take(ctx context.Context) error {
	entries, err := os.ReadDir(f.Dir)
	if err != nil {
		return wrapcast.Errorf(wrapcast.Usage, "", "the directory of files cannot be looked through: %w", err).
			WithHint("make %s readable, or correct files.directory in the settings", f.Dir)
	}
	type found struct {
		name string
		at   time.Time
	}
	var all []found
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && info.Mode().Type() == fs.ModeSymlink {
			info, err = os.Stat(filepath.Join(f.Dir, e.Name()))
		}
		if err == nil && info.Mode().IsRegular() && f.isMeant(e.Name()) {
			all = append(all, found{e.Name(), info.ModTime()})
		}
	}
	slices.SortFunc(all, func(a, b found) int {
		if c := a.at.Compare(b.at); c != 0 {
			return c
		}
		return strings.Compare(a.name, b.name)
	})
	for _, one := range all {
		if err := ctx.Err(); err != nil {
			return err
		}
		if quiet := max(f.Quiet, 0); f.Clock.Now().Sub(one.at) < orMinute(quiet) {
			f.note(FolderNote{File: one.name})
			continue
		}
		if err := f.takeOne(ctx, one.name); err != nil {
			return err
		}
	}
	return nil
}

func orMinute(d time.Duration) time.Duration {
	if d == 0 {
		return time.Minute
	}
	return d
}

func (f *Folder) note(n FolderNote) {
	if f.Note != nil {
		f.Note(n)
	}
}

// isMeant reports whether a file is one to be imported: it fits the pattern, and no program is at work on it.
func (f *Folder) isMeant(name string) bool {
	lower := strings.ToLower(name)
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~$") || strings.HasSuffix(name, "~") {
		return false
	}
	for _, ending := range []string{".tmp", ".part", ".partial", ".crdownload", ".filepart", ".lock"} {
		if strings.HasSuffix(lower, ending) {
			return false
		}
	}
	if f.Pattern == "" {
		return true
	}
	fits, err := filepath.Match(strings.ToLower(f.Pattern), lower)
	return fits && err == nil
}

// takeOne imports a file that was not met before.
func (f *Folder) takeOne(ctx context.Context, name string) error {
	file, err := os.Open(filepath.Join(f.Dir, name)) //nolint:gosec // whoever sets the directory means what lies there
	if err != nil {
		f.note(FolderNote{File: name, Err: wrapcast.Errorf(wrapcast.Usage, "", "%s: %w", name, err)})
		return nil
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		f.note(FolderNote{File: name, Err: wrapcast.Errorf(wrapcast.Unavailable, "", "%s: %w", name, err)})
		return nil
	}
	digest := hex.EncodeToString(sum.Sum(nil))
	r := f.Request
	r.File = name
	before, err := f.before(ctx, digest)
	if err != nil || slices.ContainsFunc(before, func(i wrapcast.Import) bool { return i.State == wrapcast.ImportKept }) {
		return err
	}
	if len(before) > 0 {
		how, err := f.mappingNow(ctx, file, r)
		if err != nil || string(before[0].Mapping) == string(how) { // it would be refused again
			return err
		}
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	result, err := f.Import(ctx, file, r)
	switch kind := wrapcast.KindOf(err); {
	case err == nil:
		f.note(FolderNote{File: name, Result: &result})
	case ctx.Err() != nil:
		return err
	case kind == wrapcast.InvalidData || kind == wrapcast.Usage:
		f.note(FolderNote{File: name, Err: err})
		how, failed := f.mappingNow(ctx, file, r)
		if failed != nil {
			return failed
		}
		return f.refuse(ctx, name, digest, how, err)
	default:
		return err
	}
	return nil
}

// before is what became of a file before, the latest first.
func (f *Folder) before(ctx context.Context, digest string) (all []wrapcast.Import, err error) {
	err = f.Store.View(ctx, func(tx *store.Tx) error {
		org, found, err := Find(tx, f.Request.Organisation)
		if err != nil || !found {
			return err
		}
		if !org.FromFiles() {
			return wrapcast.Errorf(wrapcast.Usage, "", "%s is an organisation of Genesys Cloud: files are never mixed with what "+
				"the platform says", org.Name).WithHint("take files: out of its settings, or name another organisation")
		}
		all, err = tx.Imports().OfDigest(org.ID, digest)
		return err
	})
	return all, err
}

// mappingNow is how a file would be read now: by the settings, and by what is remembered of its sender. It is empty
// where nobody can say.
func (f *Folder) mappingNow(ctx context.Context, file io.ReadSeeker, r Request) (json.RawMessage, error) {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("%s: %w", r.File, err)
	}
	content, err := io.ReadAll(io.LimitReader(file, MaxBytes))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.File, err)
	}
	w := &work{Keeper: f.Keeper, Request: r}
	err = f.Store.View(ctx, func(tx *store.Tx) error { return w.prepare(tx, content) })
	switch kind := wrapcast.KindOf(err); {
	case kind == wrapcast.InvalidData || kind == wrapcast.Usage:
		return json.RawMessage{}, nil
	case err != nil:
		return nil, err
	}
	return json.Marshal(w.how)
}

// refuse notes that a file cannot be read, where its organisation is known.
func (f *Folder) refuse(ctx context.Context, name, digest string, how json.RawMessage, why error) error {
	return f.Store.Update(ctx, func(tx *store.Tx) error {
		org, found, err := Find(tx, f.Request.Organisation)
		if err != nil || !found {
			return err
		}
		i := wrapcast.Import{Schema: wrapcast.ImportSchema, ID: wrapcast.ImportID(f.NewID()), Organisation: org.ID,
			At: f.Clock.Now(), Actor: f.Request.Actor, State: wrapcast.ImportRefused, File: fileName(name),
			Sender: f.Request.Sender, Digest: digest, Mapping: how, Reason: why.Error(), Hint: wrapcast.Hint(why)}
		if err := tx.Imports().Add(i); err != nil {
			return err
		}
		_, err = tx.Audit().Append(wrapcast.AuditEntry{Organisation: org.ID, At: i.At, Actor: i.Actor,
			Action: audit.ActionImported, Status: statusFailed,
			Objects: map[string]string{"import": string(i.ID), "sha256": digest},
			Detail:  i.File + " was refused: " + why.Error()})
		return err
	})
}
