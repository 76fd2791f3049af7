import { describe, expect, it } from 'vitest'
import { hoursWords, whenWords } from './calendar'
import { Format } from './format'

const f = new Format('en-GB', 'UTC')

describe('days of the calendar', () => {
  it('are said in words', () => {
    expect(whenWords({ from: '2026-05-25' }, f)).toBe('Mon, 25 May 2026')
    expect(whenWords({ from: '2026-05-25', to: '2026-05-26' }, f)).toBe('Mon, 25 May 2026 to Tue, 26 May 2026')
    expect(whenWords({ from: '2026-10-13', repeat: 'monthly-weekday' }, f)).toBe(
      'every month on the second Tue, from Tue, 13 Oct 2026',
    )
    expect(whenWords({ from: '2026-10-30', repeat: 'monthly-weekday' }, f)).toBe(
      'every month on the last Fri, from Fri, 30 Oct 2026',
    )
    expect(whenWords({ from: '2026-10-02', repeat: 'weekly', interval: 2, until: '2026-12-31' }, f)).toBe(
      'every 2 weeks on Fri, from Fri, 2 Oct 2026 until Thu, 31 Dec 2026',
    )
    expect(whenWords({ from: '2026-12-24', repeat: 'yearly' }, f)).toBe('every year on 24 Dec, from Thu, 24 Dec 2026')
  })
  it('name their hours unless they are all day', () => {
    expect(hoursWords('08:30', '17:00')).toBe('08:30–17:00')
    expect([hoursWords(), hoursWords('00:00', '24:00'), hoursWords('00:00', '00:00')]).toEqual(['', '', ''])
  })
})
