package web_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys"
	"github.com/wrapcast/wrapcast/internal/service"
	"github.com/wrapcast/wrapcast/internal/sim"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web"
	"github.com/wrapcast/wrapcast/internal/web/internal/auth"
)

// The walk: every operation of the document × organisation × identity, over a store that holds two organisations, of
// which the server works for one. Nothing of one is seen or changed by asking for the other.

// walked is a site with two organisations; own is the one it works for.
type walked struct {
	*site
	dir        string
	own, other string
	// both says that the server works for the other too, which its platform lets be met from open on.
	both bool
	open atomic.Bool
	// second is the service of the other.
	second *service.Service
	// ids are things of each organisation, by the parameter that names them; marks are texts that only its answers have.
	ids   map[string]map[string]string
	marks map[string][]string
	// writes are good requests for own, in the words of its ids.
	writes []write
	who    []identity
}

// identity is somebody who asks: the header that says so, and the role in each organisation; "" is none.
type identity struct {
	name       string
	header     []string
	everywhere wrapcast.Role
	in         map[string]wrapcast.Role
}

func (i identity) at(org string) wrapcast.Role {
	if role := i.in[org]; !i.everywhere.May(role) {
		return role
	}
	return i.everywhere
}

// highest is the greatest role anywhere.
func (i identity) highest() wrapcast.Role {
	role := i.everywhere
	for org := range i.in {
		if there := i.at(org); !role.May(there) {
			role = there
		}
	}
	return role
}

// sees lists the organisations of which somebody may know.
func (i identity) sees(w *walked) (seen []string) {
	for _, org := range []string{w.own, w.other} {
		if i.at(org).Known() {
			seen = append(seen, org)
		}
	}
	return seen
}

