package validate

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"

	"github.com/wrapcast/wrapcast"
)

// Pair is the history of a wrap-up code in a queue, over all channels: one value per day from PairRequest.From on, NaN
// for a day that was never read.
type Pair struct {
	Code   wrapcast.Code
	Queue  wrapcast.Queue
	Values []float64
}

// PairRequest asks for verdicts on codes in queues, whose values begin on the day From.
type PairRequest struct {
	From  wrapcast.Date
	Pairs []Pair
	// Other are codes that say nothing although agents choose them; none means those whose names say so.
	Other []wrapcast.CodeID
}

const (
	// fallbackShare: the code has too few contacts in a queue; it is forecast over all its queues, and the queue gets
	// its recent share of that.
	fallbackShare = "its recent share of the code's forecast over all queues"
	// recentDays are those that say how much a code is used now.
	recentDays = 8 * week
	// minPerWeek is how many contacts a week a code needs in a queue to be forecast there by itself.
	minPerWeek = 1
	// shareScore is how many standard errors two shares must lie apart, and sharePoints how far, to be a shift.
	shareScore  = 5
	sharePoints = 0.05
	// shareSpan is how many days before and after a day are compared, shareTail how few may lie after it.
	shareSpan, shareTail = 4 * week, 2 * week
	// shareNoise is the variance of a share over that of drawing: days differ.
	shareNoise = 2
)

// saysOther finds names of codes that say nothing, in the languages we could think of.
var saysOther = regexp.MustCompile(`(?i)^\W*(others?|misc\w*|unknown|sonstig\w*|andere\w*|autres?|divers|otr[oa]s?|altr[oi]|overige?|övrigt|ann[ea]t|andet|muu|inne|diğer)\b` +
	`|^\W*general\W*(enquir\w*|inquir\w*|questions?|info\w*)?\W*$|^\W*(none|n/?a)\W*$`)

// Pairs judges every code in every queue, and the queues. Codes the platform set itself are no verdict on agents'
// codes: they count against the queue's coding only.
func Pairs(r PairRequest, rules Rules) VerdictReport {
	rules = rules.withDefaults()
	report := VerdictReport{Schema: verdictSchema, From: r.From, To: r.From - 1, Queues: []QueueReport{},
		Pairs: []PairReport{}}
	totals := map[wrapcast.QueueID]*queueTotal{}
	for _, p := range r.Pairs {
		report.To = max(report.To, r.From+wrapcast.Date(len(p.Values))-1)
		t := totals[p.Queue.ID]
		if t == nil {
			t = &queueTotal{queue: p.Queue}
			totals[p.Queue.ID] = t
		}
		t.add(p, r)
	}
	for _, p := range r.Pairs {
		if !byAgent(p.Code.ID) {
			continue
		}
		judged := judgePair(p, r.From, totals[p.Queue.ID].recent, rules)
		totals[p.Queue.ID].take(judged)
		report.Pairs = append(report.Pairs, judged)
	}
	for _, t := range totals {
		report.Queues = append(report.Queues, t.report(rules))
	}
	slices.SortFunc(report.Queues, func(a, b QueueReport) int {
		return cmp.Or(cmp.Compare(b.Contacts, a.Contacts), cmp.Compare(a.Queue.ID, b.Queue.ID))
	})
	place := map[wrapcast.QueueID]int{}
	for i, q := range report.Queues {
		place[q.Queue.ID] = i
	}
	slices.SortFunc(report.Pairs, func(a, b PairReport) int {
		return cmp.Or(cmp.Compare(place[a.Queue.ID], place[b.Queue.ID]), cmp.Compare(b.Contacts, a.Contacts),
			cmp.Compare(a.Code.ID, b.Code.ID))
	})
	return report
}

// byAgent reports whether agents choose a code.
func byAgent(code wrapcast.CodeID) bool {
	return code != wrapcast.NoCode && code != wrapcast.DefaultCode && !code.IsSystem()
}

