package backup

import (
	"archive/zip"
	"cmp"
	"compress/flate"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Schema names the manifest.
const Schema = "wrapcast.backup/1"

const (
	databaseName = "wrapcast.db"
	manifestName = "manifest.json"
	// keyName is the file of a data directory with the key that signs the audit chain.
	keyName = "audit.key"
)

// Manifest says what a backup is.
type Manifest struct {
	Schema string    `json:"schema"`
	MadeAt time.Time `json:"made_at"`
	// Version is the wrapcast that made it, DatabaseSchema the number of the database's last migration.
	Version        string `json:"version"`
	DatabaseSchema int64  `json:"database_schema"`
	// DatabaseBytes and DatabaseSHA256 are those of wrapcast.db.
	DatabaseBytes  int64  `json:"database_bytes"`
	DatabaseSHA256 string `json:"database_sha256"`
	// Organisations are those with data in it, by name.
	Organisations []wrapcast.Organisation `json:"organisations"`
	// Verified says that everything in it was looked at after it was copied; else only the file was, because its schema is
	// that of another wrapcast.
	Verified bool `json:"verified"`
	// HasKey says that the key which signs the audit chain is in it.
	HasKey bool `json:"has_key"`
}

// Options say what to back up, and where to.
type Options struct {
	// Dir is the data directory, To the file to write, or a directory that gets one named after the moment.
	Dir, To string
	// Version is that of the program.
	Version string
	Now     time.Time
	// Key asks for the key that signs the audit chain too; KeyFile is where it lies, "" in the data directory.
	Key     bool
	KeyFile string
	// Tell, which may be nil, is told what begins.
	Tell func(string)
}

// Make writes a backup and returns where it lies. Others may work on the data directory meanwhile. What was copied is
// verified before it is packed, and read once more after. It returns InvalidData where it is damaged, and then leaves
// nothing behind.
func Make(ctx context.Context, o Options) (path string, m Manifest, err error) {
	path, err = o.path()
	if err != nil {
		return "", m, err
	}
	temp, err := os.MkdirTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return "", m, explain("make", path, err)
	}
	defer os.RemoveAll(temp)
	m = Manifest{Schema: Schema, MadeAt: o.Now.UTC().Truncate(time.Second), Version: o.Version,
		Organisations: []wrapcast.Organisation{}}
	o.tell("copying the database")
	if err := copyDatabase(ctx, o.Dir, filepath.Join(temp, databaseName)); err != nil {
		return "", m, err
	}
	if err := m.look(ctx, temp, o.Tell); err != nil {
		return "", m, err
	}
	o.tell("packing it")
	packed := filepath.Join(temp, "packed")
	if err := m.pack(temp, packed, o); err != nil {
		return "", m, explain("write", path, err)
	}
	o.tell("reading it again")
	if err := check(packed, m); err != nil {
		return "", m, err
	}
	// A link, not a renaming: it fails where somebody has made the file meanwhile. Not every disk has links.
	if err := os.Link(packed, path); errors.Is(err, fs.ErrExist) || err != nil && os.Rename(packed, path) != nil {
		return "", m, explain("write", path, err)
	}
	return path, m, explain("write", path, syncDir(filepath.Dir(path)))
}

func (o Options) tell(what string) {
	if o.Tell != nil {
		o.Tell(what)
	}
}

// path is the file to be written, which must not be there.
func (o Options) path() (string, error) {
	path := o.To
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, "wrapcast-"+o.Now.UTC().Format("20060102T150405Z")+".backup")
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return "", wrapcast.Errorf(wrapcast.Usage, "store backup", "%s is there already", path).
			WithHint("name another file, or a directory that is to hold the backup")
	}
	return path, nil
}

func copyDatabase(ctx context.Context, dir, to string) error {
	s, err := store.OpenToRead(ctx, store.Options{Dir: dir})
	if err != nil {
		return err
	}
	defer s.Close()
	return s.CopyTo(ctx, to)
}

// look verifies the database in a directory and notes what it is.
func (m *Manifest) look(ctx context.Context, dir string, tell func(string)) error {
	s, err := store.OpenToRead(ctx, store.Options{Dir: dir})
	if err != nil {
		return err
	}
	defer s.Close()
	current, known, err := s.Schema(ctx)
	if err != nil {
		return err
	}
	if current > known {
		return wrapcast.Errorf(wrapcast.Usage, "store", "it was written by a newer wrapcast: its schema is number %d, this one knows %d",
			current, known).WithHint("use the newer wrapcast")
	}
	v, err := s.Verify(ctx, tell)
	if err != nil {
		return err
	}
	if n := v.Damaged(); n > 0 {
		return wrapcast.Errorf(wrapcast.InvalidData, "store", "what was copied is damaged in %d places, the first: %s", n, v.First()).
			WithHint("see all of it with `wrapcast store verify`; an earlier backup may be whole")
	}
	m.DatabaseSchema, m.Verified = current, current == known
	if m.Verified {
		err = s.View(ctx, func(tx *store.Tx) (err error) {
			m.Organisations, err = tx.Directory().Organisations()
			return err
		})
	}
	return err
}

