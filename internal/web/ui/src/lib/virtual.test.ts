import { describe, expect, it } from 'vitest'
import { slice } from './virtual'

describe('the part of a list that is drawn', () => {
  it('always fills the window, and its room adds up to the whole list', () => {
    for (const rows of [0, 1, 7, 1000, 10_000]) {
      for (const scrolled of [0, 1, 399, 40_000, 399_000, 1e9]) {
        const s = slice(rows, 40, scrolled, 600)
        expect(s.above + (s.past - s.first) * 40 + s.below).toBe(rows * 40)
        expect(s.past - s.first).toBeLessThanOrEqual(600 / 40 + 2 * 8 + 2)
        if (scrolled < rows * 40 - 600) {
          expect(s.above).toBeLessThanOrEqual(scrolled)
          expect(s.past * 40).toBeGreaterThanOrEqual(scrolled + 600)
        }
      }
    }
  })
})
