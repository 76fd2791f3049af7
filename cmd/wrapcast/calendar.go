package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/settings"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/calendar"
	"github.com/wrapcast/wrapcast/internal/reports"
	"github.com/wrapcast/wrapcast/internal/steps"
)

// calendarCommand shows what the calendar means for the days ahead, changes it, and finds what it lacks.
type calendarCommand struct {
	sessions *session.Opener
	out      *terminal.Terminal
}

// alone is the verb; validate has it too, with an organisation of its own.
func (cmd calendarCommand) alone() *cobra.Command {
	var organisation string
	c := cmd.command(&organisation)
	cli.OrganisationFlag(c, &organisation)
	return c
}

func (cmd calendarCommand) command(organisation *string) *cobra.Command {
	var days int
	c := &cobra.Command{
		Use:   "calendar [FILE]",
		Short: "Holidays, closures and events: check them, change them, find those that are missing",
		Long: `Check a calendar file, or the calendar of the settings or, without one, the stored one: public holidays by
region, closures, events, opening hours. Shows the special days ahead in the organisation's
time zone, when queues are closed, and what such days did to contacts in the past.

The stored calendar is changed by use, add and remove; suggest finds the days on which everything
moved and which region's holidays they are. The next forecast uses it. A calendar named in the
settings (calendar: FILE) is changed there.`,
		Example: `  wrapcast calendar
  wrapcast calendar calendar.yaml --days 90
  wrapcast calendar suggest
  wrapcast calendar use US-MA
  wrapcast calendar add mailing --from 2026-01-15 --repeat monthly --expected "+30 %"
  wrapcast calendar remove mailing`,
		Args: cli.Args(cobra.MaximumNArgs(1)),
		RunE: func(c *cobra.Command, given []string) error {
			return cmd.sessions.Offline(c.Context(), *organisation, func(o session.Offline) error {
				if len(given) == 1 {
					calendar, err := settings.ReadCalendar(given[0])
					if err != nil {
						return err
					}
					o.Spec.Calendar = calendar
				}
				v, err := o.Look(c.Context())
				if err != nil {
					return err
				}
				r, err := reports.CalendarAhead(c.Context(), v, days)
				if err != nil {
					return err
				}
				return cmd.showCalendar(r)
			})
		},
	}
	c.Flags().IntVar(&days, "days", 60, "how many days ahead")
	c.AddCommand(cmd.list(organisation), cmd.add(organisation), cmd.remove(organisation), cmd.use(organisation),
		cmd.suggest(organisation))
	return c
}

// list shows the entries of the calendar that holds.
func (cmd calendarCommand) list(organisation *string) *cobra.Command {
	var regions bool
	c := &cobra.Command{
		Use:     "list",
		Short:   "List the entries of the calendar that holds, or the regions whose holidays are known",
		Example: "  wrapcast calendar list\n  wrapcast calendar list --regions",
		Args:    cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			if regions {
				return cmd.listRegions()
			}
			return cmd.sessions.Offline(c.Context(), *organisation, func(o session.Offline) error {
				v, err := cmd.held(c.Context(), o)
				if err != nil {
					return err
				}
				if cmd.out.JSON {
					return cmd.out.PrintJSON(v)
				}
				return cmd.out.Print(entriesOf(cmd.out.Page(), v))
			})
		},
	}
	c.Flags().BoolVar(&regions, "regions", false, "list the regions instead")
	return c
}

// held is the calendar that holds: of the settings, else stored, else an empty one.
func (cmd calendarCommand) held(ctx context.Context, o session.Offline) (wrapcast.CalendarVersion, error) {
	v, err := steps.Optional(o.Decisions().Calendar(ctx, o.Org))
	switch {
	case err != nil:
		return wrapcast.CalendarVersion{}, err
	case o.Spec.Calendar != nil:
		return wrapcast.CalendarVersion{Schema: wrapcast.CalendarSchema, Organisation: o.Org, Calendar: *o.Spec.Calendar,
			Author: "the settings"}, nil
	case v == nil:
		return wrapcast.CalendarVersion{Schema: wrapcast.CalendarSchema, Organisation: o.Org}, nil
	}
	return *v, nil
}

