package tables

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast/internal/tables/internal/meaning"
)

// contactShape says where the parts of a table of contacts stand: those of a shape, its ids told apart.
type contactShape struct {
	shape
	// codes are the columns that together are the code; queue, channel, direction, offered, abandoned, handleAt and
	// afterAt are columns, -1 for none.
	codes                                 []int
	queue, channel, direction             int
	offered, abandoned, handleAt, afterAt int
	columns                               ContactColumns
}

// contactShapeOf finds the parts of a table of contacts. Where it has times, and only something else is open, there is
// a shape beside the error.
func (t *table) contactShapeOf(named ContactColumns) (*contactShape, error) {
	s := &contactShape{shape: shape{day: -1, clock: -1, year: -1, month: -1, week: -1, date: -1}, queue: -1, channel: -1,
		direction: -1, offered: -1, abandoned: -1, handleAt: -1, afterAt: -1, columns: named}
	s.timesAcross(t)
	if err := s.findTime(t, named.series()); err != nil {
		return nil, err
	}
	if s.day < 0 && s.year < 0 && !s.isAcross() {
		if len(t.rows) == 0 && t.headLine > 0 {
			return nil, noContacts()
		}
		return nil, t.noTime(named.series())
	}
	errs := []error{s.findNames(t), s.findHandleTime(t)}
	if !s.isAcross() {
		errs = append(errs, s.findCounts(t))
	}
	if err := allOf(slices.DeleteFunc(errs, func(err error) bool { return err == nil })); err != nil {
		return s, err
	}
	s.ids = slices.Concat(s.codes, one1(s.queue), one1(s.channel))
	s.noteIgnored(t)
	s.remember(t)
	return s, nil
}

// taken reports whether a column has a part already.
func (s *contactShape) taken(at int) bool {
	return s.isValue(at) || slices.Contains(s.timeColumns(), at) || slices.Contains(s.codes, at) ||
		slices.Contains([]int{s.queue, s.channel, s.direction, s.offered, s.abandoned, s.handleAt, s.afterAt}, at)
}

// findNames finds the columns of queue, channel, direction and code.
func (s *contactShape) findNames(t *table) error {
	var errs []error
	note := func(err error) {
		if err != nil {
			errs = append(errs, err)
		}
	}
	for _, name := range list(strings.TrimPrefix(s.columns.Code, "=")) {
		if !isConstant(s.columns.Code) {
			at, err := t.find("--code", name)
			note(err)
			if err == nil {
				s.codes = append(s.codes, at)
			}
		}
	}
	one := func(flag, name string, to *int) {
		if name != "" && !isConstant(name) {
			at, err := t.find(flag, name)
			note(err)
			if err == nil {
				*to = at
			}
		}
	}
	one("--queue", s.columns.Queue, &s.queue)
	one("--channel", s.columns.Channel, &s.channel)
	for i, c := range t.columns {
		if isDirection(c.name) && !s.taken(i) && c.mostly(c.texts) {
			s.direction = i
		}
	}
	if s.columns.Queue == "" {
		s.queue = s.best(t, meaning.Queue, "queue", "schlange", "file", "cola", "fila", "coda")
	}
	if s.columns.Channel == "" {
		s.channel = s.best(t, meaning.Channel, "channel", "kanal", "canal", "media", "medi")
	}
	if s.columns.Code == "" {
		s.findCode(t)
	}
	return allOf(errs)
}

func isDirection(name string) bool {
	folded := " " + meaning.Fold(name) + " "
	for _, word := range []string{" direction ", " richtung ", " sens ", " direccion ", " direcao "} {
		if strings.Contains(folded, word) {
			return true
		}
	}
	return false
}

// best is the column of a role whose texts people read, one with a word in its name before others; -1 for none.
func (s *contactShape) best(t *table, role meaning.Role, words ...string) int {
	best, most := -1, 0
	for i, c := range t.columns {
		if c.role != role || s.taken(i) || c.filled() == 0 || c.isDay() {
			continue
		}
		rank := 2
		if isKey(c.name) {
			rank = 1
		}
		if slices.ContainsFunc(words, func(w string) bool { return strings.Contains(meaning.Fold(c.name), w) }) {
			rank += 2
		}
		if rank > most {
			best, most = i, rank
		}
	}
	return best
}

