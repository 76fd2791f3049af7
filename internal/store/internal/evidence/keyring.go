package evidence

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
)

// Keyring has the key that signs checkpoints: one for all chains of a data directory.
type Keyring struct {
	// File holds the private key. Private, if set, is the key itself and takes the file's place.
	File    string
	Private string
	// Elsewhere says that no key is made: it must be one that other machines have, too.
	Elsewhere bool

	mu   sync.Mutex
	last *audit.Key
}

// next is where a key lies that is about to take the place of the one in the file.
func (k *Keyring) next() string { return k.File + ".new" }

// Key returns the key with a public half; of "", which is asked for where no chain is signed yet, the one there is, or a
// new one.
func (k *Keyring) Key(public string) (audit.Key, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.last != nil && (k.last.Public == public || public == "") {
		return *k.last, nil
	}
	key, err := k.read()
	if errors.Is(err, fs.ErrNotExist) && public == "" && !k.Elsewhere {
		key, err = k.make(k.File)
	}
	if err == nil && public != "" && key.Public != public {
		key, err = k.finish(key, public)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist) && k.Elsewhere && public == "":
		return key, k.Ready()
	case errors.Is(err, fs.ErrNotExist):
		return key, wrapcast.Errorf(wrapcast.Usage, "audit", "the key that signs the audit chain is missing: %s", k.File).
			WithHint("put it back from where you keep it (audit.key_file and WRAPCAST_AUDIT_KEY name another place); " +
				"if it is lost, `wrapcast audit key rotate --lost` makes another, and the chain says so")
	case err != nil:
		return key, err
	}
	k.last = &key
	return key, nil
}

// Ready returns an error where a key is needed that somebody has to give.
func (k *Keyring) Ready() error {
	if !k.Elsewhere || k.Private != "" {
		return nil
	}
	if _, err := os.Stat(k.File); err == nil {
		return nil
	}
	return wrapcast.Errorf(wrapcast.Usage, "audit", "with a database (--store) the key that signs the audit chain has to be given: "+
		"every machine that works on it needs the same").
		WithHint("name a file for it in the settings (audit.key_file; it is made where no chain is signed yet), or set " +
			"WRAPCAST_AUDIT_KEY to what such a file holds; keep a copy")
}

// Public is the public half of the key there is, "" where there is none. It makes none.
func (k *Keyring) Public() (string, error) {
	key, err := k.read()
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return key.Public, err
}

// read reads the key from where it is kept.
func (k *Keyring) read() (audit.Key, error) {
	text := k.Private
	if text == "" {
		b, err := os.ReadFile(k.File)
		if err != nil {
			return audit.Key{}, explainKey(k.File, err)
		}
		text = string(b)
	}
	return audit.ParseKey(text)
}

// make makes a key and writes it to a file that does not exist.
func (k *Keyring) make(path string) (audit.Key, error) {
	private, err := audit.NewKey(rand.Reader)
	if err != nil {
		return audit.Key{}, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return audit.Key{}, explainKey(path, err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return audit.Key{}, explainKey(path, err)
	}
	_, err = f.WriteString(private + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return audit.Key{}, explainKey(path, err)
	}
	return audit.ParseKey(private)
}

// finish takes up a rotation that was written to the chain before the file was replaced.
func (k *Keyring) finish(key audit.Key, public string) (audit.Key, error) {
	if b, err := os.ReadFile(k.next()); err == nil && k.Private == "" {
		if next, err := audit.ParseKey(string(b)); err == nil && next.Public == public {
			return next, os.Rename(k.next(), k.File)
		}
	}
	return key, wrapcast.Errorf(wrapcast.Conflict, "audit", "the audit chain is signed by the key %s, and this is %s",
		audit.Fingerprint(public), audit.Fingerprint(key.Public)).
		WithHint("put the right key back to where it was (%s, audit.key_file, WRAPCAST_AUDIT_KEY)", k.File)
}

// Next makes the key that is to take the place of the one there is, at a path if one is given, beside the file else.
func (k *Keyring) Next(path string) (audit.Key, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if path == "" {
		path = k.next()
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return audit.Key{}, explainKey(path, err)
		}
	}
	return k.make(path)
}

// Replace makes the next key, of which the chains say by now that it is theirs, the one there is.
func (k *Keyring) Replace() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.last = nil
	return explainKey(k.File, os.Rename(k.next(), k.File))
}

func explainKey(path string, err error) error {
	switch {
	case err == nil, errors.Is(err, fs.ErrNotExist):
		return err
	case errors.Is(err, fs.ErrExist):
		return wrapcast.Errorf(wrapcast.Usage, "audit", "%s exists: it is not overwritten", path).
			WithHint("name a file that does not exist yet")
	}
	return wrapcast.Errorf(wrapcast.Usage, "audit", "the key that signs the audit chain cannot be used: %w", err).
		WithHint("let the user wrapcast runs as read %s, and nobody else", filepath.Clean(path))
}
