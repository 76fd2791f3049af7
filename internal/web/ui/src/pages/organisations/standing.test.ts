import { describe, expect, it } from 'vitest'
import type { Schemas } from '../../api/client'
import { standing } from './standing'

const well: Schemas['OrganisationRow'] = {
  id: 'a',
  name: 'Harbour',
  settings_name: 'harbour',
  connection: 'working',
  problem: '',
  last_good_run: '2026-11-30T02:00:00Z',
  running: false,
  trouble: '',
  reason: '',
  missed: 0,
  budget: { per_minute: 240, month_requests: 12, per_month: 0 },
}

describe('how an organisation stands', () => {
  it('is well where nothing is to be said', () => expect(standing(well).words).toBe('All well'))
  it('tells the most urgent first', () => {
    const all = {
      ...well,
      connection: 'failing' as const,
      problem: 'gone',
      missed: 1,
      trouble: 'held' as const,
      reason: 'why',
    }
    expect(standing(all)).toMatchObject({ tone: 'bad', reason: 'gone' })
    expect(standing({ ...all, connection: 'working' }).words).toBe('A scheduled run has not begun')
    expect(standing({ ...all, connection: 'working', missed: 0 })).toMatchObject({ tone: 'bad', reason: 'why' })
  })
  it('tells a run under way from one that never went through', () => {
    expect(standing({ ...well, running: true }).words).toBe('A run is under way')
    expect(standing({ ...well, last_good_run: undefined }).tone).toBe('none')
    expect(standing({ ...well, trouble: 'partial' }).tone).toBe('warn')
  })
})
