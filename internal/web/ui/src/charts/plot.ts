import uPlot from 'uplot'
import type { ChartData, Mark } from './model'

/** Ink reads the palette as it stands, for the canvas. */
export type Ink = (name: string) => string

/** inkOf reads the palette of an element. */
export function inkOf(element: Element): Ink {
  const style = getComputedStyle(element)
  return (name) => style.getPropertyValue('--' + name).trim()
}

/** AxisText writes places of the axis for people. */
export interface AxisText {
  zone: string
  /** Writes the ticks of the axis; step is seconds between two. */
  ticks: (seconds: number[], step: number) => string[]
  value: (value: number) => string
  /** Where labels of the axis stand, at most so many; uPlot's own places where it is left out. */
  places?: (from: number, to: number, most: number) => number[]
  /** Steps between two labels of the values. */
  steps?: number[]
}

const bandOpacity = [0.3, 0.2, 0.12, 0.12] // narrowest first

/** options are uPlot's for a chart. */
export function options(
  data: ChartData,
  text: AxisText,
  ink: Ink,
  size: { width: number; height: number },
  on: { cursor: (index: number | null) => void; zoom: (from: number, to: number) => void },
): uPlot.Options {
  const grid = { stroke: ink('rule'), width: 1 }
  const font = `12px ${getComputedStyle(document.documentElement).fontFamily}`
  return {
    ...size,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1e3), text.zone),
    padding: [10, 26, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: true, y: false, dist: 4 }, points: { size: 6 }, y: false, focus: { prox: -1 } },
    select: { show: true, left: 0, top: 0, width: 0, height: 0 },
    scales: { x: { time: true }, y: { range: (_, low, high) => [Math.min(0, low), high > 0 ? high * 1.06 : 1] } },
    axes: [
      {
        stroke: ink('ink-2'),
        grid: { show: false },
        ticks: { ...grid, size: 5 },
        font,
        space: 70,
        ...(text.places && {
          splits: (u: uPlot, _: number, from: number, to: number) =>
            text.places?.(from, to, Math.floor(u.width / 70)) ?? [],
        }),
        values: (_, splits, __, ___, step) =>
          text.ticks(splits, text.places ? (splits[1] ?? Infinity) - (splits[0] ?? 0) : step),
      },
      {
        stroke: ink('ink-2'),
        grid,
        ticks: { show: false },
        font,
        size: 52,
        ...(text.steps && { incrs: text.steps }),
        values: (_, splits) => splits.map(text.value),
      },
    ],
    series: [
      {},
      ...bandSeries(data),
      ...data.lines.map((l) => ({
        label: l.label,
        stroke: ink(l.colour),
        width: l.width ?? 1.5,
        dash: l.dash ?? [],
        points: { show: false },
        spanGaps: false,
      })),
    ],
    bands: bandsOf(data, ink),
    hooks: {
      drawClear: [(u) => drawMarks(u, data, ink)],
      draw: [(u) => drawNow(u, data.now, ink)],
      setCursor: [(u) => on.cursor(u.cursor.idx ?? null)],
      setScale: [(u, key) => key === 'x' && on.zoom(u.scales.x?.min ?? 0, u.scales.x?.max ?? 0)],
    },
  }
}

/** Bands are drawn widest first, as pairs of lines nobody sees. */
function bandSeries(data: ChartData): uPlot.Series[] {
  return widestFirst(data).flatMap((b) =>
    ['upper', 'lower'].map((side) => ({ label: `${b.level} ${side}`, points: { show: false } })),
  )
}

function bandsOf(data: ChartData, ink: Ink): uPlot.Band[] {
  const all = widestFirst(data)
  return all.map((_, i) => ({
    series: [1 + 2 * i, 2 + 2 * i],
    fill: translucent(ink('petrol'), bandOpacity[all.length - 1 - i] ?? 0.12),
  }))
}

function widestFirst(data: ChartData) {
  return [...data.bands].sort((a, b) => b.level - a.level)
}

/** columns are the chart's numbers in uPlot's order. */
export function columns(data: ChartData): uPlot.AlignedData {
  return [
    data.axis,
    ...widestFirst(data).flatMap((b) => [b.upper, b.lower]),
    ...data.lines.map((l) => l.values),
  ] as uPlot.AlignedData
}

/** translucent makes #rrggbb see-through. */
export function translucent(colour: string, opacity: number): string {
  return /^#[0-9a-f]{6}$/i.test(colour)
    ? colour +
        Math.round(opacity * 255)
          .toString(16)
          .padStart(2, '0')
    : colour
}

const markInk: Record<Mark['kind'], string> = {
  mask: 'mask',
  holiday: 'violet',
  closure: 'violet',
  event: 'violet',
  override: 'orange',
}

/** Masked days lie under the lines as a grey column, changed days under an orange bar, named days under a violet one. */
function drawMarks(u: uPlot, data: ChartData, ink: Ink): void {
  const { ctx, bbox } = u
  const bar = 3 * devicePixelRatio
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top - bar, bbox.width, bbox.height + bar)
  ctx.clip()
  for (const mark of data.marks) {
    const left = u.valToPos(mark.from, 'x', true)
    const width = Math.max(u.valToPos(mark.to, 'x', true) - left, devicePixelRatio)
    if (left > bbox.left + bbox.width || left + width < bbox.left) continue
    const colour = ink(markInk[mark.kind])
    if (mark.kind === 'mask') {
      ctx.fillStyle = translucent(colour, 0.75)
      ctx.fillRect(left, bbox.top, width, bbox.height)
      continue
    }
    ctx.fillStyle = translucent(colour, 0.14)
    ctx.fillRect(left, bbox.top, width, bbox.height)
    ctx.fillStyle = colour
    ctx.fillRect(
      left,
      mark.kind === 'override' ? bbox.top + bbox.height - bar : bbox.top,
      Math.max(width, 3 * devicePixelRatio),
      bar,
    )
  }
  ctx.restore()
}

function drawNow(u: uPlot, now: number | undefined, ink: Ink): void {
  if (now === undefined) return
  const { ctx, bbox } = u
  const x = Math.round(u.valToPos(now, 'x', true))
  if (x < bbox.left || x > bbox.left + bbox.width) return
  ctx.save()
  ctx.strokeStyle = ink('ink-2')
  ctx.lineWidth = devicePixelRatio
  ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio])
  ctx.beginPath()
  ctx.moveTo(x, bbox.top)
  ctx.lineTo(x, bbox.top + bbox.height)
  ctx.stroke()
  ctx.restore()
}
