package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
)

// digestVersion begins the bytes of every digest.
const digestVersion = "wrapcast.digest/1"

// Kind names what an entry can be bound to by a digest.
type Kind string

// The kinds. Decisions are named as in the store: "override", "mask", "lineage", "calendar", "silence".
const (
	// KindForecast, KindPlan, KindSubmission, KindDelivery and KindValidation are documents and rows of runs.
	KindForecast   Kind = "forecast"
	KindPlan       Kind = "plan"
	KindSubmission Kind = "submission"
	KindDelivery   Kind = "delivery"
	KindValidation Kind = "validation"
	// KindInput is what a forecast was made of: directory, calendar, decisions, digests of its history.
	KindInput Kind = "input"
	// KindSettings are those in force in a run.
	KindSettings Kind = "settings"
	// KindHistory is all history of contacts that is stored.
	KindHistory Kind = "history"
)

// Subject is one thing that entries speak of.
type Subject struct {
	Kind Kind `json:"kind"`
	// ID is "" for the history.
	ID string `json:"id,omitempty"`
}

// String names the subject to people.
func (s Subject) String() string { return strings.TrimSpace(string(s.Kind) + " " + s.ID) }

// Stored is a subject as it is stored.
type Stored struct {
	Subject Subject
	// Run is the one it belongs to, "" where it belongs to none; At is when it was made, zero where nothing says so.
	Run wrapcast.RunID
	At  time.Time
	// Early says that no entry need speak of it yet: a message that nobody has tried to send.
	Early bool
	// Body are the bytes that are digested, Digest is what comes out; both are empty where Damage says why it cannot be
	// read.
	Body   []byte
	Digest string
	Damage string
}

// Digest returns the SHA-256, in lower-case hexadecimal, of the version "wrapcast.digest/1", the kind, each ended by LF,
// and the body.
func Digest(kind Kind, body []byte) string {
	h := sha256.New()
	h.Write([]byte(digestVersion + "\n" + string(kind) + "\n"))
	h.Write(body)
	return hex.EncodeToString(h.Sum(nil))
}

// Members writes texts (string), integers (int64) and JSON (json.RawMessage) as an object in the form of RFC 8785.
func Members(members map[string]any) []byte {
	o := object{}
	for _, name := range slices.SortedFunc(maps.Keys(members), byUTF16) {
		switch v := members[name].(type) {
		case string:
			o.text(name, clean(v))
		case int64:
			o.integer(name, v)
		case json.RawMessage:
			o.raw(name, v)
		}
	}
	return o.bytes()
}

// Text is a JSON string in the form of RFC 8785.
func Text(s string) []byte { return appendString(nil, clean(s)) }

// Sum is the SHA-256 of bytes in lower-case hexadecimal.
func Sum(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// SubjectsOf returns what an entry can be bound to, by the names its digests have: the things in its objects, the
// history where it was read or forecast from, the validation report, and the settings in force in its run.
func SubjectsOf(e wrapcast.AuditEntry) map[string]Subject {
	all := map[string]Subject{}
	for name, id := range e.Objects {
		kind := kindOf(name)
		if kind == "" && e.Action == ActionDeleted {
			kind = kindOfRun(name)
		}
		if kind != "" {
			all[name] = Subject{kind, id}
		}
	}
	if e.Action == string(wrapcast.StepExtract) || e.Action == string(wrapcast.StepForecast) ||
		e.Action == ActionDeleted || e.Action == ActionImported {
		all[string(KindHistory)] = Subject{Kind: KindHistory}
	}
	if e.Action == string(wrapcast.StepForecast) && e.Objects[string(KindForecast)] != "" {
		all[string(KindInput)] = Subject{KindInput, e.Objects[string(KindForecast)]}
	}
	if e.Action == string(wrapcast.StepValidate) {
		all[string(KindValidation)] = Subject{KindValidation, ValidationID(e.Run,
			wrapcast.BusinessUnitID(e.Objects["business_unit"]))}
	}
	if e.Run != "" {
		all[string(KindSettings)] = Subject{KindSettings, string(e.Run)}
	}
	return all
}

// ActionDeleted is the action of entries that tell what retention deleted, with the digests of what it was.
const ActionDeleted = "retention.deleted"

// ActionImported is the action of entries that tell of a file whose counts became history.
const ActionImported = "import"

// Of an entry about history that was deleted: the first and the last UTC day in its objects, and among its digests that
// of the days' own. What is left of the history is its digest "history", as in every entry about it.
const (
	ObjectHistoryFrom = "history_from"
	ObjectHistoryTo   = "history_to"
	DigestOfDeleted   = "deleted_history"
)

// ValidationID names the validation report of a run for a business unit.
func ValidationID(run wrapcast.RunID, unit wrapcast.BusinessUnitID) string {
	return strings.TrimSuffix(string(run)+"/"+string(unit), "/")
}

// kindOfRun is the kind of what only entries about what was deleted name: other entries belong to the run themselves.
func kindOfRun(name string) Kind {
	if kind := Kind(withoutNumber(name)); kind == KindSettings || kind == KindValidation {
		return kind
	}
	return ""
}

func withoutNumber(name string) string {
	if at := strings.LastIndexByte(name, '_'); at > 0 && strings.Trim(name[at+1:], "0123456789") == "" {
		return name[:at]
	}
	return name
}

// kindOf is the kind of what stands under a name in the objects of an entry, "" where it is none of ours.
func kindOf(name string) Kind {
	switch name = withoutNumber(name); name {
	case "restores":
		return KindPlan
	case string(KindForecast), string(KindPlan), string(KindSubmission), string(KindDelivery), string(KindInput):
		return Kind(name)
	}
	if slices.Contains(wrapcast.DecisionKinds(), wrapcast.DecisionKind(name)) {
		return Kind(name)
	}
	return ""
}
