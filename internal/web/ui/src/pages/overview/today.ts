interface Today {
  handled: number
  mean: number | null
  through: number | null
  bands: { level: number; lower: number; upper: number }[]
}

/** Judgement says whether a day so far is what was forecast. */
export interface Judgement {
  kind: 'as' | 'above' | 'below'
  words: string
}

/** judged compares the contacts so far with the same share of the day's 80 % interval; undefined before a twentieth of the day is over. */
export function judged(today: Today): Judgement | undefined {
  const band = today.bands.find((b) => b.level === 0.8)
  if (!band || today.mean === null || today.through === null || today.through < 0.05) return undefined
  if (today.handled > band.upper * today.through) return { kind: 'above', words: '▲ above the 80% interval' }
  if (today.handled < band.lower * today.through) return { kind: 'below', words: '▼ below the 80% interval' }
  return { kind: 'as', words: '● as forecast' }
}

/** signs are the judgements in a column. */
export const signs: Record<Judgement['kind'], string> = { as: '● as forecast', above: '▲ above', below: '▼ below' }
