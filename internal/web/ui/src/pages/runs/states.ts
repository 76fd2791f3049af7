import type { Format } from '../../lib/format'
import type { StateWords } from '../publish/states'
import { wordsOf } from '../publish/targets'

const states: Record<string, StateWords> = {
  pending: { sign: '○', words: 'waiting', tone: 'none' },
  running: { sign: '◑', words: 'running', tone: 'warn' },
  done: { sign: '●', words: 'done', tone: 'good' },
  skipped: { sign: '–', words: 'skipped', tone: 'none' },
  partial: { sign: '▲', words: 'partly done', tone: 'warn' },
  failed: { sign: '■', words: 'failed', tone: 'bad' },
  cancelled: { sign: '□', words: 'stopped', tone: 'none' },
}

/** runWords says how far a run or a step has come. */
export function runWords(state: string): StateWords {
  return states[state] ?? { sign: '○', words: state, tone: 'none' }
}

/** underWay reports whether a run is not over. */
export function underWay(state: string): boolean {
  return state === 'pending' || state === 'running'
}

/** elapsed is how long something lasted, until now where it has not ended. */
export function elapsed(from: string | undefined, to: string | undefined, now: number): number | null {
  if (!from) return null
  return (to ? Date.parse(to) : now) - Date.parse(from)
}

interface Progress {
  what: string
  done: number
  total: number
  waiting: string
}

/** shareDone is how far a step has come, from 0 to 1; undefined where nobody knows. */
export function shareDone(p: Progress): number | undefined {
  return p.total > 0 ? Math.min(p.done / p.total, 1) : undefined
}

/** progressWords says how far a step has come, and what holds it up. */
export function progressWords(p: Progress, format: Format): string {
  const count =
    p.total > 0 ? `${format.count(p.done)} of ${format.count(p.total)} ${p.what}` : `${format.count(p.done)} ${p.what}`
  return p.waiting ? `${count}, waiting: ${p.waiting}` : count
}

/** asked says what a run was asked to do, and of which business units where it is for several. */
export function asked(run: {
  dry_run: boolean
  target: string
  weeks: number
  horizon_days: number
  business_units?: { name: string }[]
}): string {
  const to = run.dry_run ? 'dry run' : wordsOf(run.target).asked(run.weeks)
  const units = run.business_units ?? []
  const of = units.length > 1 ? `, for ${units.map((u) => u.name).join(', ')}` : ''
  return `${to}, ${run.horizon_days} days ahead${of}`
}
