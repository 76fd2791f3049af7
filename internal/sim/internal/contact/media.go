package contact

import "github.com/wrapcast/wrapcast"

// Media is a channel, small enough to index a table with.
type Media uint8

// The channels the simulator's contacts come by.
const (
	Voice Media = iota
	Chat
	Email
	Message
	Callback
	// MediaCount is how many there are.
	MediaCount = int(Callback) + 1
	// WorkItem is no channel of any contact, but one that Workforce Management plans.
	WorkItem = Media(MediaCount)
)

// Analytics returns the spelling of the analytics API: "voice".
func (m Media) Analytics() wrapcast.MediaType {
	return [MediaCount + 1]wrapcast.MediaType{wrapcast.Voice, wrapcast.Chat, wrapcast.Email, wrapcast.Message,
		wrapcast.Callback, "workitem"}[m]
}

// WFM returns the spelling of Workforce Management: "Voice".
func (m Media) WFM() string {
	return [MediaCount + 1]string{"Voice", "Chat", "Email", "Message", "Callback", "Workitem"}[m]
}

// MediaOf maps the source column of a contact log to a channel. What a person
// typed on a web page is a chat, what an app sent is a message, what another system
// or an employee filed is an email. A source the table does not name is a message.
func MediaOf(source string) Media {
	m, known := mediaOfSource()[source]
	if !known {
		return Message
	}
	return m
}

func mediaOfSource() map[string]Media {
	return map[string]Media{
		"Constituent Call":     Voice,
		"Self Service":         Chat,
		"Citizens Connect App": Message,
		"City Worker App":      Message,
		"Twitter":              Message,
		"Employee Generated":   Email,
		"Maximo Integration":   Email,
	}
}
