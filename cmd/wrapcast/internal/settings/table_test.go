package settings

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestTheTableOfSettingsHasTheEffectiveDefaults holds docs/CONFIGURATION.md against what holds where nothing is set.
// UPDATE=1 writes the table anew.
func TestTheTableOfSettingsHasTheEffectiveDefaults(t *testing.T) {
	t.Parallel()
	const begin, end = "<!-- table of settings: checked by a test, UPDATE=1 writes it -->\n", "<!-- end of the table -->\n"
	path := filepath.Join("..", "..", "..", "..", "docs", "CONFIGURATION.md")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), begin)
	got, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		t.Fatal("docs/CONFIGURATION.md has no table of settings")
	}
	want := "| key | default |\n|---|---|\n" + strings.Join(rows("", reflect.ValueOf(Defaults())), "")
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(path, []byte(before+begin+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-effective +docs)\n%s", diff)
	}
}

// rows are the lines of the table, one for each key, groups in the order of the settings file.
func rows(group string, v reflect.Value) []string {
	var all []string
	for i := range v.NumField() {
		key, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
		switch field := v.Field(i); {
		case key == "-" || key == "queries_only": // the calendar has a file of its own; the other is without effect
		case field.Kind() == reflect.Struct:
			all = append(all, rows(group+key+".", field)...)
		default:
			all = append(all, fmt.Sprintf("| `%s%s` | %s |\n", group, key, inWords(field)))
		}
	}
	return all
}

func inWords(v reflect.Value) string {
	if d, ok := v.Interface().(Duration); ok {
		return "`" + strings.NewReplacer("h0m0s", "h", "m0s", "m").Replace(time.Duration(d).String()) + "`"
	}
	if v.IsZero() && (v.Kind() == reflect.String || v.Kind() == reflect.Slice) {
		return "none"
	}
	return fmt.Sprintf("`%v`", v.Interface())
}

// TestTheDefaultsArePinned names the figures that users rely on, whichever package they stand in.
func TestTheDefaultsArePinned(t *testing.T) {
	t.Parallel()
	want := Settings{
		Region:     "us-east-1",
		History:    History{LookbackDays: 730, Directions: []string{"inbound"}, RereadDays: 3},
		Validation: Validation{MinDays: 14, MaxHorizonDays: 90, IQRFactor: 1.5, MinSeasonality: 0.3},
		Forecast:   Forecast{HorizonDays: 30, Level: 0.85, Algorithm: "auto", ShardAbove: 50_000, ShardSeries: 1000},
		Plan: Plan{Target: "wfm", Weeks: 1, WeekLength: "eight-days", Limits: Limits{WeekChange: 0.25, DayChange: 0.5,
			HandleChange: 0.25, FewContacts: 50, MaxAge: Duration(24 * time.Hour), HistoryLagDays: 2}},
		Staffing: Staffing{ServiceLevel: 0.8, Within: Duration(20 * time.Second), Shrinkage: 0.3, ChatsAtOnce: 2,
			MessagesAtOnce: 3, Promise: Duration(24 * time.Hour), Currency: "EUR"},
		Submit:  Submit{AwaitFor: Duration(5 * time.Minute), LookFor: Duration(2 * time.Minute)},
		REST:    REST{PollEvery: Duration(30 * time.Second)},
		Webhook: Webhook{NotifyFor: Duration(30 * time.Second)},
		API:     API{RequestsPerMinute: 240, ChunkDays: 31, VolumeMetric: "tHandle"},
		Serve:   Serve{Listen: "127.0.0.1:8080"},
	}
	if diff := cmp.Diff(want, Defaults()); diff != "" {
		t.Errorf("(-pinned +effective)\n%s", diff)
	}
}
