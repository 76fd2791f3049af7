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
	shown := s.ask(t, http.MethodGet, "/reports/week?as=page", nil, "Authorization", "Bearer "+s.secrets["viewer"])
	if !strings.HasPrefix(shown.Header.Get("Content-Disposition"), "inline; filename=wrapcast-") ||
		shown.Header.Get("Content-Security-Policy") != got.Header.Get("Content-Security-Policy") {
		t.Errorf("as a page it has %v", shown.Header)
	}
	if status, body := s.get(t, "/reports/week?week=2020-01-01"); status != http.StatusNotFound || body["hint"] == nil {
		t.Errorf("a week long gone is %d: %v", status, body)
	}
}
