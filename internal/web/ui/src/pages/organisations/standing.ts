import type { Schemas } from '../../api/client'

/** Standing is how an organisation stands, in words, and whether somebody has to act. */
export interface Standing {
  tone: 'good' | 'warn' | 'bad' | 'none'
  sign: string
  words: string
  reason: string
}

/** standing tells the most urgent of what is to be said of an organisation. */
export function standing(r: Schemas['OrganisationRow']): Standing {
  const bad = (words: string, reason = ''): Standing => ({ tone: 'bad', sign: '■', words, reason })
  if (r.connection === 'failing') return bad('Its platform is not reached', r.problem)
  if (r.missed > 0)
    return bad(r.missed === 1 ? 'A scheduled run has not begun' : `${r.missed} scheduled runs have not begun`)
  if (r.trouble === 'held') return bad('Held: it waits for somebody', r.reason)
  if (r.trouble === 'failed') return bad('The latest run failed', r.reason)
  if (r.trouble === 'partial')
    return { tone: 'warn', sign: '▲', words: 'The latest run is only partly done', reason: r.reason }
  if (r.running) return { tone: 'good', sign: '◑', words: 'A run is under way', reason: '' }
  if (!r.last_good_run) return { tone: 'none', sign: '○', words: 'No run has gone through yet', reason: '' }
  if (r.connection === 'stored')
    return { tone: 'none', sign: '○', words: 'Stored only: this server does not work for it', reason: '' }
  return { tone: 'good', sign: '●', words: 'All well', reason: '' }
}
