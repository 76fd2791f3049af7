package web_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
	"github.com/wrapcast/wrapcast/internal/export"
	"github.com/wrapcast/wrapcast/internal/reports"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web"
)

func TestWhatPeopleLookAtIsTakenAwayAsAFile(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	freeze(t, s)
	for path, sheet := range map[string]string{"forecast": "Codes", "accuracy?source=made": "Accuracy", "masks": "Masks"} {
		got := s.ask(t, http.MethodGet, "/exports/"+path, nil, "Authorization", "Bearer "+s.secrets[wrapcast.RoleViewer])
		book, err := excelize.OpenReader(bytes.NewReader(got.body))
		if err != nil || got.StatusCode != http.StatusOK {
			t.Fatalf("%s answers %d, no workbook: %v", path, got.StatusCode, err)
		}
		if rows, err := book.GetRows(sheet); err != nil || len(rows) < 4 {
			t.Errorf("%s has the sheets %v; %s has %d rows: %v", path, book.GetSheetList(), sheet, len(rows), err)
		}
		got = s.ask(t, http.MethodGet, "/exports/"+path+map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")]+"format=csv", nil, "Authorization", "Bearer "+s.secrets[wrapcast.RoleViewer])
		rows, err := csv.NewReader(bytes.NewReader(got.body)).ReadAll()
		if err != nil || len(rows) < 2 || !strings.HasSuffix(got.Header.Get("Content-Disposition"), ".csv") {
			t.Errorf("%s as CSV has %d rows and %v: %v", path, len(rows), got.Header, err)
		}
	}
}

func TestAnExportThatCannotBeMadeIsRefusedInWords(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for path, want := range map[string]int{"forecast?level=0.42": http.StatusUnprocessableEntity, "forecast?forecast=none": http.StatusNotFound,
		"masks?from=2026-02-02&to=2026-02-01": http.StatusUnprocessableEntity} {
		if status, body := s.get(t, "/exports/"+path); status != want || body["detail"] == "" {
			t.Errorf("%s answers %d: %v", path, status, body)
		}
	}
}

// An evidence pack is downloaded by whoever may look; it is the one that the command line makes.
func TestAnEvidencePackIsDownloaded(t *testing.T) {
	t.Parallel()
	clock := wrapcast.Clock{Now: func() time.Time { return time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC) }}
	s := newSite(t, func(c *web.Config) { c.Clock = clock })
	plan, org := s.items(t, "/plans")[0], wrapcast.OrganisationID("")
	forecast, _ := plan["forecast"].(string)
	if err := s.store.View(t.Context(), func(tx *store.Tx) error {
		all, err := tx.Directory().Organisations()
		org = all[0].ID
		return err
	}); err != nil {
		t.Fatal(err)
	}
	id, _ := plan["id"].(string)
	for path, of := range map[string]audit.Subject{"/plans/" + id: {Kind: audit.KindPlan, ID: id},
		"/forecasts/" + forecast: {Kind: audit.KindForecast, ID: forecast}, "/forecasts/latest": {Kind: audit.KindForecast, ID: forecast}} {
		got := s.ask(t, http.MethodGet, path+"/pack", nil, "Authorization", "Bearer "+s.secrets[wrapcast.RoleViewer])
		if got.StatusCode != http.StatusOK || !strings.Contains(got.Header.Get("Content-Disposition"), of.ID+".pack") {
			t.Fatalf("%s answers %d: %v %s", path, got.StatusCode, got.Header, got.body)
		}
		check, err := audit.OpenPack(got.body, "")
		if err != nil || check.Pack.About != of || check.Pack.Version != "test" {
			t.Errorf("%s is of %s by %s: %v", path, check.Pack.About, check.Pack.Version, err)
		}
		f := &steps.WrapUpForecaster{Store: s.store, Clock: clock, NewID: newID}
		want, _, err := reports.Evidence(t.Context(), f, org, of.ID, steps.Spec{}, "test")
		if err != nil || !bytes.Equal(got.body, want) {
			t.Errorf("%s is not what the command line makes: %d and %d bytes, %v", path, len(got.body), len(want), err)
		}
	}
	for path, says := range map[string]string{"/plans/none/pack": "no plan and no forecast has the id none",
		"/plans/" + forecast + "/pack": "but a forecast", "/forecasts/" + id + "/pack": "but a plan"} {
		if status, body := s.get(t, path); status != http.StatusNotFound || !strings.Contains(fmt.Sprint(body["detail"]), says) {
			t.Errorf("%s answers %d: %v", path, status, body)
		}
	}
	wantDeletionNoted(t, s, org)
	if got := s.ask(t, http.MethodGet, "/plans/"+id+"/pack", nil); got.StatusCode != http.StatusUnauthorized {
		t.Errorf("to nobody: %d", got.StatusCode)
	}
}

