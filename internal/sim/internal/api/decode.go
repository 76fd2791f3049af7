package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
)

// Decode reads a JSON body into the struct v points to, strictly: a property v does
// not know is refused, and so is one written in another case, a value of another type
// and anything after the end. object is the platform's name of what is read.
func Decode(data []byte, v any, object string) error {
	if len(bytes.TrimSpace(data)) == 0 {
		return BadRequest("The request could not be understood by the server due to malformed syntax. The body is empty; %s expected.", object)
	}
	var raw any
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(&raw); err != nil {
		return malformed(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return malformed(errors.New("text follows the JSON document"))
	}
	if err := checkNames(raw, reflect.TypeOf(v), object); err != nil {
		return err
	}
	var wrong *json.UnmarshalTypeError
	if err := json.Unmarshal(data, v); errors.As(err, &wrong) {
		return InvalidValue(wrong.Value, strings.TrimPrefix(wrong.Field, "."), wrong.Type.String())
	} else if err != nil {
		return malformed(err)
	}
	return nil
}

func malformed(err error) *Error {
	return BadRequest("The request could not be understood by the server due to malformed syntax. %v", err)
}

// checkNames refuses properties that the type has no field for, at any depth.
func checkNames(raw any, t reflect.Type, object string) error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch value := raw.(type) {
	case map[string]any:
		if t.Kind() != reflect.Struct || implementsUnmarshaler(t) {
			return nil
		}
		for name, inner := range value {
			field, ok := fieldNamed(t, name)
			if !ok {
				return invalidProperty(name, object)
			}
			if err := checkNames(inner, field.Type, objectName(field.Type, name)); err != nil {
				return err
			}
		}
	case []any:
		if t.Kind() != reflect.Slice {
			return nil
		}
		for _, inner := range value {
			if err := checkNames(inner, t.Elem(), object); err != nil {
				return err
			}
		}
	}
	return nil
}

func implementsUnmarshaler(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]())
}

func fieldNamed(t reflect.Type, name string) (reflect.StructField, bool) {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous && f.Type.Kind() == reflect.Struct {
			if inner, ok := fieldNamed(f.Type, name); ok {
				return inner, true
			}
			continue
		}
		if tag, _, _ := strings.Cut(f.Tag.Get("json"), ","); tag == name {
			return f, true
		}
	}
	return reflect.StructField{}, false
}

func objectName(t reflect.Type, property string) string {
	if t.Name() == "" {
		return property
	}
	return fmt.Sprintf("%s (%s)", property, t.Name())
}
