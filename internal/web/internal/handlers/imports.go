package handlers

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/imports"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/tables"
	"github.com/wrapcast/wrapcast/internal/web/internal/access"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
)

// ImportRow is one file that was imported, or refused.
type ImportRow struct {
	ID     wrapcast.ImportID `json:"id"`
	At     time.Time         `json:"at"`
	Actor  string            `json:"actor"`
	State  string            `json:"state" enum:"kept,refused"`
	File   string            `json:"file"`
	Sender string            `json:"sender" doc:"Who it is from: a name, or what files with the same columns have in common"`
	Digest string            `json:"digest" doc:"SHA-256 of the file"`
	Reason string            `json:"reason" doc:"Why it was refused; empty where it is kept"`
	Hint   string            `json:"hint" doc:"What to do then"`
	ImportContent
}

// ImportContent is what a file has, and what it takes the place of.
type ImportContent struct {
	From             *time.Time `json:"from,omitempty" doc:"The begin of what it covers"`
	To               *time.Time `json:"to,omitempty" doc:"The end of that, not included"`
	Days             int        `json:"days"`
	StepMinutes      int        `json:"step_minutes" doc:"How long its intervals are; 1440 are days, which have no quarter-hours to plan by"`
	Contacts         int        `json:"contacts"`
	Codes            int        `json:"codes"`
	Queues           int        `json:"queues"`
	NewCodes         []string   `json:"new_codes" doc:"Codes that no file had before"`
	NewQueues        []string   `json:"new_queues"`
	ReplacedContacts int        `json:"replaced_contacts" doc:"Stored contacts whose place it takes"`
	ReplacedDays     int        `json:"replaced_days"`
	ReadAs           []string   `json:"read_as" doc:"What it was taken for, in three sentences"`
	Lacks            []string   `json:"lacks" doc:"What it does not have, and what takes its place"`
	Notes            []string   `json:"notes" doc:"What somebody may not expect"`
}

// importedBody is what was imported, or would be.
type importedBody struct {
	ImportRow
	Organisation wrapcast.OrganisationID `json:"organisation"`
	Name         string                  `json:"organisation_name"`
	TimeZone     string                  `json:"time_zone"`
	Unchanged    bool                    `json:"unchanged" doc:"It was imported before, and nothing has changed since: nothing was done"`
	DryRun       bool                    `json:"dry_run"`
	Held         []string                `json:"held" doc:"Of a dry run: why somebody has to say that it is meant (accept_changes)"`
}

// ImportInput is a file, and how it is to be read.
type ImportInput struct {
	File     string `query:"file" maxLength:"200" doc:"Its name"`
	Sender   string `query:"sender" maxLength:"100" doc:"Who it is from; how the files of a sender are read is remembered"`
	Time     string `query:"time" maxLength:"200" doc:"The column of times, or those of date and interval with a comma between; left out: found by name"`
	Code     string `query:"code" maxLength:"200" doc:"The column of codes, or =TEXT for all rows"`
	Queue    string `query:"queue" maxLength:"200" doc:"The column of queues, or =TEXT for all rows"`
	Channel  string `query:"channel" maxLength:"200" doc:"The column of channels, or =chat for all rows"`
	Value    string `query:"value" maxLength:"200" doc:"The column of contacts handled"`
	Count    bool   `query:"count" doc:"Each row is one contact"`
	AHT      string `query:"aht" maxLength:"200" doc:"The column of handle times; none leaves them out"`
	AHTIs    string `query:"aht_is" enum:",average,total"`
	AHTUnit  string `query:"aht_unit" enum:",s,ms,min"`
	Sheet    string `query:"sheet" maxLength:"200" doc:"The sheet of a workbook"`
	Dates    string `query:"dates" enum:",dmy,mdy,ymd"`
	Decimal  string `query:"decimal" enum:",comma,point"`
	Spans    string `query:"spans" enum:",m:ss,h:mm"`
	AddUp    bool   `query:"add_up" doc:"Add rows up that are the same in every cell"`
	Fill     string `query:"fill" enum:",zero,none" doc:"What days without a row are; left out: what the pattern of the file says"`
	TimeZone string `query:"time_zone" maxLength:"100" doc:"That of the organisation's days; that of the first file holds"`
	Clock    string `query:"clock" maxLength:"100" doc:"The time zone of the file's clock, where that is another"`
	Accept   bool   `query:"accept_changes" doc:"Import what is held"`
	Others   bool   `query:"keep_other_codes" doc:"Leave what is stored of codes that the file does not name"`
	DryRun   bool   `query:"dry_run" doc:"Say what it is taken for and what would be replaced, and import nothing"`
	RawBody  []byte `contentType:"application/octet-stream"`
}

type newImportInput struct {
	Name string `query:"name" required:"true" minLength:"1" maxLength:"100" example:"Harbour Insurance" doc:"What the organisation is called; it is made"`
	ImportInput
}

type importsInput struct {
	api.Paged
}

// importHandlers takes files, and lists those that were taken.
type importHandlers struct {
	scope.Organisations
	keeper imports.Keeper
	trail  access.Trail
}

// importDescription says what the body of an import is.
const importDescription = "The body is the file: CSV, TSV, XLSX, gzipped or not, of at most 64 MB. Counts by interval, or a row " +
	"per contact; columns are found by their names. A file adds days and takes the place of those it covers, for the " +
	"queues and channels it names. The same file twice changes nothing. What looks like another's file is held: 422, " +
	"and accept_changes imports it. Only for organisations whose history comes from files. Ask with dry_run first."

