import { expect, it } from 'vitest'
import { missing } from './lineage'

it('a change of codes needs as many codes as its kind has', () => {
  for (const [kind, before, after] of [
    ['rename', 1, 1],
    ['merge', 2, 1],
    ['merge', 3, 1],
    ['split', 1, 2],
    ['retire', 2, 0],
  ] as const)
    expect(missing(kind, before, after), `${kind} ${before} ${after}`).toBe('')
  for (const [kind, before, after] of [
    ['rename', 0, 1],
    ['rename', 2, 1],
    ['rename', 1, 2],
    ['merge', 1, 1],
    ['merge', 2, 2],
    ['split', 1, 1],
    ['split', 2, 2],
    ['retire', 0, 0],
    ['retire', 1, 1],
  ] as const)
    expect(missing(kind, before, after), `${kind} ${before} ${after}`).not.toBe('')
})
