package sim_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast/internal/sim"
)

// page is the envelope of a paged list.
type page struct {
	Entities                                         []struct{ ID, Name string }
	PageSize, PageNumber, Total, PageCount           int
	FirstURI, SelfURI, NextURI, PreviousURI, LastURI string
}

func TestPagesLeadThroughTheWholeList(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{Queues: 17, Codes: 40, History: 3})
	for _, path := range []string{"/api/v2/routing/wrapupcodes?pageSize=7&sortOrder=descending", "/api/v2/routing/wrapupcodes/divisionviews?pageSize=7",
		"/api/v2/routing/queues?pageSize=7"} {
		first := decode[page](w.get(path).ok(200))
		var ids []string
		next, pages := first.SelfURI, 0
		for ; next != ""; pages++ {
			p := decode[page](w.get(next).ok(200))
			for _, e := range p.Entities {
				ids = append(ids, e.ID)
			}
			if p.PageNumber != pages+1 || p.PageSize != 7 || p.PageCount != first.PageCount || p.Total != first.Total {
				t.Errorf("%s: page %d says %+v", path, pages+1, p)
			}
			if (p.PreviousURI == "") != (pages == 0) {
				t.Errorf("%s: page %d has previousUri %q", path, pages+1, p.PreviousURI)
			}
			next = p.NextURI
		}
		slices.Sort(ids)
		if len(slices.Compact(ids)) != first.Total || pages != first.PageCount {
			t.Errorf("%s: %d ids on %d pages, %d on %d promised", path, len(ids), pages, first.Total, first.PageCount)
		}
		if p := decode[page](w.get(first.LastURI).ok(200)); p.NextURI != "" || len(p.Entities) == 0 {
			t.Errorf("%s: the last page says %+v", path, p)
		}
	}
	beyond := decode[page](w.get("/api/v2/routing/wrapupcodes?pageNumber=9223372036854775807").ok(200))
	if len(beyond.Entities) != 0 || beyond.PreviousURI == "" {
		t.Errorf("a page beyond the end says %+v", beyond)
	}
	if d := decode[page](w.get("/api/v2/routing/wrapupcodes").ok(200)); d.PageSize != 25 || len(d.Entities) != 25 {
		t.Errorf("the default page has %d of %d", len(d.Entities), d.PageSize)
	}
}

func TestIDsComeInAllThreeForms(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	d := w.Directory()
	for _, path := range []string{"/api/v2/routing/wrapupcodes", "/api/v2/routing/wrapupcodes/divisionviews", "/api/v2/routing/queues"} {
		a, b := string(d.Codes[4].ID), string(d.Codes[5].ID)
		if strings.HasSuffix(path, "queues") {
			a, b = string(d.Queues[0].ID), string(d.Queues[1].ID)
		}
		query := "&includeState=ActiveAndDeleted"
		if !strings.HasSuffix(path, "views") {
			query = ""
		}
		want := len(decode[page](w.get(path+"?id="+a+query)).Entities) + len(decode[page](w.get(path+"?id="+b+query)).Entities)
		for _, form := range []string{"id=%s&id=%s", "id=%s%%2C%s", "id=%s,%s"} {
			p := decode[page](w.get(path + "?" + fmt.Sprintf(form, a, b) + query).ok(200))
			if len(p.Entities) != want || want == 0 {
				t.Errorf("%s?%s found %d of %d", path, form, len(p.Entities), want)
			}
		}
	}
}

func TestNamesAreSearchedWithStars(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{Queues: 17, Codes: 60, History: 3})
	for name, want := range map[string]int{"Pothole Repair (Internal)": 1, "pothole*": 1, "*REPAIR*": 4, "*repair": 3, "nothing": 0} {
		p := decode[page](w.get("/api/v2/routing/wrapupcodes?pageSize=100&name=" + strings.ReplaceAll(name, " ", "%20")).ok(200))
		if p.Total < want || want == 0 && p.Total > 0 {
			t.Errorf("%q finds %d, want at least %d", name, p.Total, want)
		}
		if got := decode[page](w.get("/api/v2/routing/wrapupcodes?sortBy=id&pageSize=100&name=*repair*")).Entities; !slices.IsSortedFunc(got,
			func(a, b struct{ ID, Name string }) int { return strings.Compare(a.ID, b.ID) }) {
			t.Error("sortBy=id does not sort by id")
		}
	}
}

func TestQueueListsTheCodesAgentsMayChooseInIt(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	truth := w.GroundTruth()
	for _, q := range w.Directory().Queues {
		offered := map[string]bool{}
		for _, e := range decode[page](w.get("/api/v2/routing/queues/" + string(q.ID) + "/wrapupcodes").ok(200)).Entities {
			offered[e.ID] = true
		}
		for _, c := range w.Directory().Codes {
			for leaf := range truth.Leaves {
				if leaf.Queue == q.ID && leaf.Code == c.ID && !c.ID.IsSystem() && !c.Deleted && c.Name != "Default Wrap-up Code" && !offered[string(c.ID)] {
					t.Errorf("agents of %s chose %s, which they are not offered", q.Name, c.Name)
				}
			}
		}
		if name := w.get("/api/v2/routing/queues/" + string(q.ID)).ok(200).text("name"); name != q.Name {
			t.Errorf("queue %s is named %q", q.Name, name)
		}
	}
}

func TestRenamedCodeKeepsItsID(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	renamed := 0
	for _, e := range decode[struct {
		Entities []struct{ ID, Name, DateCreated, DateModified string }
	}](w.get("/api/v2/routing/wrapupcodes").ok(200)).Entities {
		if e.DateModified != e.DateCreated {
			renamed++
		}
	}
	if renamed != 1 {
		t.Errorf("%d codes were modified after they were made, want the renamed one", renamed)
	}
}

func TestOpenPointsOfRoutingAreSwitches(t *testing.T) {
	t.Parallel()
	const byDefaultCode = "/api/v2/routing/wrapupcodes?id=7fb334b0-0e9e-11e4-9191-0800200c9a66"
	if p := decode[page](start(t, sim.Options{}).get(byDefaultCode)); p.Total != 0 {
		t.Error("the default code is listed")
	}
	w := start(t, sim.Options{Switches: sim.Switches{ListDefaultCode: true, MaxPageSize: 200, ClampPageSize: true}})
	if p := decode[page](w.get(byDefaultCode)); p.Total != 1 || p.Entities[0].Name != "Default Wrap-up Code" {
		t.Errorf("the default code is not listed: %+v", p)
	}
	if p := decode[page](w.get("/api/v2/routing/queues?pageSize=500").ok(200)); p.PageSize != 200 {
		t.Errorf("a page of 500 is taken as %d", p.PageSize)
	}
}
