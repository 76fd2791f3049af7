package audit_test

import (
	"crypto/rand"
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
	"golang.org/x/mod/sumdb/note"
	"pgregory.net/rapid"
)

func TestCheckpointReadsBackAsItWas(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := wantVerified(t, anyChain(0).Draw(t, "chain"))
		got, err := audit.ParseCheckpoint(c.String())
		if err != nil || got != c {
			t.Fatalf("%q became %+v, %v", c, got, err)
		}
	})
}

func TestWhatIsNotACheckpointIsRefused(t *testing.T) {
	t.Parallel()
	good := wantVerified(t, plainChain(3)).String()
	for _, c := range []struct{ name, text string }{
		{"nothing", ""},
		{"another version", strings.Replace(good, "/1", "/2", 1)},
		{"a missing last line feed", strings.TrimSuffix(good, "\n")},
		{"one line more", good + "\n"},
		{"one line less", strings.Replace(good, "org\n", "", 1)},
		{"a number with a leading zero", strings.Replace(good, "\n3\n", "\n03\n", 1)},
		{"a negative number", strings.Replace(good, "\n3\n", "\n-3\n", 1)},
		{"a word for a number", strings.Replace(good, "\n3\n", "\nthree\n", 1)},
		{"a short hash", good[:len(good)-2] + "\n"},
		{"a hash in capitals", good[:len(good)-2] + "A\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := audit.ParseCheckpoint(c.text)
			wantError(t, err, "not a checkpoint")
		})
	}
}

func TestACheckpointOfTooFewLinesIsToldSo(t *testing.T) {
	t.Parallel()
	good := wantVerified(t, plainChain(3)).String()
	_, err := audit.ParseCheckpoint(strings.Replace(good, "org\n", "", 1))
	wantError(t, err, "it has 3 lines where 4 belong")
	_, err = audit.ParseCheckpoint(good + "\n")
	wantError(t, err, "it has 5 lines where 4 belong")
}

func TestSignedCheckpointOpensWithItsKeyOnly(t *testing.T) {
	t.Parallel()
	signer, verifier := keys(t, "wrapcast.example")
	_, stranger := keys(t, "wrapcast.example")
	c := wantVerified(t, plainChain(3))
	signed, err := audit.SignCheckpoint(c, signer)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := audit.OpenCheckpoint(signed, note.VerifierList(verifier)); err != nil || got != c {
		t.Errorf("got %+v, %v", got, err)
	}
	_, err = audit.OpenCheckpoint(signed, note.VerifierList(stranger))
	wantError(t, err, "signature does not hold")
}

func TestAnyChangedByteOfASignedCheckpointIsFound(t *testing.T) {
	t.Parallel()
	signer, verifier := keys(t, "wrapcast.example")
	signed, err := audit.SignCheckpoint(wantVerified(t, plainChain(3)), signer)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Index(string(signed), "\n\n") + 1
	for i := range text {
		changed := append([]byte(nil), signed...)
		changed[i] ^= 1
		if _, err := audit.OpenCheckpoint(changed, note.VerifierList(verifier)); err == nil {
			t.Errorf("byte %d changed unnoticed", i)
		}
	}
}

func TestCheckpointThatCannotBeReadBackIsNotSigned(t *testing.T) {
	t.Parallel()
	signer, _ := keys(t, "wrapcast.example")
	for _, organisation := range []wrapcast.OrganisationID{"two\nlines", "bell\a"} {
		if signed, err := audit.SignCheckpoint(audit.Checkpoint{Organisation: organisation, Hash: audit.NoHash}, signer); err == nil {
			t.Errorf("signed %q", signed)
		}
	}
}

func keys(t *testing.T, name string) (note.Signer, note.Verifier) {
	t.Helper()
	private, public, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(private)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	return signer, verifier
}
