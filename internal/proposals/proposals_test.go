package proposals_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/export"
	"github.com/wrapcast/wrapcast/internal/proposals"
)

// In the sheet Codes the days stand in E (23 November, over) to R; row 4 is the total, row 8 Billing, row 12 Refund.

func TestAWorkbookThatNobodyChangedAsksForNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.propose(proposals.Request{Content: w.bytes(w.workbook())})
	if len(p.Changes) > 0 || len(p.Problems) > 0 || len(p.Notes) > 0 {
		t.Errorf("%+v %+v %q", p.Changes, p.Problems, p.Notes)
	}
	if err := p.Ready(); wrapcast.KindOf(err) != wrapcast.Usage {
		t.Errorf("nothing to keep, and %v", err)
	}
}

func TestChangedCellsBecomeOverridesInOneDecision(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.workbook()
	for _, cell := range []string{"F8", "G8", "H8"} {
		w.set(f, "Codes", cell, 40)
	}
	w.set(f, "Codes", "D8", "price letter")
	w.set(f, "Codes in queues", "H8", 9.5) // Refund in Back on 24 November
	r := proposals.Request{Content: w.bytes(f)}
	p := w.propose(r)
	if len(p.Changes) != 4 || len(p.Problems) > 0 || p.WithoutReason != 1 {
		t.Fatalf("%+v %+v", p.Changes, p.Problems)
	}
	c := p.Changes[0]
	if c.Cell != "Codes!F8" || c.Code != "a" || c.QueueName != "" || c.Day != tuesday || math.Abs(c.Was-30.07) > 1e-9 || c.Wanted != 40 ||
		math.Abs(c.After-40) > 1e-9 || c.Reason != "price letter" {
		t.Errorf("change %+v", c)
	}
	if _, err := w.accept(r, p.ID); wrapcast.KindOf(err) != wrapcast.Usage || !strings.Contains(err.Error(), "1 of 4 changes have no reason") {
		t.Errorf("a change without a reason: %v", err)
	}
	r.Reason = "returns after the fair"
	w.later()
	p = w.propose(r)
	kept, err := w.accept(r, p.ID)
	w.must(err)
	if !kept.Accepted || len(kept.Overrides) != 2 || kept.Import == "" {
		t.Fatalf("three days with one number and a leaf are two overrides: %+v", kept)
	}
	list, err := w.forecaster.Decisions().Overrides(w.Context(), org, w.latest())
	w.must(err)
	for _, o := range list.Overrides {
		if o.Import != kept.Import || o.Author != "ann" {
			t.Errorf("override %+v", o)
		}
	}
	if got := kept.Total.After[1] - kept.Total.Before[1]; math.Abs(got-(40-30.07+9.5-5.26)) > 1e-9 {
		t.Errorf("the total moves by %g", got)
	}
	if again := w.propose(r); len(again.Changes) > 0 || !strings.Contains(strings.Join(again.Notes, ";"), "4 changed cells are so already") {
		t.Errorf("the same file again: %+v %q", again.Changes, again.Notes)
	}
}

func TestOverridesOfTheFileMayBeTypedOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.forecaster.Decisions().AddOverride(w.Context(), org, w.latest(), wrapcast.Override{Queues: []wrapcast.QueueID{"q1"}, From: tuesday,
		To: tuesday + 2, Kind: wrapcast.OverridePercent, Value: 50, Author: "bob", Reason: "storm"})
	w.must(err)
	w.later()
	f := w.workbook() // Billing has a row more: without overrides
	w.set(f, "Codes", "F9", 35)
	w.set(f, "Codes", "D9", "not that bad")
	w.later()
	r := proposals.Request{Content: w.bytes(f)}
	p := w.propose(r)
	if len(p.Problems) > 0 || len(p.Changes) != 1 || p.Changes[0].Conflict != nil || p.Changes[0].After != 35 {
		t.Fatalf("%+v %+v", p.Problems, p.Changes)
	}
	_, err = w.accept(r, p.ID)
	w.must(err)
}

