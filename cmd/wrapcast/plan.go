package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/guptarohit/asciigraph"
	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/settings"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/staff"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/heads"
	"github.com/wrapcast/wrapcast/internal/plain"
	"github.com/wrapcast/wrapcast/internal/silence"
	"github.com/wrapcast/wrapcast/internal/steps"
)

// planCommand shows what a plan would change, and keeps it.
type planCommand struct {
	sessions *session.Opener
	out      *terminal.Terminal
}

func (cmd planCommand) command() *cobra.Command {
	var f planFlags
	c := &cobra.Command{
		Use:   "plan",
		Short: "Make a plan and show what it changes",
		Long: `Make a plan of the latest forecast for the next weeks, with the overrides in use now, and compare it
with the forecast the platform has: changes per planning group and day, a chart of the week, what the
platform would refuse, what is silent, and which auto-publish limits the plan exceeds. Where planning
groups have no contacts although some are expected, it exits 3 and names them: accept-silence.

Nothing is submitted: wrapcast submit PLAN does that.`,
		Example: `  wrapcast plan
  wrapcast plan --weeks 6 --all
  wrapcast plan --json > plan.json
  wrapcast submit 0192f0c4-…`,
		Args: cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return cmd.plan(c, f) },
	}
	c.Flags().IntVar(&f.weeks, "weeks", 0, "weeks to plan, 1 to 6")
	c.Flags().StringVar(&f.target, "target", "", settings.TargetHelp())
	c.Flags().BoolVar(&f.all, "all", false, "show every planning group")
	c.Flags().BoolVar(&f.preview, "preview", false, "do not store the plan: it cannot be submitted then")
	c.AddCommand(silenceCommand(cmd).command())
	return c
}

type planFlags struct {
	weeks        int
	target       string
	all, preview bool
}

func (cmd planCommand) plan(c *cobra.Command, f planFlags) error {
	return cmd.sessions.With(c.Context(), func(s *session.Session, at session.Access) error {
		runFlags{weeks: f.weeks, target: f.target}.override(c, &at.Settings)
		if err := at.Settings.Check(); err != nil {
			return err
		}
		list, err := s.Forecaster.Plan(c.Context(), at.Settings.Spec(), !f.preview)
		s.Progress.Close()
		if err != nil {
			return err
		}
		needed, err := requiredStaff(c.Context(), s.Forecaster, at, list.Plans)
		if err != nil {
			return err
		}
		if err := cmd.showPlans(list, f.all, !f.preview, needed...); err != nil {
			return err
		}
		return steps.HeldBySilence(list.Plans)
	})
}

// requiredStaff is how many people the weeks of plans need, of each business unit that has some.
func requiredStaff(ctx context.Context, f *steps.WrapUpForecaster, at session.Access,
	plans []wrapcast.Plan) (all []wrapcast.RequiredStaff, err error) {
	if len(plans) == 0 || plans[0].Week == nil {
		return nil, nil
	}
	v, err := f.View(ctx, plans[0].Organisation, at.Settings.Spec())
	if err != nil {
		return nil, err
	}
	views, err := v.Views()
	if err != nil {
		return nil, err
	}
	for _, v := range views {
		o := heads.Options{Rules: at.Settings.Staffing.Heads()}
		for _, plan := range plans {
			if plan.Week != nil && plan.Week.BusinessUnit.ID == v.Unit() {
				o.Start, o.Weeks = cmp.Or(o.Start, plan.Week.Start), o.Weeks+1
			}
		}
		if o.Weeks == 0 {
			continue
		}
		weeks, err := staff.Of(ctx, f, v, o)
		if err != nil {
			return nil, err
		}
		all = append(all, weeks...)
	}
	return all, nil
}

// plansWithStaff is the JSON of plans with how many people their weeks need.
type plansWithStaff struct {
	steps.PlanList
	Staff []wrapcast.RequiredStaff `json:"required_staff,omitempty"`
}

