import { describe, expect, it } from 'vitest'
import { changeOf, rowOf, rowsOf } from './diff'
import { holding, weeksOf } from './history'
import { checkWords, headWords, nameOf, originOf } from './there'
import { Format } from '../../lib/format'
import type { Schemas } from '../../api/client'

const columns = {
  old: [1, 1, 1, 1, 1, 1, 1, 100],
  new: [2, 2, 2, 2, 2, 2, 2, 100],
  old_handle_seconds: [10, 10, 10, 10, 10, 10, 10, 900],
  new_handle_seconds: [10, 20, 20, 20, 20, 20, 30, null],
}

describe('what a plan changes', () => {
  it('counts the week without its eighth day, and weighs handle times by contacts', () => {
    expect(rowOf('g', 'Voice', columns)).toMatchObject({
      weekOld: 7,
      weekNew: 14,
      weekOldHandle: 10,
      weekNewHandle: 20,
    })
    expect(rowOf('g', 'Voice', { ...columns, new: Array<number>(8).fill(0) }).weekNewHandle).toBeNull()
  })
  it('has the largest groups first, whether they are new or gone', () => {
    const small = { group: 'a', name: 'a', added: true, removed: false, ...columns, old: [0], new: [1] }
    const gone = { group: 'b', name: 'b', added: false, removed: true, ...columns, new: [0] }
    expect(rowsOf({ days: [], total: columns, groups: [small, gone] }).map((r) => [r.id, r.only])).toEqual([
      ['b', 'target'],
      ['a', 'plan'],
    ])
  })
  it('is no share of nothing', () => {
    expect(changeOf(100, 112)).toBeCloseTo(0.12)
    expect([changeOf(0, 5), changeOf(null, 5), changeOf(5, null)]).toEqual([null, null, null])
  })
})

describe('the history of a week', () => {
  const plan = (id: string, week: string, state?: string, at = '') =>
    ({ id, week, submission: state && { state, updated_at: at } }) as Schemas['PlanHead']
  it('knows which plan holds: the one that was published last', () => {
    expect(
      holding([
        plan('c', 'w'),
        plan('b', 'w', 'failed', '9'),
        plan('a', 'w', 'completed', '2'),
        plan('0', 'w', 'completed', '3'),
      ])?.id,
    ).toBe('0')
    expect(holding([plan('c', 'w')])).toBeUndefined()
  })
  it('lists coming weeks, the nearest first, each with its newest plan', () => {
    const weeks = weeksOf(
      [
        plan('d', '2026-12-07'),
        plan('c', '2026-11-30'),
        plan('b', '2026-11-30', 'completed', '1'),
        plan('a', '2026-11-16', 'completed', '1'),
      ],
      '2026-11-28',
    )
    expect(weeks.map((w) => [w.week, w.newest.id, w.holding?.id])).toEqual([
      ['2026-11-30', 'c', 'b'],
      ['2026-12-07', 'd', undefined],
    ])
  })
})

describe('what is there already', () => {
  const f = new Format('en', 'America/New_York')
  const there = { id: '1', description: 'd' }
  it('is said with who made it, its weeks and when', () => {
    expect(originOf({ ...there, method: 'Advanced', weeks: 1 }, f)).toBe('by Genesys Cloud (Advanced)')
    expect(originOf({ ...there, method: 'Import', plan: 'p' }, f)).toBe('by wrapcast')
    expect(
      originOf({ ...there, method: 'Import', weeks: 6, start: '2026-12-07', not_for_scheduling: true }, f),
    ).toMatch(/^by another import, 6 weeks from .*2026, not for scheduling$/)
    expect(originOf({ ...there, modified_at: '2026-11-30T15:15:00Z' }, f)).toMatch(/^by Genesys Cloud, changed .*10:15/)
  })
  it('is called as planners call it', () => {
    expect(
      nameOf({ ...there, description: 'wrapcast · week of 7 Dec 2026 · made 30 Nov 10:15 · p1', plan: 'p1' }),
    ).toBe('wrapcast · week of 7 Dec 2026 · made 30 Nov 10:15')
    expect(nameOf({ ...there, description: 'by hand · p1' })).toBe('by hand · p1')
  })
  it('stands in the way in lists too', () => {
    expect(headWords({ refusals: 0, held_by_silence: 0, unchanged: false }).words).toBe('passed')
    expect(headWords({ refusals: 0, held_by_silence: 2, unchanged: false }).words).toBe('no contacts: to be accepted')
    expect(headWords({ refusals: 0, held_by_silence: 0, unchanged: true }).words).toBe('unchanged')
    expect(headWords({ refusals: 3, held_by_silence: 2, unchanged: false }).words).toBe('3 blocking')
  })
  it('stands in the way by what matters most', () => {
    const plan = { against: [], silences: [], stops: [], unread: '', unchanged: false }
    const stop = { code: 'c', severity: 'blocking' as const, message: 'm' }
    expect(checkWords(plan).words).toBe('passed')
    expect(checkWords({ ...plan, unchanged: true }).words).toBe('unchanged')
    expect(checkWords({ ...plan, unchanged: true, stops: [stop] }).words).toBe('exceeds limits (1)')
    expect(checkWords({ ...plan, unread: 'refused', stops: [stop] }).words).toBe('what changes is unknown')
    expect(checkWords({ ...plan, unread: 'refused', against: [stop] }).tone).toBe('bad')
  })
})
