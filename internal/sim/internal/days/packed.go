package days

import "github.com/wrapcast/wrapcast/internal/sim/internal/contact"

// packed is a contact in 40 bytes. Durations are milliseconds below 49 days, arrival is since the day's first contact.
// There are at most 255 codes. The conversation is that of the contact leg places before it.
type packed struct {
	serial                                 uint64
	arrived, wait, talk, held, after, late uint32
	queue, agent                           uint16
	code, before, asks, flags              uint8 // codes plus one: 0 is none
}

// The lowest bits of the flags are the channel.
const (
	mediaBits   = 0x07
	abandoned   = 0x08
	transferred = 0x10
	outbound    = 0x20
	dialled     = 0x40
	unqueued    = 0x80
)

// The lowest bits of asks are the leg, the others the requirement: there are at most 4 legs and 64 requirements.
const (
	legBits  = 0x03
	legWidth = 2
)

func pack(c *contact.Contact, base int64) packed {
	p := packed{
		serial: c.Serial, arrived: uint32(c.Arrived - base), wait: uint32(c.Wait), talk: uint32(c.Talk),
		held: uint32(c.Held), after: uint32(c.AfterCall), late: uint32(c.Late), queue: uint16(c.Queue),
		agent: uint16(c.Agent),
		code:  uint8(c.Code + 1), before: uint8(c.Before + 1), asks: uint8(c.Requirement<<legWidth | c.Leg),
		flags: uint8(c.Media),
	}
	p.flag(abandoned, c.Abandoned)
	p.flag(transferred, c.Transferred)
	p.flag(outbound, c.Outbound)
	p.flag(dialled, c.Dialled)
	p.flag(unqueued, c.Unqueued)
	return p
}

func (p *packed) flag(bit uint8, on bool) {
	if on {
		p.flags |= bit
	}
}

// unpack returns the contact at a place of the day.
func (d *day) unpack(i int) contact.Contact {
	p := &d.contacts[i]
	leg := int(p.asks & legBits)
	return contact.Contact{
		Serial: p.serial, Conversation: d.contacts[i-leg].serial, Arrived: d.base +
			int64(p.arrived), Wait: int64(p.wait),
		Talk: int64(p.talk), Held: int64(p.held), AfterCall: int64(p.after), Late: int64(p.late), Queue: int(p.queue),
		Agent: int(p.agent),
		Code:  int(p.code) - 1, Before: int(p.before) - 1, Leg: leg, Media: contact.Media(p.flags & mediaBits),
		Abandoned: p.flags&abandoned != 0, Transferred: p.flags&transferred != 0, Outbound: p.flags&outbound != 0,
		Dialled: p.flags&dialled != 0, Unqueued: p.flags&unqueued != 0, Requirement: int(p.asks >> legWidth),
	}
}
