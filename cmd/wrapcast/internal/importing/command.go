// Package importing keeps the counts of files as an organisation of its own.
package importing

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/imports"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/tables"
)

// Command is `wrapcast import`.
type Command struct {
	Sessions *session.Opener
	Out      *terminal.Terminal
}

const example = `  wrapcast import contacts.csv --organisation "Harbour Insurance" --tz Europe/London
  wrapcast import contacts.xlsx --organisation Harbour --explain
  wrapcast import log.csv --organisation Harbour --count --code "Wrap-up reason"
  wrapcast import --organisation Harbour          # what is new in its directory of the settings
  wrapcast import --organisation Harbour --list
  wrapcast run --organisation "Harbour Insurance"`

// Command makes the verb.
func (cmd Command) Command() *cobra.Command {
	var r imports.Request
	var fill string
	var list bool
	c := &cobra.Command{
		Use:   "import [FILE]",
		Short: "Keep contacts of a file as an organisation of its own",
		Long: `Read contacts by wrap-up code from a file of any system, CSV or Excel, and keep them as the history of an
organisation, which needs no account anywhere: validate, forecast, accuracy, override, calendar, report, export,
serve and run then work as with Genesys Cloud. - is standard input.

A time and a count are enough, or a row per contact; code, queue, channel and handle time are found by their names in
five languages, or named. How the files of a sender are read is remembered. The next file adds days, and takes the
place of those that it covers, for the queues and channels that it names.

docs/IMPORT.md has recipes for the exports of several systems.`,
		Example: example,
		Args:    cli.Args(cobra.MaximumNArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			r.Fill, r.Organisation, r.Actor = tables.Filling(fill), cmd.Sessions.Settings.Organisation, "cli"
			switch {
			case list:
				return cmd.list(c.Context())
			case len(args) == 0:
				return cmd.take(c.Context())
			}
			return cmd.one(c.Context(), args[0], r)
		},
	}
	l := c.Flags()
	l.StringVar(&r.Columns.Time, "time", "", "`column` of times, or two of date and interval with a comma between, by name or number")
	l.StringVar(&r.Columns.Code, "code", "", "`column` of wrap-up codes, or several with commas between; =TEXT for one code of all rows")
	l.StringVar(&r.Columns.Queue, "queue", "", "`column` of queues; =TEXT for one queue of all rows")
	l.StringVar(&r.Columns.Channel, "channel", "", "`column` of channels; =chat for one channel of all rows")
	l.StringVar(&r.Columns.Value, "value", "", "`column` of contacts handled; several are a code each")
	l.BoolVar(&r.Columns.Count, "count", false, "each row is one contact")
	l.StringVar(&r.Columns.HandleTime, "aht", "", "`column` of handle times; none leaves them out")
	l.StringVar(&r.Columns.HandleTimeIs, "aht-is", "", "average or total, where the name of the column does not say it")
	l.StringVar(&r.Columns.HandleTimeUnit, "aht-unit", "", "s, ms or min, where the file leaves it open")
	l.StringVar(&r.Columns.Sheet, "sheet", "", "`sheet` of a workbook, by name or number")
	l.StringVar(&r.Writing.Dates, "dates", "", "how 3/4/2026 is meant where the file leaves it open: dmy or mdy")
	l.StringVar(&r.Writing.Decimal, "decimal", "", "how 1.234 is meant where the file leaves it open: comma or point")
	l.StringVar(&r.Writing.Spans, "spans", "", "how handle times such as 5:30 are meant: m:ss or h:mm")
	l.BoolVar(&r.AddUp, "add-up", false, "add rows up that are the same in every cell")
	l.StringVar(&fill, "fill", "", "what days without a row are: zero or none (unknown); by default what the file's pattern says")
	l.StringVar(&r.Zone, "tz", "", "time `zone` of the organisation's days, such as Europe/London; that of the first file holds")
	l.StringVar(&r.FileZone, "clock", "", "time `zone` of the file's clock, where that is another, such as UTC")
	l.StringVar(&r.Sender, "sender", "", "`name` of who the file is from; how the files of a sender are read is remembered")
	l.BoolVar(&r.Accept, "accept-changes", false, "import what is held: other codes, far fewer contacts, days over intervals")
	l.BoolVar(&r.KeepOtherCodes, "keep-other-codes", false, "leave what is stored of codes that the file does not name")
	l.BoolVar(&r.DryRun, "explain", false, "say what the file is taken for and what would be replaced, and import nothing")
	l.BoolVar(&list, "list", false, "list the files that were imported")
	return c
}

