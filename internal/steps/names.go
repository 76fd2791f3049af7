package steps

import (
	"maps"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/silence"
)

// People write names, the platform wants ids: whatever people give is looked up as an id first, then as a name in
// any case. A name that several have must be given as an id.

// FindCode returns the code people mean by an id or a name; "(no code)" is that of contacts without one.
func FindCode(directory wrapcast.Directory, text string) (wrapcast.CodeID, error) {
	if text == wrapcast.NoCode.Title() {
		return wrapcast.NoCode, nil
	}
	if id := wrapcast.CodeID(text); id.IsSystem() || id == wrapcast.DefaultCode {
		return id, nil
	}
	var all []named
	for _, c := range directory.Codes {
		all = append(all, named{string(c.ID), c.Name})
	}
	id, err := find("wrap-up code", text, all, "`wrapcast codes` lists them; "+wrapcast.NoCode.Title()+" means contacts without one")
	return wrapcast.CodeID(id), err
}

// FindQueue returns the queue people mean by an id or a name.
func FindQueue(directory wrapcast.Directory, text string) (wrapcast.QueueID, error) {
	var all []named
	for _, q := range directory.Queues {
		all = append(all, named{string(q.ID), q.Name})
	}
	id, err := find("queue", text, all, "`wrapcast validate queues` lists them")
	return wrapcast.QueueID(id), err
}

// FindCodes finds several codes.
func FindCodes(directory wrapcast.Directory, texts []string) ([]wrapcast.CodeID, error) {
	return findAll(directory, texts, FindCode)
}

// FindQueues finds several queues.
func FindQueues(directory wrapcast.Directory, texts []string) ([]wrapcast.QueueID, error) {
	return findAll(directory, texts, FindQueue)
}

