package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
)

// sealVersion names the format of the canonical bytes and of an export, and is part of every hash.
const sealVersion = "wrapcast.audit/1"

// NoHash stands where a chain's first entry names the hash of the entry before it: 64 zeros.
const NoHash = "0000000000000000000000000000000000000000000000000000000000000000"

// Seal returns e as the next entry of the chain that previous ends, nil where the
// chain is empty: Seq, Previous and Hash are set, and everything else is brought into
// the form that survives storing and exporting. The time is cut to milliseconds in
// UTC; strings become well-formed UTF-8 without NUL; measures that are not finite become
// not measured, and a level that is not finite zero. The result shares no memory with e.
//
// Both entries must be of one organisation; [Verify] finds it when they are not.
func Seal(previous *wrapcast.AuditEntry, e wrapcast.AuditEntry) wrapcast.AuditEntry {
	e = Durable(e)
	e.Seq, e.Previous = 1, NoHash
	if previous != nil {
		e.Seq, e.Previous = previous.Seq+1, previous.Hash
	}
	e.Hash = hashOf(e)
	return e
}

// hashOf computes what the entry's hash must be, whatever it says.
func hashOf(e wrapcast.AuditEntry) string {
	sum := sha256.Sum256(append([]byte(sealVersion+"\n"), canonical(e, false)...))
	return hex.EncodeToString(sum[:])
}

// Durable returns the entry as it will come back from any database or file.
func Durable(e wrapcast.AuditEntry) wrapcast.AuditEntry {
	e.At = e.At.UTC().Truncate(time.Millisecond)
	e.Organisation = clean(e.Organisation)
	e.Run = clean(e.Run)
	e.Actor = clean(e.Actor)
	e.Action = clean(e.Action)
	e.Status = clean(e.Status)
	e.Webhook = clean(e.Webhook)
	e.Detail = clean(e.Detail)
	e.Objects, e.Digests = cleanObjects(e.Objects), cleanObjects(e.Digests)
	if e.Accuracy != nil {
		a := finite(*e.Accuracy)
		e.Accuracy = &a
	}
	return e
}

func clean[S ~string](s S) S {
	const replacement = "\uFFFD"
	return S(strings.ReplaceAll(strings.ToValidUTF8(string(s), replacement), "\x00", replacement))
}

func cleanObjects(objects map[string]string) map[string]string {
	if len(objects) == 0 {
		return nil
	}
	cleaned := make(map[string]string, len(objects))
	for _, name := range slices.Sorted(maps.Keys(objects)) { // in order, should two names become one
		cleaned[clean(name)] = clean(objects[name])
	}
	return cleaned
}

func finite(a wrapcast.Accuracy) wrapcast.Accuracy {
	for _, m := range []*wrapcast.Measure{&a.WAPE, &a.Bias, &a.MASE, &a.Coverage} {
		if !m.Known() {
			*m = wrapcast.NotMeasured()
		}
	}
	if math.IsNaN(a.Level) || math.IsInf(a.Level, 0) {
		a.Level = 0
	}
	return a
}
