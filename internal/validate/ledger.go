package validate

import (
	"cmp"
	"slices"

	"github.com/wrapcast/wrapcast"
)

// Ledger accounts for contacts: what the platform counts per queue on one side, what it counts per wrap-up code on the
// other, and a reason for every contact of the remainder. It is kept per queue, channel and local day, so that no error
// cancels another.
type Ledger struct {
	directory wrapcast.Directory
	listed    map[wrapcast.CodeID]wrapcast.Code
	queues    map[wrapcast.QueueID]bool
	pages     map[page]*account
	// asked says that the platform was asked for its codes now; else what is stored stands for both.
	asked bool
}

// page is where an account is kept.
type page struct {
	day   wrapcast.Date
	queue wrapcast.QueueID
	media wrapcast.MediaType
}

// account counts the contacts of a page: by the platform per queue, and per class of codes as stored and as the
// platform has them now.
type account struct {
	platform, transferred int
	stored, now           map[wrapcast.Reason]int
}

// chosen is the class of codes that agents can choose.
const chosen wrapcast.Reason = ""

// NewLedger begins an account of an organisation as its directory knows it now.
func NewLedger(directory wrapcast.Directory) *Ledger {
	l := &Ledger{directory: directory, listed: map[wrapcast.CodeID]wrapcast.Code{}, queues: map[wrapcast.QueueID]bool{},
		pages: map[page]*account{}}
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

func (l *Ledger) at(day wrapcast.Date, queue wrapcast.QueueID, media wrapcast.MediaType) *account {
	key := page{day, queue, media}
	if l.pages[key] == nil {
		l.pages[key] = &account{stored: map[wrapcast.Reason]int{}, now: map[wrapcast.Reason]int{}}
	}
	return l.pages[key]
}

// Stored adds contacts of a leaf as they were read into the store.
func (l *Ledger) Stored(leaf wrapcast.Leaf, day wrapcast.Date, handled int) {
	l.at(day, leaf.Queue, leaf.Media).stored[l.class(leaf)] += handled
}

// Now adds contacts of a leaf as the platform tells of them now.
func (l *Ledger) Now(leaf wrapcast.Leaf, day wrapcast.Date, handled int) {
	l.asked = true
	l.at(day, leaf.Queue, leaf.Media).now[l.class(leaf)] += handled
}

// Platform adds what the platform counts per queue, and how many of these contacts were handed on.
func (l *Ledger) Platform(queue wrapcast.QueueID, media wrapcast.MediaType, day wrapcast.Date, handled,
	transferred int) {
	a := l.at(day, queue, media)
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
	for key, a := range l.pages {
		if key.day < first || key.day > last {
			continue
		}
		q := queues[key.queue]
		if q == nil {
			q = &wrapcast.ReconciledQueue{Queue: l.queue(key.queue),
				ReconciliationSums: wrapcast.ReconciliationSums{Reasons: noReasons()}}
			queues[key.queue] = q
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
	now := a.now
	if !l.asked {
		now = a.stored
	}
	byCode := 0
	for _, n := range now {
		byCode += n
	}
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

func (l *Ledger) queue(id wrapcast.QueueID) wrapcast.Queue {
	for _, q := range l.directory.Queues {
		if q.ID == id {
			return q
		}
	}
	name := string(id)
	if id == "" {
		name = "(no queue)"
	}
	return wrapcast.Queue{ID: id, Name: name}
}
