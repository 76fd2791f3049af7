/** Values are figures along an axis, null where there is none. */
export type Values = (number | null)[]

/** Line is one series of a chart. */
export interface Line {
  label: string
  values: Values
  /** A colour of the palette, by its name without the dashes: "petrol". */
  colour: string
  width?: number
  dash?: number[]
  /** Writes a value for people. */
  write: (value: number) => string
}

/** BandLines are the bounds of one level along the axis. */
export interface BandLines {
  /** A fraction: 0.8. */
  level: number
  lower: Values
  upper: Values
}

/** Mark is something to know about a stretch of the axis. */
export interface Mark {
  kind: 'mask' | 'holiday' | 'closure' | 'event' | 'override'
  /** Where it begins and ends on the axis, in seconds; the end is excluded. */
  from: number
  to: number
  label: string
}

/** ChartData is everything one chart shows. The axis is seconds since 1970, ascending. */
export interface ChartData {
  axis: number[]
  lines: Line[]
  bands: BandLines[]
  marks: Mark[]
  /** Where the forecast begins on the axis. */
  now?: number | undefined
}

/** marksAt are the marks at a place of the axis. */
export function marksAt(marks: Mark[], seconds: number): Mark[] {
  return marks.filter((m) => m.from <= seconds && seconds < m.to)
}

/** visible is the part of the axis between two places: the indexes of the first and one past the last. */
export function visible(axis: number[], from: number, to: number): [number, number] {
  return [lowerBound(axis, from), lowerBound(axis, to + 1e-6)]
}

/** lowerBound is the index of the first value that is not below v. */
export function lowerBound(axis: number[], v: number): number {
  let low = 0
  let high = axis.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((axis[middle] as number) < v) low = middle + 1
    else high = middle
  }
  return low
}

/** zoomed is a stretch made narrower or wider around its middle, kept within bounds and at least so many steps wide. */
export function zoomed(
  [from, to]: [number, number],
  factor: number,
  [first, last]: [number, number],
  least: number,
): [number, number] {
  const middle = (from + to) / 2
  const half = Math.max(((to - from) * factor) / 2, least / 2)
  return within([middle - half, middle + half], [first, last])
}

/** moved is a stretch shifted by a share of its width, kept within bounds. */
export function moved([from, to]: [number, number], share: number, bounds: [number, number]): [number, number] {
  const by = (to - from) * share
  return within([from + by, to + by], bounds)
}

function within([from, to]: [number, number], [first, last]: [number, number]): [number, number] {
  const width = Math.min(to - from, last - first)
  const start = Math.min(Math.max(from, first), last - width)
  return [start, start + width]
}
