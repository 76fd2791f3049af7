package tables_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/tables"
)

// TestAnswersSettleWhatIsAsked reads files that are refused without an option, by the options that their refusals name.
func TestAnswersSettleWhatIsAsked(t *testing.T) {
	t.Parallel()
	column := func(value string) tables.Options { return tables.Options{Columns: tables.Columns{Value: value}} }
	id := tables.Options{Columns: tables.Columns{ID: "Queue,Metric"}}
	write := func(w tables.Writing) tables.Options { return tables.Options{Writing: w} }
	for file, c := range map[string]struct {
		o    tables.Options
		want string
	}{
		"amazon-connect.csv":             {column("Contacts queued"), "BasicQueue 2026-03-01T08:00:00.000Z 95 30"},
		"two-measures.csv":               {column("handled"), "(all) 2026-03-01 93 28"},
		"no-header-two-numbers.csv":      {column("3"), "Sales 2026-03-01 96 31"},
		"long-measure.csv":               {id, "A / Offered 2026-03-01 95 30"},
		"agents-rows.csv":                {tables.Options{AddUp: true}, "Sales 2026-03-01 190 60"},
		"excel-us-ambiguous.csv":         {write(tables.Writing{Dates: "mdy"}), "Billing 2026-03-04 95 30"},
		"excel-uk-twelve-days.csv":       {write(tables.Writing{Dates: "dmy"}), "(all) 2026-05-01 95 30"},
		"excel-thousand-or-fraction.csv": {write(tables.Writing{Decimal: "comma"}), "(all) 2026-03-01 1195 1130"},
		"handle-times-unsure.csv":        {write(tables.Writing{Spans: "m:ss"}), "Sales 2026-03-01 310 311"},
		"ambiguous-both.csv":             {write(tables.Writing{Dates: "dmy", Decimal: "point"}), "(all) 2026-05-01 1.1 1.101"},
		"wide-codes.csv":                 {column("Refund,Complaint"), "Refund 2026-03-01 95 30"},
		"dst-twice.csv":                  {tables.Options{Zone: zoneOf(t, "Europe/Berlin")}, "(all) 2026-10-25 00:00 10 11"},
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			in, err := os.Open("testdata/corpus/" + file)
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			f, err := tables.Read(in, c.o)
			if err != nil {
				t.Fatal(err, wrapcast.Hint(err))
			}
			s := f.Series[0]
			if diff := cmp.Diff(c.want, fmt.Sprint(s.ID, " ", s.Timestamp(0), " ", s.Values[0], " ", s.Values[1])); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
