package genesys

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/wrapcast/wrapcast/internal/genesys/internal/transport"
)

// tokens reads JSON token by token; every method reads one value.
type tokens struct {
	json *jsontext.Decoder
	// texts are those seen so far: a hundred thousand rows have a few thousand ids.
	texts map[string]string
}

func newTokens(body io.Reader) *tokens {
	// checking costs more than reading
	lenient := []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}
	return &tokens{json: jsontext.NewDecoder(body, lenient...), texts: map[string]string{}}
}

// object reads an object; value reads each property's, and may look at its name before. null is none.
func (t *tokens) object(value func(name []byte) error) error {
	open, err := t.json.ReadToken()
	switch {
	case err != nil:
		return err
	case open.Kind() == 'n':
		return nil
	case open.Kind() != '{':
		return fmt.Errorf("%v where an object belongs", open)
	}
	for t.json.PeekKind() != '}' {
		name, err := t.json.ReadValue()
		if err != nil {
			return err
		}
		if err := value(unquoted(name)); err != nil {
			return err
		}
	}
	_, err = t.json.ReadToken()
	return err
}

// list reads a list; value reads each of its values. null is an empty one.
func (t *tokens) list(value func() error) error {
	open, err := t.json.ReadToken()
	switch {
	case err != nil:
		return err
	case open.Kind() == 'n':
		return nil
	case open.Kind() != '[':
		return fmt.Errorf("%v where a list belongs", open)
	}
	for t.json.PeekKind() != ']' {
		if err := value(); err != nil {
			return err
		}
	}
	_, err = t.json.ReadToken()
	return err
}

// text reads a text; null is none.
func (t *tokens) text(to *string) error {
	value, err := t.json.ReadValue()
	switch {
	case err != nil:
		return err
	case value.Kind() == '"':
		text := unquoted(value)
		known, ok := t.texts[string(text)]
		if !ok {
			known = string(text)
			t.texts[known] = known
		}
		*to = known
	case value.Kind() != 'n':
		return fmt.Errorf("%s where a text belongs", transport.Printable(string(value), 40))
	}
	return nil
}

// textOfList reads a text, or a list of texts with commas between them: a dimension that can have several values may
// come so.
func (t *tokens) textOfList(to *string) error {
	if t.json.PeekKind() != '[' {
		return t.text(to)
	}
	var all []string
	err := t.list(func() error {
		var one string
		err := t.text(&one)
		all = append(all, one)
		return err
	})
	*to = strings.Join(all, ",")
	return err
}

// unquoted is what a JSON text says.
func unquoted(text []byte) []byte {
	if inner := text[1 : len(text)-1]; !bytes.ContainsRune(inner, '\\') {
		return inner
	}
	said, _ := jsontext.AppendUnquote(nil, text) // the decoder has seen that it is good
	return said
}

// number reads a number; null is 0.
func (t *tokens) number(to *float64) error {
	text, err := t.json.ReadValue()
	switch {
	case err != nil:
		return err
	case text.Kind() == 'n':
		return nil
	case text.Kind() != '0':
		return fmt.Errorf("%s where a number belongs", transport.Printable(string(text), 40))
	}
	*to, err = strconv.ParseFloat(string(text), 64)
	return err
}
