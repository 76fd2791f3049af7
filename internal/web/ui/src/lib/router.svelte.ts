/** Place is where the reader is: the part of the address after #. */
export interface Place {
  /** Segments of the path, decoded: ['codes', 'abc']. */
  path: string[]
  query: Record<string, string>
}

/** parsePlace reads the part of an address after #. */
export function parsePlace(hash: string): Place {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2)
  return {
    path: path.split('/').filter(Boolean).map(decode),
    query: Object.fromEntries(new URLSearchParams(search)),
  }
}

/** link makes an address of a place. */
export function link(path: string[], query: Record<string, string | undefined> = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value) search.set(name, value)
  const text = search.toString()
  return '#/' + path.map(encodeURIComponent).join('/') + (text ? '?' + text : '')
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

class Router {
  place = $state.raw<Place>({ path: [], query: {} })

  /** listen follows the address; it returns how to stop. */
  listen(): () => void {
    const follow = () => (this.place = parsePlace(location.hash))
    follow()
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }

  /** go leads somewhere else. */
  go(path: string[], query: Record<string, string | undefined> = {}): void {
    location.hash = link(path, query)
  }

  /** amend changes the query in place: sorting a list is no step to go back from. */
  amend(change: Record<string, string | undefined>): void {
    const query = { ...this.place.query, ...change }
    history.replaceState(null, '', link(this.place.path, query))
    this.place = parsePlace(location.hash)
  }
}

/** router knows where the reader is. */
export const router = new Router()
