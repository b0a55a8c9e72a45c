/** How many letters may wait, how often each is tried, and for how long one node has it in hand. */

export const queueLimits = {
  /** Waiting; beyond it letters are dropped, and the log says so. */
  mostLetters: 10_000,
  atOnce: 3,
  /** Before the second try and those after; then it is given up. Codes live ten minutes, links half an hour. */
  retrySeconds: [5, 30, 120, 300],
  /** A node that has a letter in hand for longer has died: longer than any mail server is waited for. */
  holdSeconds: 90,
  /** How often it is looked for letters that other nodes have left behind. */
  pollSeconds: 30,
  /** What a stop waits for letters under way. */
  drainSeconds: 5,
} as const
