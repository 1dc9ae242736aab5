/** What the help shows. The pages bind these keys with useHotkeys. */
export const SHORTCUTS: readonly { where: string; keys: readonly [keys: readonly string[], does: string][] }[] = [
  {
    where: 'Everywhere',
    keys: [[['?'], 'Show this help']],
  },
  {
    where: 'Traces',
    keys: [
      [['/'], 'Search'],
      [['j', 'k'], 'Next, previous trace'],
      [['Enter'], 'Open the trace'],
      [['p'], 'Look at the trace beside the list'],
      [['x'], 'Choose the trace'],
      [['g'], 'Back to the newest'],
    ],
  },
  {
    where: 'A trace',
    keys: [
      [['j', 'k'], 'Next, previous observation'],
      [['←', '→'], 'Close, open a branch (in the tree)'],
      [['e'], 'Next error'],
      [['t'], 'Tree, timeline or graph'],
      [['u'], 'Back to the traces'],
    ],
  },
]