// showPlans prints plans as JSON or as text. What is kept can be submitted, and says how.
func (cmd planCommand) showPlans(list steps.PlanList, all, kept bool, needed ...wrapcast.RequiredStaff) error {
	if cmd.out.JSON {
		return cmd.out.PrintJSON(plansWithStaff{list, needed})
	}
	if cmd.out.Quiet {
		for _, plan := range list.Plans {
			fmt.Fprintln(cmd.out.Out, plan.ID)
		}
		return nil
	}
	b := cmd.out.Page()
	for _, plan := range list.Plans {
		writePlan(b, plan, all)
	}
	if len(list.Plans) > 1 && list.Plans[0].Week != nil {
		b.WriteString("\n" + weeksTable(b, list.Plans) + "\n")
	}
	for i, week := range needed {
		if i == 0 {
			b.WriteString("\n")
		}
		b.Say(staff.Sentence(week), "  ")
	}
	for _, week := range list.First {
		fmt.Fprintf(b, "\nThe week of %s stays as it is: its plan was the first.\n", week)
	}
	if kept {
		writeSubmit(b, list.Plans)
	}
	return cmd.out.Print(b.String())
}

// writeSubmit says how to submit the plans that can be: nothing stands in their way, and they change something.
func writeSubmit(b *show.Page, plans []wrapcast.Plan) {
	submit, n := "wrapcast submit", 0
	for _, plan := range plans {
		if len(plan.Refusals) == 0 && len(silence.Held(plan.Silences)) == 0 && !plan.Unchanged {
			submit, n = submit+" \\\n    "+string(plan.ID), n+1
		}
	}
	if n == 0 {
		return
	}
	b.WriteString("\nTo submit:\n  " + submit + "\n")
	if n > 1 && n == len(plans) && plans[0].Restores == "" {
		fmt.Fprintf(b, "or, after one question:\n  wrapcast submit --weeks %d\n", weeksOf(plans))
	}
}

// weeksOf is how many weeks ahead plans are of: those of several business units count once.
func weeksOf(plans []wrapcast.Plan) int {
	of := map[wrapcast.BusinessUnitID]int{}
	for _, plan := range plans {
		if plan.Week != nil {
			of[plan.Week.BusinessUnit.ID]++
		}
	}
	return max(slices.Max(append(slices.Collect(maps.Values(of)), 1)), 1)
}

// weeksTable shows several weeks, a line each: contacts, what changes, what is at the platform, and whether anything
// stands in the way.
func weeksTable(p *show.Page, plans []wrapcast.Plan) string {
	several := slices.ContainsFunc(plans, func(p wrapcast.Plan) bool {
		return p.Week != nil && plans[0].Week != nil && p.Week.BusinessUnit.ID != plans[0].Week.BusinessUnit.ID
	})
	t := p.Table("week of", " contacts", " change", " AHT", "at the platform", "checks")
	for _, plan := range plans {
		if plan.Week == nil {
			continue
		}
		fresh := plan.Current == nil
		row := weekRow("", plan.Diff.Total, fresh)
		there := "nothing"
		switch {
		case !fresh:
			there = plan.Current.Description
		case plan.Unread != "":
			there = "could not be read"
		}
		week := plan.Week.Start.String()
		if several {
			week += " " + show.Shorten(plan.Week.BusinessUnit.Name, 20)
		}
		t.Row(week, row[1], row[2], row[len(row)-1], show.Shorten(there, 26), checkWords(plan))
	}
	return t.String()
}

// checkWords says whether anything stands in the way of a plan.
func checkWords(plan wrapcast.Plan) string {
	switch {
	case len(plan.Refusals) > 0:
		return "cannot be submitted"
	case len(silence.Held(plan.Silences)) > 0:
		return "held by silence"
	case plan.Unread != "":
		return "what changes is unknown"
	case len(plan.Stops) > 0:
		return fmt.Sprintf("exceeds limits (%d)", len(plan.Stops))
	case plan.Unchanged:
		return "unchanged"
	}
	return "passed"
}

func writePlan(b *show.Page, plan wrapcast.Plan, all bool) {
	if plan.Week == nil {
		fmt.Fprintf(b, "\nPlan %s: payload of %s\n", plan.ID, show.Count(len(plan.Payload.Dimensions), "code", "codes"))
	} else {
		writeWeek(b, plan, all)
	}
	writeSilences(b, plan.Silences)
	stops := "It exceeds the auto-publish limits; after review, submit it by hand:"
	if plan.Unread != "" {
		stops = "It waits for review; then submit it by hand:"
	}
	for _, part := range []struct {
		title    string
		findings []wrapcast.Finding
	}{{"It cannot be submitted:", plan.Refusals}, {stops, plan.Stops}, {"Worth knowing:", plan.Findings}} {
		writeSome(b, part.title, part.findings, all)
	}
}

