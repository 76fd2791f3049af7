import { days, parseDay, sameDayLastYear, secondsOf, type Day } from '../lib/day'
import type { Format } from '../lib/format'
import type { BandLines, ChartData, Line, Mark, Values } from './model'

/** Column is one value per local day from a day on. */
export interface Column {
  from: string
  values: Values
}

/** DailyParts is what is known of a thing per local day. */
export interface DailyParts {
  history: Column
  forecast?: (Column & { bands: { level: number; lower: Values; upper: Values }[] }) | undefined
  /** What was forecast before people changed it. */
  base?: Column | undefined
  /** What would be forecast if somebody kept what they are about to. */
  proposed?: Column | undefined
  /** The present of the numbers: from here on days are forecast. */
  today: Day
  /** Which bands are shown, as fractions. */
  levels: number[]
  lastYear: boolean
  marks: Mark[]
  format: Format
}

/** daily makes a chart of days: what was until yesterday, what is forecast from today on. */
export function daily(p: DailyParts): ChartData {
  const first = parseDay(p.history.from)
  const past = p.history.values.slice(0, Math.max(p.today - first, 0))
  const end = p.forecast ? parseDay(p.forecast.from) + p.forecast.values.length : first + past.length
  const all = days(first, Math.max(end - first, 0))
  const write = (v: number) => p.format.count(v)
  const lines: Line[] = [{ label: 'Contacts', values: fitted(past, first, all), colour: 'history', write }]
  if (p.lastYear) {
    lines.unshift({
      label: 'Year before',
      values: all.map((d) => p.history.values[sameDayLastYear(d) - first] ?? null),
      colour: 'past-year',
      dash: [3, 3],
      width: 1,
      write,
    })
  }
  if (p.base)
    lines.push({
      label: 'Before overrides',
      values: column(p.base, all, p.today),
      colour: 'orange',
      dash: [6, 3],
      write,
    })
  if (p.forecast)
    lines.push({ label: 'Forecast', values: column(p.forecast, all, p.today), colour: 'petrol', width: 2.25, write })
  if (p.proposed)
    lines.push({
      label: 'With your change',
      values: column(p.proposed, all, p.today),
      colour: 'orange',
      width: 2.5,
      write,
    })
  return {
    axis: all.map(secondsOf),
    lines,
    bands: bandsOf(p, all),
    marks: p.marks,
    now: secondsOf(p.today) - 43_200,
  }
}

/** SteadyParts is a figure without bands, such as a handle time. */
export interface SteadyParts {
  history: Column
  forecast?: Column | undefined
  today: Day
  marks: Mark[]
  label: string
  write: (value: number) => string
}

/** steady makes a chart of days of a figure without bands. */
export function steady(p: SteadyParts): ChartData {
  const first = parseDay(p.history.from)
  const past = p.history.values.slice(0, Math.max(p.today - first, 0))
  const end = p.forecast ? parseDay(p.forecast.from) + p.forecast.values.length : first + past.length
  const all = days(first, Math.max(end - first, 0))
  const lines: Line[] = [{ label: p.label, values: fitted(past, first, all), colour: 'history', write: p.write }]
  if (p.forecast)
    lines.push({
      label: 'Forecast',
      values: column(p.forecast, all, p.today),
      colour: 'petrol',
      width: 2.25,
      write: p.write,
    })
  return { axis: all.map(secondsOf), lines, bands: [], marks: p.marks, now: secondsOf(p.today) - 43_200 }
}

function bandsOf(p: DailyParts, all: Day[]): BandLines[] {
  const forecast = p.forecast
  if (!forecast) return []
  return forecast.bands
    .filter((b) => p.levels.some((l) => Math.abs(l - b.level) < 1e-9))
    .map((b) => ({
      level: b.level,
      lower: column({ from: forecast.from, values: b.lower }, all, p.today),
      upper: column({ from: forecast.from, values: b.upper }, all, p.today),
    }))
}

function fitted(values: Values, first: Day, all: Day[]): Values {
  return all.map((d) => values[d - first] ?? null)
}

/** column lays a column on an axis of days, from today on. */
function column(c: Column, all: Day[], today: Day): Values {
  const first = parseDay(c.from)
  return all.map((d) => (d < today ? null : (c.values[d - first] ?? null)))
}

/** dayMark is a mark on some local days, both included; days stand in the middle of their column. */
export function dayMark(kind: Mark['kind'], from: string, to: string, label: string): Mark {
  return { kind, label, from: secondsOf(parseDay(from)) - 43_200, to: secondsOf(parseDay(to)) + 43_200 }
}

/** Steps are values every 900 seconds from an instant on. */
export interface Steps {
  start: string
  values: Values
}

/** quarterHours makes a chart of quarter-hours, which are 900 s apart through clock changes: what was until an instant, and what is forecast from there on. */
export function quarterHours(history: Steps, asOf: string, forecast: Steps | undefined, format: Format): ChartData {
  const first = Date.parse(history.start) / 1000
  const now = Date.parse(asOf) / 1000
  const at = (steps: Steps, seconds: number) => steps.values[(seconds - Date.parse(steps.start) / 1000) / 900] ?? null
  const end = Math.max(
    first + 900 * history.values.length,
    forecast ? Date.parse(forecast.start) / 1000 + 900 * forecast.values.length : 0,
  )
  const axis = Array.from({ length: (end - first) / 900 }, (_, i) => first + 900 * i)
  const write = (v: number) => format.count(v)
  const lines: Line[] = [
    {
      label: 'Contacts',
      values: axis.map((s) => (s < now ? at(history, s) : null)),
      colour: 'history',
      width: 1,
      write,
    },
  ]
  if (forecast)
    lines.push({ label: 'Forecast', values: axis.map((s) => at(forecast, s)), colour: 'petrol', width: 1.5, write })
  return { axis, lines, bands: [], marks: [], ...(forecast && { now }) }
}

const partLooks: Record<Part['name'], Pick<Line, 'label' | 'colour' | 'dash'>> = {
  level: { label: 'Level', colour: 'petrol' },
  week: { label: 'Weekday', colour: 'violet' },
  special: { label: 'Special days', colour: 'crimson' },
  masked: { label: 'Excluded days', colour: 'past-year' },
  overrides: { label: 'Overrides', colour: 'orange' },
  rest: { label: 'Remainder', colour: 'ink-2', dash: [2, 3] },
}

interface Part {
  name: 'level' | 'week' | 'special' | 'masked' | 'overrides' | 'rest'
  values: Values
}

/** parts makes a chart of what days are made of; those that are nothing on every day are left out, so that what is shown still adds up. */
export function parts(p: { from: string; ahead: string; values: Values; parts: Part[] }, format: Format): ChartData {
  const whole: Line = { label: 'Contacts', values: p.values, colour: 'history', write: (v) => format.count(v) }
  const some = p.parts.filter((part) => part.values.some((v) => v))
  return {
    axis: days(parseDay(p.from), p.values.length).map(secondsOf),
    lines: [
      whole,
      ...some.map((part) => ({
        ...partLooks[part.name],
        values: part.values,
        write: part.name === 'level' ? whole.write : (v: number) => format.difference(v),
      })),
    ],
    bands: [],
    marks: [],
    now: secondsOf(parseDay(p.ahead)) - 43_200,
  }
}
