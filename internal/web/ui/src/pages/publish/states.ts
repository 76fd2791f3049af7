import { wordsOf } from './targets'

/** StateWords are how a state is shown: never by colour alone. */
export interface StateWords {
  sign: string
  words: string
  tone: 'good' | 'warn' | 'bad' | 'none'
}

const submissions: Record<string, StateWords> = {
  planned: { sign: '○', words: 'planned', tone: 'none' },
  uploading: { sign: '◔', words: 'uploading', tone: 'warn' },
  sending: { sign: '◑', words: 'sending', tone: 'warn' },
  accepted: { sign: '◕', words: 'accepted, being imported', tone: 'warn' },
  completed: { sign: '●', words: 'published', tone: 'good' },
  unchanged: { sign: '●', words: 'unchanged', tone: 'good' },
  failed: { sign: '■', words: 'failed', tone: 'bad' },
  unknown: { sign: '▲', words: 'outcome unknown', tone: 'warn' },
}

/** stateWords says how far a submission has come; undefined is a plan that was never to be sent. */
export function stateWords(state: string | undefined): StateWords {
  if (!state) return { sign: '○', words: 'not submitted', tone: 'none' }
  return submissions[state] ?? { sign: '○', words: state, tone: 'none' }
}

/** PlatformStep is one thing the platform wants done. */
export interface PlatformStep {
  title: string
  state: 'done' | 'now' | 'ahead' | 'failed'
}

const order = ['planned', 'uploading', 'sending', 'accepted', 'completed']

/** stepsOf says how far a submission has come on the platform's way. One that failed did so where it stood: after it was sent, or before. */
export function stepsOf(s: {
  target: string
  state: string
  sent_at?: string
  upload_key?: string
  operation_id?: string
}): PlatformStep[] {
  const way = wordsOf(s.target).way
  const broken = s.state === 'failed' || s.state === 'unknown'
  const reached = broken
    ? s.operation_id
      ? 'accepted'
      : s.sent_at
        ? 'sending'
        : s.upload_key
          ? 'uploading'
          : 'planned'
    : s.state
  const here = way.findLastIndex((step) => order.indexOf(step.from) <= order.indexOf(reached))
  return way.map((step, i) => {
    if (s.state === 'completed' || i < here) return { title: step.title, state: 'done' }
    if (i > here) return { title: step.title, state: 'ahead' }
    return { title: step.title, state: s.state === 'failed' ? 'failed' : 'now' }
  })
}
