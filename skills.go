package wrapcast

import (
	"slices"
	"strings"
)

// SkillSet is a set of routing skills as one value that can be compared: their ids in order, each once, with commas
// between them. "" is the empty set.
type SkillSet string

// NewSkillSet is the set of some skills, in whatever order and however often they are named. Empty ids are left out.
func NewSkillSet(ids ...SkillID) SkillSet {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id SkillID) bool { return id == "" })
	slices.Sort(ids)
	parts := make([]string, 0, len(ids))
	for _, id := range slices.Compact(ids) {
		parts = append(parts, string(id))
	}
	return SkillSet(strings.Join(parts, ","))
}

// IDs are the skills of the set in their order, nil where it is empty.
func (s SkillSet) IDs() []SkillID {
	if s == "" {
		return nil
	}
	parts := strings.Split(string(s), ",")
	ids := make([]SkillID, len(parts))
	for i, id := range parts {
		ids[i] = SkillID(id)
	}
	return ids
}

// Has reports whether all of the skills are in the set.
func (s SkillSet) Has(skills ...SkillID) bool {
	if len(skills) == 0 {
		return true
	}
	own := s.IDs()
	return !slices.ContainsFunc(skills, func(id SkillID) bool { return !slices.Contains(own, id) })
}

// Among is the part of the set that is among some skills.
func (s SkillSet) Among(skills []SkillID) SkillSet {
	if s == "" || len(skills) == 0 {
		return ""
	}
	return NewSkillSet(slices.DeleteFunc(s.IDs(), func(id SkillID) bool { return !slices.Contains(skills, id) })...)
}
