import type { Schemas } from '../../api/client'
import { watch } from '../../api/stream'

type Progress = Schemas['ProgressEvent']
type Entry = Schemas['AuditEntry']
type Submission = Schemas['Submission']

/** RunWatch follows one run until it is over. */
export class RunWatch {
  run = $state.raw<Schemas['RunRow'] | undefined>(undefined)
  /** How far the step under way has come. */
  progress = $state.raw<Progress | undefined>(undefined)
  /** The first first. */
  entries = $state.raw<Entry[]>([])
  submissions = $state.raw<Submission[]>([])
  over = $state(false)
  /** Whether the connection is broken at the moment. */
  lost = $state(false)

  /** follow listens until the run is over or it is stopped. */
  follow(run: string): () => void {
    const stop = watch(
      '/runs/{run}/events',
      { run },
      {
        run: (r) => (this.run = r),
        progress: (p) => (this.progress = p),
        entry: (e) => (this.entries = added(this.entries, e)),
        submission: (s) => (this.submissions = replaced(this.submissions, s)),
        end: () => {
          this.over = true
          stop()
        },
      },
      (lost) => (this.lost = lost && !this.over),
    )
    return stop
  }
}

/** added adds an entry unless it is known: a stream that begins anew repeats itself. */
export function added(entries: Entry[], entry: Entry): Entry[] {
  return entries.some((e) => e.seq === entry.seq) ? entries : [...entries, entry]
}

/** replaced puts a submission's newest state in its place. */
export function replaced(all: Submission[], now: Submission): Submission[] {
  return all.some((s) => s.id === now.id) ? all.map((s) => (s.id === now.id ? now : s)) : [...all, now]
}