func entriesOf(b *show.Page, v wrapcast.CalendarVersion) string {
	t := b.Table("kind", "what", "when")
	for _, r := range v.Calendar.Holidays {
		t.Row("holidays", r, calendar.RegionName(r))
	}
	for _, name := range v.Calendar.Except {
		t.Row("ordinary day", show.Shorten(name, 30), "")
	}
	for _, e := range v.Calendar.Events {
		when := daysInWords(e.Days)
		if e.Expected != nil {
			when += ", " + e.Expected.String() + " expected"
		}
		t.Row("event", show.Shorten(e.Name, 30), when)
	}
	for _, e := range v.Calendar.Closures {
		when := daysInWords(e.Days)
		if e.Begins != 0 || e.Ends != 0 {
			when += fmt.Sprintf(", %s to %s", e.Begins, e.Ends)
		}
		if n := len(e.Queues); n > 0 {
			when += ", " + show.Count(n, "queue", "queues")
		}
		t.Row("closure", show.Shorten(e.Name, 30), when)
	}
	for _, h := range v.Calendar.Hours {
		var open []string
		for _, o := range h.Open {
			open = append(open, fmt.Sprintf("%s %s to %s", o.Days, o.Begins, o.Ends))
		}
		t.Row("hours", show.Shorten(strings.Join(open, "; "), 30), show.Count(len(h.Queues), "queue", "queues"))
	}
	set := "no calendar was set: wrapcast calendar suggest finds what it would hold\n"
	if v.Author != "" {
		set = "set by " + v.Author
		if !v.MadeAt.IsZero() {
			set += " on " + v.MadeAt.Format(time.DateOnly)
		}
		if v.Reason != "" {
			set += ": " + v.Reason
		}
		set = t.String() + "\n\n" + b.Wrap(set, "") + "\n"
	}
	return set
}

// daysInWords writes when an entry falls.
func daysInWords(d wrapcast.Days) string {
	text := d.From.String()
	if d.To != 0 && d.To != d.From {
		text += " to " + d.To.String()
	}
	if d.Repeat != "" {
		text += ", " + string(d.Repeat)
		if d.Interval > 1 {
			text += fmt.Sprintf(" every %d", d.Interval)
		}
	}
	if d.Until != 0 {
		text += " until " + d.Until.String()
	}
	return text
}

func (cmd calendarCommand) listRegions() error {
	all := calendar.HolidayRegions()
	if cmd.out.JSON {
		return cmd.out.PrintJSON(struct {
			Schema  string                   `json:"schema"`
			Regions []calendar.HolidayRegion `json:"regions"`
		}{"wrapcast.calendar-regions/1", all})
	}
	t := cmd.out.Page().Table("region", "name", " holidays")
	for _, r := range all {
		t.Row(r.Region, r.Name, fmt.Sprint(len(r.Holidays)))
	}
	return cmd.out.Print(t.String() + "\n")
}

// change keeps the stored calendar as edit leaves it.
func (cmd calendarCommand) change(ctx context.Context, organisation string, s cli.Signature, reason string,
	edit func(session.Offline, *wrapcast.Calendar) error) error {
	return cmd.sessions.Offline(ctx, organisation, func(o session.Offline) error {
		if o.Spec.Calendar != nil {
			return cli.Usage("the calendar is set in the settings").
				WithHint("change it there: calendar, or the file it names; what is stored here would not be used")
		}
		held, err := cmd.held(ctx, o)
		if err != nil {
			return err
		}
		c := held.Calendar
		c.Holidays, c.Except = slices.Clone(c.Holidays), slices.Clone(c.Except)
		c.Events, c.Closures = slices.Clone(c.Events), slices.Clone(c.Closures)
		if err := edit(o, &c); err != nil {
			return err
		}
		if s.Reason == "" {
			s.Reason = reason
		}
		v, err := o.Decisions().SetCalendar(ctx, o.Org, c, s.Author, s.Reason)
		if err != nil {
			return err
		}
		if cmd.out.JSON {
			return cmd.out.PrintJSON(v)
		}
		return cmd.out.Say("%s; the next forecast uses it", reason)
	})
}

