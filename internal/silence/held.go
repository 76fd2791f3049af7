package silence

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
)

// Words name what is silent, and say since when and why; those of whom the same is to be said, together.
func Words(held []wrapcast.Silence) string {
	const most = 8
	names, order := map[string][]string{}, []string{}
	whole := len(held) > 0 && held[0].Kind == wrapcast.LevelTotal
	for _, s := range held {
		key := string(s.Kind) + "\n" + s.Message
		if whole && s.Kind != wrapcast.LevelTotal {
			key = string(s.Kind) + "\n" // the organisation's silence is theirs
		}
		if names[key] == nil {
			order = append(order, key)
		}
		names[key] = append(names[key], s.Name)
	}
	parts := make([]string, 0, len(order))
	for _, key := range order {
		kind, message, _ := strings.Cut(key, "\n")
		all, rest := names[key], ""
		if n := len(all); n > most {
			all, rest = all[:most], fmt.Sprintf(" and %d more", n-most)
		}
		part := KindWords(wrapcast.AccuracyLevel(kind), len(names[key])) + strings.Join(all, ", ") + rest
		if message != "" {
			part += ": " + message
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "; ")
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
		if twice[name] > 1 || name == "" {
			name = s.ID
		}
		names = append(names, shellQuoted(name))
	}
	return strings.Join(advice, "; ") + "; run again then. Where it is right: wrapcast plan accept-silence " +
		strings.Join(names, " ") + " --reason TEXT"
}

// shellQuoted writes an argument as a shell takes it.
func shellQuoted(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
