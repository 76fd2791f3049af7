package auditing

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/audit"
)

// A key that is made can sign, is its owner's alone, is never shown, and never overwrites another.
func TestMadeKeyIsKeptFromOthersAndNeverOverwrites(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "audit.key")
	makeOne := func() (string, error) {
		var out bytes.Buffer
		c := Audit{Out: &terminal.Terminal{Out: &out, Err: &out}}.makeKey()
		c.SetArgs([]string{name})
		c.SilenceErrors, c.SilenceUsage = true, true
		err := c.Execute()
		return out.String(), err
	}
	shown, err := makeOne()
	if err != nil || !strings.Contains(shown, "Fingerprint:") || strings.Contains(shown, "PRIVATE") {
		t.Fatalf("%v, and shown: %s", err, shown)
	}
	private, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := audit.ParseKey(string(private)); err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others can read it: %v %v", info.Mode(), err)
	}
	if _, err := makeOne(); err == nil || !strings.Contains(err.Error(), "cannot be made") {
		t.Errorf("a second key over the first: %v", err)
	}
	if again, _ := os.ReadFile(name); !bytes.Equal(again, private) {
		t.Error("the first key is gone")
	}
}
