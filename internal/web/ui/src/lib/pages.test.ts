import { afterEach, describe, expect, it, vi } from 'vitest'
import { loaded, menu } from './pages'

afterEach(() => vi.unstubAllGlobals())

const page = {
  id: 'x',
  title: 'X',
  load: () => Promise.reject(new TypeError('Failed to fetch dynamically imported module')),
}

describe('a page whose script cannot be fetched', () => {
  it('says that wrapcast was updated where the server answers', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('', { status: 200 })))
    await expect(loaded(page)).rejects.toMatchObject({ detail: expect.stringContaining('another version') })
  })
  it('says that the server is gone where nobody answers', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
    await expect(loaded(page)).rejects.toMatchObject({ detail: 'wrapcast does not answer' })
  })
  it('says what else went wrong in it', async () => {
    const broken = { ...page, load: () => Promise.reject(new Error('a fault')) }
    await expect(loaded(broken)).rejects.toThrow('a fault')
  })
})

describe('the menu', () => {
  it('names each page once', () => expect(new Set(menu.map((p) => p.id)).size).toBe(menu.length))
})
