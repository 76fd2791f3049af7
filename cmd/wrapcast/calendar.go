package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/knadh/koanf/parsers/yaml"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
)

// readCalendar finds the calendar of the settings: nothing, a file of its own, named as it lies from the settings file,
// or the calendar itself.
func (c *config) readCalendar(settings string) error {
	switch given := c.Calendar.(type) {
	case nil:
		return nil
	case string:
		if given == "" {
			c.Calendar = nil
			return nil
		}
		if !filepath.IsAbs(given) {
			given = filepath.Join(filepath.Dir(settings), given)
		}
		calendar, err := calendarFile(given)
		c.Calendar = calendar
		return err
	default:
		calendar, err := calendarOf(given)
		if err != nil {
			return configError(settings, fmt.Errorf("calendar: %w", err)).WithHint("docs/PLANNING.md has a calendar with everything it can say")
		}
		c.Calendar = calendar
		return nil
	}
}

// calendar is the one of the settings, nil where they name none.
func (c config) calendar() *wrapcast.Calendar {
	calendar, _ := c.Calendar.(*wrapcast.Calendar)
	return calendar
}

// calendarFile reads a YAML file that is a calendar.
func calendarFile(path string) (*wrapcast.Calendar, error) {
	f, err := terminal.OpenFile(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, wrapcast.Errorf(wrapcast.Usage, "", "calendar %s: %w", path, err)
	}
	return parseCalendar(path, text)
}

func parseCalendar(path string, text []byte) (*wrapcast.Calendar, error) {
	tree, err := yaml.Parser().Unmarshal(bytes.ToValidUTF8(text, []byte("?")))
	if err != nil {
		return nil, wrapcast.Errorf(wrapcast.Usage, "", "calendar %s: %w", path, oneLine(err)).WithHint("the file is not YAML; look at the line named")
	}
	calendar, err := calendarOf(tree)
	if err != nil {
		return nil, wrapcast.Errorf(wrapcast.Usage, "", "calendar %s: %w", path, err).WithHint("docs/PLANNING.md has a calendar with everything it can say")
	}
	return calendar, nil
}

// calendarOf makes a calendar of what YAML held. Keys it does not know are errors: a typo must not silently open a closed day.
func calendarOf(tree any) (*wrapcast.Calendar, error) {
	text, err := json.Marshal(plain(tree))
	if err != nil {
		return nil, err
	}
	var c wrapcast.Calendar
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return nil, fmt.Errorf("%s", strings.TrimPrefix(err.Error(), "json: "))
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
