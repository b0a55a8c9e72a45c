import { readdirSync, readFileSync } from 'node:fs'
import { assert } from 'chai'
import { plans } from './plans.ts'

describe('The conformance plans', () => {
  const folder = new URL('.', import.meta.url)
  const files = readdirSync(folder).filter((name) => name.endsWith('.test.ts'))
  const text = files.map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n')

  it('are each told by one file', () => {
    for (const name of Object.keys(plans)) {
      // In this file the names do not stand.
      assert.lengthOf(text.split(`'${name}'`), 2, name)
    }
  })

  it('name each module once', () => {
    for (const [plan, modules] of Object.entries(plans)) {
      assert.isAbove(modules.length, 0, plan)
      assert.lengthOf(new Set(modules), modules.length, plan)
    }
  })
})
