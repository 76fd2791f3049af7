package steps

import (
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
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
