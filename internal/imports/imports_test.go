package imports_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/imports"
	"github.com/wrapcast/wrapcast/internal/store"
)

// world is a store, at noon of 1 June 2026.
type world struct {
	imports.Keeper
}

func newWorld(t *testing.T) *world {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	ids := 0
	return &world{imports.Keeper{Store: s, Clock: wrapcast.Clock{Now: func() time.Time { return now },
		Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }},
		NewID: func() string { ids++; return fmt.Sprintf("id-%06d", ids) }}}
}

func (w *world) take(t *testing.T, text string, change ...func(*imports.Request)) (imports.Result, error) {
	t.Helper()
	r := imports.Request{Organisation: "Harbour", File: "a.csv", Actor: "test", Zone: "Europe/Berlin"}
	for _, c := range change {
		c(&r)
	}
	return w.Import(t.Context(), strings.NewReader(text), r)
}

// handled are the contacts stored of a code, by local day.
func (w *world) handled(t *testing.T, org wrapcast.OrganisationID) string {
	t.Helper()
	var b strings.Builder
	zone, _ := time.LoadLocation("Europe/Berlin")
	err := w.Store.View(t.Context(), func(tx *store.Tx) error {
		d, err := tx.Directory().Of(org)
		if err != nil {
			return err
		}
		from, _ := wrapcast.ParseDate("2026-05-01")
		for day, err := range tx.History().LocalDays(org, zone, from, from+30) {
			if err != nil {
				return err
			}
			fmt.Fprintf(&b, "%s %s %s %d; ", d.Queue(day.Leaf.Queue).Name, d.Code(day.Leaf.Code).Name, day.Day.String()[8:], day.Handled)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const billing = "date,time,queue,code,handled,aht\n" +
	"2026-05-04,08:00,Billing,Refund,10,300\n2026-05-04,08:30,Billing,Address,4,200\n2026-05-05,08:00,Billing,Refund,8,310\n"

func TestTheNextFileReplacesWhatItCoversAndNothingElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, err := w.take(t, billing)
	if err != nil || !first.New || first.Contacts != 22 || first.StepMinutes != 30 {
		t.Fatalf("%+v, %v", first, err)
	}
	again, err := w.take(t, billing)
	if err != nil || !again.Unchanged || again.ID != "" {
		t.Errorf("the same file: %+v, %v", again, err)
	}
	other := strings.ReplaceAll(billing, "Billing", "Returns")
	if _, err := w.take(t, other); err != nil {
		t.Fatal(err)
	}
	// A correction without the code Address, for one day of one queue.
	fixed, err := w.take(t, "date,time,queue,code,handled,aht\n2026-05-04,08:00,Billing,Refund,12,300\n2026-05-04,08:30,Billing,Refund,1,300\n")
	if err != nil || fixed.ReplacedContacts != 14 || fixed.ReplacedDays != 1 {
		t.Errorf("the correction: %+v, %v", fixed, err)
	}
	got := w.handled(t, first.Organisation)
	for _, want := range []string{"Billing Refund 04 13;", "Billing Refund 05 8;", "Returns Refund 04 10;", "Returns Address 04 4;"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in %s", want, got)
		}
	}
	if strings.Contains(got, "Billing Address") {
		t.Errorf("the code that is gone is there: %s", got)
	}
	// The first file again is a change now: it was corrected since.
	back, err := w.take(t, billing)
	if err != nil || back.Unchanged || back.ReplacedContacts != 21 {
		t.Errorf("the first file after its correction: %+v, %v", back, err)
	}
	entries := 0
	_ = w.Store.View(t.Context(), func(tx *store.Tx) error {
		for e, err := range tx.Audit().Entries(first.Organisation, 1, 0) {
			if entries++; err != nil || e.Action != "import" || e.Objects["sha256"] == "" || e.Digests["history"] == "" {
				t.Errorf("entry %+v", e)
			}
		}
		return nil
	})
	if entries != 4 {
		t.Errorf("%d entries", entries)
	}
}

func TestWhatWouldGoWrongIsHeldOrRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, err := w.take(t, billing)
	if err != nil {
		t.Fatal(err)
	}
	before := w.handled(t, first.Organisation)
	for name, text := range map[string]string{
		"another's codes":          "date,time,queue,code,handled\n2026-05-20,08:00,Sales,Upgrade,10\n",
		"far fewer":                "date,time,queue,code,handled\n2026-05-04,08:00,Billing,Refund,1\n",
		"days over intervals":      "date,queue,code,handled\n2026-05-04,Billing,Refund,14\n2026-05-05,Billing,Refund,8\n",
		"ahead":                    "date,time,queue,code,handled\n2026-07-04,08:00,Billing,Refund,14\n",
		"a part of a contact":      "date,time,queue,code,handled\n2026-05-04,08:00,Billing,Refund,14.5\n",
		"rows that stand twice":    "date,time,queue,code,handled\n2026-05-06,08:00,Billing,Refund,14\n2026-05-06,08:00,Billing,Refund,14\n",
		"weeks":                    "date,code,handled\n2026-05-04,Refund,14\n2026-05-11,Refund,14\n2026-05-18,Refund,14\n2026-05-25,Refund,14\n",
		"a weekly code among days": weeklyAmongDays(),
		"header only":              "date,time,queue,code,handled\n", "empty": "",
	} {
		if got, err := w.take(t, text); wrapcast.KindOf(err) != wrapcast.InvalidData || wrapcast.Hint(err) == "" {
			t.Errorf("%s: %+v, %v (%s)", name, got, err, wrapcast.Hint(err))
		}
	}
	if after := w.handled(t, first.Organisation); after != before {
		t.Errorf("what is refused changed what is stored: %s", after)
	}
	preview, err := w.take(t, "date,time,queue,code,handled\n2026-05-20,08:00,Sales,Upgrade,10\n", func(r *imports.Request) { r.DryRun = true })
	if err != nil || len(preview.Held) != 1 {
		t.Errorf("the preview: %+v, %v", preview, err)
	}
	if _, err := w.take(t, "date,time,queue,code,handled\n2026-05-20,08:00,Sales,Upgrade,10\n", func(r *imports.Request) { r.Accept = true }); err != nil {
		t.Errorf("accepted: %v", err)
	}
}

func TestFilesAreNeverMixedWithAPlatform(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	err := w.Store.Update(t.Context(), func(tx *store.Tx) error {
		return tx.Directory().Save(wrapcast.Directory{Organisation: wrapcast.Organisation{ID: "one", Name: "Harbour"}})
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.take(t, billing); wrapcast.KindOf(err) != wrapcast.Usage || !strings.Contains(err.Error(), "Genesys") {
		t.Errorf("imported into a platform's organisation: %v", err)
	}
}

func TestAFolderIsTakenOnceAndABadFileStopsNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dir := t.TempDir()
	leave := func(name, text string, age time.Duration) {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		at := w.Clock.Now().Add(-age)
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	leave("1.csv", billing, 3*time.Hour)
	leave("2.csv", "no table", 2*time.Hour)
	leave("3.csv", strings.ReplaceAll(billing, "2026-05-0", "2026-05-1"), time.Hour)
	leave("4.csv", "half", time.Second)
	leave("5.csv.part", billing, time.Hour)
	var notes []string
	f := &imports.Folder{Keeper: w.Keeper, Dir: dir, Pattern: "*.CSV",
		Request: imports.Request{Organisation: "Harbour", Actor: "directory", DefaultZone: "Europe/Berlin"},
		Note: func(n imports.FolderNote) {
			notes = append(notes, fmt.Sprintf("%s kept=%t bad=%t", n.File, n.Result != nil, n.Err != nil))
		}}
	for range 2 {
		if err := f.Take(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	want := "1.csv kept=true bad=false, 2.csv kept=false bad=true, 3.csv kept=true bad=false, 4.csv kept=false bad=false, 4.csv kept=false bad=false"
	if got := strings.Join(notes, ", "); got != want {
		t.Errorf("noted %s", got)
	}
}

func weeklyAmongDays() string {
	b := "date,code,handled\n"
	for d := 1; d <= 28; d++ {
		b += fmt.Sprintf("2026-05-%02d,Refund,10\n", d)
		if d%7 == 4 {
			b += fmt.Sprintf("2026-05-%02d,Batch,70\n", d)
		}
	}
	return b
}

func TestAWeeklySeriesAmongDaysIsAskedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := w.take(t, weeklyAmongDays()); err == nil || !strings.Contains(err.Error(), "Batch") {
		t.Errorf("the series is not named: %v", err)
	}
	if got, err := w.take(t, weeklyAmongDays(), func(r *imports.Request) { r.Fill = "zero" }); err != nil || got.Contacts != 560 {
		t.Errorf("where it is said what days mean: %+v, %v", got, err)
	}
}

func TestARefusedFileIsTriedAgainWhenItWouldBeReadInAnotherWay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dir := t.TempDir()
	const open = "when,code,handled\n03/04/2026,Refund,10\n03/05/2026,Refund,12\n03/06/2026,Refund,9\n"
	path := filepath.Join(dir, "april.csv")
	if err := os.WriteFile(path, []byte(open), 0o600); err != nil {
		t.Fatal(err)
	}
	old := w.Clock.Now().Add(-time.Hour)
	if err := os.Chtimes(path, old, old); err != nil {
		t.Fatal(err)
	}
	if _, err := w.take(t, strings.ReplaceAll(open, "03/0", "02/1"), func(r *imports.Request) {
		r.Writing.Dates, r.Sender = "mdy", "another"
	}); err != nil {
		t.Fatal(err)
	}
	var notes []string
	f := &imports.Folder{Keeper: w.Keeper, Dir: dir, Request: imports.Request{Organisation: "Harbour", Actor: "directory", Sender: "acd"},
		Note: func(n imports.FolderNote) { notes = append(notes, fmt.Sprint(n.Result != nil, n.Err)) }}
	take := func() {
		t.Helper()
		if err := f.Take(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	take()
	take() // nothing changed: it is not tried again
	f.Request.Sender = "another"
	take()
	take()
	if len(notes) != 2 || !strings.HasPrefix(notes[0], "false april.csv: line 2") || notes[1] != "true <nil>" {
		t.Errorf("tried with %q", notes)
	}
}

// A file that ends in the middle of a day of which more is stored is asked about: the rest would be gone.
func TestAFileThatEndsWithinAStoredDayIsHeld(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := w.take(t, billing+"2026-05-04,10:00,Billing,Refund,6,300\n"); err != nil {
		t.Fatal(err)
	}
	cut := "date,time,queue,code,handled,aht\n2026-05-04,08:00,Billing,Refund,10,300\n2026-05-04,08:30,Billing,Address,4,200\n"
	_, err := w.take(t, cut)
	if wrapcast.KindOf(err) != wrapcast.InvalidData || !strings.Contains(err.Error(), "ends at 09:00 on 2026-05-04, and 6 contacts") {
		t.Errorf("a file that was cut off: %v", err)
	}
	meant, err := w.take(t, cut, func(r *imports.Request) { r.Accept = true })
	if err != nil || meant.ReplacedContacts != 20 {
		t.Errorf("the same, said to be meant: %+v, %v", meant, err)
	}
}

// A column that is called as counts are is one, whatever stands in it: rows are not counted in its place.
func TestCountsThatCannotBeReadAreNotRowsToCount(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"no number, and a negative one": "Date,Calls\n2026-05-04,-5\n2026-05-05,x\n",
		"words":                         "Date,Code,Contacts\n2026-05-04,A,many\n2026-05-05,B,few\n",
	} {
		if r, err := newWorld(t).take(t, text); wrapcast.KindOf(err) != wrapcast.InvalidData || !strings.Contains(err.Error(), "line 2") {
			t.Errorf("%s: %d contacts, %v", name, r.Contacts, err)
		}
	}
}
