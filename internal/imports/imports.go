// Package imports keeps the counts of files as the history of an organisation of its own: each file adds days or takes
// the place of those it covers, how its sender's files are read is remembered, and what would go wrong without a word
// is held until somebody says that it is meant. A directory is looked through, and such an organisation is a source of
// counts like any other.
package imports

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/plain"
	"github.com/wrapcast/wrapcast/internal/source/files"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/tables"
)

// Keeper keeps files. All of it must be set.
type Keeper struct {
	Store *store.Store
	Clock wrapcast.Clock
	NewID func() string
}

// Request says what is to be imported, and how.
type Request struct {
	// Organisation is an id, or the name of an organisation, which is made where there is none; SettingsName, if set, is
	// what the settings call it.
	Organisation string
	SettingsName string
	// File is its name, Sender who it is from; "" takes what files of its shape have in common.
	File, Sender, Actor string
	// ContactOptions win over what is remembered of the sender.
	tables.ContactOptions
	// Zone is that of the organisation's days, Clock that of the file's wall clock; "" is what is remembered, else UTC.
	// DefaultZone takes UTC's place.
	Zone, FileZone, DefaultZone string
	Fill                        tables.Filling
	// Accept imports what would be held; KeepOtherCodes replaces the codes of the file alone.
	Accept, KeepOtherCodes bool
	// DryRun says what would be done.
	DryRun bool
}

// Result is what was imported, or would be.
type Result struct {
	wrapcast.Import
	// Name is what the organisation is called, Zone that of its days; New says that it was not there before.
	Name string `json:"organisation_name"`
	Zone string `json:"time_zone"`
	New  bool   `json:"new_organisation"`
	// Unchanged says that the file was imported before and nothing since touched what it covers: nothing was done.
	Unchanged bool `json:"unchanged"`
	DryRun    bool `json:"dry_run,omitempty"`
	// Held says why somebody has to say that it is meant; only a dry run has it.
	Held []string `json:"held,omitempty"`
}

// ResultSchema names the document of a Result.
const ResultSchema = "wrapcast.import-result/1"

// MaxBytes is how large a file may be.
const MaxBytes = 1 << 30

// mapping is how the files of a sender are read.
type mapping struct {
	tables.ContactOptions
	Clock string         `json:"clock,omitempty"`
	Fill  tables.Filling `json:"fill,omitempty"`
}

// Import reads a file and keeps what it says, in one transaction with its audit entry.
func (k Keeper) Import(ctx context.Context, in io.Reader, r Request) (Result, error) {
	content, err := io.ReadAll(io.LimitReader(in, MaxBytes+1))
	if err != nil {
		return Result{}, wrapcast.Errorf(wrapcast.InvalidData, "", "reading %s: %w", fileName(r.File), err)
	}
	if len(content) > MaxBytes {
		return Result{}, wrapcast.Errorf(wrapcast.InvalidData, "", "%s is larger than 1 GB", fileName(r.File)).
			WithHint("import it in parts, by months")
	}
	w := &work{Keeper: k, Request: r, began: k.Clock.Now()}
	sum := sha256.Sum256(content)
	w.digest = hex.EncodeToString(sum[:])
	if err := k.Store.View(ctx, func(tx *store.Tx) error { return w.prepare(tx, content) }); err != nil {
		return Result{}, err
	}
	if err := w.read(content); err != nil {
		return Result{}, err
	}
	return w.keep(ctx)
}

// fileName is what a file is called to people: its name without directories.
func fileName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	if name == "." || name == "/" || name == "-" || name == "" {
		return "standard input"
	}
	return plain.Visible(name)
}

// work is one file on its way into the store.
type work struct {
	Keeper
	Request
	began  time.Time
	digest string
	// directory is that of the organisation; isNew says that it was not there.
	directory wrapcast.Directory
	isNew     bool
	zone      *time.Location
	// kept are the files of the organisation, the latest first.
	kept  []wrapcast.Import
	how   mapping
	batch *files.Batch
}

// prepare finds the organisation, its zone, and how files of the sender are read.
func (w *work) prepare(tx *store.Tx, content []byte) error {
	if err := w.findOrganisation(tx); err != nil {
		return err
	}
	var err error
	if !w.isNew {
		if w.kept, err = tx.Imports().All(w.directory.Organisation.ID); err != nil {
			return err
		}
		w.kept = slices.DeleteFunc(w.kept, func(i wrapcast.Import) bool { return i.State != wrapcast.ImportKept })
	}
	if err := w.findZone(); err != nil {
		return err
	}
	w.how = mapping{w.ContactOptions, w.FileZone, w.Fill}
	if w.Sender == "" && len(w.kept) > 0 {
		w.Sender = shapeOf(tables.HeaderOf(bytes.NewReader(content), w.Columns.Sheet))
	}
	w.remembered()
	return nil
}

// shapeOf names the files that have the same columns; "" where nobody can tell.
func shapeOf(header []string) string {
	if len(header) == 0 {
		return ""
	}
	sorted := slices.Sorted(slices.Values(header))
	sum := sha256.Sum256([]byte(strings.Join(sorted, "\x00")))
	return "columns " + hex.EncodeToString(sum[:4])
}