// findCode finds the column of codes, where one plainly is.
func (s *contactShape) findCode(t *table) {
	at := s.best(t, meaning.Code, "wrap", "disposition", "reason", "grund", "motif", "motivo", "abschluss", "nacharbeit",
		"conclusion", "cierre", "tipificacion", "tabulacao")
	if at < 0 {
		at = s.best(t, meaning.Series)
	}
	if at >= 0 {
		s.codes = []int{at}
		return
	}
	var unknown []int
	for i, c := range t.columns {
		if c.role == meaning.Unknown && c.mostly(c.texts) && !s.taken(i) && !t.isUnique(i) && !t.isConstant(i) {
			unknown = append(unknown, i)
		}
	}
	if len(unknown) == 1 && !s.mayBeLog(t) || s.isAcross() && len(unknown) > 0 {
		s.codes = unknown[:1]
	}
}

// mayBeLog reports whether a table may have a row per contact, whose other texts are about people.
func (s *contactShape) mayBeLog(t *table) bool {
	return s.columns.Count || !slices.ContainsFunc(t.columns, func(c column) bool {
		return slices.Contains([]meaning.Role{meaning.Value, meaning.Handled, meaning.Offered}, c.role) && c.isNumber()
	})
}

// findCounts finds the columns of contacts, or sees that each row is one.
func (s *contactShape) findCounts(t *table) error {
	if s.columns.Count {
		s.values, s.count = []valueColumn{{at: -1}}, true
		return nil
	}
	for _, name := range list(s.columns.Value) {
		at, err := t.find("--value", name)
		if err != nil {
			return err
		}
		s.values = append(s.values, valueColumn{at: at})
	}
	if s.columns.Value != "" {
		if s.findOffered(t); len(s.values) > 1 {
			s.nameByColumn(t)
		}
		return nil
	}
	s.findOffered(t)
	for _, role := range []meaning.Role{meaning.Handled, meaning.Value} {
		if found := s.numbersOf(t, role); len(found) > 1 {
			return s.askWhichValue(t, found)
		} else if len(found) == 1 {
			s.values = []valueColumn{{at: found[0]}}
			return nil
		}
	}
	if s.offered >= 0 { // what was offered is all that is known
		s.values, s.offered = []valueColumn{{at: s.offered}}, -1
		return nil
	}
	return s.findOtherCounts(t)
}

// findOffered finds the columns of contacts offered and abandoned.
func (s *contactShape) findOffered(t *table) {
	if found := s.numbersOf(t, meaning.Offered); len(found) > 0 {
		s.offered = found[0]
	}
	for i, c := range t.columns {
		folded := meaning.Fold(c.name)
		about := strings.Contains(folded, "abandon") && !strings.ContainsAny(c.name, "%") && !strings.Contains(folded, "rate") ||
			slices.Contains([]string{"aufgelegt", "abgebrochen", "abgebrochene anrufe", "aufgegeben", "abd"}, folded)
		if about && c.role == meaning.Other && c.isNumber() && s.abandoned < 0 {
			s.abandoned = i
		}
	}
	if s.offered < 0 {
		s.abandoned = -1
	}
}

// numbersOf are the columns of a role that have numbers, without those that say the same.
func (s *contactShape) numbersOf(t *table, role meaning.Role) (found []int) {
	for i, c := range t.columns {
		if c.role == role && !s.taken(i) && c.isNumber() && !c.isClock() {
			found = append(found, i)
		}
	}
	if len(found) < 2 {
		return found
	}
	return s.withoutTwins(t, found)
}

// findOtherCounts takes numbers without a known name for counts: one column, or a column per code; where there are
// none, each row is one contact.
func (s *contactShape) findOtherCounts(t *table) error {
	var unknown []int
	for i, c := range t.columns {
		if (c.role == meaning.Unknown || c.role == meaning.Code) && c.isNumber() && !s.taken(i) && !isKey(c.name) {
			unknown = append(unknown, i)
		}
	}
	irregular := s.isIrregular(t)
	named := s.countsByName(t)
	switch {
	case !irregular && len(unknown) == 0 && len(named) == 1: // its cells are told one by one
		s.values = []valueColumn{{at: named[0]}}
	case irregular || len(unknown) == 0:
		s.values, s.count = []valueColumn{{at: -1}}, true
	case len(unknown) == 1:
		s.values = []valueColumn{{at: unknown[0]}}
	case len(s.codes) == 0 && t.headLine > 0:
		for _, at := range unknown {
			s.values = append(s.values, valueColumn{at: at})
		}
		s.nameByColumn(t)
	default:
		return s.askWhichValue(t, unknown)
	}
	return nil
}

