package audit

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"maps"
	"strings"

	"github.com/wrapcast/wrapcast"
	"golang.org/x/mod/sumdb/note"
)

// keyName is the name of keys in signatures.
const keyName = "wrapcast"

// The actions of entries that replace the key which signs a chain's checkpoints.
const (
	// ActionKeyRotated replaces the key; the checkpoint of the entry is signed by both.
	ActionKeyRotated = "audit.key_rotated"
	// ActionKeyLost replaces a key that is lost; only the new one signs.
	ActionKeyLost = "audit.key_lost"
)

// objectKey has, in the objects of an entry, the public key that signs from this entry on.
const objectKey = "audit_key"

// BeginsWith adds to the objects of an entry the public key that signs from it on.
func BeginsWith(public string, objects map[string]string) map[string]string {
	objects = maps.Clone(objects)
	if objects == nil {
		objects = map[string]string{}
	}
	objects[objectKey] = public
	return objects
}

// KeyIn is the public key that signs from an entry on, "" where the entry names none.
func KeyIn(e wrapcast.AuditEntry) string { return e.Objects[objectKey] }

// Key signs checkpoints and packs with Ed25519.
type Key struct {
	note.Signer
	// Public is the half that verifies: name, hash and key, joined by a plus sign, as in golang.org/x/mod/sumdb/note.
	Public string
}

// NewKey makes a key and returns its private text, which [ParseKey] reads: one line, to be kept like any secret.
func NewKey(random io.Reader) (private string, err error) {
	private, _, err = note.GenerateKey(random, keyName)
	if err != nil {
		return "", wrapcast.Errorf(wrapcast.Internal, "audit.NewKey", "no key could be made: %w", err)
	}
	return private, nil
}

// ParseKey reads the private text of a key. Errors do not repeat it.
func ParseKey(private string) (Key, error) {
	private = strings.TrimSpace(private)
	signer, err := note.NewSigner(private)
	parts := strings.Split(private, "+") // PRIVATE+KEY+name+hash+key
	if err != nil || len(parts) < 5 {
		return Key{}, badKey("it is no private key of wrapcast")
	}
	seed, err := base64.StdEncoding.DecodeString(strings.Join(parts[4:], "+"))
	if err != nil || len(seed) < 2 {
		return Key{}, badKey("it is no private key of wrapcast")
	}
	public, err := note.NewEd25519VerifierKey(signer.Name(), publicHalf(seed[1:]))
	if err != nil {
		return Key{}, badKey("its public half cannot be worked out")
	}
	return Key{signer, public}, nil
}

func badKey(why string) error {
	return wrapcast.Errorf(wrapcast.Usage, "audit.key", "this cannot sign: %s", why).
		WithHint("it is one line that begins with PRIVATE+KEY+%s, as in the file audit.key of a data directory", keyName)
}

// Fingerprint names a public key to people: the SHA-256 of its 32 bytes, in hexadecimal.
func Fingerprint(public string) string {
	parts := strings.SplitN(public, "+", 3)
	key, err := base64.StdEncoding.DecodeString(parts[len(parts)-1])
	if err != nil || len(key) < 2 {
		return "no key"
	}
	sum := sha256.Sum256(key[1:])
	return "SHA256:" + hex.EncodeToString(sum[:])
}

// ParsePublicKey reads a public key as [Key.Public] writes it.
func ParsePublicKey(text string) (string, error) {
	text = strings.TrimSpace(text)
	if _, err := note.NewVerifier(text); err != nil {
		return "", wrapcast.Errorf(wrapcast.Usage, "audit.key", "this is no public key of wrapcast: %w", err).
			WithHint("it is one line that begins with %s+, as `wrapcast audit key` prints it", keyName)
	}
	return text, nil
}

func publicHalf(seed []byte) ed25519.PublicKey {
	public, _ := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	return public
}
