package reports_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
	"github.com/wrapcast/wrapcast/internal/reports"
	"github.com/wrapcast/wrapcast/internal/store"
)

// packOf is the evidence pack of a plan of the small world.
func packOf(t *testing.T, id string, change ...func(*reports.PackOptions)) []byte {
	t.Helper()
	o := reports.PackOptions{Version: "test", At: noon}
	for _, f := range change {
		f(&o)
	}
	s := openWorld(t, evidenceWorld(t))
	defer s.Close()
	var file []byte
	must(t, s.View(t.Context(), func(tx *store.Tx) (err error) {
		file, err = reports.MakePack(tx, org, id, o)
		return err
	}))
	return file
}

func TestAPackHoldsAndHasWhatBelongsToAPlan(t *testing.T) {
	t.Parallel()
	file := packOf(t, "p1")
	c, err := audit.OpenPack(file, "")
	must(t, err)
	if c.Pack.About != (audit.Subject{Kind: audit.KindPlan, ID: "p1"}) || len(c.Unbound) > 0 || c.Bound != len(c.Pack.Things) {
		t.Errorf("%+v", c)
	}
	have := map[audit.Kind]bool{}
	for _, thing := range c.Pack.Things {
		have[thing.Kind] = true
	}
	for _, kind := range []audit.Kind{audit.KindPlan, audit.KindForecast, audit.KindInput, audit.KindHistory, audit.KindSubmission,
		audit.KindSettings, audit.KindValidation, audit.Kind(wrapcast.DecisionMask)} {
		if !have[kind] {
			t.Errorf("the pack has no %s", kind)
		}
	}
	if _, err := audit.OpenPack(packOf(t, "f1"), ""); err != nil {
		t.Error("of a forecast:", err)
	}
	for _, secret := range []string{"planted-token", "example.com/hook", "PRIVATE"} {
		if bytes.Contains(file, []byte(secret)) {
			t.Errorf("the pack has the secret %q", secret)
		}
	}
}

func TestAPackHasWhatDecisionsInItsForecastWereWorth(t *testing.T) {
	t.Parallel()
	entry := func(id string, forecast wrapcast.ForecastID) wrapcast.LedgerEntry {
		return wrapcast.LedgerEntry{Kind: wrapcast.DecisionOverride, ID: id, Author: "ann",
			Days: []wrapcast.LedgerDay{{Day: 20_000, Forecast: forecast, With: 110, Without: 100, Actual: 112, ErrorWith: 2, ErrorWithout: 12}}}
	}
	c, err := audit.OpenPack(packOf(t, "p1", func(o *reports.PackOptions) {
		o.Ledger.Entries = []wrapcast.LedgerEntry{entry("of this one", "f1"), entry("of another", "f0")}
	}), "")
	must(t, err)
	var rows []wrapcast.LedgerEntry
	must(t, json.Unmarshal(c.Pack.Ledger, &rows))
	if len(rows) != 1 || rows[0].ID != "of this one" || rows[0].Days[0].ValueAdded() != 10 {
		t.Errorf("the pack has the rows %+v", rows)
	}
	if c, err = audit.OpenPack(packOf(t, "p1"), ""); err != nil || c.Pack.Ledger != nil {
		t.Errorf("where no day is over the pack has %s (%v)", c.Pack.Ledger, err)
	}
}

func TestAPackHasTheRuleThatHeldWhereOverridesOverlap(t *testing.T) {
	t.Parallel()
	s := openWorld(t, evidenceWorld(t))
	defer s.Close()
	settle := func(id wrapcast.OverlapID, at time.Time, both ...wrapcast.OverrideID) wrapcast.OverlapDecision {
		return wrapcast.OverlapDecision{ID: id, Organisation: org, Overrides: both, Rule: wrapcast.OverlapReplace, Author: "ann", MadeAt: at}
	}
	var file []byte
	must(t, s.Update(t.Context(), func(tx *store.Tx) error {
		made := wrapcast.Forecast{Schema: wrapcast.ForecastSchema, ID: "f9", Run: "r1", Organisation: org, MadeAt: noon, TimeZone: "UTC", From: 20782, Days: 2}
		for _, id := range []wrapcast.OverrideID{"o1", "o2", "o3"} {
			o := wrapcast.Override{ID: id, Organisation: org, Author: "ann", Kind: wrapcast.OverridePercent, Value: 5, From: 20782, To: 20782, CreatedAt: noon}
			if err := store.DecisionsOf[wrapcast.Override](tx).Add(o); err != nil {
				return err
			}
			if id != "o3" {
				made.Overrides = append(made.Overrides, wrapcast.AppliedOverride{Override: o})
			}
		}
		for _, d := range []wrapcast.OverlapDecision{settle("held", noon, "o2", "o1"), settle("of another", noon, "o1", "o3"),
			settle("later", noon.Add(time.Second), "o1", "o2")} {
			if err := store.DecisionsOf[wrapcast.OverlapDecision](tx).Add(d); err != nil {
				return err
			}
		}
		return tx.Forecasts().Add(made)
	}))
	must(t, s.View(t.Context(), func(tx *store.Tx) (err error) {
		file, err = reports.MakePack(tx, org, "f9", reports.PackOptions{At: noon})
		return err
	}))
	c, err := audit.OpenPack(file, "")
	must(t, err)
	var rules []string
	for _, thing := range c.Pack.Things {
		if thing.Kind == audit.Kind(wrapcast.DecisionOverlap) {
			rules = append(rules, thing.ID)
		}
	}
	if len(rules) != 1 || rules[0] != "held" {
		t.Errorf("the pack has the rules %v", rules)
	}
}

