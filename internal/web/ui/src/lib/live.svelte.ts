import type { Schemas } from '../api/client'
import { watch } from '../api/stream'

/** Standing is what is stored of an organisation at some moment. */
interface Standing {
  as_of?: string
  forecast: string
  audit_entries: number
}

/** Live hears of changes while somebody looks: a hidden tab holds no connection, of which a browser has few, and asks again when it is seen. */
class Live {
  /** now is how things stand; undefined before the first word of it. */
  now = $state.raw<Schemas['ChangeEvent'] | undefined>(undefined)
  /** How things stood when the dashboard was opened: the first word changes nothing where it is still so. */
  #opened = $state.raw<Standing>({ forecast: '', audit_entries: 0 })
  readonly #standing = $derived(this.now ?? this.#opened)
  /** numbers changes with the history and the forecast: pages of numbers ask again. */
  readonly numbers = $derived(`${Date.parse(this.#standing.as_of ?? '')} ${this.#standing.forecast}`)
  /** entries changes with everything that is done. */
  readonly entries = $derived(this.#standing.audit_entries)

  /** follow listens until it is stopped. */
  follow(opened: Standing): () => void {
    this.#opened = opened
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
