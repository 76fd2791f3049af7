import type { StateWords } from '../publish/states'

const states: Record<string, StateWords> = {
  pending: { sign: '○', words: 'waiting', tone: 'none' },
  running: { sign: '◑', words: 'running', tone: 'warn' },
  done: { sign: '●', words: 'done', tone: 'good' },
  skipped: { sign: '–', words: 'not asked for', tone: 'none' },
  partial: { sign: '▲', words: 'partly done', tone: 'warn' },
  failed: { sign: '■', words: 'failed', tone: 'bad' },
}

/** runWords says how far a run or a step has come. */
export function runWords(state: string): StateWords {
  return states[state] ?? { sign: '○', words: state, tone: 'none' }
}

/** elapsed is how long something lasted, until now where it has not ended. */
export function elapsed(from: string | undefined, to: string | undefined, now: number): number | null {
  if (!from) return null
  return (to ? Date.parse(to) : now) - Date.parse(from)
}