func TestEveryByteOfAPackIsSigned(t *testing.T) {
	t.Parallel()
	file := packOf(t, "p1")
	refused := func(what string, changed []byte) {
		if _, err := audit.OpenPack(changed, ""); wrapcast.KindOf(err) != wrapcast.InvalidData {
			t.Errorf("%s: %v", what, err)
		}
	}
	for i := range file {
		flips := []byte{1}
		if i < 300 || i > len(file)-300 {
			flips = []byte{1, 0x20, 0x80}
		}
		for _, flip := range flips {
			changed := bytes.Clone(file)
			changed[i] ^= flip
			refused("a flipped byte", changed)
		}
		if i%997 == 0 || i > len(file)-100 {
			refused("a cut end", file[:i])
			refused("a byte left out", append(bytes.Clone(file[:i]), file[i+1:]...))
			refused("a byte put in", append(append(bytes.Clone(file[:i]), ' '), file[i:]...))
		}
	}
	for _, more := range []string{"\n", " ", "x", "— wrapcast AAAA\n"} {
		refused("something added", append(bytes.Clone(file), more...))
	}
	t.Logf("%d bytes, each flipped", len(file))
}

// signedAgain is a pack with a change, signed with another key as whoever has not the right one can.
func signedAgain(t *testing.T, file []byte, change func(*audit.Pack)) []byte {
	t.Helper()
	c, err := audit.OpenPack(file, "")
	must(t, err)
	private, err := audit.NewKey(rand.Reader)
	must(t, err)
	key, err := audit.ParseKey(private)
	must(t, err)
	p := c.Pack
	p.Key = key.Public
	seen, err := audit.ParseSeen("", p.Checkpoint)
	must(t, err)
	signed, err := audit.SignCheckpoint(seen.Checkpoint, key)
	must(t, err)
	p.Checkpoint = string(signed)
	change(&p)
	again, err := audit.WritePack(p, key)
	must(t, err)
	return again
}

func TestAPackThatIsSignedAgainIsNotTheOneThatIsTrusted(t *testing.T) {
	t.Parallel()
	file := packOf(t, "p1")
	good, err := audit.OpenPack(file, "")
	must(t, err)
	if _, err := audit.OpenPack(file, good.Pack.Key); err != nil {
		t.Error("with the right key:", err)
	}
	again := signedAgain(t, file, func(*audit.Pack) {})
	if _, err := audit.OpenPack(again, ""); err != nil {
		t.Error("by itself it holds:", err)
	}
	if _, err := audit.OpenPack(again, good.Pack.Key); wrapcast.KindOf(err) != wrapcast.InvalidData || !strings.Contains(err.Error(), "not by the one you trust") {
		t.Error("with the key that is trusted:", err)
	}
	for name, change := range inconsistent() {
		if _, err := audit.OpenPack(signedAgain(t, file, change), ""); wrapcast.KindOf(err) != wrapcast.InvalidData {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// inconsistent are packs whose parts do not fit together, whoever signs them.
func inconsistent() map[string]func(*audit.Pack) {
	return map[string]func(*audit.Pack){
		"a body changed": func(p *audit.Pack) { p.Things[0].Body += " " },
		"a body and its digest": func(p *audit.Pack) {
			p.Things[0].Body += " "
			p.Things[0].Digest = audit.Digest(p.Things[0].Kind, []byte(p.Things[0].Body))
		},
		"an entry left out": func(p *audit.Pack) { p.Chain = append(p.Chain[:2:2], p.Chain[3:]...) },
		"the last entry":    func(p *audit.Pack) { p.Chain = p.Chain[:len(p.Chain)-1] },
		"an entry changed": func(p *audit.Pack) {
			p.Chain[1] = json.RawMessage(strings.Replace(string(p.Chain[1]), "cli", "eve", 1))
		},
		"without what it is of": func(p *audit.Pack) { p.Things = p.Things[1:] },
	}
}

// TestASecondVerifierSaysTheSame runs docs/verify-pack.mjs, which shares nothing with this program.
func TestASecondVerifierSaysTheSame(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("WRAPCAST_BROWSER") == "required" { // make test has Node, as the dashboard needs it
			t.Fatal("Node must be installed")
		}
		t.Skip("Node is not installed")
	}
	dir, file := t.TempDir(), packOf(t, "p1")
	good, err := audit.OpenPack(file, "")
	must(t, err)
	key := filepath.Join(dir, "audit.pub")
	must(t, os.WriteFile(key, []byte(good.Pack.Key+"\n"), 0o600))
	run := func(file []byte, more ...string) int {
		path := filepath.Join(dir, "x.pack")
		must(t, os.WriteFile(path, file, 0o600))
		c := exec.CommandContext(t.Context(), node, append([]string{"../../docs/verify-pack.mjs", path}, more...)...)
		out, _ := c.CombinedOutput()
		if c.ProcessState.ExitCode() != 0 && c.ProcessState.ExitCode() != 3 {
			t.Errorf("%s", out)
		}
		return c.ProcessState.ExitCode()
	}
	if code := run(file, key); code != 0 {
		t.Errorf("the pack as it is: exit %d", code)
	}
	if code := run(signedAgain(t, file, func(*audit.Pack) {}), key); code != 3 {
		t.Errorf("signed again: exit %d", code)
	}
	for name, change := range inconsistent() {
		if code := run(signedAgain(t, file, change)); code != 3 {
			t.Errorf("%s: exit %d", name, code)
		}
	}
	for _, i := range []int{len(file) / 2, len(file) - 80, len(file) - 3} {
		changed := bytes.Clone(file)
		changed[i] ^= 1
		if code := run(changed); code != 3 {
			t.Errorf("byte %d flipped: exit %d", i, code)
		}
	}
}
