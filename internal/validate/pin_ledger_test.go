package validate

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wrapcast/wrapcast"
)

func TestTheLedgerTakesDaysFromTheFirstToTheLast(t *testing.T) {
	t.Parallel()
	l, first := NewLedger(ledgerDirectory(), []wrapcast.Direction{wrapcast.Inbound}), wrapcast.Date(20000)
	for i := range wrapcast.Date(5) { // a contact the day before, two on the first day, three, and so on
		l.Platform(wrapcast.Stream{Queue: "q1", Media: wrapcast.Voice}, first-1+i, int(i)+1, 0)
	}
	var r wrapcast.Reconciliation
	l.Close(&r, first, first+2)
	var got []string
	for _, d := range r.Days {
		got = append(got, fmt.Sprintf("%d: %d, %d unexplained", d.Day-first, d.Platform, d.Unexplained))
	}
	if diff := cmp.Diff([]string{"0: 2, 2 unexplained", "1: 3, 3 unexplained", "2: 4, 4 unexplained"}, got); diff != "" ||
		r.Platform != 9 {
		t.Errorf("%d in all (-want +got)\n%s", r.Platform, diff)
	}
	l.Close(&r, first, first-3)
	if len(r.Days) != 0 || len(r.Queues) != 0 {
		t.Errorf("%d days, %d queues of days that end before they begin", len(r.Days), len(r.Queues))
	}
}

func TestQueuesOfTheLedgerComeBusiestFirst(t *testing.T) {
	t.Parallel()
	l, day := NewLedger(ledgerDirectory(), []wrapcast.Direction{wrapcast.Inbound}), wrapcast.Date(20000)
	for queue, handled := range map[wrapcast.QueueID]int{"q1": 5, "q2": 9, "hidden": 5, "": 7} {
		l.Platform(wrapcast.Stream{Queue: queue, Media: wrapcast.Voice}, day, handled, 0)
	}
	var r wrapcast.Reconciliation
	l.Close(&r, day, day)
	var got []string
	for _, q := range r.Queues {
		got = append(got, fmt.Sprintf("%s: %d", q.Queue.Name, q.Platform))
	}
	if diff := cmp.Diff([]string{"Claims: 9", "(no queue): 7", "queue hidden (not visible to this client): 5", "Billing: 5"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestTooManyAndTooFewAreBothUnexplained(t *testing.T) {
	t.Parallel()
	l := NewLedger(ledgerDirectory(), []wrapcast.Direction{wrapcast.Inbound})
	for _, c := range []struct{ platform, refund, none, want int }{{10, 6, 4, 0}, {10, 6, 1, 3}, {10, 8, 5, 3}} {
		a := &account{platform: c.platform, stored: map[wrapcast.Reason]int{chosen: c.refund, wrapcast.ReasonNoCode: c.none}}
		sums := wrapcast.ReconciliationSums{Reasons: noReasons()}
		if got := l.balance(a, &sums); got != c.want || sums.Codes != c.refund || sums.Reasons[wrapcast.ReasonLate] != 0 {
			t.Errorf("%+v: %d unexplained, %+v", c, got, sums)
		}
	}
}
