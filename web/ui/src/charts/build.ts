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
    lines.unshift({ label: 'Year before', values: all.map((d) => p.history.values[sameDayLastYear(d) - first] ?? null), colour: 'past-year', dash: [3, 3], width: 1, write })
  }
  if (p.base) lines.push({ label: 'Before overrides', values: column(p.base, all, p.today), colour: 'orange', dash: [6, 3], write })
  if (p.forecast) lines.push({ label: 'Forecast', values: column(p.forecast, all, p.today), colour: 'petrol', width: 2.25, write })
  if (p.proposed) lines.push({ label: 'With your change', values: column(p.proposed, all, p.today), colour: 'orange', width: 2.5, write })
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
  if (p.forecast) lines.push({ label: 'Forecast', values: column(p.forecast, all, p.today), colour: 'petrol', width: 2.25, write: p.write })
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

/** quarterHours makes a chart of quarter-hours, which are 900 s apart through clock changes. */
export function quarterHours(start: string, handled: Values, format: Format): ChartData {
  const first = Date.parse(start) / 1000
  return {
    axis: handled.map((_, i) => first + 900 * i),
    lines: [{ label: 'Contacts', values: handled, colour: 'history', width: 1, write: (v) => format.count(v) }],
    bands: [],
    marks: [],
  }
}
