package files

import (
	"context"
	"strconv"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/export"
	"github.com/wrapcast/wrapcast/internal/reports"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
)

// Column is a column of a list's file.
type Column[Row any] struct {
	Header string
	// Width is in characters.
	Width float64
	// Of is the value of a row, of a type that [export.ListSheet] takes.
	Of func(Row) any
}

// List is how a list of the API is laid out as a file.
type List[Row any] struct {
	// What names it in the file's name: "runs". Title says above the table what it is, in what order.
	What, Title string
	// About explains what could be misread; it may be empty.
	About   string
	Columns []Column[Row]
}

const (
	// perPage is how many rows are asked for at once, as many as a list answers.
	perPage = 1000
	// maxRows is how many rows a file takes: a sheet of a workbook has room for a million.
	maxRows = 100_000
)

// Paging answers with one page of a list, as its operation does: so a file has what the list shows to whoever asks, and
// nothing else.
type Paging[Row any] func(api.Paged) (*api.Page[Row], error)

// File is all pages of a list as one file, named after the organisation.
func (l List[Row]) File(ctx context.Context, in Input, organisation string, page Paging[Row]) (api.File, error) {
	rows, err := l.rows(ctx, page)
	if err != nil {
		return api.File{}, err
	}
	table := l.sheet(rows)
	about := [][2]string{{"rows", strconv.Itoa(len(rows))}, {"organisation", organisation}, {"times", "are UTC"}}
	if l.About != "" {
		about = append(about, [2]string{"note", l.About})
	}
	return in.File(organisation, l.What, reports.Exported{Table: table,
		Sheets: []export.Sheet{table, export.AboutList("What this list is", about...)}}), nil
}

// rows reads all pages.
func (l List[Row]) rows(ctx context.Context, page Paging[Row]) (all []Row, err error) {
	at := api.Paged{Limit: perPage}
	for {
		got, err := page(at)
		if err != nil {
			return nil, err
		}
		if got.Body.Total > maxRows {
			return nil, wrapcast.Errorf(wrapcast.Usage, "export", "%d rows are more than the %d a file takes",
				got.Body.Total, maxRows).WithHint("ask for fewer by the parameters of the list")
		}
		all = append(all, got.Body.Items...)
		if at.Cursor = got.Body.NextCursor; at.Cursor == "" {
			return all, ctx.Err()
		}
	}
}

func (l List[Row]) sheet(rows []Row) export.Sheet {
	heads := make([]export.Heading, len(l.Columns))
	for i, c := range l.Columns {
		heads[i] = export.Heading{Name: c.Header, Width: c.Width}
	}
	values := make([][]any, len(rows))
	for i, row := range rows {
		for _, c := range l.Columns {
			values[i] = append(values[i], c.Of(row))
		}
	}
	return export.ListSheet("List", l.Title, heads, values)
}

// Naming finds the name of the organisation that a request means.
type Naming func(context.Context, api.Scope) (string, error)

// Installation names the installation, which is no organisation.
func Installation(context.Context, api.Scope) (string, error) { return "installation", nil }

// Handler answers with a list as a file: the list is that of the operation that pages it, asked with its own need.
func (l List[Row]) Handler(
	need api.Need, name Naming, list func(context.Context, api.Scope, api.Paged) (*api.Page[Row], error),
) api.Handler {
	return api.Files(need, Types(), func(ctx context.Context, at api.Scope, in *Input) (api.File, error) {
		of, err := name(ctx, at)
		if err != nil {
			return api.File{}, err
		}
		return l.File(ctx, *in, of, func(p api.Paged) (*api.Page[Row], error) { return list(ctx, at, p) })
	})
}
