// Package genesys is wrapcast's own client of Genesys Cloud: it reads how many
// contacts ended in each wrap-up code, carries plans into Workforce Management and
// never takes more than its share of the platform's API.
//
// One [Client] belongs to one OAuth client of one organisation and may be used from
// many goroutines. Every request goes through one transport, which keeps to the
// request budget, obeys Retry-After, repeats only what may be repeated and explains
// what the platform said. [Endpoints] lists all there is to be called; nothing
// personal is on it.
//
// Importing a forecast is left in single steps (Upload, Import, AwaitImport), because
// whoever owns the submission must store each state before the step that follows it.
// An Import is sent at most once: when its answer is lost the error is [target.ErrAmbiguous]
// and the plan is looked for, never sent again.
package genesys
