package files

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/wrapcast/wrapcast"
)

// Template says how a file looks: what its rows are of, its columns, and the rules of whoever takes it.
type Template struct {
	// Name is what settings and commands call it, About says for whom it is, Source where that is documented.
	Name   string `yaml:"name" json:"name"`
	About  string `yaml:"about" json:"about"`
	Source string `yaml:"source" json:"source"`
	// Of is what rows are of: planning_group or queue.
	Of string `yaml:"of" json:"of"`
	// Interval is 15, 30 or 60 minutes, or "day".
	Interval string `yaml:"interval" json:"interval"`
	// Zone is that of its times: UTC, a name such as Europe/Berlin, or "" for the business unit's.
	Zone    string   `yaml:"zone" json:"zone,omitempty"`
	Columns []Column `yaml:"columns" json:"columns"`
	Layout  Layout   `yaml:"layout" json:"layout"`
	Round   Rounding `yaml:"round" json:"round"`
	Rules   Rules    `yaml:"rules" json:"rules"`
}

// Column is a column of the file.
type Column struct {
	// Heading is what it is called; Value what stands in it: start, end, name, id, channel, contacts, seconds (handle
	// time per contact), work_seconds (of all contacts), minutes (of the interval), or text, which is Text.
	Heading string `yaml:"heading" json:"heading"`
	Value   string `yaml:"value" json:"value"`
	Text    string `yaml:"text" json:"text,omitempty"`
	// Format is how start and end are written: yyyy MM dd HH mm ss, and Z for UTC's letter or the offset.
	Format string `yaml:"format" json:"format,omitempty"`
}

// Layout is how the file is written.
type Layout struct {
	// Separator stands between cells, a comma unless it says otherwise; Decimal before fractions, a point.
	Separator string `yaml:"separator" json:"separator,omitempty"`
	Decimal   string `yaml:"decimal" json:"decimal,omitempty"`
	// NoHeader leaves the headings out. CRLF ends lines as Windows does. BOM begins the file with the mark of UTF-8.
	NoHeader bool `yaml:"no_header" json:"no_header,omitempty"`
	CRLF     bool `yaml:"crlf" json:"crlf,omitempty"`
	BOM      bool `yaml:"bom" json:"bom,omitempty"`
	// SkipEmpty leaves out intervals without contacts.
	SkipEmpty bool `yaml:"skip_empty" json:"skip_empty,omitempty"`
	// TwiceComing says what becomes of the hour that comes twice where times have no offset: add (one row with both,
	// the default) or both (two rows with one name). The hour that never comes has no row.
	TwiceComing string `yaml:"hour_twice" json:"hour_twice,omitempty"`
}

// Rounding is how many decimals contacts and handle times have. What is lost of a subject's contacts by rounding is
// given to the intervals with the largest remainders, so that a day is off by less than one unit of its last decimal,
// and the file by at most half of one.
type Rounding struct {
	Contacts int `yaml:"contacts" json:"contacts"`
	Seconds  int `yaml:"seconds" json:"seconds"`
}

// Rules are those of whoever takes the file; zero is no rule.
type Rules struct {
	MaxDays int `yaml:"max_days" json:"max_days,omitempty"`
	MaxName int `yaml:"max_name" json:"max_name,omitempty"`
	MaxRows int `yaml:"max_rows" json:"max_rows,omitempty"`
	// WholeWeeks wants weeks that begin on the business unit's first day.
	WholeWeeks bool `yaml:"whole_weeks" json:"whole_weeks,omitempty"`
	// Forbidden are characters that no name may hold, ForbiddenInFileName those that the file's may not.
	Forbidden           string `yaml:"forbidden" json:"forbidden,omitempty"`
	ForbiddenInFileName string `yaml:"forbidden_in_file_name" json:"forbidden_in_file_name,omitempty"`
}

//go:embed templates/*.yaml
var builtIn embed.FS

