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
  failed: { sign: '■', words: 'failed', tone: 'bad' },
  unknown: { sign: '▲', words: 'in doubt', tone: 'warn' },
}

/** stateWords says how far a submission has come; undefined is a plan that was never to be sent. */
export function stateWords(state: string | undefined): StateWords {
  if (!state) return { sign: '○', words: 'not submitted', tone: 'none' }
  return submissions[state] ?? { sign: '○', words: state, tone: 'none' }
}
