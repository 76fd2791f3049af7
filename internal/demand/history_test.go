package demand

import (
	"slices"
	"testing"

	"github.com/wrapcast/wrapcast"
)

// shop is four days of two queues and two codes; the third day was never read.
func shop() *History {
	return historyOf(
		leafOf("b", "refund", 10, 1, 2, nan, 3), leafOf("b", "billing", 20, 10, 20, nan, 30),
		leafOf("a", "refund", 30, 100, 200, nan, 300), byChat(leafOf("b", "refund", 40, 0, 1000, nan, 0)))
}

func shopDirectory() wrapcast.Directory {
	return wrapcast.Directory{
		Organisation: wrapcast.Organisation{ID: "org"}, BusinessUnit: wrapcast.BusinessUnit{TimeZone: "UTC"},
		Queues: []wrapcast.Queue{{ID: "a", Name: "Alpha"}, {ID: "b", Name: "Beta"}},
		Codes:  []wrapcast.Code{{ID: "refund", Name: "Refund"}, {ID: "billing", Name: "Billing"}},
		PlanningGroups: []wrapcast.PlanningGroup{
			{ID: "unused", Name: "Unused", Routes: []wrapcast.Route{{Queue: "z", Media: wrapcast.Voice}}},
			{ID: "beta", Name: "Beta by voice", Routes: []wrapcast.Route{{Queue: "b", Media: wrapcast.Voice}}},
			{ID: "alpha", Name: "Alpha by voice", Routes: []wrapcast.Route{{Queue: "a", Media: wrapcast.Voice}}},
		},
	}
}

func TestLeavesAreSummedByCodeQueueGroupAndInAll(t *testing.T) {
	t.Parallel()
	h := shop()
	codes, queues, groups := h.Codes(), h.Queues(), h.Groups(shopDirectory())
	if len(codes) != 2 || codes[0].Key != "billing" || !slices.Equal(codes[1].Leaves, []int{0, 2, 3}) {
		t.Fatalf("codes %+v", codes)
	}
	wantFigures(t, "billing", codes[0].Handled, 10, 20, nan, 30)
	wantFigures(t, "refund", codes[1].Handled, 101, 1202, nan, 303)
	wantFigures(t, "seconds of refund", codes[1].Seconds, 3010, 46020, nan, 9030)
	if len(queues) != 2 || queues[0].Key != "a" || !slices.Equal(queues[1].Leaves, []int{0, 1, 3}) {
		t.Fatalf("queues %+v", queues)
	}
	wantFigures(t, "queue a", queues[0].Handled, 100, 200, nan, 300)
	wantFigures(t, "queue b", queues[1].Handled, 11, 1022, nan, 33)
	// No group plans for chat, and one group has no contact.
	if len(groups) != 2 || groups[0].Key != 1 || groups[1].Key != 2 {
		t.Fatalf("groups %+v", groups)
	}
	wantFigures(t, "Beta by voice", groups[0].Handled, 11, 22, nan, 33)
	wantFigures(t, "Alpha by voice", groups[1].Handled, 100, 200, nan, 300)
	wantFigures(t, "the total", h.Total(), 111, 1222, nan, 333)
}

func TestADayIsWholeWhereAllOfItWasRead(t *testing.T) {
	t.Parallel()
	h := shop()
	if h.Days() != 4 {
		t.Errorf("%d days", h.Days())
	}
	wantFigures(t, "empty days", h.EmptyDays(), 0, 0, nan, 0)
	for day, whole := range map[wrapcast.Date]bool{
		monday - 1: false, monday: true, monday + 1: true, monday + 2: false, monday + 3: true, monday + 4: false,
	} {
		if h.Whole(day) != whole {
			t.Errorf("%s is whole: %v", day, h.Whole(day))
		}
		m := h.On([]float64{7, 7, 7, 7}, day)
		if m.Known() != whole || whole && m != 7 {
			t.Errorf("%s has %v", day, m)
		}
	}
}

func TestThePastHasTheLeavesThatHadHadAContact(t *testing.T) {
	t.Parallel()
	past := shop().Until(1)
	if past.To != monday || past.Days() != 1 || len(past.Read) != 1 || len(past.Leaves) != 3 {
		t.Fatalf("%+v", past)
	}
	wantFigures(t, "the last leaf", past.Leaves[2].Handled, 100)
	wantFigures(t, "its seconds", past.Leaves[2].Seconds, 3000)
	if all := shop().Until(2); len(all.Leaves) != 4 || all.Leaves[3].Leaf.Media != wrapcast.Chat {
		t.Errorf("%+v", all)
	}
}
