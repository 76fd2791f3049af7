package proposals

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/export"
	"github.com/wrapcast/wrapcast/internal/tables/edited"
)

// comparison is a file beside what was written.
type comparison struct {
	*known
	p       *OverrideProposal
	request Request
	byKey   map[string]int
	byName  map[string][]int
	// typed are the cells read so far, by row and day, to find rows that are there twice.
	typed map[cellOf]edited.Cell
	// sums add up the contacts of each sheet by day, without the total; totals are the cells of the total.
	sums   map[sumOf]float64
	totals []total
	// read counts cells with numbers, same those of them as they were written.
	read, same int
	// already counts cells that ask for what is forecast by now.
	already int
}

type cellOf struct {
	row int
	day wrapcast.Date
}

type sumOf struct {
	sheet string
	day   wrapcast.Date
}

// total is a cell that is a sum, and differs from what was written.
type total struct {
	sumOf
	cell edited.Cell
	was  float64
}

// compare finds what a file says otherwise than it was written.
func (k *known) compare(p *OverrideProposal, file *edited.File, r Request) error {
	c := &comparison{known: k, p: p, request: r, byKey: map[string]int{}, byName: map[string][]int{},
		typed: map[cellOf]edited.Cell{}, sums: map[sumOf]float64{}}
	for i, row := range k.was {
		c.byKey[row.Key] = i
		name := nameKey(row.Kind, row.Name, row.Queue, row.Channel, row.Measure)
		c.byName[name] = append(c.byName[name], i)
	}
	tables, problems := file.Tables(k.made.From, k.made.Days)
	if len(tables) == 0 {
		return wrapcast.Errorf(wrapcast.InvalidData, "override", "%s has no sheet with days of a forecast", cmp.Or(p.File, "the file")).
			WithHint("write one with `wrapcast export forecast --to forecast.xlsx`, change it and read that")
	}
	p.Problems = append(p.Problems, problems...)
	for _, t := range tables {
		for _, row := range t.Rows {
			c.row(t, row)
		}
	}
	c.checkTotals()
	if err := c.recognised(); err != nil {
		return err
	}
	c.note()
	slices.SortStableFunc(p.Changes, func(a, b Change) int {
		return cmp.Or(strings.Compare(sheetOfCell(a.Cell), sheetOfCell(b.Cell)), 0)
	})
	return nil
}

func sheetOfCell(at string) string {
	sheet, _, _ := strings.Cut(at, "!")
	return sheet
}

func nameKey(parts ...string) string { return strings.ToLower(strings.Join(parts, "\x00")) }

// recognised refuses a file that does not say what it is of, and is not what it is compared with.
func (c *comparison) recognised() error {
	if c.about.Known() || c.read == 0 || 2*c.same >= c.read {
		return nil
	}
	return wrapcast.Errorf(wrapcast.InvalidData, "override", "the file does not say which forecast it is of, and %d of its %d numbers "+
		"are not those of the forecast made on %s", c.read-c.same, c.read, c.made.MadeAt.Format("2006-01-02 15:04")).
		WithHint("name the forecast it is of with --forecast ID, or change a workbook, which says so itself")
}

// note tells what is worth knowing of the file as a whole.
func (c *comparison) note() {
	say := func(format string, args ...any) { c.p.Notes = append(c.p.Notes, fmt.Sprintf(format, args...)) }
	if !c.about.Known() {
		say("the file does not say which forecast it is of: it is compared with that made on %s",
			c.made.MadeAt.Format("2006-01-02 15:04"))
	}
	if c.made.ID != c.latest.ID {
		say("the file is of the forecast made on %s; there is a newer one, made on %s: each change has both numbers",
			c.made.MadeAt.Format("2006-01-02 15:04"), c.latest.MadeAt.Format("2006-01-02 15:04"))
	}
	if c.already > 0 {
		say("%d changed cells are so already: nothing is to be done for them", c.already)
	}
	for _, o := range c.others {
		if !c.about.WrittenAt.IsZero() && o.Active(c.about.WrittenAt) && !o.Active(c.now) && len(c.p.Changes) > 0 {
			by := "it has expired"
			if o.WithdrawnBy != "" {
				by = "withdrawn by " + o.WithdrawnBy
			}
			say("an override of %s (%s) that was in use when the file was written is not any more: %s", o.Author, o.Reason, by)
		}
	}
}

// row compares one row.
func (c *comparison) row(t edited.Table, row edited.Row) {
	at, found := c.find(t, row)
	if !found {
		c.unknownRow(row)
		return
	}
	was := c.was[at]
	c.checkNames(row, was)
	c.checkSum(row, was)
	if was.Measure == "contacts" && was.Kind != "total" && isEmptied(row) {
		c.problem(row.At, "has lost all its numbers", "put them back, or write 0 on days without contacts")
		return
	}
	before, already := len(c.p.Changes), c.already
	for _, cell := range row.Cells {
		c.cell(t, row, at, cell)
	}
	if row.Reason != "" && before == len(c.p.Changes) && already == c.already && was.Measure == "contacts" {
		c.p.Notes = append(c.p.Notes, fmt.Sprintf("%s has a reason (%s) and no change", row.At, row.Reason))
	}
}

// isEmptied reports whether a row has no number any more, of several.
func isEmptied(row edited.Row) bool {
	filled := func(c edited.Cell) bool { return c.Kind != edited.Blank }
	return len(row.Cells) > 1 && !slices.ContainsFunc(row.Cells, filled)
}

