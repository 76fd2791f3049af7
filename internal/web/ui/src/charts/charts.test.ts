import { describe, expect, it } from 'vitest'
import { Format } from '../lib/format'
import { parseDay, secondsOf } from '../lib/day'
import { daily, dayMark, parts, quarterHours } from './build'
import { lowerBound, marksAt, moved, visible, zoomed } from './model'
import { translucent } from './plot'
import { curve } from './sparkline'

const format = new Format('en-GB', 'UTC')
const today = parseDay('2026-11-23')

describe('a chart of days', () => {
  const history = { from: '2026-11-20', values: [1, null, 3, 99] }
  const forecast = {
    from: '2026-11-22',
    values: [7, 8, 9],
    bands: [
      { level: 0.8, lower: [1, 2, 3], upper: [4, 5, 6] },
      { level: 0.85, lower: [0, 0, 0], upper: [9, 9, 9] },
    ],
  }
  const data = daily({ history, forecast, today, levels: [0.8], lastYear: false, marks: [], format })
  it('shows what was until yesterday and what is forecast from today on', () => {
    expect(data.axis).toEqual([20, 21, 22, 23, 24].map((d) => secondsOf(parseDay(`2026-11-${d}`))))
    expect(data.lines.map((l) => [l.label, l.values])).toEqual([
      ['Contacts', [1, null, 3, null, null]],
      ['Forecast', [null, null, null, 8, 9]],
    ])
  })
  it('shows the bands that were asked for', () =>
    expect(data.bands).toEqual([{ level: 0.8, lower: [null, null, null, 2, 3], upper: [null, null, null, 5, 6] }]))
  it('sets the same weekday a year before beside each day', () => {
    const long = { from: '2025-11-24', values: Array.from({ length: 364 }, (_, i) => i) }
    const both = daily({
      history: long,
      forecast: { from: '2026-11-23', values: [5], bands: [] },
      today,
      levels: [],
      lastYear: true,
      marks: [],
      format,
    })
    expect(both.lines[0]?.label).toBe('Year before')
    expect(both.lines[0]?.values.at(-1)).toBe(0)
  })
  it('is made without a forecast too', () =>
    expect(daily({ history, today, levels: [], lastYear: false, marks: [], format }).axis).toHaveLength(3))
})

describe('a chart of quarter-hours', () => {
  const history = { start: '2026-11-23T05:00:00Z', values: [0, 1, 2] }
  it('has them 900 seconds apart', () =>
    expect(quarterHours(history, '2026-11-23T05:45:00Z', undefined, format).axis.map((s) => s - 1795410000)).toEqual([
      0, 900, 1800,
    ]))
  it('goes on with the forecast, and ends what was at the instant up to which it was read', () => {
    const chart = quarterHours(
      history,
      '2026-11-23T05:30:00Z',
      { start: '2026-11-23T05:15:00Z', values: [7, 8, 9] },
      format,
    )
    expect(chart.lines.map((l) => l.values)).toEqual([
      [0, 1, null, null],
      [null, 7, 8, 9],
    ])
  })
})

describe('a chart of parts', () => {
  const chart = parts(
    {
      from: '2026-11-23',
      ahead: '2026-11-24',
      values: [10, 12],
      parts: [
        { name: 'level', values: [9, 11] },
        { name: 'week', values: [2, -1] },
        { name: 'special', values: [0, 0] },
        { name: 'rest', values: [-1, 2] },
      ],
    },
    format,
  )
  it('adds up on every day', () => {
    const [whole, ...some] = chart.lines
    expect(whole?.values.map((_, i) => some.reduce((s, l) => s + (l.values[i] ?? 0), 0))).toEqual(whole?.values)
  })
  it('leaves out what there is none of', () =>
    expect(chart.lines.map((l) => l.label)).toEqual(['Contacts', 'Level', 'Weekday', 'Remainder']))
})

describe('marks', () => {
  it('cover their days, the last one included', () => {
    const mark = dayMark('override', '2026-11-23', '2026-11-24', 'more')
    const at = (day: string) => marksAt([mark], secondsOf(parseDay(day))).length
    expect([at('2026-11-22'), at('2026-11-23'), at('2026-11-24'), at('2026-11-25')]).toEqual([0, 1, 1, 0])
  })
})

describe('the stretch that is shown', () => {
  it('stays within the chart', () => {
    expect(zoomed([40, 60], 10, [0, 100], 1)).toEqual([0, 100])
    expect(zoomed([0, 20], 0.5, [0, 100], 1)).toEqual([5, 15])
    expect(zoomed([40, 60], 0.001, [0, 100], 10)).toEqual([45, 55])
    expect(moved([80, 100], 0.5, [0, 100])).toEqual([80, 100])
    expect(moved([40, 60], -0.5, [0, 100])).toEqual([30, 50])
  })
  it('is found among the values', () => {
    expect(visible([1, 2, 3, 4], 2, 3)).toEqual([1, 3])
    expect(lowerBound([], 3)).toBe(0)
  })
})

describe('sparklines', () => {
  it('break where nothing is known', () => expect(curve([1, null, 2], [3], 40, 20).actual.match(/M/g)).toHaveLength(2))
  it('of nothing but zeros lie on the ground', () => expect(curve([0, 0], [], 40, 20).actual).toBe('M1 18L39 18'))
})

describe('colours', () => {
  it('become see-through', () => expect(translucent('#0b5c6e', 0.5)).toBe('#0b5c6e80'))
  it('that are no hex stay', () => expect(translucent('red', 0.5)).toBe('red'))
})
