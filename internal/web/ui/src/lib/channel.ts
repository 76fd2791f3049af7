import type { Schemas } from '../api/client'

/** The channel of a leaf, with the language and skills by which planning groups tell its contacts apart. */
export const channelOf = (leaf: Pick<Schemas['LeafRow'], 'media' | 'language' | 'skills'>): string =>
  [leaf.media, leaf.language, ...(leaf.skills ?? [])].filter(Boolean).join(' · ')
