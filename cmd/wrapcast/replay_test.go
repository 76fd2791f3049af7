package main

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/outcome"
)

// TestAReplayedLogIsExtractedToTheContact replays the committed synthetic log, and the
// real one that WRAPCAST_CONTACTS names: calm, to the rest target, and through faults.
func TestAReplayedLogIsExtractedToTheContact(t *testing.T) {
	t.Parallel()
	logs := []string{filepath.Join("..", "..", "internal", "sim", "testdata", "contacts.csv")}
	if named := os.Getenv("WRAPCAST_CONTACTS"); named != "" {
		logs = append(logs, named)
	}
	for _, log := range logs {
		contacts, codes := rowsOf(t, log)
		t.Run(filepath.Base(log), func(t *testing.T) {
			t.Parallel()
			calm := replay(t, log)
			if calm.Contacts != contacts || calm.Codes != codes || calm.ContactsWithoutCode != 0 {
				t.Errorf("%d contacts of %d codes, %d of them without one; the log has %d of %d", calm.Contacts, calm.Codes,
					calm.ContactsWithoutCode, contacts, codes)
			}
			checkCompleted(t, calm, wrapcast.WFM)
			checkCompleted(t, replay(t, log, "--target", "rest"), wrapcast.REST)
			stormy := replay(t, log, "--fault", "429=0.1,503=0.05,drop=0.02")
			checkCompleted(t, stormy, wrapcast.WFM)
			if diff := cmp.Diff(calm.Accuracy, stormy.Accuracy); diff != "" || stormy.Contacts != contacts || stormy.Observations != calm.Observations {
				t.Errorf("faults changed the result: %d contacts in %d cells\n%s", stormy.Contacts, stormy.Observations, diff)
			}
		})
	}
}

func checkCompleted(t *testing.T, d outcome.Document, target wrapcast.Target) {
	t.Helper()
	if len(d.Submissions) != 1 || d.Submissions[0].Status != wrapcast.SubmissionCompleted || d.Submissions[0].Target != target {
		t.Errorf("submissions %+v", d.Submissions)
	}
	if !d.WebhookDelivered || d.AuditEntries < len(wrapcast.Steps()) {
		t.Errorf("webhook delivered: %v, %d audit entries", d.WebhookDelivered, d.AuditEntries)
	}
	for _, s := range d.Steps {
		if s.Status != wrapcast.RunDone {
			t.Errorf("step %s is %s: %s", s.Name, s.Status, s.Reason)
		}
	}
}

// replay runs the demo on a log.
func replay(t *testing.T, log string, more ...string) outcome.Document {
	t.Helper()
	args := append([]string{"demo", "--once", "--json", "--quiet", "--data", t.TempDir(), "--contacts", log}, more...)
	c := command(t.Context(), t, nil, args...)
	var said bytes.Buffer
	c.Stderr = &said
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, said.String())
	}
	var d outcome.Document
	if err := json.Unmarshal(out, &d); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return d
}

// rowsOf counts the contacts and the codes of a log by itself.
func rowsOf(t *testing.T, path string) (contacts, codes int) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var in io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if in, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := csv.NewReader(in).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, row := range rows[1:] {
		seen[row[2]] = true
	}
	return len(rows) - 1, len(seen)
}
