import { describe, expect, it } from 'vitest'
import type { Schemas } from '../../api/client'
import { Format } from '../../lib/format'
import { added, biasWords, choiceOf, leadWords } from './choice'

const f = new Format('en-GB', 'UTC')

describe('what is looked at', () => {
  it('is a week ahead, where that was judged', () => {
    expect(choiceOf({}, [1, 7]).lead).toBe(7)
    expect(choiceOf({}, [1]).lead).toBe(1)
    expect(choiceOf({ lead: '28' }, [7, 28]).lead).toBe(28)
    expect(choiceOf({ lead: '3' }, [7]).lead).toBe(7)
  })
  it('is the total and all codes unless the address says otherwise', () => {
    expect(choiceOf({}, [])).toMatchObject({ list: 'code', kind: 'total', id: '', sort: 'contacts', order: 'desc' })
    expect(choiceOf({ kind: 'queue', id: 'q', list: 'queue', sort: 'name' }, [])).toMatchObject({
      list: 'queue',
      kind: 'queue',
      id: 'q',
      order: 'asc',
    })
    expect(choiceOf({ kind: 'nonsense', sort: 'nonsense' }, [])).toMatchObject({ kind: 'total', sort: 'contacts' })
  })
})

describe('accuracy in words', () => {
  it('says how far ahead', () =>
    expect([1, 7, 14, 42].map(leadWords)).toEqual(['1 day out', '7 days out', '14 days out', '42 days out']))
  it('has an arrow for its bias', () =>
    expect([0.1, -0.02, 0.001, null].map((b) => biasWords(b, f))).toEqual(['▲ +10.0%', '▼ -2.0%', '+0.1%', '–']))
  it('says what overrides added: less error is more', () => {
    const judged = (wape: number, before?: number) =>
      ({ wape, ...(before !== undefined && { without_overrides: { wape: before } }) }) as Schemas['LeadAccuracy']
    expect(added(judged(0.1, 0.15))).toBeCloseTo(0.05)
    expect(added(judged(0.1))).toBeNull()
    expect(added(undefined)).toBeNull()
  })
})