// use takes over the public holidays of regions.
func (cmd calendarCommand) use(organisation *string) *cobra.Command {
	var s cli.Signature
	var except []string
	c := &cobra.Command{
		Use:     "use REGION…",
		Short:   "Use the public holidays of a region",
		Example: "  wrapcast calendar use US-MA\n  wrapcast calendar use DE-BY AT --except \"Heilige Drei Könige\"",
		Args:    cli.Args(cobra.MinimumNArgs(1)),
		RunE: func(c *cobra.Command, regions []string) error {
			var names []string
			for _, r := range regions {
				names = append(names, calendar.RegionName(r))
			}
			return cmd.change(c.Context(), *organisation, s, "public holidays of "+strings.Join(names, " and of "),
				func(_ session.Offline, c *wrapcast.Calendar) error {
					c.Holidays = withNew(c.Holidays, regions)
					c.Except = withNew(c.Except, except)
					return nil
				})
		},
	}
	c.Flags().StringArrayVar(&except, "except", nil, "a holiday by name that is an ordinary day here (may be given again)")
	s.Register(c)
	return c
}

func withNew(all, more []string) []string {
	for _, v := range more {
		if !slices.Contains(all, v) {
			all = append(all, v)
		}
	}
	return all
}

// entryFlags are an event or a closure.
type entryFlags struct {
	from, to, repeat, until, expected, begins, ends string
	interval                                        int
	closed                                          bool
	queues                                          []string
	cli.Signature
}

// add adds an event or a closure.
func (cmd calendarCommand) add(organisation *string) *cobra.Command {
	var f entryFlags
	c := &cobra.Command{
		Use:   "add NAME",
		Short: "Add an event, or a closure",
		Long: `Add a kind of day that changes contacts, an event, or one on which no contact is taken, a closure. The
effect of an event is learned from its past days; --expected says what is forecast until there are any.`,
		Example: `  wrapcast calendar add mailing --from 2026-01-15 --repeat monthly --expected "+30 %"
  wrapcast calendar add "company party" --from 2026-12-11 --closed --begins 14:00 --ends 24:00 --queue Claims`,
		Args: cli.Args(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, given []string) error {
			return cmd.change(c.Context(), *organisation, f.Signature, given[0]+" is in the calendar",
				func(o session.Offline, c *wrapcast.Calendar) error { return f.addTo(o, c, given[0]) })
		},
	}
	l := c.Flags()
	l.StringVar(&f.from, "from", "", "first day")
	l.StringVar(&f.to, "to", "", "last day (default: the first day)")
	l.StringVar(&f.repeat, "repeat", "", "weekly, monthly, monthly-weekday, yearly, yearly-weekday or yearly-easter")
	l.IntVar(&f.interval, "interval", 0, "take only every so-many-th repetition")
	l.StringVar(&f.until, "until", "", "last day on which a repetition may begin")
	l.StringVar(&f.expected, "expected", "", `what an event is expected to do until its days have been seen, such as "+30 %"`)
	l.BoolVar(&f.closed, "closed", false, "a closure: no contact is taken")
	l.StringVar(&f.begins, "begins", "", "first closed hour of a closure, 14:00 (default: all day)")
	l.StringVar(&f.ends, "ends", "", "end of the closed hours, 24:00")
	l.StringArrayVar(&f.queues, "queue", nil, "a queue that is closed, by id or name; none means all (may be given again)")
	f.Register(c)
	return c
}

