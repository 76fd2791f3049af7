package tables

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/tables/internal/cells"
	"github.com/wrapcast/wrapcast/internal/tables/internal/meaning"
)

// shape says where the parts of a table stand. Long and wide differ only in that values of a wide one have a time or a
// part of the id in their header.
type shape struct {
	// day and clock are the columns of time, -1 for none; end says that they name the end of an interval.
	day, clock int
	end        bool
	// year, month (or week) and date are columns that together are a day, where there is no day; -1 for none.
	year, month, week, date int
	// ids are the columns that together name a series.
	ids []int
	// values are the columns of numbers.
	values []valueColumn
	// filled says that names stand only in the first row of their group, outline that names and times share a column.
	filled, outline bool
	// steps says that times are whole numbers, count that rows are counted.
	steps, count bool
	// ignored are columns that are not read.
	ignored []string
}

// valueColumn is a column of numbers, with what its header says of them.
type valueColumn struct {
	at int
	// id is a part of the series' name, across a time; both empty in a long table.
	id     string
	across bool
}

// shapeOf finds the parts of a table, by the names given, by known names, and by what is in the columns. Where it has
// times, and only its values are open, there is a shape beside the error.
func (t *table) shapeOf(named Columns) (*shape, error) {
	s := &shape{day: -1, clock: -1, year: -1, month: -1, week: -1, date: -1}
	s.timesAcross(t)
	if err := s.findTime(t, named); err != nil {
		return nil, err
	}
	if s.day < 0 && s.year < 0 && !s.isAcross() {
		if s.findSteps(t); s.day < 0 {
			return nil, t.noTime(named)
		}
	}
	if err := s.findIDs(t, named); err != nil {
		return s, err
	}
	if !s.isAcross() {
		if err := s.findValues(t, named); err != nil {
			return s, err
		}
	}
	s.dropNeedlessIDs(t, named)
	s.noteIgnored(t)
	return s, nil
}

func (s *shape) isAcross() bool { return len(s.values) > 0 && s.values[0].across }

// timesAcross finds columns whose names are times, with numbers below.
func (s *shape) timesAcross(t *table) {
	for i, c := range t.headCells {
		if t.isTimeName(c) && t.columns[i].texts+t.columns[i].days == 0 {
			s.values = append(s.values, valueColumn{at: i, across: true})
		}
	}
	if len(s.values) < 2 {
		s.values = nil
	}
}

func (s *shape) isValue(at int) bool {
	return slices.ContainsFunc(s.values, func(v valueColumn) bool { return v.at == at })
}

// find is the place of a column by the name given.
func (t *table) find(flag, name string) (int, error) {
	for i, h := range t.head {
		if sameName(h, name) {
			return i, nil
		}
	}
	if at, ok := placeOf(name); ok && at < len(t.head) {
		return at, nil
	}
	return 0, wrapcast.Errorf(wrapcast.Usage, "", "%s: there is no column %s", flag, quoted(name)).
		WithHint("the columns are %s", t.titles())
}

func (t *table) titles() string {
	const most = 12
	var names []string
	for i := range t.head {
		if i == most {
			names = append(names, fmt.Sprintf("and %d more", len(t.head)-most))
			break
		}
		names = append(names, shorten(t.title(i)))
	}
	return strings.Join(names, ", ")
}

func shorten(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:39]) + "…"
	}
	return s
}

// findTime finds the columns of time.
func (s *shape) findTime(t *table, named Columns) error {
	for _, name := range list(named.Time) {
		at, err := t.find("--time", name)
		if err != nil {
			return err
		}
		c := &t.columns[at]
		c.role = meaning.Time
		if s.day < 0 && !c.isClock() && (c.isDay() || !c.bare && !c.hours) {
			s.day = at
		} else {
			s.clock = at
		}
	}
	if named.Time != "" {
		return nil
	}
	s.day = s.bestDay(t)
	if s.day < 0 {
		s.findParts(t)
	}
	if s.day >= 0 && t.columns[s.day].clocked > 0 && !s.isMidnight(t) {
		return nil
	}
	s.clock = s.bestClock(t)
	if s.clock >= 0 {
		s.end = t.columns[s.clock].role == meaning.End
	} else if s.day >= 0 {
		s.end = t.columns[s.day].role == meaning.End && t.columns[s.day].clocked > 0
	}
	return nil
}