// BuiltIn are the templates that come with wrapcast, by name.
func BuiltIn() ([]Template, error) {
	names, err := fs.Glob(builtIn, "templates/*.yaml")
	if err != nil {
		return nil, err
	}
	var all []Template
	for _, name := range names {
		text, err := builtIn.ReadFile(name)
		if err != nil {
			return nil, err
		}
		t, err := Parse(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b Template) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

// Named returns the built-in template of a name; one that is none is a Usage error that names those there are.
func Named(name string) (Template, error) {
	all, err := BuiltIn()
	if err != nil {
		return Template{}, err
	}
	var names []string
	for _, t := range all {
		if t.Name == name {
			return t, nil
		}
		names = append(names, t.Name)
	}
	return Template{}, usage("there is no template %q", name).
		WithHint("there are %s; or name a file of your own, ending in .yaml", strings.Join(names, ", "))
}

func usage(format string, args ...any) *wrapcast.Error {
	return wrapcast.Errorf(wrapcast.Usage, "template", format, args...)
}

// Parse reads a template. All that is wrong with it is one Usage error: keys that are not known, with those that are
// near; values that cannot be meant.
func Parse(text []byte) (Template, error) {
	var t Template
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err != nil {
		return t, usage("it is no YAML: %s", strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if len(root.Content) == 0 || root.Content[0].Kind != yaml.MappingNode {
		return t, usage("it is empty, or no template").WithHint("a template has name, of, interval and columns")
	}
	problems := unknownKeys(root.Content[0], templateKeys(), "")
	if err := root.Decode(&t); err != nil {
		problems = append(problems, strings.TrimPrefix(strings.ReplaceAll(err.Error(), "\n", " "), "yaml: "))
	} else {
		problems = append(problems, t.problems()...)
	}
	if len(problems) > 0 {
		return t, usage("%s", strings.Join(problems, "; ")).WithHint("docs/CONFIGURATION.md has the keys of a template")
	}
	return t, nil
}

// problems are the values that cannot be meant.
func (t Template) problems() (all []string) {
	say := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	one := func(key, value string, of ...string) {
		if !slices.Contains(of, value) {
			say("%s is %q; it is %s", key, value, strings.Join(of, " or "))
		}
	}
	if t.Name == "" {
		say("it has no name")
	}
	one("of", t.Of, "planning_group", "queue")
	one("interval", t.Interval, "15", "30", "60", "day")
	one("layout.hour_twice", t.Layout.TwiceComing, "", "add", "both")
	one("layout.decimal", t.Layout.Decimal, "", ".", ",")
	if len([]rune(t.Layout.Separator)) > 1 || strings.ContainsAny(t.Layout.Separator, "\"\r\n") {
		say("layout.separator is %q; it is one character", t.Layout.Separator)
	}
	if t.Layout.Decimal == "," && (t.Layout.Separator == "," || t.Layout.Separator == "") {
		say("layout.decimal is a comma, and so is layout.separator")
	}
	if r := t.Round; r.Contacts < 0 || r.Contacts > 6 || r.Seconds < 0 || r.Seconds > 6 {
		say("round has 0 to 6 decimals")
	}
	if _, err := t.zone(time.UTC); err != nil {
		say("zone %q is not known", t.Zone)
	}
	return append(all, t.columnProblems()...)
}

func (t Template) columnProblems() (all []string) {
	values := []string{"start", "end", "name", "id", "channel", "contacts", "seconds", "work_seconds", "minutes", "text"}
	has := map[string]bool{}
	for i, c := range t.Columns {
		has[c.Value] = true
		if !slices.Contains(values, c.Value) {
			all = append(all, fmt.Sprintf("column %d has the value %q%s; it is one of %s", i+1, c.Value, meant(c.Value, values),
				strings.Join(values, ", ")))
		}
		if c.Heading == "" && !t.Layout.NoHeader {
			all = append(all, fmt.Sprintf("column %d has no heading", i+1))
		}
	}
	if !has["start"] || !has["contacts"] || !has["name"] && !has["id"] {
		all = append(all, "a template needs columns with start, contacts, and name or id")
	}
	return all
}

// zone is the zone of the file's times.
func (t Template) zone(unit *time.Location) (*time.Location, error) {
	if t.Zone == "" {
		return unit, nil
	}
	return time.LoadLocation(t.Zone)
}

// minutes is the length of an interval, 0 of a day.
func (t Template) minutes() int {
	switch t.Interval {
	case "15":
		return 15
	case "30":
		return 30
	case "60":
		return 60
	}
	return 0
}

// keys are those of a mapping; below a key others, nil where it has a value.
type keys map[string]keys

func templateKeys() keys {
	return keys{"name": nil, "about": nil, "source": nil, "of": nil, "interval": nil, "zone": nil,
		"columns": {"heading": nil, "value": nil, "text": nil, "format": nil},
		"layout": {"separator": nil, "decimal": nil, "no_header": nil, "crlf": nil, "bom": nil, "skip_empty": nil,
			"hour_twice": nil},
		"round": {"contacts": nil, "seconds": nil},
		"rules": {"max_days": nil, "max_name": nil, "max_rows": nil, "whole_weeks": nil, "forbidden": nil,
			"forbidden_in_file_name": nil}}
}

// unknownKeys names the keys of a tree that are not known, with the nearest that is.
func unknownKeys(node *yaml.Node, known keys, below string) (all []string) {
	switch node.Kind {
	case yaml.SequenceNode:
		for _, one := range node.Content {
			all = append(all, unknownKeys(one, known, below)...)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			key := node.Content[i]
			inside, there := known[key.Value]
			if !there {
				var names []string
				for name := range known {
					names = append(names, name)
				}
				all = append(all, fmt.Sprintf("line %d: there is no key %q%s", key.Line, below+key.Value, meant(key.Value, names)))
				continue
			}
			if inside != nil {
				all = append(all, unknownKeys(node.Content[i+1], inside, key.Value+".")...)
			}
		}
	case yaml.DocumentNode, yaml.ScalarNode, yaml.AliasNode:
	}
	return all
}

// meant asks whether the nearest known word was meant, where one is near.
func meant(written string, known []string) string {
	slices.Sort(known)
	best, edits := "", max(2, len(written)/3)+1
	for _, name := range known {
		if d := distance(strings.ToLower(written), name); d < edits {
			best, edits = name, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", best)
}

// distance is how many letters must be changed, put in or taken out to make one word of another.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := before
			if a[i] != b[j] {
				cost++
			}
			before = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
