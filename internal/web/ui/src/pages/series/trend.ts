import { known, type Format } from '../../lib/format'

/** trendWords says how the last seven days lie against the seven before; a dash where either is not known. */
export function trendWords(v: { last_7: number | null; previous_7: number | null }, f: Format): string {
  return f.change(known(v.last_7) && known(v.previous_7) && v.previous_7 > 0 ? v.last_7 / v.previous_7 - 1 : null)
}