// find finds the row that was written: by its key, else by its names where only one has them.
func (c *comparison) find(t edited.Table, row edited.Row) (at int, found bool) {
	if at, found = c.byKey[row.Key]; found {
		return at, true
	}
	n := row.Names
	kind, name, queue := subjectOf(t, n)
	candidates := c.byName[nameKey(kind, name, queue, n["channel"], n["measure"])]
	if id := n["id"]; id != "" && len(candidates) != 1 {
		candidates = c.withID(kind, id, queue, n)
	}
	if len(candidates) == 0 || len(candidates) > 1 && kind != "total" {
		return 0, false
	}
	return candidates[0], true
}

// subjectOf is what a row is of by its names: its kind, name and queue.
func subjectOf(t edited.Table, n map[string]string) (kind, name, queue string) {
	has := func(column string) bool { return slices.Contains(t.Named, column) }
	switch kind, name, queue = n["kind"], n["name"], n["queue"]; {
	case has("kind"):
		if kind == "total" {
			name = "all"
		}
	case has("code") && has("queue"):
		kind, name = "code_in_queue", n["code"]
	case has("code"):
		kind, name, queue = "code", n["code"], ""
	case has("queue"):
		kind, name, queue = "queue", n["queue"], ""
	default:
		kind, name, queue = "planning_group", n["planning group"], ""
	}
	if strings.EqualFold(name, "all") && (kind == "code" || kind == "queue") {
		kind = "total"
	}
	return kind, name, queue
}

// withID are the rows that have an id, and where they are of a code in a queue its queue and channel.
func (c *comparison) withID(kind, id, queue string, n map[string]string) (rows []int) {
	for i, was := range c.was {
		if was.Kind == kind && was.ID == id && strings.EqualFold(was.Measure, n["measure"]) &&
			(kind != "code_in_queue" || was.Queue == queue && was.Channel == n["channel"]) {
			rows = append(rows, i)
		}
	}
	return rows
}

// unknownRow tells of a row that was not written. One without a number is somebody's own note.
func (c *comparison) unknownRow(row edited.Row) {
	for _, cell := range row.Cells {
		if cell.Kind != edited.Blank && cell.Kind != edited.Text {
			c.problem(row.At, fmt.Sprintf("is a row that is not of the forecast: %s", cmp.Or(title(row.Names), "it has no name")),
				"delete the row; for a code or queue that is not in the workbook use `wrapcast override add`")
			return
		}
	}
}

func title(names map[string]string) string {
	var parts []string
	for _, n := range []string{"code", "name", "queue", "planning group", "channel", "measure"} {
		if names[n] != "" {
			parts = append(parts, names[n])
		}
	}
	return strings.Join(parts, ", ")
}

func (c *comparison) problem(at, what, cure string) {
	c.p.Problems = append(c.p.Problems, edited.Problem{Cell: at, What: what, Cure: cure})
}

// checkNames tells of a name that is not the row's. That of another row is a problem: which of the two is meant?
func (c *comparison) checkNames(row edited.Row, was export.EditableRow) {
	name := was.Name
	typed := row.Names["name"]
	switch {
	case row.Key == "":
		return
	case was.Kind == "queue":
		typed = row.Names["queue"]
	case was.Kind == "planning_group":
		typed = row.Names["planning group"]
	case was.Kind == "code" || was.Kind == "code_in_queue":
		typed = row.Names["code"]
	case was.Kind == "total":
		return
	}
	if typed == name || typed == "" || was.Measure != "contacts" {
		return
	}
	for _, other := range c.was {
		if other.Kind == was.Kind && other.Name == typed {
			c.problem(row.At, fmt.Sprintf("is called %q, and is the row of %q: nobody can say which of them is meant", typed, name),
				"put the name back, or export anew and change the row of the other")
			return
		}
	}
	c.p.Notes = append(c.p.Notes, fmt.Sprintf("%s is called %q in the file: it is read as %q, whose row it is", row.At, typed, name))
}

// checkSum tells of a sum of days that somebody typed over: the days are what can be changed.
func (c *comparison) checkSum(row edited.Row, was export.EditableRow) {
	text := row.Names["all days"]
	typed, err := strconv.ParseFloat(text, 64)
	if err != nil || was.Measure != "contacts" || len(row.Cells) < len(was.Values) {
		return
	}
	written, now := 0.0, 0.0
	for _, v := range was.Values {
		written += v
	}
	for _, cell := range row.Cells {
		now += cell.Number
	}
	slack := 0.05*float64(len(was.Values)+1) + 1e-5*written
	if math.Abs(typed-written) > slack && math.Abs(typed-now) > slack {
		c.problem(row.At, fmt.Sprintf("has %s in all days, which is the sum of its days", text),
			"change the days, each for itself; or use `wrapcast override add --percent` for all of them")
	}
}

// checkTotals tells of totals that somebody typed over: those that are neither what was written nor what the rows of
// the file add up to.
func (c *comparison) checkTotals() {
	for _, t := range c.totals {
		sum := c.sums[t.sumOf]
		if math.Abs(t.cell.Number-sum) > 0.05+0.001*sum {
			c.problem(t.cell.At, fmt.Sprintf("has %s, and is a sum of the rows below, which stays what they add up to", t.cell.Text),
				fmt.Sprintf("put back %s, and change the codes or queues", amount(t.was)))
		}
	}
}

// amount writes contacts as a workbook shows them.
func amount(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }
