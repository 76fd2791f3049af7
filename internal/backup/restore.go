package backup

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

// RestoreOptions say what to restore, and where to.
type RestoreOptions struct {
	// From is the backup, Dir the data directory, which must be empty or not there unless Force is set.
	From, Dir string
	// Force moves the database that lies in Dir aside, into a directory there.
	Force bool
	// Actor is who restores, Now when.
	Actor string
	Now   time.Time
	Tell  func(string)
	// KeyFile holds the key that signs the audit chain, AuditKey is it itself; neither means audit.key of the directory.
	KeyFile, AuditKey string
}

// Restored says what was restored.
type Restored struct {
	Manifest Manifest `json:"backup"`
	// Dir is the data directory, Aside where the database lies now that was there before, "" where none was.
	Dir   string `json:"data"`
	Aside string `json:"before,omitempty"`
	// Ended is what was not brought back to life.
	Ended store.Ended `json:"ended"`
	// NoKey says that the key which signs the audit chain is neither in the backup nor here: until it is put back, nothing
	// can be written down.
	NoKey bool `json:"key_is_missing"`
}

// Restore puts a backup into a data directory: checked and verified first, brought up to this version's schema, and
// then moved to its place at once. Logins, leases and jobs that waited are not brought back to life. It returns
// Conflict where the directory holds something or is in use, InvalidData where the backup is damaged; nothing is
// changed then.
func Restore(ctx context.Context, o RestoreOptions) (r Restored, err error) {
	b, err := open(o.From)
	if err != nil {
		return r, err
	}
	defer b.Close()
	r = Restored{Manifest: b.manifest, Dir: o.Dir}
	if err := o.room(ctx); err != nil {
		return r, err
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return r, explain("make", o.Dir, err)
	}
	temp, err := os.MkdirTemp(o.Dir, ".restore-*")
	if err != nil {
		return r, explain("write to", o.Dir, err)
	}
	defer os.RemoveAll(temp)
	if err := o.unpack(ctx, b, temp); err != nil {
		return r, err
	}
	if err := o.revive(ctx, &r, temp); err != nil {
		return r, err
	}
	if r.Aside, err = o.aside(); err != nil {
		return r, explain("move aside what is in", o.Dir, err)
	}
	if err := os.Rename(filepath.Join(temp, databaseName), filepath.Join(o.Dir, databaseName)); err != nil {
		return r, explain("write to", o.Dir, err)
	}
	if b.manifest.HasKey {
		err = os.Rename(filepath.Join(temp, keyName), filepath.Join(o.Dir, keyName))
	}
	return r, explain("write to", o.Dir, errors.Join(err, syncDir(o.Dir)))
}

// room sees that the data directory is empty, or may be written over and is not in use.
func (o RestoreOptions) room(ctx context.Context) error {
	entries, err := os.ReadDir(o.Dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return explain("read", o.Dir, err)
	}
	if !o.Force {
		return wrapcast.Errorf(wrapcast.Conflict, "store restore", "%s is not empty", o.Dir).
			WithHint("restore into a directory that is not there yet, look at it, and put it in the place of this one; " +
				"or --force, which moves the database that is there aside")
	}
	return store.InUse(ctx, o.Dir)
}

// unpack writes the files of a backup to a directory and verifies the database.
func (o RestoreOptions) unpack(ctx context.Context, b *opened, to string) error {
	names := []string{databaseName}
	if b.manifest.HasKey {
		names = append(names, keyName)
	}
	for _, name := range names {
		f, err := os.OpenFile(filepath.Join(to, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return explain("write to", o.Dir, err)
		}
		if err := errors.Join(b.unpack(name, f), f.Sync(), f.Close()); err != nil {
			return err
		}
	}
	var m Manifest
	return m.look(ctx, to, o.Tell)
}

// revive brings an unpacked database up to this version's schema, ends what must not go on, and writes down that it was
// restored.
func (o RestoreOptions) revive(ctx context.Context, r *Restored, dir string) error {
	m, key := r.Manifest, o.key(r.Manifest, dir)
	if _, err := os.Stat(key); err != nil && o.AuditKey == "" {
		r.NoKey = true
	}
	s, err := store.Open(ctx, store.Options{Dir: dir, AuditKeyFile: key, AuditKey: o.AuditKey})
	if err != nil {
		return err
	}
	err = s.Update(ctx, func(tx *store.Tx) (err error) {
		if r.Ended, err = tx.EndForRestore(); err != nil || r.NoKey {
			return err
		}
		_, err = tx.Audit().Append(wrapcast.AuditEntry{Organisation: wrapcast.Installation, At: o.Now, Actor: o.Actor,
			Action: "store.restored", Status: "ok", Objects: map[string]string{"database_sha256": m.DatabaseSHA256},
			Detail: "from the backup of " + m.MadeAt.Format(time.RFC3339) + "; what was written after it is not in here"})
		return err
	})
	return errors.Join(err, s.Close())
}

// key is the file of the key that signs the audit chain: the backup's where it has one.
func (o RestoreOptions) key(m Manifest, unpacked string) string {
	if m.HasKey {
		return filepath.Join(unpacked, keyName)
	}
	return cmp.Or(o.KeyFile, filepath.Join(o.Dir, keyName))
}

// aside moves the database that is there to a directory of its own and returns which, "" where there is none.
func (o RestoreOptions) aside() (string, error) {
	if _, err := os.Lstat(filepath.Join(o.Dir, databaseName)); err != nil {
		return "", nil //nolint:nilerr // there is nothing to be moved
	}
	to := filepath.Join(o.Dir, "before-restore-"+o.Now.UTC().Format("20060102T150405Z"))
	if err := os.Mkdir(to, 0o700); err != nil {
		return "", err
	}
	for _, suffix := range []string{"-wal", "-shm", ""} {
		err := os.Rename(filepath.Join(o.Dir, databaseName+suffix), filepath.Join(to, databaseName+suffix))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	return to, nil
}
