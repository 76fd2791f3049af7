package validate

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast"
)

func ledgerDirectory() wrapcast.Directory {
	return wrapcast.Directory{Queues: []wrapcast.Queue{{ID: "q1", Name: "Billing"}, {ID: "q2", Name: "Claims"}},
		Codes: []wrapcast.Code{{ID: "refund", Name: "Refund"}, {ID: "old", Name: "Old", Deleted: true}}}
}

func TestEveryContactHasOneReason(t *testing.T) {
	t.Parallel()
	l := NewLedger(ledgerDirectory(), []wrapcast.Direction{wrapcast.Inbound})
	for leaf, want := range map[wrapcast.Leaf]wrapcast.Reason{
		{Queue: "q1", Code: "refund"}:                                      "",
		{Queue: "q1", Code: wrapcast.NoCode}:                               wrapcast.ReasonNoCode,
		{Queue: "q1", Code: "ININ-WRAP-UP-TIMEOUT"}:                        wrapcast.ReasonTimedOut,
		{Queue: "q1", Code: "ININ-WRAP-UP-SKIPPED"}:                        wrapcast.ReasonSystem,
		{Queue: "q1", Code: wrapcast.DefaultCode}:                          wrapcast.ReasonSystem,
		{Queue: "q1", Code: "old"}:                                         wrapcast.ReasonDeleted,
		{Queue: "q1", Code: "elsewhere"}:                                   wrapcast.ReasonNotVisible,
		{Queue: "hidden", Code: "refund"}:                                  wrapcast.ReasonNotVisible,
		{Queue: "hidden", Code: wrapcast.NoCode}:                           wrapcast.ReasonNoCode,
		{Queue: "q1", Code: "ININ-SOMETHING-NEW-42"}:                       wrapcast.ReasonSystem,
		{Queue: "q1", Code: "refund", Direction: wrapcast.Outbound}:        wrapcast.ReasonDirection,
		{Code: wrapcast.NoCode, Direction: "unspecified"}:                  wrapcast.ReasonDirection,
		{Queue: "q1", Code: "refund", Language: "de", Skills: "loans,tax"}: "",
	} {
		if got := l.class(leaf); got != want {
			t.Errorf("%+v is %q, want %q", leaf, got, want)
		}
	}
}

func TestTheAccountAddsUpWhateverIsCounted(t *testing.T) {
	t.Parallel()
	codes := []wrapcast.CodeID{"refund", "old", "elsewhere", wrapcast.NoCode, "ININ-WRAP-UP-TIMEOUT", wrapcast.DefaultCode}
	rapid.Check(t, func(t *rapid.T) {
		l := NewLedger(ledgerDirectory(), []wrapcast.Direction{wrapcast.Inbound})
		first, last := wrapcast.Date(20000), wrapcast.Date(20004)
		for range rapid.IntRange(0, 40).Draw(t, "entries") {
			leaf := wrapcast.Leaf{Queue: rapid.SampledFrom([]wrapcast.QueueID{"q1", "q2", "hidden"}).Draw(t, "queue"),
				Code: rapid.SampledFrom(codes).Draw(t, "code"), Media: wrapcast.Voice,
				Direction: rapid.SampledFrom([]wrapcast.Direction{wrapcast.Inbound, wrapcast.Outbound}).Draw(t, "direction"),
				Language:  rapid.SampledFrom([]wrapcast.LanguageID{"", "de"}).Draw(t, "language")}
			day := first + wrapcast.Date(rapid.IntRange(-1, 5).Draw(t, "day"))
			n := rapid.IntRange(0, 9).Draw(t, "contacts")
			switch rapid.IntRange(0, 2).Draw(t, "side") {
			case 0:
				l.Stored(leaf, day, n)
			case 1:
				l.Now(leaf, day, n)
			case 2:
				l.Platform(leaf.Stream(), day, n, n/2)
			}
		}
		var r wrapcast.Reconciliation
		l.Close(&r, first, last)
		var days, queues, unexplained int
		check := func(s wrapcast.ReconciliationSums, left int) {
			explained := s.Codes
			for _, n := range s.Reasons {
				explained += n
			}
			if gap := s.Platform - explained; max(gap, -gap) > left {
				t.Fatalf("%+v leaves %d, said to leave at most %d", s, gap, left)
			}
		}
		for _, d := range r.Days {
			check(d.ReconciliationSums, d.Unexplained)
			days, unexplained = days+d.Platform, unexplained+d.Unexplained
		}
		for _, q := range r.Queues {
			check(q.ReconciliationSums, q.Unexplained)
			queues += q.Platform
		}
		if len(r.Days) != 5 || days != r.Platform || queues != r.Platform || unexplained != r.Unexplained {
			t.Fatalf("days have %d, queues %d, all %d; unexplained %d of days, %d of all", days, queues, r.Platform, unexplained, r.Unexplained)
		}
	})
}

