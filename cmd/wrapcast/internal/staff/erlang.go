package staff

import (
	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/staffing"
)

// Erlang is `wrapcast staff erlang`: the calculator.
type Erlang struct {
	Out *terminal.Terminal
}

type erlangFlags struct {
	contacts, interval, aht, target, agents, patience string
	goal, asa, occupancy, abandoned                   string
	shrinkage, atOnce                                 string
}

// Command returns it for the command line.
func (cmd Erlang) Command() *cobra.Command {
	var f erlangFlags
	c := &cobra.Command{
		Use:   "erlang",
		Short: "Calculate with Erlang C and Erlang A",
		Long: `What a number of agents makes of contacts that come by chance, or how many agents meet a goal.
Without --patience nobody who waits gives up (Erlang C); with it whoever waits does so after that
time on average (Erlang A). Times have a unit (20s, 3m, 1h30m), shares are written 80% or 0.8.`,
		Example: `  wrapcast staff erlang --contacts 100 --interval 30m --aht 180s --target 20s --agents 14
  wrapcast staff erlang --contacts 100 --interval 30m --aht 3m --target 20s --goal 80% --shrinkage 30%
  wrapcast staff erlang --contacts 48 --interval 1m --aht 1m --patience 2m --agents 50 --json`,
		Args: cli.Args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error { return cmd.calculate(f) },
	}
	l := c.Flags()
	l.StringVar(&f.contacts, "contacts", "", "how many contacts come in the interval")
	l.StringVar(&f.interval, "interval", "", "how `long` the interval is, such as 30m")
	l.StringVar(&f.aht, "aht", "", "how `long` one takes an agent on average, such as 180s")
	l.StringVar(&f.target, "target", "20s", "`time` within which the service level counts answers")
	l.StringVar(&f.agents, "agents", "", "how many agents there are (default: as many as the goals need)")
	l.StringVar(&f.patience, "patience", "", "how `long` somebody waits on average before giving up (default: for ever)")
	l.StringVar(&f.goal, "goal", "", "`share` to be answered within --target (default 80% where there is no other goal)")
	l.StringVar(&f.asa, "goal-asa", "", "longest mean `wait`, such as 30s")
	l.StringVar(&f.occupancy, "max-occupancy", "", "largest `share` of their time that agents may be busy")
	l.StringVar(&f.abandoned, "max-abandoned", "", "largest `share` that may give up; needs --patience")
	l.StringVar(&f.shrinkage, "shrinkage", "", "`share` of paid time that agents are not available: adds who is to be rostered")
	l.StringVar(&f.atOnce, "at-once", "1", "how many contacts an agent handles at once (chats)")
	return c
}

func (cmd Erlang) calculate(f erlangFlags) error {
	q, err := f.question()
	if err != nil {
		return err
	}
	a, err := q.answer()
	if err != nil {
		return err
	}
	if cmd.Out.JSON {
		return cmd.Out.PrintJSON(a)
	}
	if cmd.Out.Quiet {
		return nil
	}
	return cmd.Out.Print(a.text(cmd.Out.Page()))
}

// question is what was typed, in seconds, contacts and fractions.
type question struct {
	contacts, interval, target float64
	queue                      staffing.Queue
	goal                       staffing.Goal
	agents                     *int // nil: as many as the goal needs
	pay                        pay
}

// pay is how agents are counted beside the formula: how many contacts each handles at once, and the share of their time
// that they are not there.
type pay struct {
	atOnce    int
	shrinkage float64
}

// question reads the flags.
func (f erlangFlags) question() (q question, err error) {
	for _, needed := range []struct{ flag, value, example string }{{"contacts", f.contacts, "100"},
		{"interval", f.interval, "30m"}, {"aht", f.aht, "180s"}} {
		if needed.value == "" {
			return q, cli.Usage("--%s is missing", needed.flag).WithHint("say for example --%s %s", needed.flag, needed.example)
		}
	}
	if q.contacts, err = readContacts(f.contacts); err != nil {
		return q, err
	}
	if q.interval, err = readLength("interval", f.interval); err != nil {
		return q, err
	}
	if q.queue.Handle, err = readLength("aht", f.aht); err != nil {
		return q, err
	}
	if f.patience != "" {
		if q.queue.Patience, err = readLength("patience", f.patience); err != nil {
			return q, err
		}
	}
	if q.target, err = readTime("target", f.target); err != nil {
		return q, err
	}
	q.queue.Rate = q.contacts / q.interval
	if err = f.people(&q); err != nil {
		return q, err
	}
	return q, f.goals(&q)
}

