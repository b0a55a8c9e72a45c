import { assert } from 'chai'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { growth, toScaling } from '../../bench/growth/document.ts'
import { report } from '../../bench/report.ts'
import { root } from '../../scripts/lib/root.mjs'

const read = (name: string): string => readFileSync(join(root, 'docs', name), 'utf8')

describe('docs/scaling.md', () => {
  it('says what the runs measured, and nothing else', () => {
    const figures = growth.parse(JSON.parse(read('growth.json')))
    const benchmarks = report.parse(JSON.parse(read('benchmarks.json')))
    assert.equal(read('scaling.md'), toScaling(figures, benchmarks))
  })

  it('has figures that nobody changed after the run', () => {
    const { digest } = growth.parse(JSON.parse(read('growth.json')))
    // As they lie there: the shape would put them into another order.
    const figures: unknown = JSON.parse(read('growth.json').replace(digest, ''))
    assert.equal(createHash('sha256').update(JSON.stringify(figures)).digest('hex'), digest)
  })
})
