/** TargetWords are how the dashboard speaks of a place that plans go to. */
export interface TargetWords {
  /** What a plan for it is. */
  plan: string
  /** Where it goes. */
  where: string
  /** What the button that submits one says. */
  submit: string
  /** What a run is asked to bring there. */
  asked: (weeks: number) => string
  /** The legs of a submission, each with the state it begins from. */
  way: { title: string; from: string }[]
}

const payloadWay = [
  { title: 'prepare', from: 'planned' },
  { title: 'send the payload', from: 'sending' },
  { title: 'the target processes it', from: 'accepted' },
]

const targets: Record<string, TargetWords> = {
  wfm: {
    plan: 'WFM import',
    where: 'Workforce Management',
    submit: 'Submit to Workforce Management',
    asked: (weeks) => `${weeks} ${weeks === 1 ? 'week' : 'weeks'} to WFM`,
    way: [
      { title: 'prepare', from: 'planned' },
      { title: 'upload the week', from: 'uploading' },
      { title: 'start the import', from: 'sending' },
      { title: 'the platform imports it', from: 'accepted' },
    ],
  },
  rest: {
    plan: 'REST payload',
    where: 'the REST target',
    submit: 'Submit',
    asked: () => 'payload by REST',
    way: payloadWay,
  },
}

/** wordsOf says how to speak of a target; one that has no words of its own goes by its name. */
export function wordsOf(target: string): TargetWords {
  return (
    targets[target] ?? {
      plan: target,
      where: target,
      submit: 'Submit',
      asked: () => `plans to ${target}`,
      way: payloadWay,
    }
  )
}