// writeSilences shows what was silent when a plan was made, and who accepted it.
func writeSilences(b *show.Page, silences []wrapcast.Silence) {
	for i, s := range silences {
		if i == 0 {
			b.WriteString("\nNo contacts where some are expected:\n")
		}
		state := "holds it"
		if s.Accepted != "" {
			state = "accepted"
		}
		b.WriteString("  " + b.Wrap(fmt.Sprintf("%s (%s): %s", what(s.Kind, s.Name), state,
			s.Message+"; "+s.Likely), "    ") + "\n")
	}
}

// shownFindings is how many findings of a sort are shown.
const shownFindings = 6

func writeSome(b *show.Page, title string, findings []wrapcast.Finding, all bool) {
	if len(findings) == 0 {
		return
	}
	b.WriteString("\n")
	b.Line(title, "  ")
	for i, f := range findings {
		if i == shownFindings && !all {
			fmt.Fprintf(b, "  … and %d more (--all)\n", len(findings)-i)
			return
		}
		b.WriteString("  " + b.Wrap(strings.TrimPrefix(f.Place+": ", ": ")+f.Message, "    ") + "\n")
	}
}

// writeWeek shows a week's plan: the difference per planning group and day, and a picture.
func writeWeek(b *show.Page, plan wrapcast.Plan, all bool) {
	b.WriteString("\n")
	b.Line(fmt.Sprintf("Week of %s, %s, in offered contacts (%s)", plan.Week.Start, plan.Week.BusinessUnit.Name,
		plan.Week.BusinessUnit.TimeZone), "  ")
	writeAgainst(b, plan)
	if plan.Unchanged {
		b.Line("Unchanged: the platform has the same numbers already, nothing would be submitted.", "  ")
	}
	b.WriteString("\n" + weekTable(b, plan, all) + "\n")
	if out := plan.Week.LeftOut; len(out) > 0 {
		names := make([]string, len(out))
		for i, g := range out {
			names[i] = fmt.Sprintf("%s (%s contacts)", g.Name, show.Amount(g.Offered))
		}
		b.WriteString("\n" + b.Wrap("Left out, as plan.leave_out says: "+strings.Join(names, ", ")+".", "  ") + "\n")
	}
	if picture := weekPicture(*plan.Diff, b.Columns); picture != "" {
		b.WriteString("\n" + picture + "\n")
	}
}

// writeAgainst says what the platform has for a week: the forecast that the plan is compared with, who made it and
// when, and what else covers the week.
func writeAgainst(b *show.Page, plan wrapcast.Plan) {
	line := func(format string, args ...any) {
		b.WriteString(b.Wrap(fmt.Sprintf(format, args...), "  ") + "\n")
	}
	if plan.Unread != "" {
		line("What the platform has for it could not be read: %s.", plan.Unread)
	}
	switch {
	case plan.Current != nil:
		line("Against %q at the platform, %s.", plan.Current.Description, origin(*plan.Current))
	case plan.Unread == "":
		line("The platform has no forecast for it yet: all of it is new.")
	}
	for _, other := range plan.Others {
		line("It also has %q, %s.", other.Description, origin(other))
	}
}

// origin says who made a forecast, which weeks it covers where it is more than one, and when it was changed last.
func origin(f wrapcast.TargetForecast) string {
	parts := []string{"by " + f.MadeBy()}
	if f.Weeks > 1 {
		weeks := show.Count(f.Weeks, "week", "weeks")
		if f.Start != nil {
			weeks += " from " + f.Start.String()
		}
		parts = append(parts, weeks)
	}
	if f.ModifiedAt != "" {
		changed := f.ModifiedAt
		if at, err := time.Parse(time.RFC3339, changed); err == nil {
			changed = at.UTC().Format("2006-01-02 15:04") + " UTC"
		}
		parts = append(parts, "changed "+changed)
	}
	if f.NotForScheduling {
		parts = append(parts, "not for scheduling")
	}
	return strings.Join(parts, ", ")
}

