package analytics

import (
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// skillLists are the skills that contacts ask for, by requirement. They are the one dimension here that has several
// values: a contact is counted for each of its skills, or once for all of them where the query flattens them.
type skillLists struct {
	ids [][]string // by requirement, in the order asked for
	// same is the first requirement with the same skills in the same order.
	same []int
	// byID finds a skill's place, names its id.
	byID  map[string]int
	names []string
	// places are the skills' places, by requirement.
	places [][]int
}

func newSkillLists(o *organisation.Organisation) skillLists {
	s := skillLists{byID: map[string]int{}}
	for i, skill := range o.Skills {
		s.byID[skill.ID] = i
		s.names = append(s.names, skill.ID)
	}
	for i, r := range o.Requirements {
		var ids []string
		for _, at := range r.Skills {
			ids = append(ids, o.Skills[at].ID)
		}
		s.ids, s.places = append(s.ids, ids), append(s.places, r.Skills)
		first := slices.IndexFunc(o.Requirements, func(other organisation.Requirement) bool {
			return slices.Equal(other.Skills, r.Skills)
		})
		s.same = append(s.same, min(first, i))
	}
	return s
}

// value is one skill where the record is counted for one, else all of them with commas between them.
func (s *skillLists) value(r *record) (string, bool) {
	if r.skill != absent {
		return s.names[r.skill], true
	}
	ids := s.ids[r.requirement]
	return strings.Join(ids, ","), len(ids) > 0
}

// asked tests whether a skill is among those asked for.
func (s *skillLists) asked(id string) test {
	at, known := s.byID[id]
	return func(r *record) bool { return known && slices.Contains(s.places[r.requirement], at) }
}