// people reads the agents, what they do at once and their absence.
func (f erlangFlags) people(q *question) (err error) {
	if f.agents != "" {
		n, err := readAgents("agents", f.agents, 0)
		if err != nil {
			return err
		}
		q.agents = &n
	}
	if q.pay.atOnce, err = readAgents("at-once", f.atOnce, 1); err != nil {
		return err
	}
	if f.shrinkage != "" {
		q.pay.shrinkage, err = readShare("shrinkage", f.shrinkage, 0)
	}
	return err
}

// goals reads what is to be reached; without any, 80 % within the target where no agents are named.
func (f erlangFlags) goals(q *question) (err error) {
	const minGoal = 0.01
	for _, share := range []struct {
		flag, value string
		into        *float64
		least       float64
	}{{"goal", f.goal, &q.goal.Share, minGoal}, {"max-occupancy", f.occupancy, &q.goal.Occupancy, minGoal},
		{"max-abandoned", f.abandoned, &q.goal.Abandoned, 0}} {
		if share.value == "" {
			continue
		}
		if *share.into, err = readShare(share.flag, share.value, share.least); err != nil {
			return err
		}
		if *share.into == 0 {
			return cli.Usage("--%s is %s, which is no goal", share.flag, share.value)
		}
	}
	if f.asa != "" {
		if q.goal.ASA, err = readLength("goal-asa", f.asa); err != nil {
			return err
		}
	}
	if q.goal.Abandoned > 0 && q.queue.Patience == 0 {
		return cli.Usage("--max-abandoned needs --patience: without it nobody ever gives up").
			WithHint("say how long people wait before they give up, such as --patience 2m")
	}
	if q.goal == (staffing.Goal{}) && q.agents == nil {
		q.goal.Share = defaultShare
	}
	q.goal.Within = q.target
	return nil
}

const defaultShare = 0.8

// answer calculates.
func (q question) answer() (a erlangAnswer, err error) {
	if err := q.queue.Check(); err != nil {
		return a, err
	}
	a = erlangAnswer{Schema: erlangSchema, Model: "erlang-c", Contacts: q.contacts, Interval: q.interval,
		AHT: q.queue.Handle, Target: q.target, Load: q.queue.Load(), AtOnce: q.pay.atOnce, question: q}
	if q.queue.Patience > 0 {
		a.Model, a.Patience = "erlang-a", &q.queue.Patience
	}
	if q.goal != (staffing.Goal{Within: q.goal.Within}) {
		slots, err := q.queue.Agents(q.goal)
		if err != nil {
			return a, err
		}
		needed := staffing.Sharing(slots, q.pay.atOnce)
		a.Goal, a.ForGoal, a.Agents = newGoalDocument(q.goal), &needed, needed
	}
	if q.agents != nil {
		a.Agents = *q.agents
	}
	if q.pay.shrinkage > 0 {
		rostered := staffing.Rostered(float64(a.Agents), q.pay.shrinkage)
		a.Shrinkage, a.Rostered = &q.pay.shrinkage, &rostered
	}
	a.performanceDocument = q.with(a.Agents)
	return a, nil
}

// with is what a number of agents makes of it.
func (q question) with(agents int) performanceDocument {
	p := q.queue.With(float64(agents * q.pay.atOnce))
	d := performanceDocument{Agents: agents, Stable: p.Stable, PWait: p.PWait, ServiceLevel: p.ServiceLevel(q.target),
		ASA: wrapcast.Measure(p.ASA), Occupancy: p.Occupancy, Abandoned: p.Abandoned, Waiting: wrapcast.Measure(p.Waiting())}
	if !p.Stable {
		d.ASA, d.Waiting = wrapcast.NotMeasured(), wrapcast.NotMeasured()
	}
	return d
}
