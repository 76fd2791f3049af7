import { expect, it } from 'vitest'
import { nameIn } from './download'

it('a file is saved under the name the server gave it', () => {
  expect(nameIn('attachment; filename=wrapcast-City-forecast-2026-11-23.xlsx')).toBe(
    'wrapcast-City-forecast-2026-11-23.xlsx',
  )
  expect(nameIn('attachment; filename="a b.csv"')).toBe('a b.csv')
  expect(nameIn("attachment; filename*=utf-8''M%C3%BCnchen.csv")).toBe('München.csv')
  expect(nameIn('')).toBe('wrapcast')
})