func TestSomebodyElsesChangeMeanwhileIsAConflict(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.workbook()
	w.set(f, "Codes", "F8", 40)
	w.set(f, "Codes", "F12", 8)
	r := proposals.Request{Content: w.bytes(f), Reason: "fair"}
	before := w.propose(r)
	w.later()
	_, err := w.forecaster.Decisions().AddOverride(w.Context(), org, w.latest(), wrapcast.Override{Codes: []wrapcast.CodeID{"a"}, From: tuesday,
		To: tuesday, Kind: wrapcast.OverrideAdd, Value: 5, Author: "bob", Reason: "storm"})
	w.must(err)
	p := w.propose(r)
	c := p.Changes[0]
	if p.InConflict != 1 || c.Conflict == nil || c.Conflict.Author != "bob" || math.Abs(c.Was-30.07) > 1e-9 || math.Abs(c.Now-35.07) > 1e-9 || c.After != c.Now {
		t.Fatalf("%+v", c)
	}
	if _, err := w.accept(r, ""); wrapcast.KindOf(err) != wrapcast.InvalidData || !strings.Contains(wrapcast.Hint(err), "--without-conflicts") {
		t.Errorf("a conflict is kept: %v", err)
	}
	if _, err := w.accept(r, before.ID); wrapcast.KindOf(err) != wrapcast.Conflict {
		t.Errorf("what was looked at is not what is kept: %v", err)
	}
	left := r
	left.WithoutConflicts = true
	if p := w.propose(left); !p.Changes[0].Left || p.Changes[1].After != 8 || p.Ready() != nil {
		t.Errorf("left out: %+v %v", p.Changes, p.Ready())
	}
	r.Overlap = wrapcast.OverlapReplace
	kept, err := w.accept(r, "")
	w.must(err)
	if kept.Changes[0].After != 40 || len(kept.Overrides) != 2 {
		t.Errorf("replaced: %+v", kept.Changes)
	}
}

func TestAnOlderForecastIsSaidWithBothNumbers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.workbook()
	w.set(f, "Codes", "F8", 40)
	w.later()
	w.must(w.forecaster.Store.Update(w.Context(), addForecast(w.forecast("f2", 2))))
	p := w.propose(proposals.Request{Content: w.bytes(f), Reason: "fair"})
	c := p.Changes[0]
	if len(p.Changes) != 1 || p.Forecast != "f1" || p.Latest != "f2" || math.Abs(c.Was-30.07) > 1e-9 || math.Abs(c.Now-34.07) > 1e-9 || c.After != 40 {
		t.Errorf("%+v", p)
	}
	if len(p.Notes) != 1 || !strings.Contains(p.Notes[0], "there is a newer one") {
		t.Errorf("notes %q", p.Notes)
	}
}

func TestAWorkbookOfAnotherOrganisationIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.workbook()
	w.set(f, "wrapcast", "B4", "another")
	_, err := proposals.Propose(w.Context(), w.view(), proposals.Request{Content: w.bytes(f)})
	if wrapcast.KindOf(err) != wrapcast.InvalidData || !strings.Contains(err.Error(), "another organisation") {
		t.Errorf("%v", err)
	}
}

// What people type, all at once: each problem has the address of its cell and what to do.
func TestAllThatCannotBeMeantIsNamedAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.workbook()
	percent, err := f.NewStyle(&excelize.Style{NumFmt: 9})
	w.must(err)
	for cell, typed := range map[string]any{"F8": "about forty", "G8": -3, "H8": "", "I8": "1,234", "J8": 0.2, "E8": 31, "F9": 99, "F4": 500,
		"L8": "2026-11-30", "M8": "#REF!"} {
		w.set(f, "Codes", cell, typed)
	}
	w.must(f.SetCellStyle("Codes", "J8", "J8", percent))
	w.set(f, "Codes", "K8", nil)
	w.must(f.SetCellFormula("Codes", "K8", "F8*2"))
	w.set(f, "Codes", "A12", "Billing") // the row of Refund
	w.set(f, "Codes", "A40", "New code")
	w.set(f, "Codes", "F40", 12)
	w.set(f, "Queues", "J12", 7) // Back is closed on a Sunday: J is the 28th, K the 29th
	w.set(f, "Queues", "K12", 7)
	p := w.propose(proposals.Request{Content: w.bytes(f), Reason: "x"})
	found := map[string]string{}
	for _, problem := range p.Problems {
		if problem.Cure == "" {
			t.Errorf("%s has no cure", problem.Cell)
		}
		found[problem.Cell] = problem.What
	}
	for cell, what := range map[string]string{"Codes!F8": `"about forty", which is no number`, "Codes!G8": "fewer than no contacts", "Codes!H8": "is empty",
		"Codes!I8": `"1,234", which is 1234 or 1.234`, "Codes!J8": "20 %: 36.1 would be so much more, 6.0 such a part of it", "Codes!K8": "formula =F8*2",
		"Codes!L8": "no number", "Codes!M8": "#REF!", "Codes!E8": "a day that is over", "Codes!F9": `is "low 80 %"`, "Codes!F4": "sum of the rows below",
		"Codes!12": `is called "Billing", and is the row of "Refund"`, "Codes!40": "not of the forecast: New code", "Queues!K12": "closed"} {
		if !strings.Contains(found[cell], what) {
			t.Errorf("%s: %q, want %q", cell, found[cell], what)
		}
		delete(found, cell)
	}
	if len(found) > 0 {
		t.Errorf("and %q", found)
	}
	if wrapcast.KindOf(p.Ready()) != wrapcast.InvalidData {
		t.Errorf("ready: %v", p.Ready())
	}
}

