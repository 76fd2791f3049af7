package staffing

import "math"

// Rostered is how many people are paid for so that so many are there: agents / (1 - shrinkage), in whole people.
// Shrinkage is the share of paid time that somebody is not available (leave, illness, breaks, training), at least 0 and
// below 1; it is a share of those rostered, not of those there. Source: usual practice; B. Cleveland, Call Center
// Management on Fast Forward, ch. 8.
func Rostered(agents, shrinkage float64) int {
	const dust = 1e-9 // what dividing leaves in the last digits is no person
	return int(math.Ceil(agents/(1-shrinkage) - dust))
}

// Sharing is how many people hold so many conversations at once where each can hold some. The handle time is then that
// of one conversation while others go on, as the platform measures it.
//
// Limits: conversations are thought to fill up evenly and to take as long however many an agent holds; a pool of few
// agents with many conversations each is therefore a little optimistic.
func Sharing(conversations, each int) int {
	return (conversations + each - 1) / each
}
