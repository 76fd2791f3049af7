package historical

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// The columns of the file, as the vendor's help names them; two are optional.
func columns() []string {
	return []string{"Interval Start UTC Date", "Queue", "Media Type", "Skill Set", "Language", "Offered", "Interactions Handled", "Total Handle Time (Seconds)"}
}

func optional(column string) bool { return column == "Skill Set" || column == "Language" }

func medias() []string { return []string{"Voice", "Chat", "Email", "Callback", "Message", "Workitem"} }

// read checks a file as the platform describes it and returns how many rows it has.
func (r *Room) read(data []byte) (rows int, err error) {
	in := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	in.FieldsPerRecord = -1
	header, err := in.Read()
	if err != nil {
		return 0, errors.New("the file has no header")
	}
	places := map[string]int{}
	for _, column := range columns() {
		places[column] = slices.IndexFunc(header, func(name string) bool { return strings.EqualFold(strings.TrimSpace(name), column) })
		if places[column] < 0 && !optional(column) {
			return 0, fmt.Errorf("the column %q is missing", column)
		}
	}
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		rows++
		if err == nil {
			err = checkRow(r.Organisation, places, record)
		}
		if err != nil {
			return 0, fmt.Errorf("row %d: %w", rows, err)
		}
	}
	if rows == 0 {
		return 0, errors.New("the file has no rows")
	}
	return rows, nil
}

func checkRow(o *organisation.Organisation, places map[string]int, record []string) error {
	field := func(column string) string {
		if at := places[column]; at >= 0 && at < len(record) {
			return strings.TrimSpace(record[at])
		}
		return ""
	}
	start, err := time.Parse(time.RFC3339, field("Interval Start UTC Date"))
	switch {
	case err != nil || !strings.HasSuffix(field("Interval Start UTC Date"), "Z"):
		return fmt.Errorf("%q is not a UTC date", field("Interval Start UTC Date"))
	case start.Unix()%900 != 0 || start.Nanosecond() != 0:
		return fmt.Errorf("%q is not on a quarter-hour", field("Interval Start UTC Date"))
	case !slices.ContainsFunc(o.Queues, func(q organisation.Queue) bool { return q.Name == field("Queue") }):
		return fmt.Errorf("there is no queue %q", field("Queue"))
	case !slices.Contains(medias(), field("Media Type")):
		return fmt.Errorf("there is no media type %q", field("Media Type"))
	}
	for _, column := range []string{"Offered", "Interactions Handled", "Total Handle Time (Seconds)"} {
		if n, err := strconv.ParseFloat(field(column), 64); err != nil || !(n >= 0 && n < 1e12) {
			return fmt.Errorf("%s is %q, not a number of at least 0", column, field(column))
		}
	}
	return nil
}