// What can be meant in one way is read.
func TestWhatPeopleTypeIsRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.workbook()
	for cell, typed := range map[string]any{"F8": "1.5k", "G8": "31.5", "H8": "+10%", "I8": "-20 %", "J8": "1 234.5", "K8": 0, "L8": 30.1, "M8": 30.07, "N8": "30,1"} {
		w.set(f, "Codes", cell, typed)
	}
	p := w.propose(proposals.Request{Content: w.bytes(f), Reason: "x"})
	if len(p.Problems) > 0 {
		t.Fatalf("%+v", p.Problems)
	}
	want := map[string]float64{"Codes!F8": 1500, "Codes!G8": 31.5, "Codes!H8": 30.07 * 1.1, "Codes!I8": 30.07 * 0.8, "Codes!J8": 1234.5, "Codes!K8": 0}
	for _, c := range p.Changes {
		if math.Abs(want[c.Cell]-c.Wanted) > 1e-9 || math.Abs(c.After-c.Wanted) > 1e-9 {
			t.Errorf("%s: %g, after %g, want %g", c.Cell, c.Wanted, c.After, want[c.Cell])
		}
		delete(want, c.Cell)
	}
	if len(want) > 0 {
		t.Errorf("not read: %v", want)
	}
	if len(p.Notes) != 2 { // ten times as many, twice
		t.Errorf("notes %q", p.Notes)
	}
}

func TestRowsAndColumnsMayBeMoved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.workbook()
	w.set(f, "Codes", "F12", 8)
	w.set(f, "Codes", "A12", "Refunds (new name)")
	w.must(f.RemoveRow("Codes", 9))
	w.must(f.InsertRows("Codes", 6, 2))
	w.must(f.RemoveCol("Codes", "E"))
	w.must(f.DuplicateRowTo("Codes", 13, 30))
	p := w.propose(proposals.Request{Content: w.bytes(f), Reason: "x"})
	if len(p.Problems) > 0 || len(p.Changes) != 1 || p.Changes[0].Code != "b" || p.Changes[0].Day != tuesday || p.Changes[0].Wanted != 8 {
		t.Errorf("%+v %+v", p.Problems, p.Changes)
	}
	if len(p.Notes) == 0 || !strings.Contains(p.Notes[0], "Refunds (new name)") {
		t.Errorf("notes %q", p.Notes)
	}
}

func TestTwoChangesOfTheSameContactsNeedARule(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.workbook()
	w.set(f, "Codes", "F8", 40)
	w.set(f, "Queues", "F8", 50)
	p := w.propose(proposals.Request{Content: w.bytes(f), Reason: "x"})
	if len(p.Problems) != 1 || !strings.Contains(p.Problems[0].What, "change the same contacts") {
		t.Errorf("%+v", p.Problems)
	}
	if p := w.propose(proposals.Request{Content: w.bytes(f), Reason: "x", Overlap: wrapcast.OverlapCompound}); p.Ready() != nil {
		t.Errorf("with a rule: %v", p.Ready())
	}
}

