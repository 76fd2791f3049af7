import { Problem } from '../api/problem'

/** Portion is one page of a list. */
export interface Portion<T> {
  items: T[]
  next_cursor: string
  total: number
}

/** CursorList is a list fetched page by page as people scroll. */
export class CursorList<T> {
  items = $state.raw<T[]>([])
  total = $state(0)
  loading = $state(false)
  problem = $state.raw<Problem | undefined>(undefined)
  /** Whether the first page has been answered. */
  ready = $state(false)
  #next = ''
  #running: AbortController | undefined
  #fetch: ((cursor: string, signal: AbortSignal) => Promise<Portion<T>>) | undefined

  /** begin fetches the first page; what is there stays until it has come. */
  begin(fetch: (cursor: string, signal: AbortSignal) => Promise<Portion<T>>): void {
    this.#fetch = fetch
    this.again()
  }

  /** again fetches from the beginning. */
  again(): void {
    void this.#page('')
  }

  /** more fetches the next page, if there is one and none is under way. */
  more(): void {
    if (!this.loading && this.#next) void this.#page(this.#next)
  }

  async #page(cursor: string): Promise<void> {
    if (!this.#fetch) return
    this.#running?.abort()
    const mine = (this.#running = new AbortController())
    this.loading = true
    try {
      const page = await this.#fetch(cursor, mine.signal)
      if (this.#running !== mine) return
      this.items = cursor ? [...this.items, ...page.items] : page.items
      this.total = page.total
      this.#next = page.next_cursor
      this.problem = undefined
      this.ready = true
    } catch (cause) {
      if (this.#running !== mine) return
      this.problem = Problem.of(cause)
    } finally {
      if (this.#running === mine) this.loading = false
    }
  }
}
