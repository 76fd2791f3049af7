/**
 * Heads are the columns of a table by their titles: what is said of each is its classes, num for figures and wide for what a phone
 * leaves out; unseen titles are read out only.
 */
export type Heads = Record<string, '' | 'num' | 'wide' | 'num wide' | 'unseen' | 'wide unseen'>