// A table as CSV, as we write it and as spreadsheets save it: without saying what it is of, or with only what its header
// says.
func TestAFileMayBeASheetSavedAsCSV(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	e := w.exported()
	var plain bytes.Buffer
	w.must(export.WriteCSV(&plain, e.Table))
	p := w.propose(proposals.Request{Content: plain.Bytes(), Reason: "x"})
	if len(p.Changes) > 0 || len(p.Problems) > 0 || len(p.Notes) != 1 {
		t.Errorf("unchanged: %+v %+v %q", p.Changes, p.Problems, p.Notes)
	}
	changed := strings.Replace(plain.String(), "code,b,Refund,,,contacts,5.26,5.26,", "code,b,Refund,,,contacts,5.26,7.5,", 1)
	p = w.propose(proposals.Request{Content: []byte(changed), Reason: "x"})
	if len(p.Changes) != 1 || p.Changes[0].Day != tuesday || p.Changes[0].Wanted != 7.5 || p.Changes[0].Code != "b" {
		t.Errorf("%+v %+v", p.Changes, p.Problems)
	}
	german := w.savedAsCSV(e.Sheets[0], ';', func(v float64) string { return strings.Replace(fmt.Sprintf("%.1f", v), ".", ",", 1) })
	german = strings.Replace(german, "5,3;5,3;5,3;", "5,3;6,5;5,3;", 1)
	p = w.propose(proposals.Request{Content: []byte(german), Reason: "x"})
	if len(p.Changes) != 1 || p.Changes[0].Day != tuesday || p.Changes[0].Wanted != 6.5 || p.Forecast != "f1" || len(p.Problems) > 0 {
		t.Errorf("German: %+v %+v", p.Changes, p.Problems)
	}
	w.must(w.forecaster.Store.Update(w.Context(), addForecast(w.forecast("f2", 3))))
	if _, err := proposals.Propose(w.Context(), w.view(), proposals.Request{Content: plain.Bytes()}); wrapcast.KindOf(err) != wrapcast.InvalidData ||
		!strings.Contains(wrapcast.Hint(err), "--forecast") {
		t.Errorf("of another forecast: %v", err)
	}
	if p := w.propose(proposals.Request{Content: []byte(changed), Forecast: "f1", Reason: "x"}); len(p.Changes) != 1 {
		t.Errorf("named: %+v", p.Changes)
	}
}

// savedAsCSV is a sheet as a spreadsheet saves it: numbers as they are displayed, days without a year.
func (w *world) savedAsCSV(s export.Sheet, comma rune, number func(float64) string) string {
	w.Helper()
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	out.Comma = comma
	w.must(out.Write(append([]string{s.Title}, make([]string, len(s.Columns)-1)...)))
	header := []string{}
	for _, c := range s.Columns {
		if c.Day != nil {
			header = append(header, c.Day.Midnight(w.now.Location()).Format("Mo 2. Dez")[:3]+c.Day.Midnight(w.now.Location()).Format("2")+" Dez")
			continue
		}
		header = append(header, c.Header)
	}
	w.must(out.Write(header))
	for _, row := range s.Rows {
		record := []string{}
		for _, c := range row.Cells {
			text := c.Text
			if text == "" && (c.Number != 0 || c.Kind > 1) {
				text = number(c.Number)
			}
			record = append(record, text)
		}
		w.must(out.Write(record))
	}
	out.Flush()
	return b.String()
}

// LibreOffice saves every cell anew, with its own styles, dates and formulas: nothing counts as changed but what was.
func TestAWorkbookSavedByLibreOfficeIsRead(t *testing.T) {
	soffice, err := exec.LookPath("soffice")
	if err != nil || testing.Short() {
		t.Skip("no soffice here, or no time")
	}
	t.Parallel()
	w := newWorld(t)
	f := w.workbook()
	w.set(f, "Codes", "F12", 8)
	dir := t.TempDir()
	w.must(os.WriteFile(filepath.Join(dir, "f.xlsx"), w.bytes(f), 0o600))
	out, err := exec.CommandContext(t.Context(), soffice, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless",
		"--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", filepath.Join(dir, "saved"), filepath.Join(dir, "f.xlsx")).CombinedOutput()
	if err != nil {
		t.Skipf("soffice does not run: %v %s", err, out)
	}
	saved, err := os.ReadFile(filepath.Join(dir, "saved", "f.xlsx"))
	w.must(err)
	p := w.propose(proposals.Request{Content: saved, Reason: "x"})
	if len(p.Problems) > 0 || len(p.Changes) != 1 || p.Changes[0].Cell != "Codes!F12" || p.Changes[0].Wanted != 8 || p.Forecast != "f1" {
		t.Errorf("%+v %+v", p.Problems, p.Changes)
	}
}
