package staff

import (
	"fmt"
	"math"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/internal/staffing"
)

const erlangSchema = "wrapcast.staff-erlang/1"

// erlangAnswer is what `wrapcast staff erlang --json` prints: times in seconds, shares as fractions.
type erlangAnswer struct {
	Schema string `json:"schema"`
	// Model is erlang-c, or erlang-a where there is a patience.
	Model    string   `json:"model"`
	Contacts float64  `json:"contacts"`
	Interval float64  `json:"interval_seconds"`
	AHT      float64  `json:"aht_seconds"`
	Target   float64  `json:"target_seconds"`
	Patience *float64 `json:"patience_seconds,omitempty"`
	// Load is contacts × handle time / interval.
	Load   float64 `json:"load_erlangs"`
	AtOnce int     `json:"at_once"`
	performanceDocument
	// Goal is what was asked for, ForGoal the least number of agents that reach it.
	Goal    *goalDocument `json:"goal,omitempty"`
	ForGoal *int          `json:"agents_for_goal,omitempty"`
	// Rostered is how many people are paid for so that Agents are there.
	Shrinkage *float64 `json:"shrinkage,omitempty"`
	Rostered  *int     `json:"rostered,omitempty"`

	question question
}

// performanceDocument is what a number of agents makes of it.
type performanceDocument struct {
	Agents int `json:"agents"`
	// Stable is false where more comes than the agents can ever do: waits then grow without bound, and have no mean.
	Stable       bool             `json:"stable"`
	PWait        float64          `json:"p_wait"`
	ServiceLevel float64          `json:"service_level"`
	ASA          wrapcast.Measure `json:"asa_seconds"`
	Occupancy    float64          `json:"occupancy"`
	Abandoned    float64          `json:"abandoned"`
	Waiting      wrapcast.Measure `json:"waiting"`
}

type goalDocument struct {
	ServiceLevel *float64 `json:"service_level,omitempty"`
	Within       *float64 `json:"within_seconds,omitempty"`
	ASA          *float64 `json:"asa_seconds,omitempty"`
	Abandoned    *float64 `json:"max_abandoned,omitempty"`
	Occupancy    *float64 `json:"max_occupancy,omitempty"`
}

func newGoalDocument(g staffing.Goal) *goalDocument {
	given := func(v float64) *float64 {
		if v == 0 {
			return nil
		}
		return &v
	}
	d := &goalDocument{ServiceLevel: given(g.Share), ASA: given(g.ASA), Abandoned: given(g.Abandoned),
		Occupancy: given(g.Occupancy)}
	if d.ServiceLevel != nil {
		d.Within = &g.Within
	}
	return d
}

// text is the answer for people: the sentence, and a table of some agents fewer and more.
func (a erlangAnswer) text(p *show.Page) string {
	p.Say(fmt.Sprintf("%s in %s, %s each: a load of %.2f erlangs.", show.Count(int(a.Contacts+0.5), "contact", "contacts"),
		seconds(a.Interval), seconds(a.AHT), a.Load), "")
	if a.ForGoal != nil {
		p.Say(fmt.Sprintf("%s for the goal: %s.", show.Count(*a.ForGoal, "agent", "agents"), a.Goal.words()), "")
	}
	if a.Rostered != nil {
		p.Say(fmt.Sprintf("%d are to be rostered for %s, with %s of paid time away.", *a.Rostered,
			show.Count(a.Agents, "agent", "agents"), percent(*a.Shrinkage)), "")
	}
	if !a.Stable {
		p.Say(fmt.Sprintf("%s cannot do it: more comes than they can ever handle, and the queue grows without end. At least "+
			"%d are needed for any service, more for a good one.", show.Count(a.Agents, "agent", "agents"), a.minStable()), "")
	}
	p.WriteString("\n" + a.neighbours(p).String() + "\n\n")
	if a.Patience == nil {
		p.Say("Erlang C: nobody who waits gives up. With --patience those who do are counted.", "")
	} else {
		p.Say(fmt.Sprintf("Erlang A: whoever waits gives up after %s on average; the mean wait is that of everybody, "+
			"those who give up too.", seconds(*a.Patience)), "")
	}
	return p.String()
}

// minStable is the least number of agents that can handle what comes.
func (a erlangAnswer) minStable() int {
	return int(math.Floor(a.Load/float64(a.AtOnce))) + 1
}

// neighbours are the agents asked for, with some fewer and more.
func (a erlangAnswer) neighbours(p *show.Page) *show.Grid {
	const around = 2
	t := p.Table("", " agents", " within "+seconds(a.Target), " mean wait", " have to wait", " give up", " busy")
	for n := max(a.Agents-around, 0); n <= a.Agents+around; n++ {
		d, mark, wait := a.question.with(n), "", "grows"
		if n == a.Agents {
			mark = "→"
		}
		if d.Stable {
			wait = fmt.Sprintf("%.1f s", float64(d.ASA))
		}
		t.Row(mark, show.Thousands(int64(n)), percent(d.ServiceLevel), wait, percent(d.PWait), percent(d.Abandoned),
			percent(d.Occupancy))
	}
	return t
}

// words says what a goal asks for.
func (g goalDocument) words() string {
	text := ""
	add := func(format string, values ...any) {
		if text != "" {
			text += ", "
		}
		text += fmt.Sprintf(format, values...)
	}
	if g.ServiceLevel != nil {
		add("%s answered within %s", percent(*g.ServiceLevel), seconds(*g.Within))
	}
	if g.ASA != nil {
		add("a mean wait of at most %s", seconds(*g.ASA))
	}
	if g.Abandoned != nil {
		add("at most %s give up", percent(*g.Abandoned))
	}
	if g.Occupancy != nil {
		add("at most %s busy", percent(*g.Occupancy))
	}
	return text
}

func percent(share float64) string { return show.Percent(wrapcast.Measure(share)) }

// seconds writes a time as people say it: 20 s, 3 min, 1 min 30 s, 2 h.
func seconds(v float64) string {
	d := time.Duration(v * float64(time.Second)).Round(time.Millisecond)
	hours, minutes, rest := int(d.Hours()), int(d.Minutes())%60, d.Seconds()-60*math.Floor(d.Minutes())
	text := ""
	for _, part := range []struct {
		n    int
		unit string
	}{{hours, "h"}, {minutes, "min"}} {
		if part.n > 0 {
			text += fmt.Sprintf("%d %s ", part.n, part.unit)
		}
	}
	if rest >= 0.001 || text == "" {
		text += fmt.Sprintf("%v s ", tidy(rest))
	}
	return text[:len(text)-1]
}