// pack writes the backup of a directory that holds the copied database.
func (m *Manifest) pack(temp, to string, o Options) error {
	database := filepath.Join(temp, databaseName)
	digest := sha256.New()
	var err error
	if m.DatabaseBytes, err = copyFile(digest, database); err != nil {
		return err
	}
	m.DatabaseSHA256 = hex.EncodeToString(digest.Sum(nil))
	key := cmp.Or(o.KeyFile, filepath.Join(o.Dir, keyName))
	if _, err := os.Stat(key); o.Key && err != nil {
		return fmt.Errorf("the key that signs the audit chain: %w", err)
	}
	m.HasKey = o.Key
	f, err := os.OpenFile(to, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	z := zip.NewWriter(f)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestSpeed)
	})
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	w, err := m.entry(z, manifestName)
	if err == nil {
		_, err = w.Write(append(text, '\n'))
	}
	if err == nil {
		err = m.add(z, databaseName, database)
	}
	if err == nil && m.HasKey {
		err = m.add(z, keyName, key)
	}
	return errors.Join(err, z.Close(), f.Sync())
}

func (m *Manifest) entry(z *zip.Writer, name string) (io.Writer, error) {
	h := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: m.MadeAt}
	h.SetMode(0o600)
	return z.CreateHeader(h)
}

func (m *Manifest) add(z *zip.Writer, name, file string) error {
	w, err := m.entry(z, name)
	if err != nil {
		return err
	}
	_, err = copyFile(w, file)
	return err
}

func copyFile(w io.Writer, path string) (int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	return io.Copy(w, f)
}

// check reads a backup from the disk and compares it with its manifest.
func check(path string, want Manifest) error {
	b, err := open(path)
	if err != nil {
		return err
	}
	defer b.Close()
	if b.manifest.DatabaseSHA256 != want.DatabaseSHA256 {
		return damaged(path, "its manifest is not the one that was written")
	}
	return b.unpack(databaseName, io.Discard)
}

// opened is a backup that is being read.
type opened struct {
	*zip.ReadCloser
	path     string
	manifest Manifest
}

// open opens a backup and reads its manifest.
func open(path string) (*opened, error) {
	z, err := zip.OpenReader(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, wrapcast.Errorf(wrapcast.Usage, "store restore", "there is no file %s", path)
	}
	if err != nil {
		return nil, damaged(path, "it is no backup of wrapcast: "+err.Error())
	}
	const most = 1 << 20
	b := &opened{ReadCloser: z, path: path}
	text := &limited{most: most}
	if err := b.unpack(manifestName, text); err != nil {
		return nil, errors.Join(err, z.Close())
	}
	if err := json.Unmarshal(text.text, &b.manifest); err != nil || b.manifest.Schema != Schema {
		return nil, errors.Join(damaged(path, fmt.Sprintf("its manifest is not of schema %s", Schema)), z.Close())
	}
	return b, nil
}

// limited keeps what is written to it, up to a size.
type limited struct {
	text []byte
	most int
}

// Write implements io.Writer.
func (l *limited) Write(b []byte) (int, error) {
	if len(l.text)+len(b) > l.most {
		return 0, errors.New("it is too large")
	}
	l.text = append(l.text, b...)
	return len(b), nil
}

// unpack writes one file of a backup; a database must have size and digest of the manifest.
func (b *opened) unpack(name string, w io.Writer) error {
	f, err := b.Open(name)
	if err != nil {
		return damaged(b.path, "it holds no "+name)
	}
	defer f.Close()
	var digest hash.Hash
	from := io.Reader(f)
	if name == databaseName {
		digest = sha256.New()
		from = io.TeeReader(io.LimitReader(f, b.manifest.DatabaseBytes+1), digest)
	}
	n, err := io.Copy(w, from)
	switch {
	case err != nil && !errors.Is(err, fs.ErrPermission):
		return damaged(b.path, fmt.Sprintf("its %s cannot be read: %s", name, err))
	case err != nil:
		return err
	case digest != nil && (n != b.manifest.DatabaseBytes ||
		hex.EncodeToString(digest.Sum(nil)) != b.manifest.DatabaseSHA256):
		return damaged(b.path, "its database is not the one that was backed up")
	}
	return nil
}

func damaged(path, why string) error {
	return wrapcast.Errorf(wrapcast.InvalidData, "store restore", "%s: %s", path, why).
		WithHint("take another backup; nothing was changed")
}

// explain says what an error of a file means to the person who named it.
func explain(verb, path string, err error) error {
	if err == nil {
		return nil
	}
	if _, explained := errors.AsType[*wrapcast.Error](err); explained {
		return err
	}
	return wrapcast.Errorf(wrapcast.Usage, "store backup", "cannot %s %s: %w", verb, path, err).
		WithHint("see that the directory is there, can be written, and has room")
}

// syncDir makes the names in a directory survive a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
