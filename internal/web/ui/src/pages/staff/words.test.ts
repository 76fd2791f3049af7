import { describe, expect, it } from 'vitest'
import type { Schemas } from '../../api/client'
import { Format } from '../../lib/format'
import { certaintyOf, goalSource, length, money, sentences, served } from './words'

const f = new Format('en-GB', 'Europe/Berlin')
const group = (service: Partial<Schemas['GroupService']>) =>
  ({ service: { source: 'default', shrinkage: 0.3, at_once: 1, ...service } }) as Schemas['StaffGroup']

describe('words of staff', () => {
  it('says how contacts are served', () => {
    expect(served(group({ service_level: 0.8, within_seconds: 20 }), f)).toBe('80% within 20 s')
    expect(served(group({ promise_seconds: 86400, service_level: 0.8 }), f)).toBe('done within 24 h')
    expect(served(group({ asa_seconds: 180, max_occupancy: 0.85 }), f)).toBe('mean wait 3 min, at most 85% busy')
  })
  it('says where a goal comes from', () => {
    expect(goalSource(group({ source: 'platform', template: 'Phones' }))).toBe(', Genesys: Phones')
    expect(goalSource(group({ source: 'settings' }))).toBe('')
    expect(goalSource({ ...group({}), indicative: true })).toBe(', indicative')
  })
  it('says what the largest codes are of the people needed', () => {
    const week = {
      peak_mean: 56,
      peak_surer: 73,
      reasons: [
        {
          name: 'Billing',
          heads: 9,
          heads_of_certainty: 3,
          heads_of_ten_percent: 1.4,
          cost_an_hour_of_ten_percent: 52,
        },
        { name: 'Orders', heads: 47, heads_of_certainty: 14, heads_of_ten_percent: 5 },
        { name: 'Rare', heads: 0.01, heads_of_certainty: 0, heads_of_ten_percent: 0 },
      ],
    } as unknown as Schemas['Stretch']
    expect(sentences(week, '9 in 10', 'EUR', f)).toEqual([
      'Busiest quarter-hour: 56; for 9 in 10 futures, 73.',
      'While anybody is needed it is 56 on average.',
      'Billing is 9 of the 56; its uncertainty costs +3; ten per cent more of it costs +1.4, 52 EUR an hour.',
      'Orders is 47 of the 56; its uncertainty costs +14; ten per cent more of it costs +5.',
    ])
  })
  it('takes 9 in 10 for what it does not know', () => {
    expect(certaintyOf('0.95').title).toBe('19 in 20')
    expect(certaintyOf('7').id).toBe('0.9')
    expect(certaintyOf(undefined).id).toBe('0.9')
  })
  it('writes lengths and money', () => {
    expect(length(90)).toBe('90 s')
    expect(money(1234.4, 'EUR', f)).toBe('1,234 EUR')
    expect(money(undefined, 'EUR', f)).toBe('–')
  })
})
