package wrapcast

import (
	"cmp"
	"slices"
)

// Detail is what a reading of the history was asked to tell apart beyond queue, code and channel. The zero value is
// that of readings made before wrapcast knew directions: nothing.
type Detail struct {
	// Direction tells inbound contacts from others.
	Direction bool `json:"direction,omitempty"`
	// Streams has the channels of queues on which planning groups ask for a language or skills, in their order.
	Streams []StreamDetail `json:"streams,omitempty"`
	// Refused are dimensions the platform refused to count by, in its own words: contacts are not told apart by them.
	Refused []string `json:"refused,omitempty"`
}

// StreamDetail is what is told apart of the contacts of a queue on a channel: their language, and which of some skills
// they ask for. Other skills are not kept, since nobody asks for them.
type StreamDetail struct {
	Queue    QueueID   `json:"queue"`
	Media    MediaType `json:"media"`
	Language bool      `json:"language,omitempty"`
	Skills   []SkillID `json:"skills,omitempty"`
}

// NewDetail is what planning groups need told apart: directions always, languages and skills on the channels of queues
// where a route asks for them.
func NewDetail(groups []PlanningGroup) Detail {
	wanted := Detail{Direction: true}
	for _, g := range groups {
		for _, r := range g.Routes {
			if r.Language != "" || len(r.Skills) > 0 {
				wanted.Streams = append(wanted.Streams, StreamDetail{Queue: r.Queue, Media: r.Media,
					Language: r.Language != "", Skills: r.Skills})
			}
		}
	}
	return wanted.And(Detail{})
}

// Detail is what the planning groups of all units of the directory need told apart.
func (d Directory) Detail() Detail {
	all := NewDetail(d.PlanningGroups)
	for _, u := range d.Others {
		all = all.And(NewDetail(u.PlanningGroups))
	}
	return all
}

// And tells apart what d or other does. What the platform refused of either is refused.
func (d Detail) And(other Detail) Detail {
	streams := slices.Concat(d.Streams, other.Streams)
	slices.SortStableFunc(streams, StreamDetail.compare)
	both := Detail{Direction: d.Direction || other.Direction}
	for _, s := range streams {
		if n := len(both.Streams); n == 0 || both.Streams[n-1].compare(s) != 0 {
			both.Streams = append(both.Streams, StreamDetail{Queue: s.Queue, Media: s.Media})
		}
		last := &both.Streams[len(both.Streams)-1]
		last.Language = last.Language || s.Language
		last.Skills = NewSkillSet(slices.Concat(last.Skills, s.Skills)...).IDs()
	}
	both.Refused = slices.Concat(d.Refused, other.Refused)
	slices.Sort(both.Refused)
	both.Refused = slices.Compact(both.Refused)
	return both
}

func (s StreamDetail) compare(other StreamDetail) int {
	return cmp.Or(cmp.Compare(s.Queue, other.Queue), cmp.Compare(s.Media, other.Media))
}

// Covers reports whether everything that other tells apart was asked for, so that a history read with d need not be
// read again for other. What the platform refused was asked for, too.
func (d Detail) Covers(other Detail) bool {
	beyond := other.Beyond(d)
	return !beyond.Direction && len(beyond.Streams) == 0
}

// Beyond is what d tells apart and other does not.
func (d Detail) Beyond(other Detail) Detail {
	beyond := Detail{Direction: d.Direction && !other.Direction}
	for _, s := range d.Streams {
		own := other.of(s.Queue, s.Media)
		s.Language = s.Language && !own.Language
		s.Skills = slices.DeleteFunc(slices.Clone(s.Skills), func(id SkillID) bool { return slices.Contains(own.Skills, id) })
		if s.Language || len(s.Skills) > 0 {
			beyond.Streams = append(beyond.Streams, s)
		}
	}
	return beyond
}

// of is what is told apart of a queue on a channel; no language and no skill where d has nothing of it.
func (d Detail) of(queue QueueID, media MediaType) StreamDetail {
	asked := StreamDetail{Queue: queue, Media: media}
	if i, found := slices.BinarySearchFunc(d.Streams, asked, StreamDetail.compare); found {
		return d.Streams[i]
	}
	return asked
}

// Asks reports whether anything is told apart of the contacts of the stream's queue and channel.
func (d Detail) Asks(s Stream) bool {
	asked := d.of(s.Queue, s.Media)
	return asked.Language || len(asked.Skills) > 0
}

// Reduce returns the stream as d tells it apart: without a language or skills that nobody asks for. Directions stay.
func (d Detail) Reduce(s Stream) Stream {
	if s.Language == "" && s.Skills == "" {
		return s
	}
	asked := d.of(s.Queue, s.Media)
	if !asked.Language {
		s.Language = ""
	}
	s.Skills = s.Skills.Among(asked.Skills)
	return s
}

// Dimensions are the platform's names of what is told apart.
func (d Detail) Dimensions() (names []string) {
	for _, dimension := range []struct {
		name   string
		wanted bool
	}{{"direction", d.Direction}, {"requestedLanguageId", d.Languages()}, {"requestedRoutingSkillId", d.Skills()}} {
		if dimension.wanted {
			names = append(names, dimension.name)
		}
	}
	return names
}

// Languages reports whether languages are told apart anywhere.
func (d Detail) Languages() bool {
	return slices.ContainsFunc(d.Streams, func(s StreamDetail) bool { return s.Language })
}

// Skills reports whether skills are told apart anywhere.
func (d Detail) Skills() bool {
	return slices.ContainsFunc(d.Streams, func(s StreamDetail) bool { return len(s.Skills) > 0 })
}
