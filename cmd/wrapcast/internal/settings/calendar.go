package settings

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
)

const notYAML = "the file is not YAML; look at the line named"

const calendarHint = "docs/PLANNING.md has a calendar with everything it can say"

// calendarAt is the calendar of a settings file: nil where it says none, that of a file of its own, named as it lies
// from the settings file, or the one that stands there.
func calendarAt(settings string, node *yaml.Node) (*wrapcast.Calendar, error) {
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	switch {
	case node.IsZero(), node.Tag == "!!null", node.Kind == yaml.ScalarNode && node.Value == "":
		return nil, nil //nolint:nilnil // no calendar is a valid setting
	case node.Kind == yaml.ScalarNode && filepath.IsAbs(node.Value):
		return ReadCalendar(node.Value)
	case node.Kind == yaml.ScalarNode:
		return ReadCalendar(filepath.Join(filepath.Dir(settings), node.Value))
	}
	calendar, err := calendarOf(node)
	if err != nil {
		return nil, fileError(settings, fmt.Errorf("calendar: %w", err)).WithHint(calendarHint)
	}
	return calendar, nil
}

// ReadCalendar reads a YAML file that is a calendar.
func ReadCalendar(path string) (*wrapcast.Calendar, error) {
	f, err := terminal.OpenFile(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, usage("calendar %s: %w", path, err)
	}
	return parseCalendar(path, text)
}

func parseCalendar(path string, text []byte) (*wrapcast.Calendar, error) {
	var node yaml.Node
	if err := yaml.Unmarshal(bytes.ToValidUTF8(text, []byte("?")), &node); err != nil {
		return nil, usage("calendar %s: %w", path, oneLine(err)).WithHint(notYAML)
	}
	calendar, err := calendarOf(&node)
	if err != nil {
		return nil, usage("calendar %s: %w", path, err).WithHint(calendarHint)
	}
	return calendar, nil
}

// calendarOf makes a calendar of what YAML held. Keys it does not know are errors: a typo must not silently open a
// closed day.
func calendarOf(node *yaml.Node) (*wrapcast.Calendar, error) {
	var tree any
	if err := node.Decode(&tree); err != nil {
		return nil, oneLine(err)
	}
	var c wrapcast.Calendar
	if node.Kind == yaml.DocumentNode && len(node.Content) == 1 {
		node = node.Content[0]
	}
	if err := unknownKey(node, reflect.TypeOf(c), "json"); err != nil {
		return nil, err
	}
	text, err := json.Marshal(plain(tree))
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return nil, oneLine(errors.New(strings.TrimPrefix(err.Error(), "json: ")))
	}
	return &c, nil
}

// plain turns what YAML reads as times back into the dates that people wrote, and maps into those JSON can hold.
func plain(v any) any {
	switch v := v.(type) {
	case time.Time:
		return v.Format(time.DateOnly)
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, value := range v {
			out[key] = plain(value)
		}
		return out
	case map[any]any:
		out := make(map[string]any, len(v))
		for key, value := range v {
			out[fmt.Sprint(key)] = plain(value)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, value := range v {
			out[i] = plain(value)
		}
		return out
	}
	return v
}