// findSteps takes a column of whole numbers that is named for time for steps; one of other things is taken for times
// that cannot be read.
func (s *shape) findSteps(t *table) {
	for i, c := range t.columns {
		if c.role == meaning.Time && i != s.clock && s.day < 0 {
			s.day, s.steps = i, c.mostly(c.numbers)
		}
	}
}

// bestDay is the column whose cells are days: one with a time of day before one without, one that is named for time
// before one that is not.
func (s *shape) bestDay(t *table) int {
	best, most := -1, 0
	for i, c := range t.columns {
		if !c.isDay() || s.isValue(i) {
			continue
		}
		rank := map[meaning.Role]int{meaning.Time: 30, meaning.Unknown: 10, meaning.Series: 8, meaning.End: 6}[c.role] + 1
		if c.clocked > 0 {
			rank += 5
		}
		if rank > most {
			best, most = i, rank
		}
	}
	return best
}

// isMidnight reports whether all days of the column of days are written with midnight.
func (s *shape) isMidnight(t *table) bool {
	for i, r := range t.rows {
		if stamp, fault := t.words.ReadStamp(cellOf(r, s.day).Text); fault == meaning.Fine && stamp.Clock > 0 {
			return false
		}
		if i > sampled {
			break
		}
	}
	return true
}

// bestClock is the column of times of day: the begin of intervals before their end.
func (s *shape) bestClock(t *table) int {
	best, most := -1, 0
	for i, c := range t.columns {
		if i == s.day || s.isValue(i) {
			continue
		}
		named := c.role == meaning.Time || c.role == meaning.End
		if bare := named && c.mostly(c.numbers) && (c.hours || c.bare); !c.isClock() && !bare {
			continue
		}
		rank := map[meaning.Role]int{meaning.Time: 3, meaning.Unknown: 2, meaning.End: 1}[c.role]
		hour := s.isHourName(c.name) && (s.day >= 0 || s.year >= 0)
		if rank > most && (c.isClock() || hour) {
			best, most = i, rank
		}
	}
	return best
}

// isHourName reports whether a name is that of an hour or an interval: bare numbers below it are times of day.
func (s *shape) isHourName(name string) bool {
	folded := meaning.Fold(name)
	for _, word := range []string{"hour", "stunde", "heure", "hora", "interval", "time", "zeit", "half", "quarter",
		"start", "tranche", "franja", "faixa"} {
		if strings.Contains(folded, word) {
			return true
		}
	}
	return false
}

// findParts finds columns of year, month or week, and day.
func (s *shape) findParts(t *table) {
	at := func(names string) int {
		return slices.IndexFunc(t.head, func(h string) bool {
			return h != "" && strings.Contains(" "+names+" ", " "+meaning.Fold(h)+" ")
		})
	}
	year := at("year jahr annee ano año anno yr")
	month, week := at("month monat mois mes mês mese"), at("week kw woche kalenderwoche semaine semana settimana cw wk")
	if year < 0 || month < 0 && week < 0 {
		return
	}
	s.year, s.month, s.week, s.date = year, month, week, at("day tag jour dia día giorno")
	if month >= 0 && (s.date >= 0 || week < 0) {
		s.week = -1
		return
	}
	s.month, s.date = -1, -1
}

// timeColumns are the columns that times are read from.
func (s *shape) timeColumns() []int { return []int{s.day, s.clock, s.year, s.month, s.week, s.date} }

