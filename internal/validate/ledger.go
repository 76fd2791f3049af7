package validate

import (
	"cmp"
	"maps"
	"slices"

	"github.com/wrapcast/wrapcast"
)

// Ledger accounts for contacts: what the platform counts per queue on one side, what it counts per wrap-up code on the
// other, and a reason for every contact of the remainder. It is kept per stream and local day, so that no error cancels
// another.
type Ledger struct {
	directory wrapcast.Directory
	// directions are those whose contacts count.
	directions []wrapcast.Direction
	listed     map[wrapcast.CodeID]wrapcast.Code
	queues     map[wrapcast.QueueID]bool
	pages      map[page]*account
	// asked says that the platform was asked for its codes now; else what is stored stands for both.
	asked bool
}

// page is where an account is kept.
type page struct {
	day wrapcast.Date
	wrapcast.Stream
}

// account counts the contacts of a page: by the platform per queue, and per class of codes as stored and as the
// platform has them now.
type account struct {
	platform, transferred int
	stored, now           map[wrapcast.Reason]int
}

// chosen is the class of codes that agents can choose.
const chosen wrapcast.Reason = ""

// NewLedger begins an account of an organisation as its directory knows it now, in which contacts of some directions
// count.
func NewLedger(directory wrapcast.Directory, directions []wrapcast.Direction) *Ledger {
	l := &Ledger{directory: directory, directions: directions, listed: map[wrapcast.CodeID]wrapcast.Code{},
		queues: map[wrapcast.QueueID]bool{},
		pages:  map[page]*account{}}
	for _, c := range directory.Codes {
		l.listed[c.ID] = c
	}
	for _, q := range directory.Queues {
		l.queues[q.ID] = true
	}
	return l
}

// class says why a contact of a code in a queue is not among the codes that agents can choose; "" if it is.
func (l *Ledger) class(leaf wrapcast.Leaf) wrapcast.Reason {
	code, listed := l.listed[leaf.Code]
	switch {
	case !slices.Contains(l.directions, leaf.Direction):
		return wrapcast.ReasonDirection
	case leaf.Code == wrapcast.NoCode:
		return wrapcast.ReasonNoCode
	case leaf.Code == timeoutCode:
		return wrapcast.ReasonTimedOut
	case leaf.Code.IsSystem() || leaf.Code == wrapcast.DefaultCode:
		return wrapcast.ReasonSystem
	case !listed || !l.queues[leaf.Queue]:
		return wrapcast.ReasonNotVisible
	case code.Deleted:
		return wrapcast.ReasonDeleted
	}
	return chosen
}

const timeoutCode wrapcast.CodeID = "ININ-WRAP-UP-TIMEOUT"

func (l *Ledger) at(day wrapcast.Date, s wrapcast.Stream) *account {
	key := page{day, s}
	if l.pages[key] == nil {
		l.pages[key] = &account{stored: map[wrapcast.Reason]int{}, now: map[wrapcast.Reason]int{}}
	}
	return l.pages[key]
}

// Stored adds contacts of a leaf as they were read into the store.
func (l *Ledger) Stored(leaf wrapcast.Leaf, day wrapcast.Date, handled int) {
	l.at(day, leaf.Stream()).stored[l.class(leaf)] += handled
}

// Now adds contacts of a leaf as the platform tells of them now.
func (l *Ledger) Now(leaf wrapcast.Leaf, day wrapcast.Date, handled int) {
	l.asked = true
	l.at(day, leaf.Stream()).now[l.class(leaf)] += handled
}

// Platform adds what the platform counts per queue, and how many of these contacts were handed on.
func (l *Ledger) Platform(s wrapcast.Stream, day wrapcast.Date, handled, transferred int) {
	a := l.at(day, s)
	a.platform += handled
	a.transferred += transferred
}

