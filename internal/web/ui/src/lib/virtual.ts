/** Slice is the part of a long list that is drawn, and the empty room above and below it. */
export interface Slice {
  first: number
  past: number
  above: number
  below: number
}

/** slice works out which rows of a height are drawn in a window, a few more on either side. */
export function slice(rows: number, height: number, scrolled: number, window: number, extra = 8): Slice {
  const first = Math.max(Math.floor(scrolled / height) - extra, 0)
  const past = Math.min(Math.ceil((scrolled + window) / height) + extra, rows)
  return { first: Math.min(first, past), past, above: Math.min(first, past) * height, below: (rows - past) * height }
}
