package audit_test

import (
	"bytes"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
	"pgregory.net/rapid"
)

func TestExportReadsBackAsItWas(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		entries := anyChain(0).Draw(t, "chain")
		got, err := read(export(t, entries))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(entries, got, sameMeasures(), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("(-written +read):\n%s", diff)
		}
		wantVerified(t, got)
	})
}

func TestAnyChangedByteOfAnExportIsFound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		file := export(t, anyChain(2).Draw(t, "chain"))
		i := rapid.IntRange(0, len(file)-2).Draw(t, "place") // the very last line feed says nothing
		changed := slices.Clone(file)
		changed[i] ^= byte(rapid.IntRange(1, 255).Draw(t, "flipped bits"))
		if _, err := audit.Verify(audit.Read(bytes.NewReader(changed))); err == nil {
			t.Fatalf("byte %d changed from %q to %q unnoticed in\n%s", i, file[i], changed[i], changed)
		}
	})
}

func TestExportIsCheckedByTheToolsOfAnyUnix(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"sh", "sed", "tr", "sha256sum"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(err)
		}
	}
	entries := chain([]wrapcast.AuditEntry{goldenEntry(), {Organisation: goldenEntry().Organisation,
		Detail: `"hash":"` + audit.NoHash + `",`, Objects: map[string]string{"hash": audit.NoHash, "plan": "p"}}})
	for line, e := range map[string]wrapcast.AuditEntry{"2": entries[0], "3": entries[1]} {
		// The command of the package comment.
		command := exec.CommandContext(t.Context(), "sh", "-c",
			`{ echo 'wrapcast.audit/1'; sed -n `+line+`p | sed 's/"hash":"[0-9a-f]*",//' | tr -d '\n'; } | sha256sum`)
		command.Stdin = bytes.NewReader(export(t, entries))
		out, err := command.Output()
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Fields(string(out))[0]; got != e.Hash {
			t.Errorf("line %s: sha256sum says %s, the entry %s", line, got, e.Hash)
		}
	}
}

func TestWhatIsNotAnExportIsRefusedByLine(t *testing.T) {
	t.Parallel()
	file := string(export(t, plainChain(2)))
	for _, c := range []struct{ name, file, want string }{
		{"an empty file", "", "line 1"},
		{"a file without header", strings.SplitAfterN(file, "\n", 2)[1], "line 1"},
		{"a later version", strings.Replace(file, "audit/1", "audit/2", 1), "line 1"},
		{"binary junk", "\x00\xff\x1f\x8b", "line 1"},
		{"junk after the header", "{\"schema\":\"wrapcast.audit/1\"}\n\x00\xff", "line 2"},
		{"an unknown member", strings.Replace(file, `"actor"`, `"a":1,"actor"`, 1), "line 2"},
		{"a member given twice", strings.Replace(file, `"actor":"cli"`, `"actor":"cli","actor":"cli"`, 1), "line 2"},
		{"white space", strings.Replace(file, `"actor":"cli"`, `"actor": "cli"`, 1), "line 2"},
		{"an empty line", file + "\n", "line 4"},
		{"half a line", file[:len(file)-20], "line 3"},
		{"a line of two megabytes", file + strings.Repeat("a", 2<<20), "a line is longer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := audit.Verify(audit.Read(strings.NewReader(c.file)))
			wantError(t, err, c.want)
		})
	}
}

func TestFailingReadersAndWritersAreReported(t *testing.T) {
	t.Parallel()
	fault := errors.New("the disk is gone")
	if err := audit.Write(failing{fault}, sequence(plainChain(1))); !errors.Is(err, fault) {
		t.Errorf("Write: %v", err)
	}
	if _, err := audit.Verify(audit.Read(failing{fault})); !errors.Is(err, fault) {
		t.Errorf("Read: %v", err)
	}
	half := io.MultiReader(bytes.NewReader(export(t, plainChain(1))), failing{fault})
	if _, err := audit.Verify(audit.Read(half)); !errors.Is(err, fault) {
		t.Errorf("Read after the first line: %v", err)
	}
}

func TestEntryTooLongToReadBackIsNotWritten(t *testing.T) {
	t.Parallel()
	e := audit.Seal(nil, wrapcast.AuditEntry{Detail: strings.Repeat("a", 1<<20)})
	wantError(t, audit.Write(io.Discard, sequence([]wrapcast.AuditEntry{e})), "entry 1")
}

func TestTheLongestLineIsAMegabyte(t *testing.T) {
	t.Parallel()
	sealed := func(detail int) wrapcast.AuditEntry {
		return audit.Seal(nil, wrapcast.AuditEntry{Organisation: "org", Detail: strings.Repeat("a", detail)})
	}
	_, line, _ := strings.Cut(string(export(t, []wrapcast.AuditEntry{sealed(1)})), "\n")
	longest := 1<<20 - (len(line) - len("\n") - 1) // what is left beside the detail of one character
	got, err := read(export(t, []wrapcast.AuditEntry{sealed(longest)}))
	if err != nil || len(got) != 1 || len(got[0].Detail) != longest {
		t.Errorf("%d entries, %v", len(got), err)
	}
	wantError(t, audit.Write(io.Discard, sequence([]wrapcast.AuditEntry{sealed(longest + 1)})), "1048577 bytes long")
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error)  { return 0, f.err }
func (f failing) Write([]byte) (int, error) { return 0, f.err }

func export(t interface{ Fatal(...any) }, entries []wrapcast.AuditEntry) []byte {
	var file bytes.Buffer
	if err := audit.Write(&file, sequence(entries)); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func read(file []byte) (entries []wrapcast.AuditEntry, err error) {
	for e, err := range audit.Read(bytes.NewReader(file)) {
		if err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	return entries, nil
}

func FuzzRead(f *testing.F) {
	f.Add(export(f, plainChain(2)))
	f.Add(export(f, chain([]wrapcast.AuditEntry{goldenEntry()})))
	f.Add([]byte("{\"schema\":\"wrapcast.audit/1\"}\n{}"))
	f.Fuzz(func(t *testing.T, file []byte) {
		entries, err := read(file)
		if err != nil {
			if wrapcast.KindOf(err) != wrapcast.InvalidData {
				t.Fatalf("%v", err)
			}
			return
		}
		again := bytes.TrimSuffix(export(t, entries), []byte("\n"))
		plain := bytes.ReplaceAll(bytes.TrimSuffix(file, []byte("\n")), []byte("\r\n"), []byte("\n"))
		if !bytes.Equal(again, bytes.TrimSuffix(plain, []byte("\r"))) {
			t.Fatalf("read\n%s\nand wrote\n%s", file, again)
		}
	})
}
