package web_test

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/wrapcast/wrapcast"
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
