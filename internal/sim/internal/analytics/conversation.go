package analytics

import (
	"math"

	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// conversation is AnalyticsConversation: who took part, in which sessions, with which segments. There is no name and
// no number in it, because the simulator's contacts have none.
type conversation struct {
	ConversationID       string        `json:"conversationId"`
	ConversationStart    string        `json:"conversationStart"`
	ConversationEnd      string        `json:"conversationEnd,omitempty"`
	OriginatingDirection string        `json:"originatingDirection"`
	DivisionIDs          []string      `json:"divisionIds"`
	Participants         []participant `json:"participants"`

	start, end int64 // end is math.MaxInt64 while it goes on
}

type participant struct {
	ParticipantID string            `json:"participantId"`
	Purpose       string            `json:"purpose"`
	UserID        string            `json:"userId,omitempty"`
	Sessions      []session         `json:"sessions"`
	Attributes    map[string]string `json:"attributes,omitempty"`
}

type session struct {
	SessionID string          `json:"sessionId"`
	MediaType string          `json:"mediaType"`
	Direction string          `json:"direction"`
	Metrics   []sessionMetric `json:"metrics,omitempty"`
	Segments  []segment       `json:"segments"`
}

type sessionMetric struct {
	Name     string `json:"name"`
	Value    int64  `json:"value"`
	EmitDate string `json:"emitDate"`
}

type segment struct {
	SegmentType    string `json:"segmentType"`
	SegmentStart   string `json:"segmentStart"`
	SegmentEnd     string `json:"segmentEnd,omitempty"`
	QueueID        string `json:"queueId,omitempty"`
	WrapUpCode     string `json:"wrapUpCode,omitempty"`
	DisconnectType string `json:"disconnectType,omitempty"`
	Conference     bool   `json:"conference"`

	from, to int64
}

// ended is when the customer of a conversation was gone: after-call work goes on without him.
func ended(legs []contact.Contact) int64 {
	last := &legs[len(legs)-1]
	return last.Ended()
}

// newConversation builds what shows of a conversation at a moment.
func newConversation(b *book, legs []contact.Contact, now int64) *conversation {
	v := &conversation{
		ConversationID:    organisation.NumberedUUID(b.seed, "conversation", legs[0].Conversation),
		ConversationStart: stamp(legs[0].Arrived), OriginatingDirection: "inbound", DivisionIDs: []string{b.organisation.Division.ID},
		start: legs[0].Arrived, end: math.MaxInt64,
	}
	if at := ended(legs); at <= now {
		v.end, v.ConversationEnd = at, stamp(at)
	}
	media := string(legs[0].Media.Analytics())
	v.add(b, &legs[0], "customer", session{MediaType: media, Segments: shown(now, segment{SegmentType: "interact", from: v.start, to: ended(legs), DisconnectType: "client"})})
	for i := range legs {
		v.leg(b, &legs[i], now)
	}
	return v
}

// leg adds the queue that was waited in and the agent who answered, as far as that has happened.
func (v *conversation) leg(b *book, c *contact.Contact, now int64) {
	if c.Arrived > now {
		return
	}
	queue, media := b.organisation.Queues[c.Queue].ID, string(c.Media.Analytics())
	wait := segment{SegmentType: "interact", from: c.Arrived, to: c.Answered(), QueueID: queue, DisconnectType: "transfer"}
	if c.Abandoned {
		wait.DisconnectType = "client"
	}
	v.add(b, c, "acd", session{MediaType: media, Segments: shown(now, wait), Metrics: metricsAt(now,
		emission{"nOffered", 1, c.Arrived, true}, emission{"tAcd", c.Wait, c.Answered(), true}, emission{"tAbandon", c.Wait, c.Answered(), c.Abandoned})})
	if c.Abandoned || c.Answered() > now {
		return
	}
	talk := segment{SegmentType: "interact", from: c.Answered(), to: c.Answered() + c.Talk, QueueID: queue}
	hold := segment{SegmentType: "hold", from: talk.to, to: c.Ended(), QueueID: queue}
	wrapup := segment{SegmentType: "wrapup", from: c.Ended(), to: c.Completed(), QueueID: queue}
	if code := c.CodeAt(now); code != contact.NoCode {
		wrapup.WrapUpCode = b.organisation.Codes[code].ID
	}
	talk.DisconnectType = "client"
	if c.Transferred {
		talk.DisconnectType = "transfer"
	}
	segments := shown(now, talk)
	if c.Held > 0 {
		segments = append(segments, shown(now, hold)...)
	}
	v.add(b, c, "agent", session{MediaType: media, Segments: append(segments, shown(now, wrapup)...), Metrics: metricsAt(now,
		emission{"nConnected", 1, c.Answered(), true}, emission{"nTransferred", 1, c.Ended(), c.Transferred},
		emission{"tTalkComplete", c.Talk, c.Completed(), true}, emission{"tHeldComplete", c.Held, c.Completed(), c.Held > 0},
		emission{"tAcw", c.AfterCall, c.Completed(), c.AfterCall > 0}, emission{"tHandle", c.Handle(), c.Completed(), true})})
}

// add makes a participant with one session.
func (v *conversation) add(b *book, c *contact.Contact, purpose string, s session) {
	id := func(kind string) string { return organisation.NumberedUUID(b.seed, kind+" "+purpose, c.Serial) }
	s.SessionID, s.Direction = id("session"), "inbound"
	p := participant{ParticipantID: id("participant"), Purpose: purpose, Sessions: []session{s}}
	if purpose == "agent" {
		p.UserID = b.userID(b.agent(c.Queue, c.Agent))
	}
	v.Participants = append(v.Participants, p)
}

// shown is a segment as it shows now: not at all before it begins, without an end while it lasts.
func shown(now int64, s segment) []segment {
	if s.from > now {
		return nil
	}
	s.SegmentStart = stamp(s.from)
	if s.to <= now {
		s.SegmentEnd = stamp(s.to)
	} else {
		s.DisconnectType, s.WrapUpCode = "", ""
	}
	return []segment{s}
}

// emission is a metric that is stamped at a moment, if it happens at all.
type emission struct {
	name    string
	value   int64
	at      int64
	happens bool
}

func metricsAt(now int64, all ...emission) []sessionMetric {
	var shown []sessionMetric
	for _, e := range all {
		if e.happens && e.at <= now {
			shown = append(shown, sessionMetric{e.name, e.value, stamp(e.at)})
		}
	}
	return shown
}
