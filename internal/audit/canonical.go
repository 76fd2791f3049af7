package audit

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"
	"unicode/utf16"

	"github.com/wrapcast/wrapcast"
)

// canonical returns an entry in the form of RFC 8785, with or without its hash. It is
// written out by hand so that a new field of the entry changes the format only on purpose.
func canonical(e wrapcast.AuditEntry, withHash bool) []byte {
	o := object{}
	if e.Accuracy != nil {
		o.raw("accuracy", canonicalAccuracy(*e.Accuracy))
	}
	o.text("action", e.Action)
	o.text("actor", e.Actor)
	o.text("at", e.At.UTC().Format(time.RFC3339Nano))
	o.textIfAny("detail", e.Detail)
	if len(e.Digests) > 0 {
		o.raw("digests", canonicalObjects(e.Digests))
	}
	if withHash {
		o.text("hash", e.Hash)
	}
	o.integer("latency_ms", e.LatencyMs)
	if len(e.Objects) > 0 {
		o.raw("objects", canonicalObjects(e.Objects))
	}
	o.text("organisation", string(e.Organisation))
	o.text("previous", e.Previous)
	o.textIfAny("run", string(e.Run))
	o.integer("seq", e.Seq)
	o.text("status", e.Status)
	if e.StatusCode != 0 {
		o.integer("status_code", int64(e.StatusCode))
	}
	o.textIfAny("webhook", string(e.Webhook))
	return o.bytes()
}

func canonicalAccuracy(a wrapcast.Accuracy) []byte {
	o := object{}
	o.number("bias", float64(a.Bias))
	o.integer("cells", int64(a.Cells))
	o.number("coverage", float64(a.Coverage))
	o.number("level", a.Level)
	o.number("mase", float64(a.MASE))
	o.integer("origins", int64(a.Origins))
	o.number("wape", float64(a.WAPE))
	return o.bytes()
}

func canonicalObjects(objects map[string]string) []byte {
	o := object{}
	for _, name := range slices.SortedFunc(maps.Keys(objects), byUTF16) {
		o.text(name, objects[name])
	}
	return o.bytes()
}

// byUTF16 orders names as RFC 8785 does: by UTF-16 code units, which differs from
// the order of bytes beyond the basic plane.
func byUTF16(a, b string) int {
	return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
}

// object builds a JSON object from members given in their sorted order.
type object struct{ b []byte }

func (o *object) raw(name string, value []byte) {
	separator := byte(',')
	if len(o.b) == 0 {
		separator = '{'
	}
	o.b = append(o.b, separator)
	o.b = appendString(o.b, name)
	o.b = append(o.b, ':')
	o.b = append(o.b, value...)
}

func (o *object) text(name, value string) { o.raw(name, appendString(nil, value)) }

func (o *object) textIfAny(name, value string) {
	if value != "" {
		o.text(name, value)
	}
}

func (o *object) integer(name string, value int64) { o.raw(name, strconv.AppendInt(nil, value, 10)) }

// number writes null for NaN and the infinities, and 0 for minus zero.
func (o *object) number(name string, value float64) {
	if value == 0 {
		value = 0 // without its sign
	}
	shortest, err := json.Marshal(value) // the form of ECMAScript, as RFC 8785 asks
	if err != nil {
		shortest = []byte("null")
	}
	o.raw(name, shortest)
}

func (o *object) bytes() []byte {
	if len(o.b) == 0 {
		return []byte("{}")
	}
	return append(o.b, '}')
}

// appendString writes a JSON string with the fewest escapes. encoding/json would escape more.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r >= 0x20:
			b = append(b, string(r)...)
		default:
			b = append(b, escapeControl(byte(r))...)
		}
	}
	return append(b, '"')
}

func escapeControl(c byte) string {
	switch c {
	case '\b':
		return `\b`
	case '\t':
		return `\t`
	case '\n':
		return `\n`
	case '\f':
		return `\f`
	case '\r':
		return `\r`
	default:
		return fmt.Sprintf(`\u%04x`, c)
	}
}
