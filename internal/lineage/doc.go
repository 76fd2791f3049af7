// Package lineage finds, in a history, changes of wrap-up codes that nobody has made known: codes that fell silent when
// others appeared and took over their contacts. What a change does to numbers is in package adjust.
//
// A code has ended, or begun, where its silence is no chance: by its share of the contacts of its queues and channels,
// so that nothing ends because a queue closes, a holiday comes or a season passes for all codes. Codes that ended and
// codes that began at the same time are set beside each other: the day, the volume, the queues and channels, the
// weekdays, the handle time, the names. Each piece of evidence is a likelihood ratio, of the codes after being those
// before under another id against both having changed by themselves (score.go has the rules), and their sum with a
// prior is the confidence.
//
// Plain types in, plain types out: no clock, no network, no disk.
package lineage
