package imports_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast/internal/source/files"
	"github.com/wrapcast/wrapcast/internal/tables"
)

// recipe is how docs/IMPORT.md reads the export of a system, and what the file in testdata has.
type recipe struct {
	file, flags             string
	columns                 tables.ContactColumns
	contacts, codes, queues int
	step                    time.Duration
	seconds                 int64
}

func recipes() []recipe {
	quarter := 15 * time.Minute
	return []recipe{
		{"connect.csv", "", tables.ContactColumns{}, 40, 1, 2, 30 * time.Minute, 3437 + 2560 + 3874 + 2746 + 1770},
		{"five9.csv", "--queue SKILL", tables.ContactColumns{Queue: "SKILL"}, 4, 2, 2, quarter, 312 + 185 + 400 + 120},
		{"zendesk.csv", "--queue 'Ticket group' --channel 'Ticket channel'", tables.ContactColumns{Queue: "Ticket group",
			Channel: "Ticket channel"}, 99, 2, 1, files.Day, 0},
		{"salesforce.csv", "--count --queue =Cases", tables.ContactColumns{Count: true, Queue: "=Cases"}, 4, 3, 1, quarter, 0},
		{"nice.csv", "--queue Skill_Name --code Disposition_Code --channel Media_Name", tables.ContactColumns{Queue: "Skill_Name",
			Code: "Disposition_Code", Channel: "Media_Name"}, 3, 2, 2, quarter, 0},
		{"talkdesk.csv", "--queue 'Ring Groups'", tables.ContactColumns{Queue: "Ring Groups"}, 3, 2, 2, quarter, 329 + 151 + 558},
		{"genesys.csv", "--value Handle --aht 'Avg Handle' --aht-unit ms", tables.ContactColumns{Value: "Handle", HandleTime: "Avg Handle",
			HandleTimeUnit: "ms"}, 36, 2, 1, 30 * time.Minute, 3432 + 748 + 2700 + 3576},
	}
}

func TestEveryRecipeReadsTheFileItIsFor(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/IMPORT.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range recipes() {
		t.Run(r.file, func(t *testing.T) {
			if !strings.Contains(string(text), strings.TrimSpace("wrapcast import "+r.file+" --organisation NAME "+r.flags)) {
				t.Errorf("docs/IMPORT.md does not have this recipe: %s", r.flags)
			}
			in, err := os.Open(filepath.Join("testdata", r.file))
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			o := files.Options{Zone: time.UTC, Now: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)}
			o.Columns = r.columns
			b, err := files.Read(in, o)
			if err != nil {
				t.Fatal(err)
			}
			var ms int64
			handled := 0
			for _, one := range b.Observations {
				ms, handled = ms+one.HandleMs, handled+one.Handled
			}
			if b.Contacts != r.contacts || handled != r.contacts || len(b.Codes) != r.codes || len(b.Queues) != r.queues || b.Step != r.step ||
				(ms+500)/1000 != r.seconds {
				t.Errorf("%d contacts (%d) of %d codes in %d queues by %v, %d ms: %v %v", b.Contacts, handled, len(b.Codes), len(b.Queues), b.Step,
					ms, b.Reading.Lines(), b.Lacks)
			}
		})
	}
}
