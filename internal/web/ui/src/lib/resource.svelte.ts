import { Problem } from '../api/problem'

/** Resource is something being fetched: loading, there, or failed. What was there stays while a newer one is fetched. */
export class Resource<T> {
  value = $state.raw<T | undefined>(undefined)
  problem = $state.raw<Problem | undefined>(undefined)
  loading = $state(false)
  #running: AbortController | undefined
  #again: (() => Promise<void>) | undefined

  /** load fetches; an earlier fetch that is still under way is given up. */
  async load(fetch: (signal: AbortSignal) => Promise<T>): Promise<void> {
    this.#again = () => this.load(fetch)
    this.#running?.abort()
    const mine = (this.#running = new AbortController())
    this.loading = true
    try {
      const value = await fetch(mine.signal)
      if (this.#running !== mine) return
      this.value = value
      this.problem = undefined
    } catch (cause) {
      if (this.#running !== mine) return
      this.problem = Problem.of(cause)
    } finally {
      if (this.#running === mine) this.loading = false
    }
  }

  /** again fetches the same once more. */
  again(): void {
    void this.#again?.()
  }

  /** clear forgets what is there: what follows is about something else. */
  clear(): void {
    this.#running?.abort()
    this.#running = undefined
    this.value = undefined
    this.problem = undefined
    this.loading = false
  }
}
