/** Sorting is how a list is ordered, as the address says it. */
export interface Sorting {
  sort: Column
  order: 'asc' | 'desc'
}

/** Column is something a list can be ordered by. */
export type Column = 'name' | 'next_7' | 'last_7' | 'change' | 'wape' | 'bias' | 'coverage' | 'masks'

const columns: Column[] = ['name', 'next_7', 'last_7', 'change', 'wape', 'bias', 'coverage', 'masks']

/** sortingOf reads the order from an address; names ascend and figures descend unless it says otherwise. */
export function sortingOf(query: Record<string, string>): Sorting {
  const sort = columns.find((c) => c === query.sort) ?? 'next_7'
  const order = query.order === 'asc' || query.order === 'desc' ? query.order : sort === 'name' ? 'asc' : 'desc'
  return { sort, order }
}
