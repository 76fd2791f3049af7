// Package sim is a simulated Genesys Cloud: one organisation that answers over HTTP
// as the platform does, strictly, with faults to order. wrapcast simulate serves it, the demo runs against it,
// and every test above package genesys uses it. It shares no code with package genesys, so that no
// misunderstanding of the platform can hide in both.
//
// # The organisation
//
// A plain one lies in America/New_York, has one business unit whose weeks begin on Monday and a planning group for
// every queue and channel; see Kind for others. Its contacts are either drawn, seeded, from figures measured on a year
// of requests to the City of Boston's contact centre (internal/figures has them with their source; internal/demand the
// model, and in its tests the code that measured them), or replayed from a log: see ReadLog.
//
// Measured are the volumes by queue, code and source, their course by month, weekday, hour and holiday, how much days
// vary and how that persists, and bursts. Everything else is SYNTHETIC, because the data does not have it, and worth no
// conclusion: handle times (log-normal, seeded, by code and channel), waits, abandoned contacts, contacts without a
// code or with a code of the platform's, agents, the code deleted and the code renamed in mid-history. The same holds
// for the handle times of a replay. One year of figures repeats; there is no growth.
//
// Contacts are a pure function of seed and local day. They are streamed and never kept, so that an organisation
// can be of any size.
//
// # The API
//
// Login, aggregates, wrap-up codes, queues, business unit, planning groups, service goals, short-term forecasts with
// the import through a signed address, copies and generation, notification channels over WebSocket, and the two calls
// of the rest target, which no Genesys Cloud has. What no public source settles is a switch: see Switches. The
// platform's official SDK drives all of it: see ../sdk. Each subject has its package below internal:
//
//	api            endpoints, answers, the platform's error body, strict JSON, pages
//	basics         whose organisation it is, divisions, time zones, the date
//	access         OAuth clients, tokens, permissions, the rate limit
//	analytics      aggregates: grammar, filter, counting rules
//	routing        wrap-up codes and queues
//	wfm            business unit, planning groups, service goals, forecasts and what makes them
//	notify         channels, topics, WebSocket
//	rest           forecasts of the rest target
//	faults         which request fails how
//	organisation   queues, codes, planning groups, ids
//	contact        what a contact is; channels, civil time, chance, handle times
//	divisions      queues that the client does not see, and one that was deleted
//	outbound       campaigns, calls that agents make, callbacks
//	skills         languages and skills that contacts ask for, and planning groups that do
//	figures        what was measured on a city
//	demand         the built-in demand
//	contactlog     reading and replaying a log
package sim
