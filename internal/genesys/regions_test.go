package genesys

import (
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast"
)

func TestEveryRegionIsFoundByNameAndByDomain(t *testing.T) {
	t.Parallel()
	if n := len(regions()); n != 18 {
		t.Fatalf("%d regions, want the 18 of the official SDK", n)
	}
	seen := map[string]bool{}
	for _, r := range regions() {
		for _, s := range []string{r.Name, r.Domain, strings.ToUpper(r.Domain), " " + r.Name + " ",
			"api." + r.Domain, "https://api." + r.Domain + "/", "https://login." + r.Domain, "https://apps." + r.Domain} {
			if got, err := findRegion(s); err != nil || got != r {
				t.Errorf("findRegion(%q) = %v, %v", s, got, err)
			}
		}
		if seen[r.Name] || seen[r.Domain] {
			t.Errorf("%v is listed twice", r)
		}
		seen[r.Name], seen[r.Domain] = true, true
	}
}

func TestAnUnknownRegionListsTheKnownOnes(t *testing.T) {
	t.Parallel()
	_, err := New(Config{Region: "eu-north-9", ClientID: "a", ClientSecret: "b", Clock: newFakeTime().clock()})
	mustFail(t, err, wrapcast.Usage, "eu-north-9")
	for _, r := range regions() {
		if !strings.Contains(wrapcast.Hint(err), r.Name) || !strings.Contains(wrapcast.Hint(err), r.Domain) {
			t.Errorf("the hint does not name %v", r)
		}
	}
}
