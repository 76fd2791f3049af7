package audit_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
	"pgregory.net/rapid"
)

func goldenEntry() wrapcast.AuditEntry {
	return wrapcast.AuditEntry{
		Organisation: "0c6d8a2e-41b3-4f9a-9a55-3f1e5b0c7d11",
		Run:          "01936d6c-7c2e-7b1a-8f00-9a1b2c3d4e5f",
		At:           time.Date(2026, 11, 23, 18, 0, 0, 250_999_999, time.FixedZone("CET", 3600)),
		Actor:        "cli",
		Action:       "submit.accepted",
		Status:       "ok",
		StatusCode:   202,
		LatencyMs:    1234,
		Objects:      map[string]string{"plan": "p-1", "forecast": "f-1", "\U0001F600": "face", "\uFFFC": "object"},
		Webhook:      wrapcast.DeliveryPending,
		Accuracy: &wrapcast.Accuracy{WAPE: 0.1, Bias: -1e-7, MASE: wrapcast.NotMeasured(), Coverage: 0.85,
			Level: 0.85, Origins: 3, Cells: 84},
		Detail: "\"quoted\" \\ tab\there <b>&\u2028 \x00\x01 caf\u00e9 \xff",
	}
}

// The canonical bytes below are written by hand after the package comment and RFC 8785,
// and goldenHash was computed from them by sha256sum, not by this program.
const (
	goldenBytes = "wrapcast.audit/1\n" +
		`{"accuracy":{"bias":-1e-7,"cells":84,"coverage":0.85,"level":0.85,"mase":null,"origins":3,"wape":0.1},` +
		`"action":"submit.accepted","actor":"cli","at":"2026-11-23T17:00:00.25Z",` +
		`"detail":"\"quoted\" \\ tab\there <b>&` + "\u2028 \uFFFD" + `\u0001` + " caf\u00e9 \uFFFD" + `",` +
		`"latency_ms":1234,"objects":{"forecast":"f-1","plan":"p-1",` + "\"\U0001F600\":\"face\",\"\uFFFC\":\"object\"" + `},` +
		`"organisation":"0c6d8a2e-41b3-4f9a-9a55-3f1e5b0c7d11",` +
		`"previous":"0000000000000000000000000000000000000000000000000000000000000000",` +
		`"run":"01936d6c-7c2e-7b1a-8f00-9a1b2c3d4e5f","seq":1,"status":"ok","status_code":202,"webhook":"pending"}`
	goldenHash = "f45078a4c1d2ac7530487eb2794795b55af38b22e852140fa3d82a9738d0e64a"
)

func TestHashIsTheOneTheFormatDescribes(t *testing.T) {
	t.Parallel()
	sum := sha256.Sum256([]byte(goldenBytes))
	if byHand := hex.EncodeToString(sum[:]); byHand != goldenHash {
		t.Errorf("the hand-written bytes hash to %s, not to %s", byHand, goldenHash)
	}
	if got := audit.Seal(nil, goldenEntry()); got.Hash != goldenHash {
		t.Errorf("Seal gives the hash %s, want %s", got.Hash, goldenHash)
	}
}

func TestSmallestEntryHasTheDescribedBytes(t *testing.T) {
	t.Parallel()
	e := audit.Seal(&wrapcast.AuditEntry{Seq: 6, Hash: strings.Repeat("a", 64)}, wrapcast.AuditEntry{Organisation: "o", At: time.UnixMilli(0)})
	sum := sha256.Sum256([]byte("wrapcast.audit/1\n" + `{"action":"","actor":"","at":"1970-01-01T00:00:00Z","latency_ms":0,` +
		`"organisation":"o","previous":"` + strings.Repeat("a", 64) + `","seq":7,"status":""}`))
	if want := hex.EncodeToString(sum[:]); e.Hash != want || e.Seq != 7 {
		t.Errorf("entry %d has the hash %s, want %s", e.Seq, e.Hash, want)
	}
}

func TestExportedLineIsTheEntrysOrdinaryJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := audit.Seal(nil, anyEntry("org").Draw(t, "entry"))
		var file bytes.Buffer
		if err := audit.Write(&file, sequence([]wrapcast.AuditEntry{e})); err != nil {
			t.Fatal(err)
		}
		_, line, _ := strings.Cut(file.String(), "\n")
		ordinary, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(decode(t, ordinary), decode(t, []byte(line))); diff != "" {
			t.Errorf("the canonical form says something else than encoding/json (-json +canonical):\n%s", diff)
		}
	})
}

func decode(t *rapid.T, b []byte) (v any) {
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatalf("%v in %s", err, b)
	}
	return v
}

func TestSealKeepsWhatAPlainEntrySays(t *testing.T) {
	t.Parallel()
	e := goldenEntry()
	e.Detail = "plain"
	sealed := audit.Seal(nil, e)
	want := e
	want.Seq, want.Previous, want.Hash = 1, audit.NoHash, sealed.Hash
	want.At = time.Date(2026, 11, 23, 17, 0, 0, 250_000_000, time.UTC)
	if diff := cmp.Diff(want, sealed, sameMeasures()); diff != "" {
		t.Errorf("Seal changed the entry (-want +got):\n%s", diff)
	}
}

func TestSealIgnoresWhatTheCallerSaysOfTheChain(t *testing.T) {
	t.Parallel()
	forged := goldenEntry()
	forged.Seq, forged.Previous, forged.Hash = 99, "forged", "forged"
	if diff := cmp.Diff(audit.Seal(nil, goldenEntry()), audit.Seal(nil, forged), sameMeasures()); diff != "" {
		t.Error(diff)
	}
}

func TestSealedEntrySharesNoMemoryWithTheCaller(t *testing.T) {
	t.Parallel()
	e := goldenEntry()
	sealed := audit.Seal(nil, e)
	e.Objects["plan"] = "another"
	e.Accuracy.WAPE = 9
	wantVerified(t, []wrapcast.AuditEntry{sealed})
}

func TestSealedTextIsFitForAnyDatabase(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := audit.Seal(nil, anyEntry("org").Draw(t, "entry"))
		for _, s := range []string{e.Actor, e.Detail} {
			if strings.ContainsRune(s, 0) || strings.ToValidUTF8(s, "") != s {
				t.Fatalf("%q", s)
			}
		}
		if e.At.Nanosecond()%1e6 != 0 || e.At.Location() != time.UTC {
			t.Fatalf("%v is not in milliseconds UTC", e.At)
		}
	})
	if e := audit.Seal(nil, wrapcast.AuditEntry{Detail: "a\xffb"}); e.Detail != "a"+string(unicode.ReplacementChar)+"b" {
		t.Errorf("detail became %q", e.Detail)
	}
}

func BenchmarkSeal(b *testing.B) {
	e := goldenEntry()
	b.ReportAllocs()
	for b.Loop() {
		audit.Seal(nil, e)
	}
}
