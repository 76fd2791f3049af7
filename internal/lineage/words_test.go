package lineage_test

import (
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/lineage"
)

// What is found names codes as people do, never by their ids.
func TestFindingsNameCodes(t *testing.T) {
	t.Parallel()
	called := map[wrapcast.CodeID]string{"id-1": "Refund", "id-2": "Refund (new)", "id-3": "Claims"}
	found := lineage.Findings([]wrapcast.LineageSuggestion{{ID: "9288ff96", Kind: wrapcast.LineageSplit,
		From: []wrapcast.CodeID{"id-1"}, To: []wrapcast.CodeID{"id-2", "id-3"}, On: wrapcast.NewDate(2026, 11, 3)}},
		func(id wrapcast.CodeID) wrapcast.Code { return wrapcast.Code{ID: id, Name: called[id]} })
	if len(found) != 1 || found[0].Place != "Refund (new) and Claims" ||
		!strings.HasPrefix(found[0].Message, "Refund seems to have been split into Refund (new) and Claims on 3 Nov 2026: ") {
		t.Errorf("found %+v", found)
	}
	if strings.Contains(found[0].Message+found[0].Place+found[0].Advice, "id-") {
		t.Errorf("an id stands in %+v", found[0])
	}
}
