package settings

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// unknownKey finds the first key of a YAML tree that a Go type has no field for, by the names that the tags of its
// fields give; nil where all are known. Aliases are not followed: what they stand for is looked at where it is written.
func unknownKey(node *yaml.Node, t reflect.Type, tag string) error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case node.Kind == yaml.SequenceNode && t.Kind() == reflect.Slice:
		for _, one := range node.Content {
			if err := unknownKey(one, t.Elem(), tag); err != nil {
				return err
			}
		}
	case node.Kind == yaml.MappingNode && t.Kind() == reflect.Struct && !readsItself(t):
		return unknownOf(node, fieldsOf(t, tag), tag)
	}
	return nil
}

// unknownOf looks through the keys of one mapping and, where they are known, below them.
func unknownOf(node *yaml.Node, fields map[string]reflect.Type, tag string) error {
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		field, known := fields[key.Value]
		if !known && key.Tag != "!!merge" {
			return unknownError(key, fields)
		}
		if known {
			if err := unknownKey(value, field, tag); err != nil {
				return err
			}
		}
	}
	return nil
}

func unknownError(key *yaml.Node, fields map[string]reflect.Type) error {
	text := fmt.Sprintf("line %d: unknown field %q", key.Line, key.Value)
	if near := nearest(key.Value, fields); near != "" {
		text += fmt.Sprintf("; did you mean %q?", near)
	}
	return oneLine(fmt.Errorf("%s", text))
}

// readsItself reports whether a type makes of a text what it will, so that it has no keys.
func readsItself(t reflect.Type) bool {
	text := reflect.TypeFor[encoding.TextUnmarshaler]()
	return t == reflect.TypeFor[yaml.Node]() || reflect.PointerTo(t).Implements(text)
}

// fieldsOf are the keys that a struct knows, those of structs it takes in included.
func fieldsOf(t reflect.Type, tag string) map[string]reflect.Type {
	fields := map[string]reflect.Type{}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get(tag), ",")
		if name != "" && name != "-" {
			fields[name] = f.Type
		}
	}
	return fields
}

// nearest is the known key that takes the fewest edits to become the one written, at most two or a third of its
// letters; "" where there is none. A key that lies one group lower is near as well, and is named with its group.
func nearest(written string, fields map[string]reflect.Type) string {
	best, edits := "", max(min(2, len(written)/2), len(written)/3)+1
	for _, name := range sortedKeys(fields) {
		if d := distance(strings.ToLower(written), name); d < edits {
			best, edits = name, d
		}
	}
	if best != "" {
		return best
	}
	for _, group := range sortedKeys(fields) {
		if t := fields[group]; t.Kind() == reflect.Struct && !readsItself(t) {
			if _, lower := fieldsOf(t, "yaml")[written]; lower {
				return group + "." + written
			}
		}
	}
	return ""
}

func sortedKeys(fields map[string]reflect.Type) []string {
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// distance is how many letters must be put in, taken out or changed to make a word of another (Levenshtein).
func distance(from, to string) int {
	a, b := []rune(from), []rune(to)
	if len(a) > 100 {
		return len(a)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j := range b {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
