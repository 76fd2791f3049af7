import { describe, expect, it } from 'vitest'
import type { Schemas } from '../../api/client'
import { byCause, heldOf, kindOf } from './silences'

type Silence = Schemas['Silence']

const silence = (kind: Silence['kind'], id: string, more: Partial<Silence> = {}): Silence => ({
  kind,
  id,
  name: id.toUpperCase(),
  days: 0,
  expected: 0,
  cause: 'queue',
  message: 'no contact',
  likely: 'closed',
  advice: 'look',
  ...more,
})
const names = (silences: Silence[]) => heldOf(silences).map((s) => s.name)

describe('what has to be accepted', () => {
  it('is the organisation, where all of it is silent', () => {
    expect(
      names([silence('total', 'o'), silence('queue', 'q'), silence('planning_group', 'g', { queues: ['q'] })]),
    ).toEqual(['O'])
  })
  it('is a queue rather than its groups, and every other group', () => {
    const of = [
      silence('queue', 'q'),
      silence('planning_group', 'g', { queues: ['q'] }),
      silence('planning_group', 'h', { queues: ['q', 'r'] }),
      silence('planning_group', 'i', { queues: ['s'] }),
    ]
    expect(names(of)).toEqual(['Q', 'H', 'I'])
  })
  it('is the groups of a queue whose name nobody knows', () => {
    for (const name of ['q', 'queue q (not visible to this client)'])
      expect(names([silence('queue', 'q', { name }), silence('planning_group', 'g', { queues: ['q'] })])).toEqual(['G'])
  })
  it('leaves out what is accepted', () => {
    expect(
      names([
        silence('queue', 'q', { accepted: 'a' }),
        silence('planning_group', 'g', { queues: ['q'], accepted: 'a' }),
      ]),
    ).toEqual([])
  })
})

it('what a silent thing is stands before its name once', () => {
  expect(kindOf('queue', 'Billing')).toBe('Queue ')
  expect(kindOf('queue', 'queue 1b2c3d4e… (not visible to this client)')).toBe('')
  expect(kindOf('planning_group', 'queue 1')).toBe('Planning group ')
})

it('what has the same cause stands together', () => {
  const of = [
    silence('queue', 'q'),
    silence('planning_group', 'g', { likely: 'hidden', advice: 'grant' }),
    silence('queue', 'r'),
  ]
  expect(byCause(of).map((c) => [c.likely, c.advice, c.silences.map((s) => s.id)])).toEqual([
    ['closed', 'look', ['q', 'r']],
    ['hidden', 'grant', ['g']],
  ])
})