// one imports a file that is named.
func (cmd Command) one(ctx context.Context, file string, r imports.Request) error {
	if !slices.Contains([]tables.Filling{tables.FillPattern, tables.FillZero, tables.FillNone}, r.Fill) {
		return cli.Usage("--fill is %q; it is zero or none", r.Fill)
	}
	if err := r.Check(); err != nil {
		return err
	}
	if err := cmd.settle(ctx, &r); err != nil {
		return err
	}
	in := cmd.Out.In
	if r.File = file; file != "-" {
		opened, err := terminal.OpenFile(file)
		if err != nil {
			return err
		}
		defer opened.Close()
		in, r.File = opened, filepath.Base(file)
	}
	k, closed, err := cmd.keeper(ctx)
	if err != nil {
		return err
	}
	defer closed()
	result, err := k.Import(ctx, in, r)
	if err != nil {
		return err
	}
	return cmd.show(result)
}

// settle takes name and zone of the organisation from the settings.
func (cmd Command) settle(ctx context.Context, r *imports.Request) error {
	all, err := cmd.Sessions.Settings.All()
	if err != nil {
		return err
	}
	r.DefaultZone = all.Settings.TimeZone
	named, found := all.Find(r.Organisation)
	if !all.Several() || !found {
		return nil
	}
	if named.Err != nil {
		return named.Err
	}
	if named.Settings.ClientID != "" {
		return cli.Usage("%s is an organisation of Genesys Cloud in the settings: files are never mixed with what the platform says",
			named.Name).WithHint("import the file as an organisation of its own, under another name")
	}
	r.SettingsName, r.DefaultZone = named.Name, cmp.Or(named.Settings.TimeZone, r.DefaultZone)
	r.Sender = cmp.Or(r.Sender, named.Settings.Files.Sender)
	if named.ID != "" {
		r.Organisation = string(named.ID)
	}
	return context.Cause(ctx)
}

func (cmd Command) keeper(ctx context.Context) (imports.Keeper, func(), error) {
	s, err := cmd.Sessions.Store(ctx)
	if err != nil {
		return imports.Keeper{}, nil, err
	}
	if err := s.CanSign(); err != nil {
		_ = s.Close()
		return imports.Keeper{}, nil, err
	}
	return imports.Keeper{Store: s, Clock: cmd.Sessions.Clock, NewID: cmd.Sessions.NewID}, func() { _ = s.Close() }, nil
}

// take imports what is new in the directory of the settings.
func (cmd Command) take(ctx context.Context) error {
	at, err := cmd.Sessions.Access(ctx)
	if err != nil {
		return err
	}
	if at.Files == nil || at.Settings.Files.Directory == "" {
		return cli.Usage("no file is named").WithHint("name one: wrapcast import contacts.csv --organisation NAME; files.directory " +
			"in the settings of an organisation is looked through")
	}
	var notes []imports.FolderNote
	at.Files.Note = func(n imports.FolderNote) { notes = append(notes, n) }
	s, err := cmd.Sessions.Open(ctx, at)
	if err != nil {
		return err
	}
	defer s.Close()
	_, err = s.Forecaster.Source.Organisation(ctx)
	if err != nil && len(notes) == 0 {
		return err
	}
	return cmd.showTaken(notes)
}

// takenFile is one file of a directory in JSON.
type takenFile struct {
	File   string          `json:"file"`
	State  string          `json:"state"`
	Reason string          `json:"reason,omitempty"`
	Hint   string          `json:"hint,omitempty"`
	Result *imports.Result `json:"result,omitempty"`
}

func (cmd Command) showTaken(notes []imports.FolderNote) error {
	taken, bad, good := []takenFile{}, 0, 0
	for _, n := range notes {
		switch {
		case n.Err != nil:
			bad++
			taken = append(taken, takenFile{n.File, "refused", n.Err.Error(), wrapcast.Hint(n.Err), nil})
		case n.Result != nil:
			good++
			taken = append(taken, takenFile{n.File, "kept", "", "", n.Result})
		default:
			taken = append(taken, takenFile{File: n.File, State: "waiting", Reason: "it changed less than a minute ago"})
		}
	}
	if cmd.Out.JSON {
		if err := cmd.Out.PrintJSON(struct {
			Schema string      `json:"schema"`
			Files  []takenFile `json:"files"`
		}{"wrapcast.imports-taken/1", taken}); err != nil {
			return err
		}
	} else if err := cmd.Out.Print(takenText(taken)); err != nil {
		return err
	}
	switch {
	case bad > 0 && good > 0:
		return wrapcast.Errorf(wrapcast.Partial, "", "%d of %d files were refused", bad, bad+good)
	case bad > 0:
		return wrapcast.Errorf(wrapcast.InvalidData, "", "%s refused", show.Count(bad, "file was", "files were"))
	}
	return nil
}