func (t *table) noTime(named Columns) error {
	first := t.headCells
	if first == nil && len(t.rows) > 0 {
		first = t.rows[0].Cells
	}
	var names []string
	for _, c := range first {
		names = append(names, c.Text)
	}
	if len(t.rows) == 0 && t.headLine > 0 {
		return noRows()
	}
	if slices.ContainsFunc(names, isLongStep) {
		return invalid("no column of times was found that is a month or shorter; the first line is %s", quoted(strings.Join(names, ","))).
			WithHint("of quarters or years number the rows 1, 2, 3 in a column timestamp, and use --freq step --season 4")
	}
	e := invalid("no column of times was found; the first line is %s", quoted(strings.Join(names, ",")))
	if named.Time == "" && len(names) > 1 {
		return e.WithHint("name the columns: --time, --value and, where there are several series, --id, such as --time %s", quoted(names[0]))
	}
	return e.WithHint("give the file a column of dates, such as 2026-11-23, one of numbers and, where there are several series, one of names")
}

func noRows() error {
	return invalid("the file has a header but no rows").
		WithHint("give one row per series and step: series_id,timestamp,value")
}

// isLongStep reports whether a name is that of steps which are longer than a month.
func isLongStep(name string) bool {
	return slices.Contains([]string{"quarter", "quartal", "trimestre", "year", "jahr", "annee", "ano"}, meaning.Fold(name))
}

// findIDs finds the columns whose texts name the series.
func (s *shape) findIDs(t *table, named Columns) error {
	for _, name := range list(named.ID) {
		at, err := t.find("--id", name)
		if err != nil {
			return err
		}
		s.ids = append(s.ids, at)
	}
	if named.ID != "" {
		return nil
	}
	s.likelyIDs(t, named.Count)
	return nil
}

// likelyIDs finds them by their names and by what is in them; where rows are counted, keys of contacts are none.
func (s *shape) likelyIDs(t *table, counted bool) {
	for i, c := range t.columns {
		if s.isValue(i) || slices.Contains(s.timeColumns(), i) || c.filled() == 0 && c.name == "" {
			continue
		}
		switch c.role {
		case meaning.Code, meaning.Queue, meaning.Channel, meaning.Series:
			if (c.filled() > 0 || sameName(c.name, "series id")) && (!counted || !t.isUnique(i)) {
				s.ids = append(s.ids, i)
			}
		case meaning.Unknown:
			if c.mostly(c.texts) && !counted && (t.headLine == 0 || s.isAcross() || !s.hasNamedID(t)) {
				s.ids = append(s.ids, i)
			}
		case meaning.Time, meaning.End, meaning.Value, meaning.Offered, meaning.Handled, meaning.HandleTime, meaning.Other:
		}
	}
}

// isUnique reports whether a column has another text in every row: the keys of a list of contacts.
func (t *table) isUnique(column int) bool {
	seen := map[string]bool{}
	for _, r := range t.rows {
		text := cellOf(r, column).Text
		if seen[text] {
			return false
		}
		seen[text] = true
	}
	return len(t.rows) > 1
}

func (s *shape) hasNamedID(t *table) bool {
	for i, c := range t.columns {
		switch c.role {
		case meaning.Code, meaning.Queue, meaning.Channel, meaning.Series:
			if !s.isValue(i) && !slices.Contains(s.timeColumns(), i) && c.filled() > 0 {
				return true
			}
		case meaning.Unknown, meaning.Time, meaning.End, meaning.Value, meaning.Offered, meaning.Handled,
			meaning.HandleTime, meaning.Other:
		}
	}
	return false
}