func findAll[T any](directory wrapcast.Directory, texts []string, find func(wrapcast.Directory, string) (T,
	error)) ([]T, error) {
	var ids []T
	for _, text := range texts {
		id, err := find(directory, text)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

type named struct{ id, name string }

func find(what, text string, all []named, hint string) (string, error) {
	if i := slices.IndexFunc(all, func(n named) bool { return n.id == text }); i >= 0 {
		return text, nil
	}
	var found []string
	for _, n := range all {
		if strings.EqualFold(n.name, text) {
			found = append(found, n.id)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return "", wrapcast.Errorf(wrapcast.Usage, "", "there is no %s %q", what, text).WithHint("%s", hint)
	}
	return "", wrapcast.Errorf(wrapcast.Usage, "", "%d %ss are called %q", len(found), what,
		text).WithHint("name one by its id: %s", strings.Join(found, ", "))
}

// checkLeftOut refuses names of planning groups to leave out that no unit ever planned has; a group of another unit
// than the one planned now is left out of that one's plans.
func checkLeftOut(names []string, directory wrapcast.Directory) error {
	var all []named
	var texts []string
	for _, g := range allGroups(directory) {
		all = append(all, named{string(g.ID), g.Name})
		texts = append(texts, g.Name)
	}
	slices.Sort(texts)
	hint := "plan.leave_out names planning groups by id or name; there are: " + strings.Join(texts, ", ")
	if len(texts) == 0 {
		hint = "there is no planning group to leave out: remove plan.leave_out"
	}
	for _, name := range names {
		if _, err := find("planning group", name, all, hint); err != nil {
			return err
		}
	}
	return nil
}

// allGroups are the planning groups of all business units of a directory.
func allGroups(d wrapcast.Directory) []wrapcast.PlanningGroup {
	groups := slices.Clone(d.PlanningGroups)
	for _, u := range d.Others {
		groups = append(groups, u.PlanningGroups...)
	}
	return groups
}

// LeftOut are the planning groups of the unit that are not to be planned.
func (v *View) LeftOut() (ids []wrapcast.PlanningGroupID) {
	for _, g := range v.Directory.PlanningGroups {
		if slices.ContainsFunc(v.Spec.LeaveOut, func(name string) bool {
			return name == string(g.ID) || strings.EqualFold(name, g.Name)
		}) {
			ids = append(ids, g.ID)
		}
	}
	return ids
}

// resolveCalendar turns the names of queues in a calendar into ids.
func resolveCalendar(c wrapcast.Calendar, directory wrapcast.Directory) (wrapcast.Calendar, error) {
	resolve := func(queues []wrapcast.QueueID) ([]wrapcast.QueueID, error) {
		var texts []string
		for _, q := range queues {
			texts = append(texts, string(q))
		}
		return FindQueues(directory, texts)
	}
	var err error
	c.Closures, c.Hours = slices.Clone(c.Closures), slices.Clone(c.Hours)
	for i := range c.Closures {
		if c.Closures[i].Queues, err = resolve(c.Closures[i].Queues); err != nil {
			return c, err
		}
	}
	for i := range c.Hours {
		if c.Hours[i].Queues, err = resolve(c.Hours[i].Queues); err != nil {
			return c, err
		}
	}
	return c, nil
}

// nameOf is what something that may be silent is called; one that nobody knows is a Usage error.
func (k Silent) nameOf(kind wrapcast.AccuracyLevel, id string) (string, error) {
	for _, c := range k.silenceable() {
		if c.kind == kind && c.id == id {
			return c.name, nil
		}
	}
	return "", wrapcast.Errorf(wrapcast.Usage, "", "there is no %s%q", silence.KindWords(kind, 1), id)
}

// silenceable is something that may be silent.
type silenceable struct {
	kind wrapcast.AccuracyLevel
	named
}

// silenceable are the organisation, its queues and its planning groups.
func (k Silent) silenceable() []silenceable {
	org := k.Directory.Organisation
	all := []silenceable{{wrapcast.LevelTotal, named{string(org.ID), org.Name}}}
	queues := map[wrapcast.QueueID]string{}
	for _, q := range k.Directory.Queues {
		queues[q.ID] = q.Name
	}
	for _, g := range allGroups(k.Directory) {
		all = append(all, silenceable{wrapcast.LevelGroup, named{string(g.ID), g.Name}})
		for _, r := range g.Routes { // the platform may not list it
			if _, known := queues[r.Queue]; !known {
				queues[r.Queue] = r.Queue.Title()
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(queues)) {
		all = append(all, silenceable{wrapcast.LevelQueue, named{string(id), queues[id]}})
	}
	return all
}

// Find finds the queue, planning group or organisation that people mean by an id or a name. Where a queue
// and a planning group share a name it is what is silent of them, both where both are.
func (k Silent) Find(text string) ([]wrapcast.AcceptedSilence, error) {
	var found []wrapcast.AcceptedSilence
	all := k.silenceable()
	for _, exact := range []func(silenceable) bool{
		func(c silenceable) bool { return c.id == text },
		func(c silenceable) bool { return strings.EqualFold(c.name, text) },
	} {
		for _, c := range all {
			if exact(c) {
				found = append(found, wrapcast.AcceptedSilence{Kind: c.kind, Of: c.id, Name: c.name})
			}
		}
		if len(found) > 0 {
			break
		}
	}
	if len(found) == 0 {
		return nil, unknownSilenceable(text, all, k.Silences)
	}
	if len(found) == 1 {
		return found, nil
	}
	isSilent := slices.DeleteFunc(slices.Clone(found), func(a wrapcast.AcceptedSilence) bool {
		return !slices.ContainsFunc(k.Silences, func(s wrapcast.Silence) bool { return s.Kind == a.Kind && s.ID == a.Of })
	})
	if len(isSilent) > 0 {
		found = isSilent
	}
	kinds := map[wrapcast.AccuracyLevel]bool{}
	var ids []string
	for _, a := range found {
		kinds[a.Kind] = true
		ids = append(ids, a.Of)
	}
	if len(kinds) < len(found) {
		return nil, wrapcast.Errorf(wrapcast.Usage, "", "%d are called %q", len(found), text).
			WithHint("name one by its id: %s", strings.Join(ids, ", "))
	}
	return found, nil
}

// unknownSilenceable refuses a name that nothing has, with those it is like and those that are silent.
func unknownSilenceable(text string, all []silenceable, silent []wrapcast.Silence) error {
	const most = 5
	var names []string
	add := func(name string) {
		if len(names) < most && name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, c := range all {
		if alike(c.name, text) && c.name != wrapcast.QueueID(c.id).Title() { // else it has no name to be given
			add(c.name)
		}
	}
	for _, s := range silent {
		if s.Name == wrapcast.QueueID(s.ID).Title() {
			add(s.ID)
			continue
		}
		add(s.Name)
	}
	err := wrapcast.Errorf(wrapcast.Usage, "", "there is no queue or planning group %q", text)
	if len(names) == 0 {
		return err.WithHint("`wrapcast plan accept-silence --list` names what is silent")
	}
	return err.WithHint("did you mean %s? `wrapcast plan accept-silence --list` names what is silent",
		strings.Join(names, ", "))
}

// alike reports whether two names could be meant for each other: one is part of the other, or they differ in a letter
// or two.
func alike(a, b string) bool {
	a, b = strings.ToLower(a), strings.ToLower(b)
	if a == "" || b == "" {
		return false
	}
	return strings.Contains(a, b) || strings.Contains(b, a) || editDistance([]rune(a), []rune(b)) <= 1+len(b)/8
}

// editDistance is how many letters have to be put in, taken out or changed.
func editDistance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		before := row[0]
		row[0] = i + 1
		for j, y := range b {
			cost := before
			if x != y {
				cost++
			}
			before = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