// shownGroups is how many planning groups are shown unless all are asked for.
const shownGroups = 15

// weekTable shows the planning groups that change most: the week's contacts, what changes on each day, and the handle
// time. Where nothing is planned yet it shows the new contacts instead of changes.
func weekTable(p *show.Page, plan wrapcast.Plan, all bool) string {
	groups := slices.Clone(plan.Diff.Groups)
	slices.SortStableFunc(groups, func(x, y wrapcast.GroupDiff) int {
		return cmp.Compare(sizeOf(y, plan.Current == nil), sizeOf(x, plan.Current == nil))
	})
	headers := []string{"planning group", " week", " change"}
	for i := range 7 {
		headers = append(headers, " "+(plan.Week.Start + wrapcast.Date(i)).Weekday().String()[:2])
	}
	t := p.Table(append(headers, " AHT")...)
	for i, g := range groups {
		if quiet := sizeOf(g, plan.Current == nil) < 1; !all && (quiet || i == shownGroups) {
			t.Row(fmt.Sprintf("… %d %s", len(groups)-i, map[bool]string{true: "without any", false: "more"}[quiet]))
			break
		}
		t.Row(weekRow(show.Squeeze(g.Name, 20), g.Days, plan.Current == nil)...)
	}
	t.Row(weekRow("total", plan.Diff.Total, plan.Current == nil)...)
	return t.String()
}

// sizeOf is how many contacts of a group the plan changes, or has where there was none before.
func sizeOf(g wrapcast.GroupDiff, fresh bool) float64 {
	sum := 0.0
	for _, d := range g.Days[:min(7, len(g.Days))] {
		if fresh {
			sum += d.NewOffered
		} else {
			sum += max(d.Change(), -d.Change())
		}
	}
	return sum
}

func weekRow(name string, days []wrapcast.DayDiff, fresh bool) []string {
	var before, after, work float64
	var cells []string
	for _, d := range days[:min(7, len(days))] {
		before, after, work = before+d.OldOffered, after+d.NewOffered, work+d.NewOffered*d.NewHandleSeconds
		if fresh {
			cells = append(cells, show.Short(d.NewOffered))
		} else {
			cells = append(cells, show.SignedShort(d.Change()))
		}
	}
	aht := "–"
	if after > 0 {
		aht = show.Minutes(work / after)
	}
	change := "new"
	if !fresh {
		change = show.SignedShort(after - before)
	}
	return append(append([]string{name, show.Short(after), change}, cells...), aht)
}

// axisColumns is what the picture's axis takes beside it.
const axisColumns = 10

// weekPicture draws the contacts of all groups per day, before and after.
func weekPicture(diff wrapcast.WeekDiff, columns int) string {
	var before, after []float64
	for _, d := range diff.Total {
		before, after = append(before, d.OldOffered), append(after, d.NewOffered)
	}
	if len(after) < 2 {
		return ""
	}
	series, legends := [][]float64{after}, []string{"this plan"}
	if slices.ContainsFunc(before, func(v float64) bool { return v > 0 }) {
		series, legends = [][]float64{before, after}, []string{"at the platform (dots)", "this plan"}
	}
	colours := []asciigraph.AnsiColor{asciigraph.Gray, asciigraph.Blue}[2-len(series):]
	strokes := []asciigraph.CharSet{asciigraph.CreateCharSet("·"), asciigraph.DefaultCharSet}[2-len(series):]
	width := 60
	if columns > 0 {
		width = max(min(width, columns-axisColumns), 10)
	}
	days := fmt.Sprintf("contacts per day, %s to %s", diff.Start, diff.Total[len(diff.Total)-1].Day)
	return plain.OwnLooks(asciigraph.PlotMany(series, asciigraph.Height(7), asciigraph.Width(width),
		asciigraph.LowerBound(0), asciigraph.Precision(0),
		asciigraph.Caption(days), asciigraph.SeriesLegends(legends...), asciigraph.SeriesColors(colours...),
		asciigraph.SeriesChars(strokes...)))
}