// queueTotal adds up a queue.
type queueTotal struct {
	queue             wrapcast.Queue
	all, coded, other float64
	recent            []float64 // contacts per day
	codes, good       int
}

func (t *queueTotal) add(p Pair, r PairRequest) {
	if len(t.recent) < len(p.Values) {
		t.recent = append(t.recent, make([]float64, len(p.Values)-len(t.recent))...)
	}
	sum := 0.0
	for i, v := range p.Values {
		if v > 0 && v <= largest {
			sum += v
			t.recent[i] += v
		}
	}
	t.all += sum
	if !byAgent(p.Code.ID) {
		return
	}
	t.coded += sum
	if slices.Contains(r.Other, p.Code.ID) || len(r.Other) == 0 && saysOther.MatchString(p.Code.Name) {
		t.other += sum
	}
}

func (t *queueTotal) take(p PairReport) {
	if p.Contacts == 0 {
		return
	}
	t.codes++
	if p.Verdict == wrapcast.Good {
		t.good++
	}
}

func (t *queueTotal) report(rules Rules) QueueReport {
	q := QueueReport{Queue: t.queue, Verdict: wrapcast.Good, Reason: "every check passed",
		Contacts: int(math.Round(t.all)), Codes: t.codes,
		Good: t.good, Coded: share(t.coded, t.all), Other: share(t.other, t.coded), Findings: []wrapcast.Finding{}}
	find := func(code, message, advice string) {
		q.Findings = append(q.Findings, wrapcast.Finding{Code: code, Severity: wrapcast.Warning, Place: t.queue.Name,
			Message: message, Advice: advice})
	}
	if t.all == 0 {
		q.Verdict, q.Reason = wrapcast.Empty, "no contact was ever handled"
		return q
	}
	if uncoded := 1 - float64(q.Coded); rules.MaxUncodedShare > 0 && uncoded > rules.MaxUncodedShare {
		find("uncoded", fmt.Sprintf("%.0f %% of its contacts have no code that an agent chose", 100*uncoded),
			"make wrap-up mandatory in the queue, or lengthen its time limit")
	}
	if rules.MaxOtherShare > 0 && float64(q.Other) > rules.MaxOtherShare {
		find("other", fmt.Sprintf("%.0f %% of its coded contacts have a code that says nothing", 100*float64(q.Other)),
			"find out what agents use it for, and give that codes of its own")
	}
	if len(q.Findings) > 0 {
		q.Verdict, q.Reason, q.Fix = wrapcast.Weak, q.Findings[0].Message, q.Findings[0].Advice
	}
	return q
}

func share(part, whole float64) wrapcast.Measure {
	if whole == 0 {
		return wrapcast.NotMeasured()
	}
	return wrapcast.Measure(part / whole)
}

// judgePair judges one code in one queue.
func judgePair(p Pair, from wrapcast.Date, queue []float64, rules Rules) PairReport {
	h := historyOf(Series{Code: p.Code, From: from, Values: p.Values})
	r := PairReport{Code: p.Code, Queue: p.Queue, Verdict: wrapcast.Good, Reason: "every check passed",
		Share: wrapcast.NotMeasured(), Findings: []wrapcast.Finding{}}
	if len(h.values) == 0 {
		r.Verdict, r.Reason, r.Fallback = wrapcast.Empty, "it was never used in this queue", fallbackZero
		return r
	}
	r.Days, r.Zeros, r.Contacts = len(h.values), h.zeros(), h.contacts()
	mine, all, days := recentSums(p.Values, queue)
	r.Share = share(mine, all)
	if days > 0 {
		r.PerWeek = mine * week / float64(days)
	}
	c := pairChecker{report: &r, history: h, rules: rules}
	c.length()
	if !c.ended(p.Code) {
		c.busy()
		c.shifted(from, p.Values, queue)
	}
	if len(r.Findings) > 0 {
		slices.SortStableFunc(r.Findings,
			func(a, b wrapcast.Finding) int { return rank(b.Severity) - rank(a.Severity) })
		if worst := r.Findings[0]; rank(worst.Severity) > rank(wrapcast.Info) {
			r.Verdict, r.Reason, r.Fix = wrapcast.Weak, worst.Message, worst.Advice
		}
	}
	return r
}

