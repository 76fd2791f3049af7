type Values = (number | null)[]

/** curve draws what was and what is forecast as two paths, which share one scale that begins at zero and ends at their largest value, or a given one. */
export function curve(
  actual: Values,
  forecast: Values,
  width: number,
  height: number,
  most?: number,
): { actual: string; forecast: string } {
  const all = actual.length + forecast.length
  const top = Math.max(1e-9, most ?? 0, ...numbers(actual), ...numbers(forecast))
  const x = (i: number) => round((i / Math.max(all - 1, 1)) * (width - 2) + 1)
  const y = (v: number) => round(height - 2 - (v / top) * (height - 4))
  return { actual: path(actual, 0, x, y), forecast: path(forecast, actual.length, x, y) }
}

function path(values: Values, offset: number, x: (i: number) => number, y: (v: number) => number): string {
  let text = ''
  let pen = false
  values.forEach((v, i) => {
    if (v === null) {
      pen = false
      return
    }
    text += `${pen ? 'L' : 'M'}${x(offset + i)} ${y(v)}`
    pen = true
  })
  return text
}

function numbers(values: Values): number[] {
  return values.filter((v): v is number => v !== null)
}

function round(v: number): number {
  return Math.round(v * 10) / 10
}
