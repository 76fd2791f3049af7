import { describe, expect, it } from 'vitest'
import { changeOf, rowOf, rowsOf } from './diff'
import { holding, weeksOf } from './history'
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
