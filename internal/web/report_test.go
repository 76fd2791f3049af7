package web_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestTheReportOfAWeekIsAFileThatShowsItselfAndNothingElse(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	got := s.ask(t, http.MethodGet, "/reports/week", nil, "Authorization", "Bearer "+s.secrets["viewer"])
	if got.StatusCode != http.StatusOK || !strings.HasPrefix(got.Header.Get("Content-Disposition"), "attachment; filename=wrapcast-") ||
		!strings.Contains(got.Header.Get("Content-Security-Policy"), "sandbox") || strings.Contains(got.Header.Get("Content-Security-Policy"), "script") {
		t.Errorf("it is %d with %v", got.StatusCode, got.Header)
	}
	if text := string(got.body); !strings.Contains(text, "contacts are expected") || !strings.HasSuffix(strings.TrimSpace(text), "</html>") {
		t.Errorf("it says %.300s …", text)
	}
	if status, body := s.get(t, "/reports/week?week=2020-01-01"); status != http.StatusNotFound || body["hint"] == nil {
		t.Errorf("a week long gone is %d: %v", status, body)
	}
}