func takenText(taken []takenFile) string {
	if len(taken) == 0 {
		return "Nothing new is in the directory.\n"
	}
	var b strings.Builder
	for _, f := range taken {
		switch {
		case f.Result != nil:
			b.WriteString(show.Wrap(imports.Sentence(f.Result.Import), "  ") + "\n")
		default:
			b.WriteString(show.Wrap(strings.TrimSpace(f.File+": "+f.State+": "+f.Reason+" "+f.Hint), "  ") + "\n")
		}
	}
	return b.String()
}

// show tells what was imported.
func (cmd Command) show(r imports.Result) error {
	if cmd.Out.JSON {
		return cmd.Out.PrintJSON(struct {
			imports.Result
			Schema string `json:"schema"`
		}{r, imports.ResultSchema})
	}
	if cmd.Out.Quiet {
		return nil
	}
	p := cmd.Out.Page()
	for _, line := range r.ReadAs {
		p.Line(line, "  ")
	}
	for _, line := range slices.Concat(r.Lacks, r.Notes) {
		p.Line(line, "  ")
	}
	p.WriteString("\n")
	p.Line(words(r), "")
	for _, why := range r.Held {
		p.Line("It would be held: "+why, "  ")
	}
	if !r.DryRun {
		p.Line(fmt.Sprintf("Next: wrapcast validate --organisation %q, wrapcast run --organisation %q, wrapcast serve", r.Name, r.Name), "  ")
	}
	return cmd.Out.Print(p.String())
}

// words are the last line: what is stored now.
func words(r imports.Result) string {
	if r.Unchanged {
		return fmt.Sprintf("%s was imported before, and nothing has changed since: nothing was done.", r.File)
	}
	days := show.Count(r.Days, "day", "days")
	s := fmt.Sprintf("%s of %s in %s, %s to %s (%s, %s)", show.Count(r.Contacts, "contact", "contacts"),
		show.Count(r.Codes, "code", "codes"), show.Count(r.Queues, "queue", "queues"), r.From.Format("2006-01-02 15:04"),
		r.To.Format("2006-01-02 15:04 MST"), days, r.Zone)
	verb := "are kept as"
	if r.DryRun {
		verb = "would be kept as"
	}
	s = fmt.Sprintf("%s %s %s", s, verb, r.Name)
	if r.New {
		s += ", which is new"
	}
	if r.ReplacedContacts > 0 {
		s += fmt.Sprintf("; in the place of %s on %s", show.Count(r.ReplacedContacts, "contact", "contacts"),
			show.Count(r.ReplacedDays, "day", "days"))
	}
	for _, k := range []struct {
		what  string
		names []string
	}{{"new codes", r.NewCodes}, {"new queues", r.NewQueues}} {
		if !r.New && len(k.names) > 0 {
			s += "; " + k.what + ": " + show.Shorten(strings.Join(k.names, ", "), 100)
		}
	}
	return s + "."
}

// list shows the files that were imported.
func (cmd Command) list(ctx context.Context) error {
	return cmd.Sessions.Stored(ctx, "", func(tx *store.Tx, org wrapcast.Organisation) error {
		all, err := tx.Imports().All(org.ID)
		if err != nil {
			return err
		}
		if cmd.Out.JSON {
			return cmd.Out.PrintJSON(struct {
				Schema  string            `json:"schema"`
				Imports []wrapcast.Import `json:"imports"`
			}{"wrapcast.imports/1", append([]wrapcast.Import{}, all...)})
		}
		t := cmd.Out.Page().Table("imported", "file", "state", " contacts", "from", "to", " replaced")
		for _, i := range all {
			from, to := "", ""
			if i.State == wrapcast.ImportKept {
				from, to = i.From.Format("2006-01-02 15:04"), i.To.Format("2006-01-02 15:04")
			}
			t.Row(i.At.Format("2006-01-02 15:04"), show.Shorten(i.File, 30), string(i.State), show.Thousands(int64(i.Contacts)),
				from, to, show.Thousands(int64(i.ReplacedContacts)))
		}
		return cmd.Out.Print(t.String() + "\n")
	})
}