func (f entryFlags) addTo(o session.Offline, c *wrapcast.Calendar, name string) (err error) {
	d := wrapcast.Days{Repeat: wrapcast.Repeat(f.repeat), Interval: f.interval}
	for _, date := range []struct {
		text string
		to   *wrapcast.Date
	}{{f.from, &d.From}, {f.to, &d.To}, {f.until, &d.Until}} {
		if *date.to, err = cli.Day(date.text, 0); err != nil {
			return err
		}
	}
	switch {
	case f.from == "":
		return cli.Usage("which day? --from is missing")
	case f.closed && f.expected != "":
		return cli.Usage("a closure brings nothing: --closed and --expected exclude each other")
	case f.closed:
		entry := wrapcast.Closure{Name: name, Days: d}
		for _, hour := range []struct {
			text string
			to   *wrapcast.TimeOfDay
		}{{f.begins, &entry.Begins}, {f.ends, &entry.Ends}} {
			if hour.text == "" {
				continue
			}
			if err := hour.to.UnmarshalText([]byte(hour.text)); err != nil {
				return err
			}
		}
		entry.Queues, err = steps.FindQueues(o.Directory, f.queues)
		c.Closures = append(c.Closures, entry)
		return err
	case f.begins != "" || f.ends != "" || len(f.queues) > 0:
		return cli.Usage("--begins, --ends and --queue belong to a closure").WithHint("add --closed")
	}
	entry := wrapcast.CalendarEvent{Name: name, Days: d}
	if f.expected != "" {
		expected, err := wrapcast.ParseChange(f.expected)
		if err != nil {
			return err
		}
		entry.Expected = &expected
	}
	c.Events = append(c.Events, entry)
	return nil
}

// remove takes an entry out.
func (cmd calendarCommand) remove(organisation *string) *cobra.Command {
	var s cli.Signature
	c := &cobra.Command{
		Use:     "remove NAME",
		Short:   "Remove an event, a closure, a region, or an exception, by name",
		Example: "  wrapcast calendar remove mailing\n  wrapcast calendar remove US-MA",
		Args:    cli.Args(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, given []string) error {
			return cmd.change(c.Context(), *organisation, s, given[0]+" is out of the calendar",
				func(_ session.Offline, c *wrapcast.Calendar) error { return removeEntry(c, given[0]) })
		},
	}
	s.Register(c)
	return c
}

func removeEntry(c *wrapcast.Calendar, name string) error {
	is := func(other string) bool { return strings.EqualFold(other, name) }
	before := len(c.Holidays) + len(c.Except) + len(c.Events) + len(c.Closures)
	c.Holidays, c.Except = slices.DeleteFunc(c.Holidays, is), slices.DeleteFunc(c.Except, is)
	c.Events = slices.DeleteFunc(c.Events, func(e wrapcast.CalendarEvent) bool { return is(e.Name) })
	c.Closures = slices.DeleteFunc(c.Closures, func(e wrapcast.Closure) bool { return is(e.Name) })
	if before == len(c.Holidays)+len(c.Except)+len(c.Events)+len(c.Closures) {
		return cli.Usage("the calendar has no %q", name).WithHint("wrapcast calendar list shows what it has")
	}
	return nil
}

// suggest finds what the calendar lacks.
func (cmd calendarCommand) suggest(organisation *string) *cobra.Command {
	var take bool
	var s cli.Signature
	c := &cobra.Command{
		Use:   "suggest",
		Short: "Find the days on which everything moved, and the holidays that they are",
		Long: `Find the days on which all codes together were far from the same weekdays around, match them to the
public holidays of every region, and list those that return each year or month without a name.`,
		Example: "  wrapcast calendar suggest\n  wrapcast calendar suggest --use",
		Args:    cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			var found wrapcast.CalendarSuggestion
			err := cmd.sessions.Offline(c.Context(), *organisation, func(o session.Offline) error {
				v, err := o.Look(c.Context())
				if err != nil {
					return err
				}
				h, err := v.LoadHistory(c.Context())
				if err != nil {
					return err
				}
				found, err = steps.SuggestCalendar(h)
				return err
			})
			if err != nil {
				return err
			}
			if !take || len(found.Regions) == 0 {
				return cmd.showSuggestion(found)
			}
			var regions, names []string
			for _, r := range found.Regions {
				regions, names = append(regions, r.Region), append(names, r.Name)
			}
			return cmd.change(c.Context(), *organisation, s, "public holidays of "+strings.Join(names, " and of "),
				func(_ session.Offline, c *wrapcast.Calendar) error {
					c.Holidays = withNew(c.Holidays, regions)
					return nil
				})
		},
	}
	c.Flags().BoolVar(&take, "use", false, "use the regions that fit")
	s.Register(c)
	return c
}

