import { afterEach, describe, expect, it, vi } from 'vitest'
import { address, get, session, whole } from './client'
import { Problem } from './problem'

afterEach(() => {
  vi.unstubAllGlobals()
  session.organisation = ''
  session.businessUnit = ''
})

function answering(status: number, body: string, seen: string[] = []): void {
  vi.stubGlobal('fetch', (url: string) => {
    seen.push(url)
    return Promise.resolve(new Response(body, { status }))
  })
}

describe('addresses', () => {
  it('fill the path in and leave empty parameters out', () => {
    expect(address('/codes/{code}', { code: 'a/b' }, { search: '', limit: 5, verdict: undefined })).toBe(
      'api/v1/codes/a%2Fb?limit=5',
    )
  })
})

describe('a list as a whole', () => {
  it('is fetched page by page to its end', async () => {
    const pages: Record<string, { items: number[]; next_cursor: string }> = {
      '': { items: [1, 2], next_cursor: 'b' },
      b: { items: [3], next_cursor: '' },
    }
    expect(await whole(({ cursor }) => Promise.resolve(pages[cursor] ?? { items: [], next_cursor: '' }))).toEqual([
      1, 2, 3,
    ])
  })
})

describe('calls', () => {
  it('say whose numbers are meant where there are several', async () => {
    const seen: string[] = []
    answering(200, '{"items":[]}', seen)
    session.organisation = 'org'
    session.businessUnit = 'bu'
    await get('/codes', { query: { search: 'x' } })
    await get('/status')
    expect(seen).toEqual(['api/v1/codes?search=x&organisation=org&business_unit=bu', 'api/v1/status'])
  })
  it('that fail carry the server’s words and advice', async () => {
    answering(404, '{"detail":"no such code","kind":"not_found","hint":"look at the list"}')
    await expect(get('/codes')).rejects.toMatchObject({
      status: 404,
      kind: 'not_found',
      detail: 'No such code',
      hint: 'Look at the list',
    })
  })
  it('answered by something else get words too', async () => {
    answering(502, '<html>')
    await expect(get('/codes')).rejects.toMatchObject({ status: 502, kind: 'unavailable' })
  })
  it('without an answer say so', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
    await expect(get('/codes')).rejects.toBeInstanceOf(Problem)
  })
  it('tell the page when a login is wanted', async () => {
    answering(401, '{"detail":"who are you","kind":"usage"}')
    const asked = vi.fn()
    session.onUnauthorised = asked
    await expect(get('/codes')).rejects.toMatchObject({ status: 401 })
    expect(asked).toHaveBeenCalledOnce()
  })
})