func TestWhatArrivedLateIsToldFromWhatNeverCame(t *testing.T) {
	t.Parallel()
	l, day := NewLedger(ledgerDirectory(), []wrapcast.Direction{wrapcast.Inbound}), wrapcast.Date(20000)
	leaf := func(code wrapcast.CodeID) wrapcast.Leaf {
		return wrapcast.Leaf{Queue: "q1", Code: code, Media: wrapcast.Voice}
	}
	l.Stored(leaf("refund"), day, 80)
	l.Stored(leaf(wrapcast.NoCode), day, 20)
	l.Now(leaf("refund"), day, 95) // of the twenty, fifteen got their code, and three contacts more are known
	l.Now(leaf(wrapcast.NoCode), day, 8)
	l.Platform(wrapcast.Stream{Queue: "q1", Media: wrapcast.Voice}, day, 103, 4)
	var r wrapcast.Reconciliation
	l.Close(&r, day, day)
	if r.Codes != 80 || r.Reasons[wrapcast.ReasonLate] != 15 || r.Reasons[wrapcast.ReasonNoCode] != 8 || r.Unexplained != 0 || r.Transferred != 4 {
		t.Errorf("%+v, unexplained %d", r.ReconciliationSums, r.Unexplained)
	}
}

func TestErrorsDoNotCancel(t *testing.T) {
	t.Parallel()
	l, day := NewLedger(ledgerDirectory(), []wrapcast.Direction{wrapcast.Inbound}), wrapcast.Date(20000)
	l.Stored(wrapcast.Leaf{Queue: "q1", Code: "refund", Media: wrapcast.Voice}, day, 5)
	l.Platform(wrapcast.Stream{Queue: "q1", Media: wrapcast.Voice}, day, 3, 0)
	l.Platform(wrapcast.Stream{Queue: "q2", Media: wrapcast.Voice}, day, 2, 0)
	var r wrapcast.Reconciliation
	l.Close(&r, day, day)
	if r.Platform != r.Codes || r.Unexplained != 4 {
		t.Errorf("two contacts too many in one queue and two too few in another leave %d unexplained", r.Unexplained)
	}
}

func TestAChannelOfWhichOneSideIsNotToldApartIsOne(t *testing.T) {
	t.Parallel()
	day := wrapcast.Date(20000)
	of := func(language wrapcast.LanguageID) wrapcast.Stream {
		return wrapcast.Stream{Queue: "q1", Media: wrapcast.Voice, Language: language}
	}
	unexplained := func(codes, queues map[wrapcast.LanguageID]int) int {
		l := NewLedger(ledgerDirectory(), []wrapcast.Direction{wrapcast.Inbound})
		for language, n := range codes {
			l.Stored(wrapcast.Leaf{Code: "refund"}.In(of(language)), day, n)
		}
		for language, n := range queues {
			l.Platform(of(language), day, n, 0)
		}
		var r wrapcast.Reconciliation
		l.Close(&r, day, day)
		return r.Unexplained
	}
	told := map[wrapcast.LanguageID]int{"de": 3, "en": 2, "": 1}
	for name, c := range map[string]struct {
		codes, queues map[wrapcast.LanguageID]int
		want          int
	}{
		"both told":              {told, told, 0},
		"codes untold":           {map[wrapcast.LanguageID]int{"": 6}, told, 0},
		"queues untold":          {told, map[wrapcast.LanguageID]int{"": 6}, 0},
		"codes untold, one lost": {map[wrapcast.LanguageID]int{"": 5}, told, 1},
		"told differently":       {told, map[wrapcast.LanguageID]int{"de": 2, "en": 3, "": 1}, 2},
	} {
		if got := unexplained(c.codes, c.queues); got != c.want {
			t.Errorf("%s: %d unexplained, want %d", name, got, c.want)
		}
	}
}