// Every page's file is a workbook and a CSV, says whose it is and of which days, and runs no formula.
func TestEveryPageHasAFile(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	made := anOverride(t, s)
	made["reason"] = "=HYPERLINK(\"http://example.org\")"
	s.made(t, "/overrides", made)
	decideAll(t, s)
	plan := s.items(t, "/plans")[0]
	for path, want := range map[string]string{
		"history":                      `^wrapcast-.*-all-contacts-20..-..-..-to-20..-..-..\.`,
		"history?code=none":            `^wrapcast-.*-20..-..-..-to-20..-..-..\.`,
		"validation":                   `^wrapcast-.*-data-quality-20..-..-..-to-20..-..-..\.`,
		"plans/" + plan["id"].(string): `-plan-` + plan["week"].(string) + `-to-20..-..-..\.`,
		"overrides":                    `-overrides-20..-..-..\.`,
		"reconciliation":               `-reconciliation-20..-..-..-to-20..-..-..\.`,
		"audit":                        `-audit-20..-..-..`,
		"forecast":                     `-forecast-20..-..-..-to-20..-..-..\.`,
		"masks":                        `-masks-20..-..-..-to-20..-..-..\.`,
		"staff":                        `-staff-20..-..-..-to-20..-..-..\.`,
		"runs":                         `-runs\.`,
		"plans":                        `-plans\.`,
		"organisations":                `-installation-organisations\.`,
		"mask-edits":                   `-manual-decisions\.`,
		"lineage":                      `-code-changes\.`,
		"calendar/versions":            `-calendars\.`,
		"calendar/days?from=2026-01-01&to=2026-12-31": `-special-days\.`,
		"schedules":         `-schedules\.`,
		"deliveries":        `-webhook-messages\.`,
		"accepted-silences": `-accepted-silences\.`,
	} {
		book, rows := s.export(t, path, want)
		sheets := slices.DeleteFunc(book.GetSheetList(), func(name string) bool { return name == export.IdentitySheet }) // hidden
		if len(sheets) < 2 || sheets[len(sheets)-1] != "About" {
			t.Errorf("%s has the sheets %v", path, sheets)
		}
		if path == "forecast" && !slices.Contains(sheets, "Required staff") {
			t.Errorf("%s has no required staff: %v", path, sheets)
		}
		if len(rows) < 2 {
			t.Errorf("%s as CSV has %d rows", path, len(rows))
		}
		for _, cell := range slices.Concat(rows...) {
			if strings.HasPrefix(cell, "=") {
				t.Errorf("%s has the formula %s", path, cell)
			}
		}
	}
}

// decideAll makes a decision of each kind that has a list, so that no list is empty.
func decideAll(t *testing.T, s *site) {
	t.Helper()
	codes := s.items(t, "/codes?limit=3")
	s.made(t, "/mask-edits", map[string]any{"kind": "hide", "from": "2026-10-07", "to": "2026-10-08", "reason": "=1+1"})
	s.made(t, "/lineage", map[string]any{"kind": "rename", "on": "2026-11-02", "from": []any{codes[0]["id"]},
		"to": []any{map[string]any{"code": codes[1]["id"]}}, "reason": "a new name"})
	s.made(t, "/accepted-silences", map[string]any{"kind": "queue", "of": s.items(t, "/queues?limit=1")[0]["id"], "reason": "it opens in May"})
	tag := s.ask(t, http.MethodGet, "/calendar", nil, "Authorization", "Bearer "+s.secrets[wrapcast.RoleAdmin]).Header.Get("ETag")
	got := s.ask(t, http.MethodPut, "/calendar", map[string]any{"calendar": map[string]any{"holidays": []any{"US-MA"}}},
		"Authorization", "Bearer "+s.secrets[wrapcast.RoleAdmin], "If-Match", tag)
	if got.StatusCode != http.StatusOK {
		t.Fatalf("the calendar answers %d: %s", got.StatusCode, got.body)
	}
}

