import type { Schemas } from '../api/client'
import { watch } from '../api/stream'

/** Live hears of changes while somebody looks: a hidden tab holds no connection, of which a browser has few, and asks again when it is seen. */
class Live {
  /** now is how things stand; undefined before the first word of it. */
  now = $state.raw<Schemas['ChangeEvent'] | undefined>(undefined)
  /** numbers changes with the history and the forecast: pages of numbers ask again. */
  readonly numbers = $derived(this.now ? `${this.now.as_of} ${this.now.forecast}` : '')
  /** entries changes with everything that is done. */
  readonly entries = $derived(this.now?.audit_entries ?? 0)

  /** follow listens until it is stopped. */
  follow(): () => void {
    let stop = () => {}
    const look = () => {
      stop()
      stop = document.hidden ? () => {} : watch('/events', {}, { change: (change) => (this.now = change) })
    }
    look()
    document.addEventListener('visibilitychange', look)
    return () => {
      document.removeEventListener('visibilitychange', look)
      stop()
      this.now = undefined
    }
  }
}

/** live is shared by all pages. */
export const live = new Live()