// recentSums adds up a pair's and its queue's contacts over the last weeks that were read.
func recentSums(values, queue []float64) (mine, all float64, days int) {
	for i := max(len(values)-recentDays, 0); i < len(values); i++ {
		if v := values[i]; v >= 0 && v <= largest {
			mine, all, days = mine+v, all+queue[i], days+1
		}
	}
	return mine, all, days
}

type pairChecker struct {
	report  *PairReport
	history history
	rules   Rules
}

func (c pairChecker) find(severity wrapcast.Severity, code, message, advice string) {
	c.report.Findings = append(c.report.Findings, wrapcast.Finding{Code: code, Severity: severity,
		Place: nameOf(c.report.Code) + " in " + c.report.Queue.Name, Message: message, Advice: advice})
}

func (c pairChecker) length() {
	if days := c.report.Days - c.history.gaps(); days < c.rules.MinDays {
		c.find(wrapcast.Blocking, "short-history",
			fmt.Sprintf("%d days since its first contact here, at least %d are needed", days, c.rules.MinDays),
			fmt.Sprintf("wait %d days, or name the code it took over from", c.rules.MinDays-days))
		c.report.Fallback = fallbackShare
	}
}

func (c pairChecker) ended(code wrapcast.Code) bool {
	days, ended := c.history.ended(code, c.rules)
	if ended {
		c.find(wrapcast.Warning, "ended", fmt.Sprintf("no contact here for %d days, the last on %s", days,
			c.history.last()-wrapcast.Date(days)),
			"remove it from the queue's list if it is no longer used")
		c.report.Fallback = fallbackShare
	}
	return ended
}

func (c pairChecker) busy() {
	if c.report.PerWeek < minPerWeek {
		c.find(wrapcast.Warning, "rare", fmt.Sprintf("%.1f contacts a week, none on %d of %d days", c.report.PerWeek,
			c.report.Zeros, c.report.Days),
			"merge it with a code like it, or look at the code over all queues")
		c.report.Fallback = fallbackShare
	}
}

// shifted looks for the largest sudden change of a code's share of its queue in recent weeks: four weeks before a day
// against up to four weeks from it on, in standard errors of two proportions.
func (c pairChecker) shifted(from wrapcast.Date, values, queue []float64) {
	best, at := 0.0, -1
	var before, after float64
	for t := len(values) - shareTail; t >= max(len(values)-recentDays, shareSpan); t-- {
		k1, n1 := sums(values[t-shareSpan:t], queue[t-shareSpan:t])
		end := min(t+shareSpan, len(values))
		k2, n2 := sums(values[t:end], queue[t:end])
		if n1 == 0 || n2 == 0 {
			continue
		}
		pooled := (k1 + k2) / (n1 + n2)
		se := math.Sqrt(shareNoise * pooled * (1 - pooled) * (1/n1 + 1/n2))
		if score := math.Abs(k2/n2-k1/n1) / se; se > 0 && score > best {
			best, at, before, after = score, t, k1/n1, k2/n2
		}
	}
	if at < 0 || best < shareScore || math.Abs(after-before) < sharePoints {
		return
	}
	c.find(wrapcast.Warning, "share-shift", fmt.Sprintf("its share of the queue went from %.0f %% to %.0f %% about %s",
		100*before, 100*after, from+wrapcast.Date(at)),
		"ask whether the list of codes or their use has changed; name a rename or merge with `wrapcast lineage add`")
}

func sums(values, queue []float64) (k, n float64) {
	for i, v := range values {
		if v >= 0 && v <= largest {
			k, n = k+v, n+queue[i]
		}
	}
	return k, n
}
