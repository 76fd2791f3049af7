import { describe, expect, it } from 'vitest'
import { sortingOf } from './codes/sorting'
import { months } from './data/coverage'
import { judged } from './overview/today'
import { stateWords } from './publish/states'
import { elapsed, runWords } from './runs/states'
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
    expect(stateWords('completed')).toMatchObject({ words: 'published', tone: 'good' })
    expect(stateWords('new one').words).toBe('new one')
    expect(runWords('failed').tone).toBe('bad')
  })
  it('last until now where they have not ended', () => {
    expect(elapsed('2026-11-23T10:00:00Z', undefined, Date.parse('2026-11-23T10:00:05Z'))).toBe(5000)
    expect(elapsed(undefined, undefined, 0)).toBeNull()
  })
})
