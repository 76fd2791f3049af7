package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/settings"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/reports"
)

// calendarCommand checks a calendar and shows the special days ahead.
type calendarCommand struct {
	sessions *session.Opener
	out      *terminal.Terminal
}

func (cmd calendarCommand) command(organisation *string) *cobra.Command {
	var days int
	c := &cobra.Command{
		Use:   "calendar [FILE]",
		Short: "Check the calendar, and show the special days ahead and their effects",
		Long: `Check a calendar file, or the calendar of the settings or, without one, the stored one: public holidays by
region, closures, events, opening hours. Shows the special days ahead in the organisation's
time zone, when queues are closed, and what such days did to contacts in the past.

Nothing is changed: a calendar named in the settings (calendar: FILE) is used by the next run.`,
		Example: `  wrapcast validate calendar calendar.yaml
  wrapcast validate calendar --days 90`,
		Args: args(cobra.MaximumNArgs(1)),
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
	return c
}

func (cmd calendarCommand) showCalendar(r reports.CalendarReport) error {
	if cmd.out.JSON {
		return cmd.out.PrintJSON(r)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s to %s in %s: %s\n", r.From, r.To, r.TimeZone, show.Count(len(r.Days), "special day",
		"special days"))
	if len(r.Days) > 0 {
		t := show.Table("day", "what", " contacts", " seen", "closed")
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
				b.WriteString("\n" + show.Wrap(d.Day.String()+": never before; "+assumed, "") + "\n")
			}
		}
		b.WriteString("\n" + show.Wrap("contacts: such a day compared with an ordinary one, over all codes, learned from past days of that kind", "") + "\n")
	}
	writeFindings(&b, r.Findings)
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