func newWalked(t *testing.T, both bool) *walked {
	t.Helper()
	twin, err := simulate()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(twin.close)
	elsewhere, err := simulate(func(o *sim.Options) { o.Seed, o.Name = 77, "Lyon Care"; o.Queues, o.Codes = 2, 4 })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(elsewhere.close)
	w := &walked{dir: copyOfFilled(t), both: both, ids: map[string]map[string]string{}, marks: map[string][]string{}}
	w.site = serve(t, w.dir, func(c *web.Config) {
		if both {
			c.Services = w.together(t, c.Store, twin, elsewhere)
		} else {
			c.Services = []web.Served{{Service: twin.working(t, c.Store)}}
		}
	})
	w.addAccounts(t)
	_, status := w.get(t, "/status")
	w.own = status["organisations"].([]any)[0].(map[string]any)["id"].(string)
	w.writes = writes(t, w.site)
	f, err := elsewhere.forecaster(w.store, "filler of another")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(clientOf(f).Close)
	out, err := f.Run(context.Background(), steps.Spec{Actor: "filler", Webhook: elsewhere.hook.URL})
	if err != nil {
		t.Fatal(err)
	}
	w.other = string(out.Run.Organisation)
	if w.open.Store(true); both {
		if _, err := w.second.Meet(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	nightly := wrapcast.Schedule{ID: wrapcast.ScheduleID(newID()), Organisation: out.Run.Organisation,
		Source: wrapcast.ScheduleStored, Cron: "0 2 * * *", Request: []byte("{}"), Author: "filler", UpdatedAt: time.Now()}
	if err := w.store.Update(t.Context(), func(tx *store.Tx) error { return tx.Schedules().Save(nightly) }); err != nil {
		t.Fatal(err)
	}
	for _, org := range []string{w.own, w.other} {
		w.learn(t, org)
	}
	w.marks[w.own], w.marks[w.other] = alone(w.marks[w.own], w.marks[w.other]), alone(w.marks[w.other], w.marks[w.own])
	w.addIdentities(t)
	return w
}

// learn finds things of an organisation, and texts that are its alone.
func (w *walked) learn(t *testing.T, org string) {
	t.Helper()
	ids := map[string]string{"user": string(adam)}
	w.marks[org] = []string{org}
	for name, path := range map[string]string{"queue": "/queues", "plan": "/plans", "submission": "/submissions",
		"delivery": "/deliveries", "schedule": "/schedules", "group": "/planning-groups", "run": "/runs",
		"forecast": "/forecasts", "code": "/codes"} {
		for _, item := range w.items(t, path+"?organisation="+org) {
			if id, _ := item["id"].(string); len(id) > 30 && !wrapcast.CodeID(id).IsSystem() {
				ids[name] = id
				w.marks[org] = append(w.marks[org], id)
			}
		}
		if ids[name] == "" {
			t.Fatalf("%s has nothing at %s", org, path)
		}
	}
	status, made := w.do(t, http.MethodPost, "/overrides?organisation="+org, map[string]any{"codes": []any{ids["code"]},
		"from": w.day(t, org, 9), "to": w.day(t, org, 9), "kind": "percent", "value": 5, "reason": "of " + org})
	if status != http.StatusCreated {
		t.Fatalf("an override gets %d: %v", status, made)
	}
	ids["override"] = made["override"].(map[string]any)["id"].(string)
	w.marks[org] = append(w.marks[org], ids["override"])
	w.ids[org] = ids
}

// alone are the texts that others do not have: every organisation of the platform has its default code.
func alone(texts, others []string) []string {
	return slices.DeleteFunc(slices.Clone(texts), func(text string) bool { return slices.Contains(others, text) })
}

// day is so many days after the first that is forecast.
func (w *walked) day(t *testing.T, org string, after int) string {
	t.Helper()
	_, head := w.get(t, "/forecasts/latest?organisation="+org)
	day, err := time.Parse(time.DateOnly, head["from"].(string))
	if err != nil {
		t.Fatal(err)
	}
	return day.AddDate(0, 0, after).Format(time.DateOnly)
}

// addIdentities lets in a token of each role, bound to each organisation and to all, logins bound to one, and some who
// may not come in.
func (w *walked) addIdentities(t *testing.T) {
	t.Helper()
	w.who = []identity{{name: "nobody"}, {name: "a token nobody has", header: []string{"Authorization", "Bearer wct_x"}}}
	passwords := auth.NewPasswords(auth.Cost{MemoryKiB: 64, Passes: 1, Lanes: 1})
	hash, err := passwords.Hash(t.Context(), adamPassword)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	err = w.store.Update(t.Context(), func(tx *store.Tx) error {
		for where, org := range map[string]string{"own": w.own, "other": w.other, "all": ""} {
			for _, role := range wrapcast.Roles() {
				i := identity{name: "token " + string(role) + " of " + where, in: map[string]wrapcast.Role{}}
				token := wrapcast.Token{ID: wrapcast.TokenID(newID()), Hash: auth.HashSecret("wct_" + i.name), Name: i.name,
					Author: "test", CreatedAt: now}
				if org == "" {
					i.everywhere, token.Role = role, role
				} else {
					i.in[org] = role
					token.Grants = []wrapcast.Grant{{Organisation: wrapcast.OrganisationID(org), Role: role}}
				}
				i.header = []string{"Authorization", "Bearer wct_" + i.name}
				w.who = append(w.who, i)
				if err := tx.Access().AddToken(token); err != nil {
					return err
				}
			}
		}
		for name, org := range map[string]string{"anna of own": w.own, "otto of other": w.other, "dora, disabled": w.own} {
			a := wrapcast.Account{ID: wrapcast.AccountID(newID()), Name: name, Password: hash, CreatedAt: now, UpdatedAt: now,
				Grants: []wrapcast.Grant{{Organisation: wrapcast.OrganisationID(org), Role: wrapcast.RoleAdmin}}}
			if err := tx.Access().SaveAccount(a); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	w.logInAll(t)
}

// logInAll begins the logins, and disables one of those who have.
func (w *walked) logInAll(t *testing.T) {
	t.Helper()
	for name, org := range map[string]string{"anna of own": w.own, "otto of other": w.other, "dora, disabled": ""} {
		i := identity{name: name, in: map[string]wrapcast.Role{}, header: []string{"Cookie", cookieOf(w.login(t, name, adamPassword))}}
		if org != "" {
			i.in[org] = wrapcast.RoleAdmin
		}
		w.who = append(w.who, i)
	}
	err := w.store.Update(t.Context(), func(tx *store.Tx) error {
		a, err := tx.Access().AccountNamed("dora, disabled")
		a.Disabled = true
		if err == nil {
			err = tx.Access().SaveAccount(a)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// asked is an operation of the document with what it needs.
type asked struct {
	*huma.Operation
	method, path string
	need         string
	role         wrapcast.Role
}

func (w *walked) operations(t *testing.T) (all []asked) {
	t.Helper()
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch} {
		for path, o := range operations(w.site, method) {
			need, _ := o.Extensions["x-scope"].(string)
			role, _ := o.Extensions["x-role"].(string)
			if !slices.Contains([]string{"stored", "connected", "chained", "installation"}, need) {
				t.Errorf("%s does not say what it needs", o.OperationID)
			}
			named := slices.ContainsFunc(o.Parameters, func(p *huma.Param) bool { return p.Name == "organisation" })
			if named != (need != "installation") {
				t.Errorf("%s needs %s, and takes an organisation: %v", o.OperationID, need, named)
			}
			all = append(all, asked{o, method, path, need, wrapcast.Role(role)})
		}
	}
	return all
}

// expected is the status of an operation asked for an organisation by somebody, where it is decided before the handler;
// 0 where the handler decides. org is the organisation it is for then.
func (w *walked) expected(o asked, who identity, named string) (status int, org string) {
	seen := who.sees(w)
	switch {
	case o.role == "" && who.name == "a token nobody has":
		return http.StatusUnauthorized, ""
	case o.role == "" && named != "":
		return http.StatusUnprocessableEntity, ""
	case o.role == "":
		return 0, ""
	case len(seen) == 0:
		return http.StatusUnauthorized, ""
	case !who.highest().May(o.role):
		return http.StatusForbidden, ""
	case o.need == "installation" && named != "":
		return http.StatusUnprocessableEntity, ""
	case o.need == "installation":
		return 0, ""
	case o.need == "chained" && named == "installation" && who.everywhere == wrapcast.RoleAdmin:
		return 0, "installation"
	case o.need == "chained" && named == "installation":
		return http.StatusForbidden, ""
	case named == "" && o.need == "connected" && !w.both && slices.Contains(seen, w.own):
		org = w.own
	case named == "" && len(seen) > 1:
		return http.StatusUnprocessableEntity, ""
	case named == "":
		org = seen[0]
	case slices.Contains(seen, named):
		org = named
	default:
		return http.StatusNotFound, ""
	}
	if !who.at(org).May(o.role) {
		return http.StatusForbidden, ""
	}
	if o.need == "connected" && org != w.own && !w.both {
		return http.StatusConflict, ""
	}
	return 0, org
}

// address is that of an operation, with the things of an organisation and a parameter that names one.
func (w *walked) address(o asked, things map[string]string, named string) string {
	query := url.Values{}
	if q := requiredQuery(o.Operation); q != "" {
		query, _ = url.ParseQuery(q[1:])
	}
	if named != "" {
		query.Set("organisation", named)
	}
	return fillPath(o.path, things) + "?" + query.Encode()
}

// leaks are the marks of an organisation in a text, those left out that the request itself has.
func (w *walked) leaks(org string, text []byte, request string) (found []string) {
	for _, mark := range w.marks[org] {
		if strings.Contains(string(text), mark) && !strings.Contains(request, mark) {
			found = append(found, mark)
		}
	}
	return found
}

func TestOneOrganisationNeverTouchesAnother(t *testing.T) {
	t.Parallel()
	w := newWalked(t, false)
	t.Run("every operation × organisation × identity", w.walk)
	t.Run("a version of another organisation is none of this one", w.versionsAreOfOne)
	t.Run("a thing of another organisation is not there", w.thingsAreNotThere)
	t.Run("a plan of another is neither submitted nor restored", w.plansAreNotSubmitted)
	t.Run("a write for another changes nothing of this one", w.writesChangeNothing)
	t.Run("an answer is replayed where it was given", w.answersStay)
	t.Run("an admin of one organisation gives nothing more", w.adminGivesNothingMore)
	t.Run("what was made is where the answer says", w.madeIsThere)
}

// The same where the server works for both: what needs a platform is done by the one that is meant, and by no other.
func TestTwoConnectedOrganisationsNeverTouchEachOther(t *testing.T) {
	t.Parallel()
	w := newWalked(t, true)
	t.Run("every operation × organisation × identity", w.walk)
	t.Run("each is asked by its own service", w.eachItsOwn)
	t.Run("the page over all has those one may see", w.pageOverAll)
	t.Run("a write for another changes nothing of this one", w.writesChangeNothing)
}

// together works for several simulated organisations in one process.
func (w *walked) together(t *testing.T, db *store.Store, all ...simulation) (served []web.Served) {
	t.Helper()
	var members []service.Config
	for i, one := range all {
		f, err := one.forecaster(db, "service of "+t.Name())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(clientOf(f).Close)
		f.Meant.Name = []string{"first", "second"}[i]
		f.Meant.Accept = func(wrapcast.Organisation) error {
			if i > 0 && !w.open.Load() {
				return wrapcast.Errorf(wrapcast.Unavailable, "", "not yet")
			}
			return nil
		}
		members = append(members, service.Config{Forecaster: f, Spec: steps.Spec{Webhook: one.hook.URL}, TickEvery: 50 * time.Millisecond,
			CheckSource: func(ctx context.Context) []wrapcast.Check { return clientOf(f).Check(ctx, genesys.CheckOptions{}) }})
	}
	fleet, err := service.StartFleet(context.Background(), service.FleetConfig{}, members...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = fleet.Stop(context.Background()) })
	if _, err := fleet.Services()[0].Meet(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, s := range fleet.Services() {
		served = append(served, web.Served{Service: s})
	}
	w.second = fleet.Services()[1]
	return served
}

// eachItsOwn: a check of the connection, and a message to try the webhook, are of the organisation that is asked for.
func (w *walked) eachItsOwn(t *testing.T) {
	t.Helper()
	for _, org := range []string{w.own, w.other} {
		before := len(w.items(t, "/deliveries?organisation="+org))
		status, _ := w.do(t, http.MethodPost, "/deliveries/test?organisation="+org, nil)
		if after := len(w.items(t, "/deliveries?organisation="+org)); status != http.StatusAccepted || after != before+1 {
			t.Errorf("a test message of %s is answered %d, %d messages become %d", org, status, before, after)
		}
		for deadline := time.Now().Add(time.Minute); len(w.items(t, "/deliveries?state=pending&organisation="+org)) > 0; time.Sleep(20 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("the message is not sent")
			}
		}
	}
	if status, answer := w.do(t, http.MethodPost, "/deliveries/test", nil); status != http.StatusUnprocessableEntity {
		t.Errorf("a test message of nobody is answered %d: %v", status, answer)
	}
	_, settings := w.get(t, "/settings")
	if all := settings["organisations"].([]any); len(all) != 2 || settings["run"] != nil {
		t.Errorf("the settings are %v", settings)
	}
}

// pageOverAll: everybody is told of the organisations of their role, and of no other.
func (w *walked) pageOverAll(t *testing.T) {
	t.Helper()
	for who, want := range map[string][]string{"token viewer of own": {w.own}, "token viewer of other": {w.other}, "token viewer of all": {w.own, w.other}} {
		got := w.ask(t, http.MethodGet, "/organisations", nil, "Authorization", "Bearer wct_"+who).json(t)["items"].([]any)
		var ids []string
		for _, o := range got {
			row := o.(map[string]any)
			ids = append(ids, row["id"].(string))
			if row["connection"] != "working" || row["last_good_run"] == nil || row["accuracy"] == nil ||
				row["budget"].(map[string]any)["per_minute"] == 0.0 {
				t.Errorf("%s is told %v", who, row)
			}
		}
		slices.Sort(ids)
		slices.Sort(want)
		if !slices.Equal(ids, want) {
			t.Errorf("%s sees %v, want %v", who, ids, want)
		}
	}
}

// madeIsThere: the address of what was made names its organisation, without which a store of several answers nothing.
func (w *walked) madeIsThere(t *testing.T) {
	t.Helper()
	day := w.day(t, w.other, 3)
	planner := []string{"Authorization", "Bearer wct_token planner of all"}
	made := w.ask(t, http.MethodPost, "/overrides?organisation="+w.other, map[string]any{"from": day, "to": day,
		"kind": "percent", "value": 5, "reason": "a letter", "overlap": "compound"}, planner...)
	at := made.Header.Get("Location")
	if made.StatusCode != http.StatusCreated || at == "" {
		t.Fatalf("answered %d, at %q: %.300s", made.StatusCode, at, made.body)
	}
	if got := w.ask(t, http.MethodGet, strings.TrimPrefix(at, "/api/v1"), nil, planner...); got.StatusCode != http.StatusOK {
		t.Errorf("%s is %d: %.300s", at, got.StatusCode, got.body)
	}
}

// walk asks every operation for every organisation as everybody.
func (w *walked) walk(t *testing.T) {
	t.Helper()
	own, other := w.digest(t, w.own), w.digest(t, w.other)
	asks, bodies := 0, 0
	for _, o := range w.operations(t) {
		for _, who := range w.who {
			for _, named := range []string{"", w.own, w.other, "nowhere", "installation"} {
				status, org := w.expected(o, who, named)
				if status == 0 && (o.method != http.MethodGet || !w.asksFully(who)) {
					continue // the writes are tried below
				}
				asks++
				if o.OperationID == "get-user" && who.everywhere == "" {
					continue // whom they administer is tried below
				}
				address := w.address(o, w.ids[w.own], named)
				if org != "" && org != "installation" {
					address = w.address(o, w.ids[org], named)
				}
				got := w.ask(t, o.method, address, nil, who.header...)
				if status != 0 && got.StatusCode != status || status == 0 && got.StatusCode != http.StatusOK {
					t.Errorf("%s asks %s %s: %d, want %d: %.300s", who.name, o.method, address, got.StatusCode, status, got.body)
				}
				bodies++
				for _, hidden := range []string{w.own, w.other} {
					if hidden == org || org == "" && slices.Contains(who.sees(w), hidden) {
						continue
					}
					if found := w.leaks(hidden, got.body, address); len(found) > 0 && org != "installation" {
						t.Errorf("%s asks %s %s and is told of %s: %q", who.name, o.method, address, hidden, found)
					}
				}
			}
		}
	}
	if w.digest(t, w.own) != own || w.digest(t, w.other) != other {
		t.Error("what was refused, or only read, changed what is stored")
	}
	t.Logf("%d requests of %d operations by %d identities, %d answers looked through", asks, len(w.operations(t)), len(w.who), bodies)
}

// asksFully reports whether somebody's reads are answered in full on the walk: one for each organisation and all.
func (*walked) asksFully(who identity) bool {
	return strings.HasPrefix(who.name, "token viewer") || who.name == "token admin of all" || who.name == "anna of own"
}

// versionsAreOfOne: the ETag that was answered for one organisation says of the other's answer only that it is the same
// where it is, to the byte; asked in turn, twice, each is answered its own.
func (w *walked) versionsAreOfOne(t *testing.T) {
	t.Helper()
	admin := []string{"Authorization", "Bearer wct_token admin of all"}
	told := 0
	for _, o := range w.operations(t) {
		if o.method != http.MethodGet || o.need == "installation" || o.role == "" {
			continue
		}
		ask := func(org string, header ...string) answer {
			return w.ask(t, o.method, w.address(o, w.ids[org], org), nil, append(slices.Clone(admin), header...)...)
		}
		one, another := ask(w.own), ask(w.other)
		if o.need == "connected" || one.Header.Get("ETag") == "" || another.Header.Get("ETag") == "" {
			continue
		}
		same := string(one.body) == string(another.body)
		for _, c := range []struct {
			org, known string
			want       bool
		}{
			{w.other, one.Header.Get("ETag"), same}, {w.own, another.Header.Get("ETag"), same},
			{w.own, one.Header.Get("ETag"), true}, {w.other, another.Header.Get("ETag"), true},
		} {
			if got := ask(c.org, "If-None-Match", c.known); (got.StatusCode == http.StatusNotModified) != c.want {
				t.Errorf("%s of %s, known as %s: %d", o.OperationID, c.org, c.known, got.StatusCode)
			}
		}
		if !same {
			told++
		}
		for _, never := range []string{"public", "max-age", "immutable"} {
			if strings.Contains(one.Header.Get("Cache-Control"), never) {
				t.Errorf("%s may be kept by others: %s", o.OperationID, one.Header.Get("Cache-Control"))
			}
		}
	}
	if told < 25 {
		t.Errorf("only %d operations answer two organisations differently", told)
	}
}

// thingsAreNotThere: a thing of one organisation, asked for in another, is not there, and is so in the words for what never was.
func (w *walked) thingsAreNotThere(t *testing.T) {
	t.Helper()
	admin := []string{"Authorization", "Bearer wct_token admin of all"}
	tried := 0
	for _, o := range w.operations(t) {
		if !strings.Contains(o.path, "{") || o.need == "installation" {
			continue
		}
		for _, org := range []string{w.own, w.other} {
			things, want := w.ids[w.other], http.StatusNotFound
			if org == w.other {
				things = w.ids[w.own]
			}
			if o.need == "connected" && org == w.other && !w.both {
				want = http.StatusConflict
			}
			header, body := admin, any(nil)
			if o.RequestBody != nil {
				header, body = append(slices.Clone(admin), "If-Match", `"x"`), map[string]any{"cron": "0 3 * * *", "request": map[string]any{}, "enabled": false}
			}
			before := w.digest(t, w.own) + w.digest(t, w.other)
			got := w.ask(t, o.method, w.address(o, things, org), body, header...)
			none := w.ask(t, o.method, w.address(o, nil, org), body, header...)
			if got.StatusCode != want || w.digest(t, w.own)+w.digest(t, w.other) != before {
				t.Errorf("%s of another organisation: %d: %.300s", o.OperationID, got.StatusCode, got.body)
			}
			if a, b := without(got.body, things), without(none.body, nil); a != b {
				t.Errorf("%s tells what is elsewhere from what is nowhere:\n%s\n%s", o.OperationID, a, b)
			}
			tried++
		}
	}
	if tried < 40 {
		t.Errorf("only %d were tried", tried)
	}
}

// without takes ids out of a text.
func without(text []byte, ids map[string]string) string {
	out := string(text)
	for _, id := range append(slices.Collect(maps.Values(ids)), "01936d6c-7c2e-7b1a-8f00-9a1b2c3d4e5f") {
		out = strings.ReplaceAll(out, id, "ID")
	}
	return out
}

// writesChangeNothing: a good write for one organisation, sent for the other, changes nothing of the first; where it needs the organisation
// the server works for, or whoever asks may not see the other, it changes nothing at all.
func (w *walked) writesChangeNothing(t *testing.T) {
	t.Helper()
	all := map[string]asked{}
	for _, o := range w.operations(t) {
		if o.method != http.MethodGet {
			all[o.OperationID] = o
		}
	}
	refs := map[string]string{"make-plans": w.ids[w.own]["plan"], "create-override": w.ids[w.own]["override"],
		"start-run": w.ids[w.own]["run"], "": w.ids[w.own]["delivery"]}
	tried := map[string]bool{}
	for _, write := range w.writes {
		o := all[write.operation]
		if tried[write.operation] = true; o.need == "installation" {
			continue
		}
		for _, who := range []string{"token admin of own", "token admin of other", "token admin of all"} {
			if w.both && who != "token admin of all" {
				continue // who may not at all was tried above
			}
			own, other := w.digest(t, w.own), w.digest(t, w.other)
			got := w.ask(t, o.method, w.address(o, w.ids[w.own], w.other), write.filled(refs),
				"Authorization", "Bearer wct_"+who, "If-Match", "*")
			if w.digest(t, w.own) != own {
				t.Errorf("%s by %s for the other changes this one: %d %.300s", o.OperationID, who, got.StatusCode, got.body)
			}
			want := map[bool]int{true: http.StatusNotFound}[who == "token admin of own"]
			if want == 0 && o.need == "connected" && !w.both {
				want = http.StatusConflict
			}
			if want != 0 && (got.StatusCode != want || !w.both && w.digest(t, w.other) != other) {
				t.Errorf("%s by %s for the other: %d, want %d: %.300s", o.OperationID, who, got.StatusCode, want, got.body)
			}
		}
	}
	for id, o := range all {
		if !tried[id] && o.role != "" {
			t.Errorf("nobody tries %s", id)
		}
	}
}

// plansAreNotSubmitted: a plan of another organisation is submitted by no run and restored by no rollback of this one.
func (w *walked) plansAreNotSubmitted(t *testing.T) {
	t.Helper()
	plan := w.ids[w.other]["plan"]
	before := w.digest(t, w.other)
	for path, body := range map[string]any{"/runs": map[string]any{"submit": []any{plan}}, "/rollbacks": map[string]any{"plan": plan}} {
		status, answer := w.do(t, http.MethodPost, path, body)
		if status != http.StatusNotFound && status != http.StatusUnprocessableEntity {
			t.Errorf("POST %s answers %d: %v", path, status, answer)
		}
	}
	if w.digest(t, w.other) != before {
		t.Error("the other organisation was changed")
	}
}

// answersStay: what was answered to one identity or in one organisation is answered again to no other and in no other.
func (w *walked) answersStay(t *testing.T) {
	t.Helper()
	ask := func(who, org string) answer {
		return w.ask(t, http.MethodPost, "/accepted-silences?organisation="+org, map[string]any{"kind": "queue",
			"of": w.ids[org]["queue"], "reason": "it opens in May"}, "Authorization", "Bearer wct_"+who, "Idempotency-Key", "k")
	}
	first := ask("token planner of all", w.own)
	for _, again := range []struct {
		who, org string
		replayed bool
		want     int
	}{
		{"token planner of all", w.own, true, first.StatusCode},
		{"token planner of all", w.other, false, http.StatusCreated},
		{"token planner of own", w.own, false, http.StatusCreated},
		{"token planner of own", w.other, false, http.StatusNotFound},
		{"token viewer of own", w.own, false, http.StatusForbidden},
		{"token planner of other", w.own, false, http.StatusNotFound},
	} {
		got := ask(again.who, again.org)
		if got.StatusCode != again.want || (got.Header.Get("Idempotent-Replayed") != "") != again.replayed {
			t.Errorf("%s at %s: %d, replayed %q: %.300s", again.who, again.org, got.StatusCode, got.Header.Get("Idempotent-Replayed"), got.body)
		}
	}
}

// adminGivesNothingMore: an admin of one organisation lets others into it, and nobody anywhere else.
func (w *walked) adminGivesNothingMore(t *testing.T) {
	t.Helper()
	as := []string{"Authorization", "Bearer wct_token admin of own"}
	grant := func(org, role string) []any { return []any{map[string]any{"organisation": org, "role": role}} }
	for name, c := range map[string]struct {
		rights map[string]any
		want   int
	}{
		"a role there":                 {map[string]any{"organisations": grant(w.own, "admin")}, http.StatusCreated},
		"one everywhere":               {map[string]any{"role": "viewer"}, http.StatusForbidden},
		"one there and one everywhere": {map[string]any{"role": "viewer", "organisations": grant(w.own, "viewer")}, http.StatusForbidden},
		"one elsewhere":                {map[string]any{"organisations": grant(w.other, "viewer")}, http.StatusUnprocessableEntity},
		"none":                         {map[string]any{}, http.StatusUnprocessableEntity},
	} {
		for path, more := range map[string]map[string]any{"/users": {"name": "new " + name, "password": "long enough for one"}, "/tokens": {"name": "new " + name}} {
			for key, v := range c.rights {
				more[key] = v
			}
			if got := w.ask(t, http.MethodPost, path, more, as...); got.StatusCode != c.want {
				t.Errorf("%s at %s: %d, want %d: %s", name, path, got.StatusCode, c.want, got.body)
			}
		}
	}
	for _, path := range []string{"/users", "/tokens"} {
		for _, row := range w.ask(t, http.MethodGet, path+"?limit=1000", nil, as...).json(t)["items"].([]any) {
			text := fmt.Sprint(row)
			if strings.Contains(text, w.other) || row.(map[string]any)["role"] != "" {
				t.Errorf("%s lists %s", path, text)
			}
		}
	}
	for method, path := range map[string]string{http.MethodGet: "/users/" + string(adam), http.MethodDelete: "/users/" + string(adam)} {
		if got := w.ask(t, method, path, nil, as...); got.StatusCode != http.StatusNotFound {
			t.Errorf("%s %s: %d", method, path, got.StatusCode)
		}
	}
	if got := w.ask(t, http.MethodPost, "/users/"+string(adam)+"/password", map[string]any{"password": "long enough for one"}, as...); got.StatusCode != http.StatusNotFound {
		t.Errorf("the password of an admin of all: %d", got.StatusCode)
	}
}

// digest is of all rows that are stored of an organisation, of every table that has any.
func (w *walked) digest(t *testing.T, org string) string {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "wrapcast.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	sum := sha256.New()
	for _, table := range w.tables(t, db) {
		digestRows(t, sum, db, table, org)
	}
	return fmt.Sprintf("%x", sum.Sum(nil))
}

// digestRows adds the rows of an organisation in a table.
func digestRows(t *testing.T, sum io.Writer, db *sql.DB, table, org string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `SELECT * FROM `+table+` WHERE organisation_id = ?`, org)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		values := make([]any, len(names))
		for i := range values {
			values[i] = new(any)
		}
		if err := rows.Scan(values...); err != nil {
			t.Fatal(err)
		}
		for _, v := range values {
			fmt.Fprintf(sum, "%s %v\n", table, *v.(*any))
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

// tables are those whose rows belong to organisations.
func (*walked) tables(t *testing.T, db *sql.DB) (names []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' AND c.name = 'organisation_id' AND m.name NOT IN ('api_budget') ORDER BY m.name`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	if err := rows.Err(); err != nil || len(names) < 10 {
		t.Fatalf("%d tables: %v", len(names), err)
	}
	return names
}
