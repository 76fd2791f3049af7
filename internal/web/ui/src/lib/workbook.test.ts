import { describe, expect, it } from 'vitest'
import { base64, sum } from './workbook'

describe('a file for JSON', () => {
  it('is every byte of it, however long', async () => {
    const bytes = Uint8Array.from({ length: 70_001 }, (_, i) => i % 256)
    const text = await base64(new Blob([bytes]))
    expect(Uint8Array.from(atob(text), (c) => c.charCodeAt(0))).toEqual(bytes)
  })
})

describe('a sum', () => {
  it('of nothing is none', () => {
    expect(sum(null)).toBe(0)
    expect(sum([1.5, 2])).toBe(3.5)
  })
})
