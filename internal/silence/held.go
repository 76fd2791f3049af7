package silence

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
)

// maxNamed is how many names a sentence has.
const maxNamed = 8

// Words name what is silent, and say since when and why: the organisation with everything in it, each queue with its
// planning groups, and those groups together of which the same is to be said.
func Words(held []wrapcast.Silence) string {
	var parts []string
	inside := map[string]bool{} // groups that are named with a queue or with the organisation
	for _, s := range held {
		if s.Kind == wrapcast.LevelGroup {
			continue
		}
		groups := groupsIn(held, s, inside)
		part := Named(s.Kind, s.Name)
		switch {
		case len(groups) > 0 && nameless(s): // a queue whose name nobody knows
			part = KindWords(wrapcast.LevelGroup, len(groups)) + someOf(groups) + " of " + part
		case len(groups) > 0:
			part += ", with " + KindWords(wrapcast.LevelGroup, len(groups)) + someOf(groups)
		}
		parts = append(parts, part+": "+sentence(s))
		if s.Kind == wrapcast.LevelTotal {
			return parts[0]
		}
	}
	names, order := map[string][]string{}, []string{}
	for _, s := range held {
		if s.Kind != wrapcast.LevelGroup || inside[s.ID] {
			continue
		}
		says := sentence(s)
		if names[says] == nil {
			order = append(order, says)
		}
		names[says] = append(names[says], s.Name)
	}
	for _, message := range order {
		all := names[message]
		parts = append(parts, KindWords(wrapcast.LevelGroup, len(all))+someOf(all)+": "+message)
	}
	return strings.Join(parts, "; ")
}

// sentence says of a silence since when it lasts, and the likely cause.
func sentence(s wrapcast.Silence) string { return s.Message + "; " + s.Likely }

// Short names what is held, for a headline: the organisation, else planning groups, else queues.
func Short(held []wrapcast.Silence) string {
	var groups []string
	for _, s := range held {
		switch s.Kind {
		case wrapcast.LevelTotal:
			return s.Name
		case wrapcast.LevelGroup:
			groups = append(groups, s.Name)
		case wrapcast.LevelQueue, wrapcast.LevelCode:
		}
	}
	if len(groups) > 0 {
		return KindWords(wrapcast.LevelGroup, len(groups)) + someOf(groups)
	}
	var queues []string
	for _, s := range held {
		queues = append(queues, s.Name)
	}
	if len(queues) == 1 {
		return Named(wrapcast.LevelQueue, queues[0])
	}
	return KindWords(wrapcast.LevelQueue, len(queues)) + someOf(queues)
}

// nameless reports whether something is a queue of which nobody knows the name.
func nameless(s wrapcast.Silence) bool {
	return s.Kind == wrapcast.LevelQueue && s.Name == wrapcast.QueueID(s.ID).Title()
}

// groupsIn names the held groups that are silent because the organisation, or this queue of theirs, is, and notes them.
func groupsIn(held []wrapcast.Silence, whole wrapcast.Silence, inside map[string]bool) []string {
	var names []string
	for _, s := range held {
		if s.Kind != wrapcast.LevelGroup || inside[s.ID] {
			continue
		}
		if whole.Kind == wrapcast.LevelTotal || len(s.Queues) == 1 && string(s.Queues[0]) == whole.ID {
			inside[s.ID] = true
			names = append(names, s.Name)
		}
	}
	return names
}

func someOf(names []string) string {
	if n := len(names); n > maxNamed {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:maxNamed], ", "), n-maxNamed)
	}
	return strings.Join(names, ", ")
}

// KindWords say what so many silent things are, with a space after: "queue ", "4 planning groups "; "" of the
// organisation.
func KindWords(kind wrapcast.AccuracyLevel, n int) string {
	word := map[wrapcast.AccuracyLevel]string{wrapcast.LevelQueue: "queue", wrapcast.LevelGroup: "planning group"}[kind]
	switch {
	case word == "":
		return ""
	case n > 1:
		return fmt.Sprintf("%d %ss ", n, word)
	}
	return word + " "
}

// Named calls something silent by what it is and its name: "planning group Sales Voice". A name that begins with what it
// is does so once.
func Named(kind wrapcast.AccuracyLevel, name string) string {
	return KindWords(kind, 1) + strings.TrimPrefix(name, KindWords(kind, 1))
}

// Hint says what to check and which command accepts it.
func Hint(held []wrapcast.Silence) string {
	var advice, names []string
	for _, s := range held {
		if !slices.Contains(advice, s.Advice) {
			advice = append(advice, s.Advice)
		}
	}
	twice := map[string]int{}
	for _, s := range held {
		twice[s.Name]++
	}
	for _, s := range Names(held) {
		name := s.Name
		if twice[name] > 1 || name == "" || nameless(s) {
			name = s.ID
		}
		names = append(names, shellQuoted(name))
	}
	return strings.Join(advice, "; ") + "; run again then. Where it is right: wrapcast plan accept-silence " +
		strings.Join(names, " ") + " --reason TEXT"
}

// shellQuoted writes an argument as a shell takes it.
func shellQuoted(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
