package contactlog_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/contactlog"
)

const header = "opened_at_local,department,case_type,source\n"

func zipped(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(text)) // into memory
	_ = z.Close()
	return b.String()
}

func TestLogIsReadInAnyShape(t *testing.T) {
	t.Parallel()
	want := "2015-01-31T14:05:00Z|2015-01-31T14:06:00Z"
	for name, text := range map[string]string{
		"plain":            header + "2015-01-31T09:05:00,Q,C,S\n2015-01-31T09:06:00,Q,C,S\n",
		"gzipped":          zipped(header + "2015-01-31T09:05:00,Q,C,S\n2015-01-31T09:06:00,Q,C,S\n"),
		"out of order":     header + "2015-01-31T09:06:00,Q,C,S\n2015-01-31T09:05:00,Q,C,S\n",
		"other columns":    "id,source,case_type,opened_at_local,department\n1,S,C,2015-01-31T09:05:00,Q\n2,S,C,2015-01-31T09:06:00,Q\n",
		"windows":          "\ufeff" + strings.ReplaceAll(header, "\n", "\r\n") + "2015-01-31 09:05:00,Q,C,S\r\n2015-01-31 09:06,Q,C,S\r\n",
		"quoted":           header + "2015-01-31T09:05:00,\"Q\",\"C\",S\n2015-01-31T09:06,Q,C,S",
		"spaces and blank": header + " 2015-01-31T09:05:00 , Q ,C,\n\n2015-01-31T09:06:00,Q,C,S\n",
	} {
		l, err := contactlog.Read(strings.NewReader(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got []string
		for _, r := range l.Rows {
			got = append(got, time.UnixMilli(r.Opened).UTC().Format(time.RFC3339))
			if l.Queues[r.Queue] != "Q" || l.Codes[r.Code] != "C" {
				t.Errorf("%s: row %+v of %v %v", name, r, l.Queues, l.Codes)
			}
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%s: read %v", name, got)
		}
	}
}

func TestBadLogsAreRefusedWithTheirLine(t *testing.T) {
	t.Parallel()
	good := header + "2015-01-31T09:05:00,Q,C,S\n"
	for name, c := range map[string]struct{ text, inside string }{
		"nothing":              {"", "is empty"},
		"a header only":        {header, "no rows"},
		"a column missing":     {"opened_at_local,department,source\n", `no column "case_type"`},
		"another file":         {"series_id,timestamp,value\na,b,c\n", `no column "opened_at_local"`},
		"a bad time":           {good + "yesterday,Q,C,S\n", `line 3 of the contact log: opened_at_local "yesterday"`},
		"an offset":            {good + "2015-01-31T09:05:00Z,Q,C,S\n", "line 3 of the contact log: opened_at_local"},
		"a day that is none":   {good + "2015-02-30T09:05:00,Q,C,S\n", "line 3"},
		"no time":              {good + ",Q,C,S\n", "line 3 of the contact log: opened_at_local is empty"},
		"long ago":             {good + "0015-01-31T09:05:00,Q,C,S\n", "outside the years"},
		"no department":        {good + "2015-01-31T09:05:00, ,C,S\n", "line 3 of the contact log: department is empty"},
		"no code":              {good + "2015-01-31T09:05:00,Q,,S\n", "line 3 of the contact log: case_type is empty"},
		"too few fields":       {good + "2015-01-31T09:05:00,Q\n", "line 3 of the contact log: it has 2 fields, the header has 4"},
		"too many fields":      {good + "2015-01-31T09:05:00,Q,C,S,X\n", "it has 5 fields"},
		"binary in a field":    {good + "2015-01-31T09:05:00,Q,\x00\xff,S\n", "line 3 of the contact log: case_type is not text"},
		"binary junk":          {"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + strings.Repeat("\xfe\x01", 500), "contact log"},
		"junk without an end":  {strings.Repeat("\xfe\x01", 100_000), "line 1 of the contact log: it is longer than"},
		"a huge field":         {good + "2015-01-31T09:05:00,Q," + strings.Repeat("x", 1_000_000) + ",S\n", "line 3 of the contact log: it is longer than"},
		"a large field":        {good + "2015-01-31T09:05:00,Q," + strings.Repeat("x", 2000) + ",S\n", "case_type has 2000 bytes"},
		"an open quote":        {good + "2015-01-31T09:05:00,Q,\"C,S\n", "line 3 of the contact log: it is not CSV"},
		"a quote in a field":   {good + "2015-01-31T09:05:00,Q,C\"x,S\n", "line 3 of the contact log: it is not CSV"},
		"gzip of nothing":      {zipped(""), "is empty"},
		"gzip cut short":       {zipped(strings.Repeat(good, 1) + strings.Repeat("2015-01-31T09:05:01,Q,C,S\n", 3000))[:90], "cut short"},
		"gzip cut in the head": {zipped(good)[:5], "cut short"},
		"gzip damaged":         {damage(zipped(good)), "damaged"},
		"gzip with a bad head": {"\x1f\x8b\x00\x00\x00\x00\x00\x00\x00\x00\x00", "damaged"},
	} {
		_, err := contactlog.Read(strings.NewReader(c.text))
		var e *wrapcast.Error
		if !errors.As(err, &e) || e.Kind != wrapcast.InvalidData || !strings.Contains(e.Message, c.inside) {
			t.Errorf("%s: got %v, want it to say %q", name, err, c.inside)
		}
		if e != nil && len(e.Message) > 400 {
			t.Errorf("%s: the message has %d bytes", name, len(e.Message))
		}
	}
}

// damage changes a byte of the checksum.
func damage(z string) string {
	b := []byte(z)
	b[len(b)-6] ^= 0xff
	return string(b)
}

func TestBrokenReaderIsNoFaultOfTheLog(t *testing.T) {
	t.Parallel()
	broken := errors.New("the disk is gone")
	for _, in := range []io.Reader{iotest.ErrReader(broken), io.MultiReader(strings.NewReader(header+"2015"), iotest.ErrReader(broken))} {
		if _, err := contactlog.Read(in); !errors.Is(err, broken) || wrapcast.KindOf(err) != wrapcast.Internal {
			t.Errorf("got %v", err)
		}
	}
}

func TestLogKnowsItsDays(t *testing.T) {
	t.Parallel()
	l, err := contactlog.Read(strings.NewReader(header + "2015-11-01T23:59:59,Q,C,S\n2015-03-08T02:30:00,Q,C,S\n"))
	if err != nil {
		t.Fatal(err)
	}
	if l.Start().String() != "2015-03-08" || l.End().String() != "2015-11-01" || l.Noon().UTC().Format(time.RFC3339) != "2015-11-02T17:00:00Z" {
		t.Errorf("from %s to %s, noon %s", l.Start(), l.End(), l.Noon())
	}
}

func TestReplayGivesEveryRowOnItsDay(t *testing.T) {
	t.Parallel()
	l, err := contactlog.Read(strings.NewReader(header + "2015-03-07T23:59:59,Q,C,Twitter\n2015-03-08T00:00:00,Q,D,Self Service\n" +
		"2015-03-08T23:59:59,R,C,Constituent Call\n2015-03-09T00:00:00,R,C,Unheard Of\n2015-03-08T00:00:00,Q,D,Employee Generated\n"))
	if err != nil {
		t.Fatal(err)
	}
	r := contactlog.NewReplay(1, l)
	var days []string
	for day := l.Start() - 2; day <= l.End()+2; day++ {
		for c := range r.Day(day) {
			days = append(days, day.String()+" "+string(c.Media.Analytics()))
			if c.Abandoned || c.Wait != 0 || c.Handle() <= 0 || c.Completed() >= l.Noon().UnixMilli() {
				t.Errorf("contact %+v", c)
			}
		}
	}
	want := []string{"2015-03-07 message", "2015-03-08 chat", "2015-03-08 email", "2015-03-08 voice", "2015-03-09 message"}
	if !slices.Equal(days, want) {
		t.Errorf("got %v, want %v", days, want)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(header + "2015-01-31T09:05:00,Q,C,S\n"))
	f.Add([]byte(zipped(header + "2015-01-31T09:05:00,Q,C,S\n")))
	f.Add([]byte("\x1f\x8b"))
	f.Add([]byte("\"\n\n\""))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := contactlog.Read(bytes.NewReader(data))
		if err == nil && (len(l.Rows) == 0 || l.Noon().Before(l.End().Midnight(l.Zone))) {
			t.Errorf("read %d rows", len(l.Rows))
		}
		if err != nil && wrapcast.KindOf(err) != wrapcast.InvalidData {
			t.Errorf("%v is not the log's fault", err)
		}
	})
}