// Close draws the balance of the days from first to last, both included, into r: days, queues, sums.
func (l *Ledger) Close(r *wrapcast.Reconciliation, first, last wrapcast.Date) {
	r.Reasons, r.Queues = noReasons(), []wrapcast.ReconciledQueue{}
	r.Days = make([]wrapcast.ReconciledDay, max(int(last-first)+1, 0))
	for i := range r.Days {
		r.Days[i] = wrapcast.ReconciledDay{Day: first + wrapcast.Date(i), Forecast: wrapcast.NotMeasured(),
			ReconciliationSums: wrapcast.ReconciliationSums{Reasons: noReasons()}}
	}
	queues := map[wrapcast.QueueID]*wrapcast.ReconciledQueue{}
	for key, a := range l.comparable() {
		if key.day < first || key.day > last {
			continue
		}
		q := queues[key.Queue]
		if q == nil {
			q = &wrapcast.ReconciledQueue{Queue: l.directory.Queue(key.Queue),
				ReconciliationSums: wrapcast.ReconciliationSums{Reasons: noReasons()}}
			queues[key.Queue] = q
		}
		day := &r.Days[key.day-first]
		left := l.balance(a, &r.ReconciliationSums, &day.ReconciliationSums, &q.ReconciliationSums)
		r.Unexplained += left
		day.Unexplained += left
		q.Unexplained += left
	}
	for _, q := range queues {
		r.Queues = append(r.Queues, *q)
	}
	slices.SortFunc(r.Queues, func(a, b wrapcast.ReconciledQueue) int {
		return cmp.Or(cmp.Compare(b.Platform, a.Platform), cmp.Compare(a.Queue.ID, b.Queue.ID))
	})
}

// comparable are the pages to balance. Where only one side of a channel's day is told apart by language and skills its
// pages are one: what the platform does not fill in is no contact unexplained.
func (l *Ledger) comparable() map[page]*account {
	type sides struct{ platform, codes bool }
	told := map[page]sides{}
	channelOf := func(p page) page {
		p.Language, p.Skills = "", ""
		return p
	}
	for key, a := range l.pages {
		if key == channelOf(key) {
			continue
		}
		s := told[channelOf(key)]
		s.platform, s.codes = s.platform || a.platform > 0, s.codes || l.byCode(a) > 0
		told[channelOf(key)] = s
	}
	pages := map[page]*account{}
	for key, a := range l.pages {
		if s := told[channelOf(key)]; s.platform != s.codes {
			key = channelOf(key)
		}
		pages[key] = pages[key].and(a)
	}
	return pages
}

// and is the sum of two accounts, of which the first may be nil.
func (a *account) and(other *account) *account {
	if a == nil {
		return other
	}
	sum := &account{platform: a.platform + other.platform, transferred: a.transferred + other.transferred,
		stored: maps.Clone(a.stored), now: maps.Clone(a.now)}
	for reason, n := range other.stored {
		sum.stored[reason] += n
	}
	for reason, n := range other.now {
		sum.now[reason] += n
	}
	return sum
}

// noReasons has every reason with no contact.
func noReasons() map[wrapcast.Reason]int {
	none := map[wrapcast.Reason]int{}
	for _, reason := range wrapcast.Reasons() {
		none[reason] = 0
	}
	return none
}

// balance adds an account to sums and returns how many of its contacts nothing explains. What the platform says of its
// codes now decides; a code that agents can choose and that the store does not have arrived late.
func (l *Ledger) balance(a *account, sums ...*wrapcast.ReconciliationSums) int {
	now, byCode := l.nowOf(a), l.byCode(a)
	for _, s := range sums {
		s.Platform += a.platform
		s.Transferred += a.transferred
		s.Codes += a.stored[chosen]
		for reason, n := range now {
			if reason != chosen {
				s.Reasons[reason] += n
			}
		}
		s.Reasons[wrapcast.ReasonLate] += now[chosen] - a.stored[chosen]
	}
	return max(a.platform-byCode, byCode-a.platform)
}

// nowOf are the codes as the platform tells of them now, as far as it was asked.
func (l *Ledger) nowOf(a *account) map[wrapcast.Reason]int {
	if l.asked {
		return a.now
	}
	return a.stored
}

// byCode is how many contacts have a code of any class, or none.
func (l *Ledger) byCode(a *account) (sum int) {
	for _, n := range l.nowOf(a) {
		sum += n
	}
	return sum
}
