package transport

import (
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestBackoffGrowsToItsCapAndNeverBeyond(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		limit := time.Duration(rapid.Int64Range(1, int64(time.Hour)).Draw(t, "cap"))
		n := rapid.IntRange(1, 10_000).Draw(t, "attempt")
		tr := newTransport(t, Options{MaxBackoff: limit})
		d := tr.Backoff(n)
		want := min(limit, firstBackoff<<min(n-1, 16))
		if d < want/2 || d > want {
			t.Fatalf("attempt %d waits %v, want %v to %v", n, d, want/2, want)
		}
	})
}

func TestRetryAfterIsReadInBothForms(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		value, date string
		want        time.Duration
	}{
		"seconds":                             {"37", "", 37 * time.Second},
		"seconds with spaces":                 {" 5 ", "", 5 * time.Second},
		"a date":                              {"Mon, 23 Nov 2026 12:00:30 GMT", "", 30 * time.Second},
		"a date seen by the platform's clock": {"Mon, 23 Nov 2026 12:10:30 GMT", "Mon, 23 Nov 2026 12:10:00 GMT", 30 * time.Second},
		"a date gone by":                      {"Mon, 23 Nov 2026 11:00:00 GMT", "", 0},
		"none":                                {"", "", 0},
		"negative":                            {"-5", "", 0},
		"words":                               {"soon", "", 0},
		"not a number":                        {"NaN", "", 0},
		"beyond all measure":                  {"1e300", "", 0},
		"infinite":                            {"Inf", "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := http.Header{}
			h.Set("Retry-After", c.value)
			h.Set("Date", c.date)
			if got := retryAfter(h, now); got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

func TestTheTemplateIsFilledPartByPart(t *testing.T) {
	t.Parallel()
	got := EndpointOf(ForecastDataCall).fill("bu 1/{x}", "2026-11-30", "f?1")
	if !strings.Contains(got, "/businessunits/bu%201%2F%7Bx%7D/weeks/2026-11-30/shorttermforecasts/f%3F1/data") {
		t.Error(got)
	}
}

func FuzzRefusal(f *testing.F) {
	f.Add([]byte(`{"message":"no","code":"bad.request","status":400,"contextId":"c","details":[{"errorCode":"x","fieldName":"y"}],"errors":[{"message":"z"}]}`))
	f.Add([]byte(`{"error":"invalid_client","error_description":"d"}`))
	f.Add([]byte("<html><title>502\x00 Bad</title>"))
	f.Add([]byte("\xff\xfe\x00"))
	f.Fuzz(func(t *testing.T, page []byte) {
		e := parseRefusal(page)
		text := e.Error()
		if !utf8.ValidString(text) || strings.ContainsAny(text, "\n\r\x00\x1b") {
			t.Fatalf("not one printable line: %q", text)
		}
		if n := utf8.RuneCountInString(text); n > 2*MaxMessage {
			t.Fatalf("%d characters", n)
		}
	})
}

func FuzzRetryAfter(f *testing.F) {
	f.Add("37", "Mon, 23 Nov 2026 12:00:00 GMT")
	f.Add("Mon, 23 Nov 2026 12:00:30 GMT", "")
	f.Add("1e9", "x")
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, value, date string) {
		h := http.Header{"Retry-After": {value}, "Date": {date}}
		if d := retryAfter(h, now); d < 0 {
			t.Fatalf("%q with %q is %v", value, date, d)
		}
	})
}

// newTransport makes a transport whose options can work.
func newTransport(t interface{ Fatal(...any) }, o Options) *Transport {
	made, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return made
}
