package settings

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strings"
	"time"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// Duration is a length of time, written in YAML as 30s, 5m or 24h.
type Duration time.Duration

// UnmarshalYAML reads a length of time; nothing leaves what was there.
func (d *Duration) UnmarshalYAML(node *yaml.Node) error {
	if node.Tag == "!!null" {
		return nil
	}
	v, err := time.ParseDuration(node.Value)
	if err != nil {
		return fmt.Errorf("line %d: %q is no length of time such as 30s", node.Line, node.Value)
	}
	*d = Duration(v)
	return nil
}

// document is the YAML file: the settings, and the calendar and the organisations as they stand there.
type document struct {
	*Settings     `yaml:",inline"`
	Calendar      yaml.Node `yaml:"calendar"`
	Organisations yaml.Node `yaml:"organisations"`
}

// parse reads a YAML text into c, which holds what the text does not say, and gives the calendar and the organisations
// as they stand there. Keys it does not know are errors: a typo must not silently mean the default.
func parse(path string, text []byte, c *Settings, organisations *yaml.Node) (calendar *yaml.Node, err error) {
	d := document{Settings: c}
	text = bytes.ToValidUTF8(text, []byte("?"))
	if err := decode(text, &d); err != nil {
		hint := "compare the keys with docs/CONFIGURATION.md; secrets are never put into this file"
		if !isMapping(text) {
			hint = notYAML
		}
		return nil, fileError(path, err).WithHint("%s", hint)
	}
	*organisations = d.Organisations
	return &d.Calendar, nil
}

// decode reads the one document of a YAML text. An error is one line of text, and names the line of the file.
func decode(text []byte, to any) error {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	err := decoder.Decode(to)
	if errors.Is(err, io.EOF) {
		return nil // an empty file says nothing
	}
	if err != nil {
		return explain(err, text, to)
	}
	var second yaml.Node
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		return errors.New("it holds more than one document: leave out the line ---")
	}
	return nil
}

// explain says of a text that could not be decoded which key is unknown, or else which value is of another kind.
func explain(err error, text []byte, to any) error {
	var root yaml.Node
	if yaml.Unmarshal(text, &root) == nil && len(root.Content) == 1 {
		if unknown := unknownKey(root.Content[0], reflect.TypeOf(to), "yaml"); unknown != nil {
			return unknown
		}
	}
	if typed, ok := errors.AsType[*yaml.TypeError](err); ok && len(typed.Errors) > 0 {
		err = errors.New(typed.Errors[0])
	}
	return oneLine(errors.New(plainWords(strings.TrimPrefix(err.Error(), "yaml: "))))
}

func isMapping(text []byte) bool {
	var root yaml.Node
	return yaml.Unmarshal(text, &root) == nil && len(root.Content) == 1 && root.Content[0].Kind == yaml.MappingNode
}

// mismatch is how the decoder says that a value is of another kind than its key wants.
var mismatch = regexp.MustCompile("cannot unmarshal !!(\\w+)(?: `(.*)`)? into (.+)$")

// plainWords says in words of YAML what the decoder says in words of Go.
func plainWords(message string) string {
	m := mismatch.FindStringSubmatch(message)
	if m == nil {
		return message
	}
	value := map[string]string{"seq": "a list", "map": "keys with values"}[m[1]]
	if value == "" {
		value = fmt.Sprintf("%q", m[2])
	}
	wanted := map[string]string{"int": "a whole number", "float64": "a number", "bool": "true or false",
		"string": "a text"}[m[3]]
	if wanted == "" {
		wanted = "keys with values"
		if strings.HasPrefix(m[3], "[]") {
			wanted = "a list"
		}
	}
	return strings.Replace(message, m[0], value+" stands where "+wanted+" belongs", 1)
}

// oneLine is an error whose text has neither line breaks nor control characters.
func oneLine(err error) error {
	return errors.New(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return '?'
		}
		return r
	}, strings.Join(strings.Fields(err.Error()), " ")))
}
