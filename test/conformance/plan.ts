/** A conformance plan as a suite of tests: one house, one test for each module, and the outcome of each in a file. */
import { assert } from 'chai'
import type { Test } from 'mocha'
import { modelsDir } from '../media.ts'
import { there } from '../flows/house.ts'
import { plans, type PlanName } from './plans.ts'
import { writeOutcomes, type Outcome } from './outcomes.ts'
import type { Suite } from './suite.ts'

/** What the provider shows in a module; or why the module cannot be had here. */
export type Module<S> =
  { readonly shows: string; readonly run: (suite: S) => Promise<void> } | { readonly absent: string }

/** By the names of the foundation. */
export type Modules<S = Suite> = Readonly<Record<string, Module<S>>>

export interface Plan<S> {
  /** Opens the house of the plan; left out where no module of it runs. */
  readonly open?: () => Promise<S>
  readonly modules: readonly Modules<S>[]
}

export function describePlan<S extends Closable = Suite>(name: PlanName, { open, modules }: Plan<S>): void {
  describe(name, function () {
    this.timeout(60_000)
    const declared = modules.flatMap((each) => Object.entries(each))
    let suite: S | undefined
    before(async function () {
      if (open === undefined) return
      if (modelsDir === undefined) this.skip()
      suite = await open()
    })
    after(async function () {
      await suite?.close()
      writeOutcomes(name, outcomesOf(declared, this.test?.parent?.tests ?? []))
    })
    for (const [module, what] of declared) {
      if ('absent' in what) it(`${module}: ${what.absent}`)
      else it(`${module}: ${what.shows}`, () => what.run(there(suite)))
    }
    it('has a test for each module of the plan, and for nothing else', () => {
      assert.sameMembers(
        declared.map(([module]) => module),
        [...plans[name]],
      )
    })
  })
}

interface Closable {
  close(): Promise<void>
}

function outcomesOf(declared: readonly Declared[], tests: readonly Test[]): Outcome[] {
  return declared.map(([module, what]): Outcome => {
    if ('absent' in what) return { module, outcome: 'skipped', reason: what.absent }
    const test = tests.find(({ title }) => title.startsWith(`${module}: `))
    if (test?.state === 'passed') return { module, outcome: 'passed', shows: what.shows }
    if (test?.state !== 'failed') return { module, outcome: 'skipped', reason: 'it was not run' }
    return { module, outcome: 'failed', reason: test.err?.message ?? 'it gave no reason' }
  })
}

type Declared = readonly [name: string, what: { readonly absent: string } | { readonly shows: string }]
