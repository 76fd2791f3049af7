package genesys

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
)

// skilled answers the aggregates query over four contacts of one quarter-hour, refuses some dimensions, and notes what
// it was asked.
type skilled struct {
	analytics
	// refuses are dimensions that are not counted by, vague that the refusal does not say so.
	refuses []string
	vague   bool

	noting  sync.Mutex
	queries []aggregatesQuery
}

var tuesday = time.Date(2026, 11, 3, 10, 0, 0, 0, time.UTC)

func newSkilled(refuses ...string) *skilled {
	s := &skilled{refuses: refuses}
	for _, c := range []struct {
		code wrapcast.CodeID
		in   wrapcast.Stream
	}{
		{"c-1", wrapcast.Stream{Queue: "q-1", Media: wrapcast.Voice, Language: "de", Skills: "loans,tax"}},
		{"c-1", wrapcast.Stream{Queue: "q-1", Media: wrapcast.Voice, Language: "en", Skills: "tax"}},
		{"c-2", wrapcast.Stream{Queue: "q-1", Media: wrapcast.Voice, Direction: wrapcast.Outbound}},
		{"c-2", wrapcast.Stream{Queue: "q-2", Media: wrapcast.Voice, Language: "de", Skills: "tax"}},
	} {
		leaf := wrapcast.Leaf{Code: c.code}.In(c.in)
		s.observations = append(s.observations, wrapcast.Observation{Leaf: leaf, Start: tuesday, Handled: 2, HandleMs: 2000})
		if c.in.Direction == wrapcast.Inbound {
			s.arrivals = append(s.arrivals, wrapcast.Arrival{Start: tuesday, Offered: 3, Abandoned: 1}.In(c.in))
		}
	}
	return s
}

func (s *skilled) answer(w http.ResponseWriter, r *http.Request) {
	var q aggregatesQuery
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
		refuse(400, "bad.request", err.Error())(w, r)
		return
	}
	s.noting.Lock()
	s.queries = append(s.queries, q)
	s.noting.Unlock()
	for _, name := range s.refuses {
		if slices.Contains(q.GroupBy, name) {
			message := "[" + name + "] is not a valid value for [groupBy], allowed are [direction, requestedLanguageId, queueId]"
			if s.vague {
				message = "the query is not valid"
			}
			refuse(400, "invalid.value", message)(w, r)
			return
		}
	}
	from, to, _ := strings.Cut(q.Interval, "/")
	span := wrapcast.Interval{}
	_ = span.From.UnmarshalText([]byte(from))
	_ = span.To.UnmarshalText([]byte(to))
	answerJSON(w, 200, map[string]any{"results": s.results(q, span)})
}