// countsByName are the columns that are called as counts of contacts are, whatever is in them.
func (s *contactShape) countsByName(t *table) (found []int) {
	for i, c := range t.columns {
		if slices.Contains([]meaning.Role{meaning.Handled, meaning.Value, meaning.Offered}, c.role) && c.filled() > 0 &&
			!s.taken(i) {
			found = append(found, i)
		}
	}
	return found
}

// isIrregular reports whether times lie off the quarter-hours, as those of single contacts do.
func (s *contactShape) isIrregular(t *table) bool {
	off, all := 0, 0
	for i, r := range t.rows {
		if i >= sampled {
			break
		}
		at := s.day
		if s.clock >= 0 {
			at = s.clock
		}
		stamp, fault := t.words.ReadStamp(bareClock(cellOf(r, at).Text))
		if fault != meaning.Fine || stamp.Clock == meaning.None {
			continue
		}
		if all++; stamp.Clock%900 != 0 {
			off++
		}
	}
	return all > 0 && 2*off > all
}

// findHandleTime finds the columns of handle time and of work after contacts.
func (s *contactShape) findHandleTime(t *table) error {
	timed := func(c column) bool {
		return c.filled() > 0 && c.mostly(c.numbers+c.spans+c.clocks)
	}
	if name := s.columns.HandleTime; name != "" && name != "none" {
		at, err := t.find("--aht", name)
		if err != nil {
			return err
		}
		s.handleAt = at
	}
	var found []int
	for i, c := range t.columns {
		if c.role == meaning.HandleTime && timed(c) && !s.taken(i) {
			found = append(found, i)
		}
		if isAfterCall(c.name) && timed(c) && !s.taken(i) {
			s.afterAt = i
		}
	}
	if s.columns.HandleTime != "" {
		return nil
	}
	whole := slices.DeleteFunc(slices.Clone(found), func(i int) bool { return isTalk(t.columns[i].name) })
	if len(whole) > 0 {
		found = whole
	}
	if averages := slices.DeleteFunc(slices.Clone(found), func(i int) bool { return handleKind(t.columns[i].name) != "average" }); len(averages) == 1 {
		found = averages // a total beside it says the same
	}
	switch len(found) {
	case 0:
		return nil
	case 1:
		s.handleAt = found[0]
		return nil
	}
	var names []string
	for _, at := range found {
		names = append(names, t.title(at))
	}
	return invalid("the handle time may be that of the columns %s", strings.Join(names, ", ")).
		WithHint("say which: --aht %s; none: --aht none", shellWord(names[0]))
}

func isAfterCall(name string) bool {
	folded := meaning.Fold(name)
	for _, word := range []string{"acw", "after call", "after contact", "wrap up time", "nachbearbeitung",
		"nacharbeitszeit"} {
		if strings.Contains(folded, word) {
			return !strings.Contains(folded, "code")
		}
	}
	return false
}

func isTalk(name string) bool {
	folded := meaning.Fold(name)
	return strings.Contains(folded, "talk") || strings.Contains(folded, "gesprach") || strings.Contains(folded, "interaction")
}

// remember names the columns that were found, so that a mapping can keep them.
func (s *contactShape) remember(t *table) {
	name := func(at int) string {
		if at < 0 {
			return ""
		}
		if title := t.title(at); title != "" {
			if found, err := t.find("", title); err == nil && found == at {
				return title
			}
		}
		return fmt.Sprint(at + 1)
	}
	joinedNames := func(columns []int) string {
		var names []string
		for _, at := range columns {
			if n := name(at); n != "" && !strings.Contains(n, ",") {
				names = append(names, n)
			} else if at >= 0 {
				names = append(names, fmt.Sprint(at+1))
			}
		}
		return strings.Join(names, ",")
	}
	if s.columns.Time == "" {
		s.columns.Time = joinedNames(slices.DeleteFunc([]int{s.day, s.clock}, func(at int) bool { return at < 0 }))
	}
	if s.columns.Code == "" {
		s.columns.Code = joinedNames(s.codes)
	}
	if s.columns.Queue == "" {
		s.columns.Queue = name(s.queue)
	}
	if s.columns.Channel == "" {
		s.columns.Channel = name(s.channel)
	}
	if s.columns.HandleTime == "" {
		s.columns.HandleTime = name(s.handleAt)
	}
	s.columns.Count = s.count
	if s.columns.Value == "" && !s.count && !s.isAcross() {
		var at []int
		for _, v := range s.values {
			at = append(at, v.at)
		}
		s.columns.Value = joinedNames(at)
	}
}
