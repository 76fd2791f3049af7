import { Problem } from '../api/problem'

/** Action is something somebody asks for: under way, refused, or done. */
export class Action {
  busy = $state(false)
  problem = $state.raw<Problem | undefined>(undefined)
  /** What was done, in words; empty before. */
  done = $state('')

  /** run does it once at a time; it tells whether it went well. */
  async run(work: () => Promise<void>, done = ''): Promise<boolean> {
    if (this.busy) return false
    this.busy = true
    this.problem = undefined
    this.done = ''
    try {
      await work()
      this.done = done
      return true
    } catch (cause) {
      this.problem = Problem.of(cause)
      return false
    } finally {
      this.busy = false
    }
  }
}
