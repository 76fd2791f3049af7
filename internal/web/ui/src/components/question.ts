/** Question is something that is asked before it is done. */
export interface Question {
  title: string
  /** What follows from it. */
  text: string
  /** What the button says: "Revoke". */
  act: string
  work: () => Promise<unknown>
}
