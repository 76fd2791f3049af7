import { describe, expect, it } from 'vitest'
import { link, parsePlace } from './router.svelte'

describe('addresses', () => {
  it('are the same written and read, whatever the names are', () => {
    const path = ['code', 'a/b ?#%ü', 'none']
    const query = { search: 'bill & coo = 100 %', queue: 'x' }
    expect(parsePlace(link(path, query))).toEqual({ path, query })
  })
  it('leave empty parts out', () => expect(link(['codes'], { search: '', by: undefined })).toBe('#/codes'))
  it('that are broken lead somewhere all the same', () => {
    expect(parsePlace('')).toEqual({ path: [], query: {} })
    expect(parsePlace('#/code/%E0%A4%A').path).toEqual(['code', '%E0%A4%A'])
  })
})