func (cmd calendarCommand) showSuggestion(s wrapcast.CalendarSuggestion) error {
	if cmd.out.JSON {
		return cmd.out.PrintJSON(s)
	}
	b := cmd.out.Page()
	fmt.Fprintf(b, "%s to %s: everything moved on %s that the calendar does not name\n", s.From, s.To,
		show.Count(len(s.Moved), "day", "days"))
	for _, r := range s.Regions {
		text := fmt.Sprintf("the public holidays of %s fit %d of %d days, %s", r.Name, r.Fits, r.Of, calendar.SomeDays(r.Days))
		if r.Quiet > 0 {
			text += fmt.Sprintf("; %d moved nothing", r.Quiet)
		}
		if len(r.Alike) > 0 {
			text += "; as good: " + strings.Join(r.Alike, ", ")
		}
		fmt.Fprintf(b, "\n%s\n  wrapcast calendar use %s\n", b.Wrap(text, ""), r.Region)
	}
	if len(s.Returning) > 0 {
		b.WriteString("\ndays that return without a name\n")
		for _, r := range s.Returning {
			fmt.Fprintf(b, "\n%s\n  wrapcast calendar add %q --from %s --repeat %s\n", b.Wrap(fmt.Sprintf("%s: %s on %s",
				r.Event.Name, r.Change, calendar.SomeDays(r.Days)), ""), r.Event.Name, r.Event.From, r.Event.Repeat)
		}
	}
	if left := s.Unexplained(); len(left) > 0 {
		t := b.Table("day that nothing explains", " contacts")
		for i, d := range left {
			if i == mostUnexplained {
				break
			}
			t.Row(d.Day.String()+" "+d.Day.Weekday().String()[:2], d.Change.String())
		}
		b.WriteString("\n" + t.String() + "\n")
		if n := len(left) - mostUnexplained; n > 0 {
			fmt.Fprintf(b, "and %d more\n", n)
		}
		b.WriteString("\n" + b.Wrap("name those with a cause as events, or hide an outage: wrapcast validate masks hide", "") + "\n")
	}
	return cmd.out.Print(b.String())
}

// mostUnexplained is how many unexplained days are shown.
const mostUnexplained = 12

func (cmd calendarCommand) showCalendar(r reports.CalendarReport) error {
	if cmd.out.JSON {
		return cmd.out.PrintJSON(r)
	}
	b := cmd.out.Page()
	fmt.Fprintf(b, "%s to %s in %s: %s\n", r.From, r.To, r.TimeZone, show.Count(len(r.Days), "special day",
		"special days"))
	if len(r.Days) > 0 {
		t := b.Table("day", "what", " contacts", " seen", "closed")
		for _, d := range r.Days {
			factor := "–"
			if d.Effect.Known() {
				factor = fmt.Sprintf("× %.2f", float64(d.Effect))
			}
			seen := fmt.Sprint(d.Seen)
			if len(d.NeverBefore) > 0 {
				seen = "never"
			}
			t.Row(d.Day.String()+" "+d.Day.Weekday().String()[:2], show.Shorten(strings.Join(d.Names, ", "), 30),
				factor, seen, show.Shorten(closedWords(d), 14))
		}
		b.WriteString("\n" + t.String() + "\n")
		for _, d := range r.Days {
			for _, assumed := range d.Assumed {
				b.WriteString("\n" + b.Wrap(d.Day.String()+": never before; "+assumed, "") + "\n")
			}
		}
		b.WriteString("\n" + b.Wrap("contacts: such a day compared with an ordinary one, over all codes, learned from past days of that kind", "") + "\n")
	}
	writeFindings(b, r.Findings)
	return cmd.out.Print(b.String())
}

func closedWords(d reports.CalendarDay) string {
	switch {
	case d.AllClosed:
		return "all queues"
	case len(d.Closed) > 0:
		return show.Count(len(d.Closed), "queue", "queues")
	case len(d.Shorter) > 0:
		return "some hours"
	}
	return ""
}