// read asks for a day, telling apart what the routes of the only queue with such routes ask for.
func (s *skilled) read(t *testing.T, asked wrapcast.StreamDetail) wrapcast.Extract {
	t.Helper()
	p := newPlatform(t, map[string]http.HandlerFunc{aggregatesPath: s.answer})
	var e wrapcast.Extract
	detail := wrapcast.Detail{Direction: true}
	if asked.Queue != "" {
		detail.Streams = []wrapcast.StreamDetail{asked}
	}
	day := tuesday.Truncate(24 * time.Hour)
	_, err := p.newClient(t, newFakeTime().clock(), nil).ReadHistory(t.Context(), History{Detail: detail,
		Gaps: []wrapcast.Interval{{From: day, To: day.Add(24 * time.Hour)}},
		Keep: func(_ context.Context, piece wrapcast.Extract, _ int) error {
			if len(piece.Observations) > 0 {
				e = piece
			}
			return nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// leaves lists what was handled: "code queue direction language skills contacts".
func leaves(e wrapcast.Extract) string {
	var lines []string
	for _, o := range e.Observations {
		lines = append(lines, strings.Join([]string{string(o.Leaf.Code), string(o.Leaf.Queue), o.Leaf.Direction.Title(),
			string(o.Leaf.Language), string(o.Leaf.Skills), string(rune('0' + o.Handled))}, " "))
	}
	return strings.Join(lines, "; ")
}

// agree fails where codes and queues do not count the same contacts in every stream.
func agree(t *testing.T, e wrapcast.Extract) {
	t.Helper()
	sums := map[wrapcast.Stream]int{}
	for _, o := range e.Observations {
		sums[o.Leaf.Stream()] += o.Handled
	}
	for _, h := range e.QueueHandled {
		sums[h.Stream()] -= h.Handled
	}
	for s, n := range sums {
		if n != 0 {
			t.Errorf("%+v: codes have %d contacts more than the queue", s, n)
		}
	}
}

func TestContactsAreToldApartByWhatRoutesAskFor(t *testing.T) {
	t.Parallel()
	onVoice := wrapcast.StreamDetail{Queue: "q-1", Media: wrapcast.Voice}
	language, both, some := onVoice, onVoice, onVoice
	language.Language, both.Language = true, true
	both.Skills, some.Skills = []wrapcast.SkillID{"loans", "tax"}, []wrapcast.SkillID{"loans"}
	for name, c := range map[string]struct {
		asked   wrapcast.StreamDetail
		groupBy []string
		want    string
	}{
		"nothing": {wrapcast.StreamDetail{}, []string{"queueId", "wrapUpCode", "mediaType", "direction"},
			"c-1 q-1 inbound   4; c-2 q-1 outbound   2; c-2 q-2 inbound   2"},
		"the language": {language, []string{"queueId", "wrapUpCode", "mediaType", "direction", "requestedLanguageId"},
			"c-1 q-1 inbound de  2; c-1 q-1 inbound en  2; c-2 q-1 outbound   2; c-2 q-2 inbound   2"},
		"one skill": {some, []string{"queueId", "wrapUpCode", "mediaType", "direction", "requestedRoutingSkillId"},
			"c-1 q-1 inbound   2; c-1 q-1 inbound  loans 2; c-2 q-1 outbound   2; c-2 q-2 inbound   2"},
		"language and skills": {both, []string{"queueId", "wrapUpCode", "mediaType", "direction", "requestedLanguageId", "requestedRoutingSkillId"},
			"c-1 q-1 inbound de loans,tax 2; c-1 q-1 inbound en tax 2; c-2 q-1 outbound   2; c-2 q-2 inbound   2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platform := newSkilled()
			e := platform.read(t, c.asked)
			if got := leaves(e); got != c.want {
				t.Errorf("%s\nwant %s", got, c.want)
			}
			agree(t, e)
			offered := 0
			for _, a := range e.Arrivals {
				offered += a.Offered
			}
			if offered != 9 || len(e.Detail.Refused) != 0 {
				t.Errorf("%d were offered, %v refused", offered, e.Detail.Refused)
			}
			if n := len(platform.queries); n != 2 {
				t.Errorf("%d questions", n)
			}
			for _, q := range platform.queries {
				if slices.Contains(q.GroupBy, "wrapUpCode") && !slices.Equal(q.GroupBy, c.groupBy) ||
					q.Flatten != slices.Contains(q.GroupBy, "requestedRoutingSkillId") {
					t.Errorf("asked by %v, flattened %v", q.GroupBy, q.Flatten)
				}
			}
		})
	}
}

func TestADimensionThatIsRefusedIsDoneWithout(t *testing.T) {
	t.Parallel()
	asked := wrapcast.StreamDetail{Queue: "q-1", Media: wrapcast.Voice, Language: true, Skills: []wrapcast.SkillID{"tax"}}
	const plain = "c-1 q-1 inbound   4; c-2 q-1 inbound   2; c-2 q-2 inbound   2"
	for name, c := range map[string]struct {
		refuses []string
		vague   bool
		want    string
		refused string
	}{
		"directions":     {[]string{"direction"}, false, "c-1 q-1 inbound de tax 2; c-1 q-1 inbound en tax 2; c-2 q-1 inbound   2; c-2 q-2 inbound   2", "direction"},
		"skills":         {[]string{"requestedRoutingSkillId"}, false, "c-1 q-1 inbound de  2; c-1 q-1 inbound en  2; c-2 q-1 outbound   2; c-2 q-2 inbound   2", "requestedRoutingSkillId"},
		"all":            {[]string{"direction", "requestedLanguageId", "requestedRoutingSkillId"}, false, plain, "direction requestedLanguageId requestedRoutingSkillId"},
		"without a word": {[]string{"requestedLanguageId"}, true, plain, "direction requestedLanguageId requestedRoutingSkillId"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platform := newSkilled(c.refuses...)
			platform.vague = c.vague
			e := platform.read(t, asked)
			if got := leaves(e); got != c.want {
				t.Errorf("%s\nwant %s", got, c.want)
			}
			agree(t, e)
			if got := strings.Join(e.Detail.Refused, " "); got != c.refused {
				t.Errorf("refused %q", got)
			}
			most := 2 + len(c.refuses)
			if c.vague {
				most += 2 // a quarter-hour of the time, and one of yesterday, might have been answered
			}
			if n := len(platform.queries); n > most {
				t.Errorf("%d questions", n)
			}
		})
	}
}

func TestTextsOfDimensions(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]wrapcast.Direction{"inbound": "", "INBOUND": "", "Outbound": wrapcast.Outbound, "unspecified": "unspecified"} {
		if got := directionOf(text); got != want {
			t.Errorf("%s is %q", text, got)
		}
	}
	if got := skillsOf(" tax,loans ,,tax"); got != "loans,tax" {
		t.Errorf("%q", got)
	}
	for text, want := range map[string]string{"": "", "a": "a", "a,b": "a", " , a, b ,": "a"} {
		if got := firstOf(text); got != want {
			t.Errorf("%q is %q", text, got)
		}
	}
}
