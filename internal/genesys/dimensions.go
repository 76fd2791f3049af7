package genesys

import (
	"errors"
	"net/http"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys/internal/transport"
)

// dimensions are those that contacts are counted by beside queue, code and channel.
type dimensions struct{ direction, language, skills bool }

// The platform's names of the dimensions.
const (
	directionName = "direction"
	languageName  = "requestedLanguageId"
	skillsName    = "requestedRoutingSkillId"
)

// dimensionsFor are those that tell apart what a reading wants told apart.
func dimensionsFor(d wrapcast.Detail) dimensions {
	return dimensions{d.Direction, d.Languages(), d.Skills()}
}

// names are the platform's, in a fixed order.
func (d dimensions) names() (names []string) {
	for name, wanted := range d.byName {
		if *wanted {
			names = append(names, name)
		}
	}
	return names
}

// byName yields each dimension under the platform's name.
func (d *dimensions) byName(yield func(name string, wanted *bool) bool) {
	_ = yield(directionName, &d.direction) && yield(languageName, &d.language) && yield(skillsName, &d.skills)
}

// in are the dimensions that both have.
func (d dimensions) in(other dimensions) dimensions {
	return dimensions{d.direction && other.direction, d.language && other.language, d.skills && other.skills}
}

// key names the dimensions that make more rows; answers by others teach nothing about how many there are. Directions do
// not count: almost every queue has one.
func (d dimensions) key() string {
	d.direction = false
	return strings.Join(d.names(), "+")
}

// reduce drops what of a stream is not among the dimensions.
func (d dimensions) reduce(s wrapcast.Stream) wrapcast.Stream {
	if !d.direction {
		s.Direction = wrapcast.Inbound
	}
	if !d.language {
		s.Language = ""
	}
	if !d.skills {
		s.Skills = ""
	}
	return s
}

// refusedIn finds the dimensions that the platform does not count by: its refusal names one, before any list of those
// it knows.
func (d dimensions) refusedIn(err error) (refused dimensions) {
	e, ok := errors.AsType[*transport.APIError](err)
	if !ok || e.Status != http.StatusBadRequest {
		return refused
	}
	named, first := "", len(e.Message)
	for name, wanted := range d.byName {
		if at := strings.Index(e.Message, name); *wanted && at >= 0 && at < first {
			named, first = name, at
		}
	}
	for name, is := range refused.byName {
		*is = name == named
	}
	// Unflattened, a contact with two skills would be counted twice.
	refused.skills = refused.skills || d.skills && strings.Contains(e.Message, "flattenMultivaluedDimensions")
	return refused
}

// without are the dimensions but for some.
func (d dimensions) without(refused dimensions) dimensions {
	return dimensions{d.direction && !refused.direction, d.language && !refused.language, d.skills && !refused.skills}
}

// directionOf reads a direction in the platform's words. A contact of which it says none counts as inbound.
func directionOf(text string) wrapcast.Direction {
	text = strings.ToLower(text)
	if text == "inbound" {
		return wrapcast.Inbound
	}
	return wrapcast.Direction(text)
}

// skillsOf reads a flattened list: ids with commas between them.
func skillsOf(text string) wrapcast.SkillSet {
	var ids []wrapcast.SkillID
	for id := range strings.SplitSeq(text, ",") {
		ids = append(ids, wrapcast.SkillID(strings.TrimSpace(id)))
	}
	return wrapcast.NewSkillSet(ids...)
}

// firstOf is the first of a flattened list: a leg for which an agent chose several codes is counted once.
func firstOf(text string) string {
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			return part
		}
	}
	return ""
}