// findValues finds the columns of numbers of a long table, or of one with a column per series.
func (s *shape) findValues(t *table, named Columns) error {
	if named.Count {
		s.values, s.count = []valueColumn{{at: -1}}, true
		return nil
	}
	for _, name := range list(named.Value) {
		at, err := t.find("--value", name)
		if err != nil {
			return err
		}
		s.values = append(s.values, valueColumn{at: at})
		s.ids = slices.DeleteFunc(s.ids, func(id int) bool { return id == at })
	}
	if len(s.values) > 1 {
		s.nameByColumn(t)
	}
	if named.Value != "" {
		return nil
	}
	volumes, unknown := s.numberColumns(t)
	switch {
	case len(volumes) > 0:
		volumes = s.withoutTwins(t, volumes)
		if len(volumes) > 1 {
			return s.askWhichValue(t, volumes)
		}
		s.values = []valueColumn{{at: volumes[0]}}
	case len(unknown) == 1:
		s.values = []valueColumn{{at: unknown[0]}}
	case len(unknown) > 1 && len(s.ids) == 0 && t.headLine > 0:
		for _, at := range unknown {
			s.values = append(s.values, valueColumn{at: at})
		}
		s.nameByColumn(t)
	case len(unknown) > 1:
		return s.askWhichValue(t, unknown)
	default:
		return s.noValue(t)
	}
	return nil
}

// nameByColumn names the series by their columns.
func (s *shape) nameByColumn(t *table) {
	for i := range s.values {
		s.values[i].id = t.title(s.values[i].at)
	}
}

// numberColumns are the columns of numbers: those that are named as volumes, and those whose names are not known.
func (s *shape) numberColumns(t *table) (volumes, unknown []int) {
	for i, c := range t.columns {
		if slices.Contains(s.timeColumns(), i) || slices.Contains(s.ids, i) && c.role != meaning.Unknown {
			continue
		}
		switch c.role {
		case meaning.Value, meaning.Offered, meaning.Handled:
			if !c.isDay() && !c.isClock() {
				volumes = append(volumes, i)
			}
		case meaning.HandleTime:
			if c.isNumber() || c.isClock() {
				unknown = append(unknown, i)
			}
		case meaning.Unknown, meaning.Code:
			if c.isNumber() && !slices.Contains(s.ids, i) && !isKey(c.name) {
				unknown = append(unknown, i)
			}
		case meaning.Time, meaning.End, meaning.Queue, meaning.Channel, meaning.Series, meaning.Other:
		}
	}
	onlyTimes := !slices.ContainsFunc(unknown, func(i int) bool { return t.columns[i].role != meaning.HandleTime })
	if !onlyTimes { // handle times are forecast where a file has nothing else
		unknown = slices.DeleteFunc(unknown, func(i int) bool { return t.columns[i].role == meaning.HandleTime })
	}
	if len(volumes)+len(unknown) == 0 {
		unknown = s.otherNumbers(t)
	}
	return t.withNumbers(volumes), unknown
}

// withNumbers leaves out columns that have text where others have numbers.
func (t *table) withNumbers(columns []int) []int {
	with := slices.DeleteFunc(slices.Clone(columns), func(i int) bool { return !t.columns[i].isNumber() })
	if len(with) == 0 {
		return columns
	}
	return with
}

// otherNumbers are columns of numbers that are no volumes, such as rates: they are forecast where a file has nothing
// else.
func (s *shape) otherNumbers(t *table) (columns []int) {
	for i, c := range t.columns {
		if c.role == meaning.Other && (c.isNumber() || c.mostly(c.numbers+c.clocks)) && !s.names(i) {
			columns = append(columns, i)
		}
	}
	return columns
}

// withoutTwins leaves out columns that hold what one before them holds, row by row.
func (s *shape) withoutTwins(t *table, columns []int) (kept []int) {
	for _, c := range columns {
		twin := slices.ContainsFunc(kept, func(k int) bool {
			return !slices.ContainsFunc(t.rows, func(r cells.Row) bool { return cellOf(r, k).Text != cellOf(r, c).Text })
		})
		if !twin && t.columns[c].filled() > 0 {
			kept = append(kept, c)
		}
	}
	if len(kept) == 0 {
		return columns[:1]
	}
	return kept
}

