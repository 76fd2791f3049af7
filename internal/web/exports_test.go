package web_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
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
	if got := s.ask(t, http.MethodGet, "/plans/"+id+"/pack", nil); got.StatusCode != http.StatusUnauthorized {
		t.Errorf("to nobody: %d", got.StatusCode)
	}
}
