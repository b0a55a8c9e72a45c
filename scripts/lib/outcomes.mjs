/** What the runs of a layer came to. */

/** @typedef {{ passed: string[], failed: string[], skipped: string[] }} Outcome full titles, of one file */
/** @typedef {{ code: number, files: Readonly<Record<string, Outcome>> | undefined }} Run without `files` it ended before it could say */
/**
 * @typedef {{ passed: number, failed: number, skipped: number, names: readonly string[], unsteady: readonly string[] }} Counts
 * `names` are those of the skipped; `unsteady` passed at the second try
 */

/** More than so many files that fail are no chance. */
const mostAgain = 3

/**
 * A browser, a server or a process beside us can be late where the machine is busy. What failed is run once more, whole files from
 * the beginning, and what passes then is named in the summary. A run that crashed is not excused.
 * @param {Run} run
 * @returns {readonly string[]} files
 */
export function worthAnotherTry({ files }) {
  const failed = Object.entries(files ?? {}).filter(([, outcome]) => outcome.failed.length > 0)
  return failed.length > mostAgain ? [] : failed.map(([file]) => file)
}

/**
 * A later run of a file stands for an earlier one. A run that ended badly without saying so, by a crash or a file that does not load, is a failure.
 * @param {readonly Run[]} runs
 * @returns {Counts}
 */
export function countRuns(runs) {
  /** @type {Readonly<Record<string, Outcome>>} */
  const last = Object.assign({}, ...runs.map(({ files }) => files ?? {}))
  const all = (/** @type {keyof Outcome} */ key) => Object.values(last).flatMap((outcome) => outcome[key])
  const ended = runs.filter(({ code, files }) => {
    const said = Object.values(files ?? {}).some((outcome) => outcome.failed.length > 0)
    return files === undefined || (code !== 0 && !said)
  })
  const failed = all('failed')
  const early = runs.slice(0, -1).flatMap(({ files }) => Object.values(files ?? {}))
  return {
    passed: all('passed').length,
    failed: failed.length + ended.length,
    skipped: all('skipped').length,
    names: all('skipped'),
    unsteady: early.flatMap((outcome) => outcome.failed).filter((title) => !failed.includes(title)),
  }
}
