package settings

import (
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/calendar"
)

// FuzzSettings reads anything as settings: they are taken, or refused in one line.
func FuzzSettings(f *testing.F) {
	f.Add(template)
	f.Add([]byte("region: eu-west-1\ncodes: [a, b]\nforecast: {level: 2}\n"))
	f.Add([]byte("calendar:\n  closures: [{name: x, on: 2026-12-24}]\nschedules: [{name: n, cron: '0 2 * * *'}]\n"))
	f.Add([]byte("region: \"\\x1b\"\napi: {chunk_days: \"\\e[1m\"}\n---\n\x00"))
	f.Add([]byte("a: &a [*a]\nwebhook: {url: [}"))
	f.Fuzz(func(t *testing.T, text []byte) {
		c := Defaults()
		calendar, err := parse("wrapcast.yaml", text, &c, &yaml.Node{})
		if err == nil && calendar.Kind == yaml.MappingNode { // no files
			c.Calendar, err = calendarAt("", calendar)
		}
		if err == nil {
			err = c.Check()
		}
		refusedInOneLine(t, err)
	})
}

// FuzzCalendar reads anything as a calendar, and works out the days it names.
func FuzzCalendar(f *testing.F) {
	f.Add([]byte("holidays: [US-MA]\nclosures:\n  - {name: Inventory, on: 2026-12-31, begins: '08:00', ends: '12:00'}\n"))
	f.Add([]byte("events:\n  - {name: Payday, from: 2026-01-30, every: month}\nhours:\n  - open: [{days: mon-fri, begins: '08:00', ends: '20:00'}]\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := parseCalendar("calendar.yaml", text)
		if err == nil {
			first := wrapcast.NewDate(2026, 1, 1)
			_, err = calendar.Resolve(*c, first, first+400)
		}
		refusedInOneLine(t, err)
	})
}

func refusedInOneLine(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	if kind := wrapcast.KindOf(err); kind != wrapcast.Usage && kind != wrapcast.NotFound {
		t.Fatalf("refused as %s: %v", kind, err)
	}
	if strings.ContainsAny(err.Error(), "\n\r\x00\x1b") {
		t.Fatalf("not one printable line: %q", err)
	}
}
