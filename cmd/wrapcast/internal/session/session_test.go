package session

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/settings"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/ids"
	"github.com/wrapcast/wrapcast/internal/store"
)

// opener opens an empty data directory, with the environment given.
func opener(t *testing.T, env map[string]string) *Opener {
	t.Helper()
	lookUp := func(name string) (string, bool) { v, ok := env[name]; return v, ok }
	sleep := func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	return &Opener{Settings: settings.Source{Environ: lookUp}, Terminal: &terminal.Terminal{Quiet: true}, Dir: t.TempDir(),
		Clock: wrapcast.Clock{Now: time.Now, Sleep: sleep}, IDs: &ids.Growing{Now: time.Now}, Version: "test"}
}

func TestWithoutCredentialsNothingIsOpened(t *testing.T) {
	t.Parallel()
	err := opener(t, nil).With(t.Context(), func(*Session, Access) error { t.Error("work was begun"); return nil })
	if wrapcast.KindOf(err) != wrapcast.Usage || !strings.Contains(err.Error(), "GENESYS_CLIENT_ID and GENESYS_CLIENT_SECRET are not set") {
		t.Errorf("refused with %v", err)
	}
}

func TestASecondClientSubmitsAndTheFirstOnlyReads(t *testing.T) {
	t.Parallel()
	env := map[string]string{"GENESYS_CLIENT_ID": "reader", "GENESYS_CLIENT_SECRET": "secret", "GENESYS_BASE_URL": "http://127.0.0.1:1"}
	for _, writer := range []string{"", "writer"} {
		env["GENESYS_WRITE_CLIENT_ID"], env["GENESYS_WRITE_CLIENT_SECRET"] = writer, writer
		err := opener(t, env).With(t.Context(), func(s *Session, _ Access) error {
			if (s.Writer != nil) != (writer != "") || s.Client == nil || s.Store == nil {
				t.Errorf("with the writer %q: %+v", writer, s)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func TestAHostOfTheRestTargetNeedsItsToken(t *testing.T) {
	t.Parallel()
	o := opener(t, nil)
	at := Access{Settings: settings.Settings{REST: settings.REST{BaseURL: "https://wfm.example.com"}}}
	if _, err := o.restClient(at, nil); wrapcast.KindOf(err) != wrapcast.Usage || !strings.Contains(err.Error(), "no token") {
		t.Errorf("refused with %v", err)
	}
	if client, err := o.restClient(Access{}, nil); client != nil || err != nil {
		t.Errorf("without a host: %v, %v", client, err)
	}
}

func TestTheOrganisationIsTheOneNamedOrTheOnlyOne(t *testing.T) {
	t.Parallel()
	o := opener(t, nil)
	choose := func(named string) (got wrapcast.Organisation, err error) {
		err = o.Stored(t.Context(), named, func(_ *store.Tx, org wrapcast.Organisation) error { got = org; return nil })
		return got, err
	}
	if _, err := choose(""); wrapcast.KindOf(err) != wrapcast.NotFound {
		t.Errorf("an empty directory: %v", err)
	}
	put(t, o, wrapcast.Organisation{ID: "one", Name: "Harbour Insurance"})
	if got, err := choose(""); err != nil || got.ID != "one" {
		t.Errorf("the only one: %v, %v", got, err)
	}
	put(t, o, wrapcast.Organisation{ID: "two", Name: "Lakeside Bank"})
	for _, named := range []string{"two", "lakeside bank"} {
		if got, err := choose(named); err != nil || got.ID != "two" {
			t.Errorf("%q: %v, %v", named, got, err)
		}
	}
	for _, named := range []string{"", "three"} {
		if _, err := choose(named); wrapcast.KindOf(err) != wrapcast.Usage || !strings.Contains(wrapcast.Hint(err), "Harbour Insurance (one)") {
			t.Errorf("%q is refused with %v: %s", named, err, wrapcast.Hint(err))
		}
	}
}

func put(t *testing.T, o *Opener, org wrapcast.Organisation) {
	t.Helper()
	s, err := o.Store(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	directory := wrapcast.Directory{Organisation: org}
	if err := s.Update(t.Context(), func(tx *store.Tx) error { return tx.Directory().Save(directory) }); err != nil {
		t.Fatal(err)
	}
}