// operations lists what can be asked here.
func (h *importHandlers) operations() []api.Operation {
	return []api.Operation{
		{ID: "list-imports", Path: "/imports", Tag: "Imports", Role: viewer, Summary: "List the files that were imported, the latest first",
			Handler: api.Answer(api.Stored, h.list)},
		{ID: "import-file", Method: http.MethodPost, Path: "/imports", Tag: "Imports", Role: wrapcast.RolePlanner,
			Summary: "Import a file into an organisation", Description: importDescription, MaxBody: api.MaxFile,
			Errors: []int{http.StatusRequestEntityTooLarge}, Handler: api.Answer(api.Stored, h.add)},
		{ID: "import-organisation", Method: http.MethodPost, Path: "/imports/organisations", Tag: "Imports", Role: admin,
			Summary: "Import a file as a new organisation", Description: importDescription, MaxBody: api.MaxFile,
			Errors: []int{http.StatusRequestEntityTooLarge}, Handler: api.Answer(api.Installed, h.begin)},
	}
}

func (h *importHandlers) list(ctx context.Context, at api.Scope, in *importsInput) (*api.Page[ImportRow], error) {
	var all []wrapcast.Import
	err := h.Store.View(ctx, func(tx *store.Tx) (err error) {
		all, err = tx.Imports().All(at.Organisation)
		return err
	})
	if err != nil {
		return nil, err
	}
	rows := make([]ImportRow, 0, len(all))
	for _, i := range all {
		rows = append(rows, rowOf(i))
	}
	return api.RespondPage(in.Paged, rows, func(r ImportRow) string { return string(r.ID) })
}

func (h *importHandlers) add(ctx context.Context, at api.Scope, in *ImportInput) (*api.Reply[importedBody], error) {
	return h.keep(ctx, string(at.Organisation), in)
}

// begin makes an organisation of a file. One that is there already is added to by the other operation, which asks for
// less.
func (h *importHandlers) begin(ctx context.Context, _ api.Scope, in *newImportInput) (*api.Reply[importedBody], error) {
	there := false
	err := h.Store.View(ctx, func(tx *store.Tx) (err error) {
		_, there, err = imports.Find(tx, in.Name)
		return err
	})
	if err == nil && there {
		err = wrapcast.Errorf(wrapcast.Conflict, "", "there is an organisation %s already", in.Name).
			WithHint("import the file into it, or choose another name")
	}
	if err != nil {
		return nil, err
	}
	reply, err := h.keep(ctx, in.Name, &in.ImportInput)
	if err == nil && !in.DryRun {
		err = h.trail.Record(ctx, wrapcast.AuditEntry{Actor: access.Actor(ctx), Action: "organisation.imported",
			Detail: in.Name + " was made of a file"})
	}
	return reply, err
}

// keep imports a file.
func (h *importHandlers) keep(
	ctx context.Context, organisation string, in *ImportInput,
) (*api.Reply[importedBody], error) {
	r := imports.Request{Organisation: organisation, File: in.File, Sender: in.Sender, Actor: access.Actor(ctx),
		Zone: in.TimeZone, FileZone: in.Clock, Fill: tables.Filling(in.Fill), Accept: in.Accept, KeepOtherCodes: in.Others,
		DryRun: in.DryRun}
	r.Columns = tables.ContactColumns{Time: in.Time, Code: in.Code, Queue: in.Queue, Channel: in.Channel, Value: in.Value,
		HandleTime: in.AHT, HandleTimeIs: in.AHTIs, HandleTimeUnit: in.AHTUnit, Sheet: in.Sheet, Count: in.Count}
	r.Writing = tables.Writing{Dates: in.Dates, Decimal: in.Decimal, Spans: in.Spans}
	r.AddUp = in.AddUp
	if r.File == "" {
		r.File = "upload"
	}
	done, err := h.keeper.Import(ctx, bytes.NewReader(in.RawBody), r)
	if err != nil {
		return nil, err
	}
	return api.Respond(importedBody{ImportRow: rowOf(done.Import), Organisation: done.Organisation, Name: done.Name,
		TimeZone: done.Zone, Unchanged: done.Unchanged, DryRun: done.DryRun, Held: append([]string{}, done.Held...)}, nil)
}

func rowOf(i wrapcast.Import) ImportRow {
	list := func(texts []string) []string { return append([]string{}, texts...) }
	return ImportRow{ID: i.ID, At: i.At, Actor: i.Actor, State: string(i.State), File: i.File, Sender: i.Sender,
		Digest: i.Digest,
		Reason: i.Reason, Hint: i.Hint, ImportContent: ImportContent{From: api.Instant(i.From), To: api.Instant(i.To),
			Days:        i.Days,
			StepMinutes: i.StepMinutes, Contacts: i.Contacts, Codes: i.Codes, Queues: i.Queues, NewCodes: list(i.NewCodes),
			NewQueues: list(i.NewQueues), ReplacedContacts: i.ReplacedContacts, ReplacedDays: i.ReplacedDays,
			ReadAs: list(i.ReadAs),
			Lacks:  list(i.Lacks), Notes: list(i.Notes)}}
}
