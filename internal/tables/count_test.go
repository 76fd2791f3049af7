package tables_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/tables"
)

// TestRowsOfContactsAreCounted counts a list of contacts by day and by hour, on the clock of a zone.
func TestRowsOfContactsAreCounted(t *testing.T) {
	t.Parallel()
	text := "Case ID;Created;Reason\n" +
		"a1;02.03.2026 08:10;Refund\na2;02.03.2026 08:50;Refund\na3;04.03.2026 17:05;Refund\na4;03.03.2026 23:59;Address\n"
	offsets := "id,created_at,reason\na,2026-03-02T23:30:00-05:00,R\nb,2026-03-03T01:30:00-05:00,R\nc,2026-03-03T07:00:00Z,R\n"
	for name, c := range map[string]struct {
		text string
		o    tables.Options
		want string
	}{
		"days":           {text, tables.Options{}, "Refund 2026-03-02 [2 0 1]; Address 2026-03-03 [1 0]"},
		"hours":          {text[:strings.Index(text, "a3")], tables.Options{Frequency: tables.Hourly}, "Refund 2026-03-02 08:00 [2]"},
		"weeks":          {text, tables.Options{Frequency: tables.Weekly}, "Refund 2026-03-02 [3]; Address 2026-03-02 [1]"},
		"days of a zone": {offsets, tables.Options{Zone: zoneOf(t, "America/New_York")}, "R 2026-03-02T00:00:00-05:00 [1 2]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.o.Columns.Count = true
			f, err := tables.Read(strings.NewReader(c.text), c.o)
			if err != nil {
				t.Fatal(err, wrapcast.Hint(err))
			}
			var got []string
			for _, s := range f.Series {
				got = append(got, fmt.Sprint(s.ID, " ", s.Timestamp(0), " ", s.Values))
			}
			if diff := cmp.Diff(c.want, strings.Join(got, "; ")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