func (s *shape) askWhichValue(t *table, columns []int) error {
	var names, options []string
	for _, c := range columns[:min(len(columns), 6)] {
		example := ""
		for _, r := range t.rows {
			if example = cellOf(r, c).Text; example != "" {
				break
			}
		}
		names = append(names, fmt.Sprintf("%s (%s)", shorten(t.title(c)), shorten(example)))
		name := t.title(c)
		if at, err := t.find("", name); err != nil || at != c { // another one has the name too
			name = strconv.Itoa(c + 1)
		}
		options = append(options, "--value "+shellWord(name))
	}
	return invalid("the values may be those of the columns %s", strings.Join(names, ", ")).
		WithHint("say which: %s", strings.Join(options, ", or "))
}

// shellWord is a text as it may be typed after an option.
func shellWord(s string) string {
	if strings.ContainsAny(s, " \t'\"$&|;()<>*?#\\`!") {
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	return s
}

func (s *shape) noValue(t *table) error {
	if len(t.rows) == 0 {
		return noRows()
	}
	return invalid("no column of numbers was found; the columns are %s", t.titles()).
		WithHint("name it: --value NAME; where each row is one contact, --count counts them per day, or --freq H per hour")
}

// dropNeedlessIDs leaves out columns of ids that tell nothing: they are the same in all rows, or say what one before
// them says in other words.
func (s *shape) dropNeedlessIDs(t *table, named Columns) {
	if named.ID != "" || len(s.ids) < 2 {
		return
	}
	kept := slices.DeleteFunc(slices.Clone(s.ids), func(c int) bool { return t.isConstant(c) })
	if len(kept) == 0 {
		kept = []int{slices.MinFunc(s.ids, func(a, b int) int { return t.strangeness(a) - t.strangeness(b) })}
	}
	for i := 0; i < len(kept); i++ {
		for j := 0; j < len(kept); j++ {
			if i != j && t.sameGroups(kept[i], kept[j]) {
				drop := j
				if isKey(t.head[kept[i]]) && !isKey(t.head[kept[j]]) {
					drop = i
				}
				kept = slices.Delete(kept, drop, drop+1)
				i = -1
				break
			}
		}
	}
	s.ids = kept
}

// strangeness is the lower the more a column's texts are what people call a series by.
func (t *table) strangeness(c int) int {
	rank := map[meaning.Role]int{meaning.Code: 1, meaning.Queue: 2, meaning.Series: 3, meaning.Unknown: 4,
		meaning.Channel: 5}[t.columns[c].role]
	if isKey(t.head[c]) {
		rank += 10
	}
	return rank
}

// isKey reports whether a column's name is that of a key that people do not read.
func isKey(name string) bool {
	folded := meaning.Fold(name)
	if strings.HasSuffix(name, "ID") || strings.HasSuffix(name, "Id") {
		return true
	}
	return strings.HasSuffix(folded, " id") || strings.HasSuffix(folded, "-id") || strings.HasSuffix(folded, "nummer") ||
		folded == "id" || strings.HasSuffix(folded, " no") || strings.HasSuffix(folded, "queueid")
}

func (t *table) isConstant(c int) bool {
	return !slices.ContainsFunc(t.rows, func(r cells.Row) bool {
		text := cellOf(r, c).Text
		return text != "" && text != cellOf(t.rows[0], c).Text
	})
}

// sameGroups reports whether two columns divide the rows in the same way.
func (t *table) sameGroups(a, b int) bool {
	ab, ba := map[string]string{}, map[string]string{}
	for _, r := range t.rows {
		x, y := cellOf(r, a).Text, cellOf(r, b).Text
		if seen, ok := ab[x]; ok && seen != y {
			return false
		}
		if seen, ok := ba[y]; ok && seen != x {
			return false
		}
		ab[x], ba[y] = y, x
	}
	return true
}

// noteIgnored remembers the names of columns that are not read.
func (s *shape) noteIgnored(t *table) {
	for i, h := range t.head {
		if h != "" && !s.isValue(i) && !slices.Contains(s.timeColumns(), i) && !slices.Contains(s.ids, i) {
			s.ignored = append(s.ignored, h)
		}
	}
}