// remembered fills in what the last file of the sender was read by, where the request does not say.
func (w *work) remembered() {
	i := slices.IndexFunc(w.kept, func(i wrapcast.Import) bool { return w.Sender != "" && i.Sender == w.Sender })
	var last mapping
	if i < 0 || json.Unmarshal(w.kept[i].Mapping, &last) != nil {
		return
	}
	c, l := &w.how.Columns, last.Columns
	if c.Value != "" || c.Count { // counts are either
		l.Value, l.Count = "", false
	}
	for _, f := range []struct {
		to   *string
		from string
	}{{&c.Time, l.Time}, {&c.Code, l.Code}, {&c.Queue, l.Queue}, {&c.Channel, l.Channel}, {&c.Value, l.Value},
		{&c.HandleTime, l.HandleTime}, {&c.HandleTimeIs, l.HandleTimeIs}, {&c.HandleTimeUnit, l.HandleTimeUnit},
		{&c.Sheet, l.Sheet}, {&w.how.Writing.Dates, last.Writing.Dates}, {&w.how.Writing.Decimal, last.Writing.Decimal},
		{&w.how.Writing.Spans, last.Writing.Spans}, {&w.how.Clock, last.Clock}, {(*string)(&w.how.Fill), string(last.Fill)}} {
		*f.to = cmp.Or(*f.to, f.from)
	}
	c.Count, w.how.AddUp = c.Count || l.Count, w.how.AddUp || last.AddUp
}

// findOrganisation finds the organisation that is named, or begins one.
func (w *work) findOrganisation(tx *store.Tx) error {
	named := strings.TrimSpace(w.Organisation)
	org, found, err := Find(tx, named)
	if err != nil {
		return err
	}
	if found && !org.FromFiles() {
		return wrapcast.Errorf(wrapcast.Usage, "", "%s is an organisation of Genesys Cloud: files are never mixed with what the "+
			"platform says", org.Name).WithHint("import the file as an organisation of its own, under another name")
	}
	if found {
		w.directory, err = tx.Directory().Of(org.ID)
		return err
	}
	if named == "" {
		return wrapcast.Errorf(wrapcast.Usage, "", "whose contacts are these?").
			WithHint("name the organisation that they are kept as: --organisation NAME")
	}
	const longest = 100
	if len([]rune(named)) > longest || strings.ContainsFunc(named, plain.Unseen) {
		return wrapcast.Errorf(wrapcast.Usage, "", "the name of the organisation has more than %d letters, or some that cannot be "+
			"seen", longest)
	}
	w.isNew = true
	w.directory = wrapcast.Directory{Organisation: wrapcast.Organisation{ID: organisationID(named), Name: named,
		Region: wrapcast.FilesRegion}}
	return nil
}

// organisationID is the identifier of an organisation that is fed by files.
func organisationID(name string) wrapcast.OrganisationID {
	sum := sha256.Sum256([]byte("wrapcast file organisation\x00" + plain.Name(name)))
	slug := strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, plain.Name(name)), "-")
	const longest = 40
	return wrapcast.OrganisationID(fmt.Sprintf("files-%s-%x", slug[:min(longest, len(slug))], sum[:4]))
}

// Find is the stored organisation of an id, of a name in the settings, or of a name, in any case.
func Find(tx *store.Tx, named string) (wrapcast.Organisation, bool, error) {
	all, err := tx.Directory().Organisations()
	if err != nil || named == "" {
		return wrapcast.Organisation{}, false, err
	}
	called, err := tx.Directory().Names()
	if err != nil {
		return wrapcast.Organisation{}, false, err
	}
	for _, is := range []func(wrapcast.Organisation) bool{
		func(o wrapcast.Organisation) bool { return string(o.ID) == named },
		func(o wrapcast.Organisation) bool { return strings.EqualFold(called[o.ID], named) },
		func(o wrapcast.Organisation) bool { return plain.Name(o.Name) == plain.Name(named) },
	} {
		if i := slices.IndexFunc(all, is); i >= 0 {
			return all[i], true, nil
		}
	}
	return wrapcast.Organisation{}, false, nil
}

// findZone finds whose days the organisation has.
func (w *work) findZone() (err error) {
	stored := w.directory.BusinessUnit.TimeZone
	if w.Zone != "" && stored != "" && w.Zone != stored {
		return wrapcast.Errorf(wrapcast.Usage, "", "the days of %s are those of %s, not of %s", w.directory.Organisation.Name, stored,
			w.Zone).WithHint("leave out --tz; of a file whose clock is another say --clock %s", w.Zone)
	}
	name := cmp.Or(stored, w.Zone, w.DefaultZone, "UTC")
	if w.zone, err = zoneNamed(name); err == nil {
		w.directory.BusinessUnit.TimeZone = name
		_, err = zoneNamed(cmp.Or(w.FileZone, name))
	}
	return err
}

func zoneNamed(name string) (*time.Location, error) {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return nil, wrapcast.Errorf(wrapcast.Usage, "", "there is no time zone %q", plain.Visible(name)).
			WithHint("use a name such as America/New_York or Europe/Berlin")
	}
	return zone, nil
}

// read reads the file by what is known of its sender.
func (w *work) read(content []byte) (err error) {
	o := files.Options{ContactOptions: w.how.ContactOptions, Zone: w.zone, Now: w.began, Fill: w.how.Fill}
	if w.how.Clock != "" {
		if o.Clock, err = zoneNamed(w.how.Clock); err != nil {
			return err
		}
	}
	if w.batch, err = files.Read(bytes.NewReader(content), o); err != nil {
		return fmt.Errorf("%s: %w", fileName(w.File), err)
	}
	w.Sender = cmp.Or(w.Sender, shapeOf(w.batch.Header), "no header")
	w.how.Columns, w.how.Writing = w.batch.Columns, w.batch.Writing
	return nil
}