// Files of users and tokens are for whoever sees the lists.
func TestFilesOfUsersAreForAdmins(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, what := range []string{"users", "tokens"} {
		for role, want := range map[wrapcast.Role]int{wrapcast.RolePublisher: http.StatusForbidden, wrapcast.RoleAdmin: http.StatusOK} {
			got := s.ask(t, http.MethodGet, "/exports/"+what+"?format=csv", nil, "Authorization", "Bearer "+s.secrets[role])
			if got.StatusCode != want || want == http.StatusOK && bytes.Count(got.body, []byte("\n")) < 2 {
				t.Errorf("%s answers %s with %d: %s", what, role, got.StatusCode, got.body)
			}
		}
	}
}

// export asks for a file in both forms.
func (s *site) export(t *testing.T, path, name string) (book *excelize.File, rows [][]string) {
	t.Helper()
	asked := "?"
	if strings.Contains(path, "?") {
		asked = "&"
	}
	for _, form := range []string{"xlsx", "csv"} {
		got := s.ask(t, http.MethodGet, "/exports/"+path+asked+"format="+form, nil, "Authorization", "Bearer "+s.secrets[wrapcast.RoleViewer])
		_, params, err := mime.ParseMediaType(got.Header.Get("Content-Disposition"))
		if err != nil || !regexp.MustCompile(name).MatchString(params["filename"]) || !strings.HasSuffix(params["filename"], form) {
			t.Fatalf("%s answers %d as %v: %v %.300s", path, got.StatusCode, params, err, got.body)
		}
		if form == "xlsx" {
			book, err = excelize.OpenReader(bytes.NewReader(got.body))
		} else {
			rows, err = csv.NewReader(bytes.NewReader(got.body)).ReadAll()
		}
		if err != nil {
			t.Fatalf("%s as %s: %v", path, form, err)
		}
	}
	return book, rows
}

// A plan's file has what the plan's page has: the contacts of all planning groups on the first day, in the workbook
// too, and its quarter-hours add up to them.
func TestTheFileOfAPlanHasItsNumbers(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.items(t, "/plans")[0]["id"].(string)
	_, summary := s.get(t, "/plans/"+id+"/summary")
	want := summary["diff"].(map[string]any)["total"].(map[string]any)["new"].([]any)[0].(float64)
	book, rows := s.export(t, "plans/"+id, "-plan-")
	if got, _ := strconv.ParseFloat(rows[1][2], 64); rows[1][0] != "all" || math.Abs(got-want) > 0.01*want {
		t.Errorf("the first row is %v, want %v on the first day", rows[1], want)
	}
	cells, err := book.GetRows("Quarter-hours", excelize.Options{RawCellValue: true})
	if err != nil || len(cells) < 8*96 {
		t.Fatalf("%d rows of quarter-hours: %v", len(cells), err)
	}
	sum := 0.0
	head := slices.IndexFunc(cells, func(row []string) bool { return len(row) > 1 && row[1] == "00:00" })
	for _, row := range cells[head : head+96] {
		for i := 2; i < len(row); i += 2 {
			v, _ := strconv.ParseFloat(row[i], 64)
			sum += v
		}
	}
	if math.Abs(sum-want) > 0.01*want {
		t.Errorf("the quarter-hours of the first day add up to %v, the day has %v", sum, want)
	}
}

// wantDeletionNoted deletes the messages as retention does: whoever verifies the chain is told.
func wantDeletionNoted(t *testing.T, s *site, org wrapcast.OrganisationID) {
	t.Helper()
	if err := s.store.Update(t.Context(), func(tx *store.Tx) error {
		things, err := tx.Retention().OldMessages(org, time.Now().AddDate(9, 0, 0), 9)
		if err == nil && len(things) > 0 {
			err = tx.Retention().Delete(wrapcast.AuditEntry{Organisation: org, At: time.Now(), Actor: "test"}, things)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if _, body := s.get(t, "/audit/verification"); body["valid"] != true || !strings.Contains(fmt.Sprint(body["notes"]), "deleted by retention") {
		t.Errorf("verification answers %v", body)
	}
}
