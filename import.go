package wrapcast

import (
	"encoding/json"
	"time"
)

// ImportID is one file that was imported: a UUIDv7.
type ImportID string

// FilesRegion is the region of an organisation whose history comes from files: it has no platform.
const FilesRegion = "files"

// FromFiles reports whether the organisation's history comes from files, not from a platform.
func (o Organisation) FromFiles() bool { return o.Region == FilesRegion }

// ImportState says what became of a file.
type ImportState string

// The states of a file.
const (
	// ImportKept is stored; ImportRefused is not, for the reason given; a directory's file is tried again by itself
	// only when it would be read in another way.
	ImportKept    ImportState = "kept"
	ImportRefused ImportState = "refused"
)

// ImportSchema names the document of an Import.
const ImportSchema = "wrapcast.import/1"

// Import is one file that was imported into an organisation, or refused.
type Import struct {
	Schema       string         `json:"schema"`
	ID           ImportID       `json:"id"`
	Organisation OrganisationID `json:"organisation"`
	At           time.Time      `json:"at"`
	Actor        string         `json:"actor"`
	State        ImportState    `json:"state"`
	// File is its name without directories, Sender who it is from: a name, or what files of its shape have in common.
	File   string `json:"file"`
	Sender string `json:"sender"`
	// Digest is the SHA-256 of its bytes, lower-case hexadecimal.
	Digest string `json:"digest"`
	// Reason and Hint say why it was refused, and what to do.
	Reason string `json:"reason,omitempty"`
	Hint   string `json:"hint,omitempty"`
	ImportContent
	// Mapping is how it was read, in the form of who read it: the next file of the sender is read alike.
	Mapping json.RawMessage `json:"mapping,omitempty"`
}

// ImportContent is what a file has, and what it took the place of.
type ImportContent struct {
	// From and To bound what it covers, half-open; Days are the local days of that.
	From time.Time `json:"from,omitzero"`
	To   time.Time `json:"to,omitzero"`
	Days int       `json:"days"`
	// StepMinutes is how long its intervals are: 15, 30, 60, 1440 for days.
	StepMinutes int `json:"step_minutes"`
	// Contacts, Codes and Queues are how many it has.
	Contacts int `json:"contacts"`
	Codes    int `json:"codes"`
	Queues   int `json:"queues"`
	// NewCodes and NewQueues are the names of those that nobody had seen before.
	NewCodes  []string `json:"new_codes,omitempty"`
	NewQueues []string `json:"new_queues,omitempty"`
	// ReplacedContacts are those whose place it took, on ReplacedDays days; ChangedCells are the stored values that are
	// others now.
	ReplacedContacts int `json:"replaced_contacts"`
	ReplacedDays     int `json:"replaced_days"`
	ChangedCells     int `json:"changed_cells"`
	// ReadAs says in three sentences what it was taken for, Lacks what it does not have and what takes its place, Notes
	// what somebody may not expect.
	ReadAs []string `json:"read_as"`
	Lacks  []string `json:"lacks"`
	Notes  []string `json:"notes"`
}
