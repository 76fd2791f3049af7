import { describe, expect, it } from 'vitest'
import type { Schemas } from '../api/client'
import { Format } from '../lib/format'
import { sortingOf } from './codes/sorting'
import { months } from './data/coverage'
import { judged } from './overview/today'
import { stateWords, stepsOf } from './publish/states'
import { added, replaced } from './runs/run-watch.svelte'
import { asked, elapsed, progressWords, runWords, shareDone } from './runs/states'
import { asked as ofSchedule } from './settings/schedule'
import { subjectOf } from './series/subject'

describe('today', () => {
  const bands = [{ level: 0.8, lower: 80, upper: 120 }]
  it('is judged by the share of the day that is over', () => {
    expect(judged({ handled: 50, mean: 100, through: 0.5, bands })?.kind).toBe('as')
    expect(judged({ handled: 61, mean: 100, through: 0.5, bands })?.kind).toBe('above')
    expect(judged({ handled: 39, mean: 100, through: 0.5, bands })?.kind).toBe('below')
  })
  it('is not judged too early, nor without a forecast', () => {
    expect(judged({ handled: 9, mean: 100, through: 0.04, bands })).toBeUndefined()
    expect(judged({ handled: 9, mean: null, through: 0.5, bands: [] })).toBeUndefined()
  })
})

describe('the order of a list', () => {
  it('is by the coming volume unless the address says otherwise', () => {
    expect(sortingOf({})).toEqual({ sort: 'next_7', order: 'desc' })
    expect(sortingOf({ sort: 'name' })).toEqual({ sort: 'name', order: 'asc' })
    expect(sortingOf({ sort: 'nonsense', order: 'sideways' })).toEqual({ sort: 'next_7', order: 'desc' })
  })
})

describe('coverage', () => {
  it('counts the days read month by month', () => {
    expect(months('2026-01-30', [1, null, 3])).toMatchObject([
      { month: '2026-01', days: 2, read: 1, contacts: 1 },
      { month: '2026-02', days: 1, read: 1, contacts: 3 },
    ])
  })
})

describe('what is looked at', () => {
  it('is read from the address', () => {
    expect(subjectOf({ path: ['code', 'c'], query: {} })).toEqual({ code: 'c' })
    expect(subjectOf({ path: ['code', 'c'], query: { queue: 'q' } })).toEqual({ code: 'c', queue: 'q' })
    expect(subjectOf({ path: ['queue', 'q'], query: {} })).toEqual({ queue: 'q' })
    expect(subjectOf({ path: ['total'], query: {} })).toEqual({})
  })
})

describe('states', () => {
  it('are words as well as signs, unknown ones too', () => {
    expect(stateWords(undefined).words).toBe('not submitted')
    expect(stateWords('unchanged')).toMatchObject({ words: 'unchanged', tone: 'good' })
    expect(stateWords('completed')).toMatchObject({ words: 'published', tone: 'good' })
    expect(stateWords('new one').words).toBe('new one')
    expect(runWords('failed').tone).toBe('bad')
  })
  it('last until now where they have not ended', () => {
    expect(elapsed('2026-11-23T10:00:00Z', undefined, Date.parse('2026-11-23T10:00:05Z'))).toBe(5000)
    expect(elapsed(undefined, undefined, 0)).toBeNull()
  })
})

describe('a submission on the platform’s way', () => {
  const states = (s: Parameters<typeof stepsOf>[0]) => stepsOf(s).map((step) => step.state)
  it('has done what lies behind it', () => {
    expect(states({ target: 'wfm', state: 'planned' })).toEqual(['now', 'ahead', 'ahead', 'ahead'])
    expect(states({ target: 'wfm', state: 'sending' })).toEqual(['done', 'done', 'now', 'ahead'])
    expect(states({ target: 'wfm', state: 'completed' })).toEqual(['done', 'done', 'done', 'done'])
    expect(states({ target: 'rest', state: 'accepted' })).toEqual(['done', 'done', 'now'])
  })
  it('to a target without words of its own goes by its name', () => {
    expect(states({ target: 'file', state: 'sending' })).toEqual(['done', 'now', 'ahead'])
    expect(asked({ dry_run: false, target: 'file', weeks: 1, horizon_days: 30 })).toBe('plans to file, 30 days ahead')
  })
  it('that failed did so where it stood', () => {
    expect(states({ target: 'wfm', state: 'failed', upload_key: 'k' })).toEqual(['done', 'failed', 'ahead', 'ahead'])
    expect(states({ target: 'wfm', state: 'failed', upload_key: 'k', sent_at: 'then', operation_id: 'o' })).toEqual([
      'done',
      'done',
      'done',
      'failed',
    ])
    expect(states({ target: 'wfm', state: 'unknown', sent_at: 'then' })).toEqual(['done', 'done', 'now', 'ahead'])
  })
})

describe('a run that is watched', () => {
  const format = new Format('en-GB', 'UTC')
  it('says how far it has come', () => {
    expect(progressWords({ what: 'series', done: 12, total: 231, waiting: '' }, format)).toBe('12 of 231 series')
    expect(progressWords({ what: 'intervals', done: 3, total: 0, waiting: 'rate limit' }, format)).toBe(
      '3 intervals, waiting: rate limit',
    )
    expect(shareDone({ what: '', done: 1, total: 4, waiting: '' })).toBe(0.25)
    expect(shareDone({ what: '', done: 1, total: 0, waiting: '' })).toBeUndefined()
  })
  it('hears nothing twice', () => {
    const entry = { seq: 7 } as Schemas['AuditEntry']
    expect(added([entry], { ...entry })).toHaveLength(1)
    const [before, now] = [
      { id: 'a', state: 'sending' },
      { id: 'a', state: 'accepted' },
    ] as [Schemas['Submission'], Schemas['Submission']]
    expect(replaced([before], now)).toEqual([now])
  })
  it('says what was asked of it', () => {
    expect(asked({ dry_run: false, target: 'wfm', weeks: 2, horizon_days: 30 })).toBe('2 weeks to WFM, 30 days ahead')
    expect(asked({ dry_run: true, target: 'wfm', weeks: 1, horizon_days: 7 })).toBe('dry run, 7 days ahead')
    const units = [{ name: 'Europe' }, { name: 'America' }]
    expect(asked({ dry_run: true, target: 'wfm', weeks: 1, horizon_days: 7, business_units: units })).toBe(
      'dry run, 7 days ahead, for Europe, America',
    )
    expect(ofSchedule({ business_units: ['all'] })).toBe('full run, all business units')
    expect(ofSchedule({ weeks: 2, business_units: ['Europe'] })).toBe('full run, 2 weeks, for Europe')
  })
})
