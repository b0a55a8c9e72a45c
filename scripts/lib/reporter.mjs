/** Mocha's spec output, and what each file came to as JSON in the file that the `outcomes` reporter option names. */
import { writeFileSync } from 'node:fs'
import Mocha from 'mocha'

const { EVENT_RUN_END, EVENT_TEST_FAIL, EVENT_TEST_PASS, EVENT_TEST_PENDING } = Mocha.Runner.constants

/** @typedef {import('./outcomes.mjs').Outcome} Outcome */

export default class CountingReporter extends Mocha.reporters.Spec {
  /**
   * @param {import('mocha').Runner} runner
   * @param {import('mocha').MochaOptions} options
   */
  constructor(runner, options) {
    super(runner, options)
    /** @type {Record<string, Outcome>} by the path of the file */
    const files = {}
    /** @param {keyof Outcome} list */
    const note = (list) => (/** @type {import('mocha').Runnable} */ test) => {
      const file = test.file ?? ''
      files[file] ??= { passed: [], failed: [], skipped: [] }
      files[file][list].push(test.fullTitle())
    }
    runner.on(EVENT_TEST_PASS, note('passed'))
    // Of a hook too, after which the other tests of its suite do not run.
    runner.on(EVENT_TEST_FAIL, note('failed'))
    runner.on(EVENT_TEST_PENDING, note('skipped'))
    runner.once(EVENT_RUN_END, () => writeFileSync(options.reporterOptions.outcomes, JSON.stringify(files)))
  }
}
