import type { Schemas } from '../../api/client'

/** Kind is how codes changed. */
export type Kind = Schemas['LineageRow']['kind']

/** kindWords say it. */
export const kindWords: Record<Kind, string> = { rename: 'renamed', merge: 'merged', split: 'split', retire: 'retired' }

/** missing says what a change of a kind still needs: so many codes before, and so many after. */
export function missing(kind: Kind, before: number, after: number): string {
  const several = { rename: [1, 1], merge: [2, 1], split: [1, 2], retire: [1, 0] }[kind]
  if (before < (several[0] ?? 0))
    return several[0] === 2 ? 'Add at least two codes before the change.' : 'Add the code before the change.'
  if (after < (several[1] ?? 0))
    return several[1] === 2 ? 'Add at least two codes after the change.' : 'Add the code after the change.'
  if (kind !== 'merge' && kind !== 'retire' && before > 1)
    return 'Only one code is ' + kindWords[kind] + ': remove the others.'
  if (kind !== 'split' && after > (several[1] ?? 0))
    return kind === 'retire'
      ? 'Nothing takes the place of a retired code.'
      : 'Only one code comes after it: remove the others.'
  return ''
}
