import { assert } from 'chai'
import { layerFaults, layers, filesOf, listTestFiles } from '../../scripts/lib/layers.mjs'
import { root } from '../../scripts/lib/root.mjs'

describe('The layers of tests', () => {
  it('own every test file of the project exactly once', () => {
    const files = listTestFiles(root)
    assert.include(files, 'test/setup/layers.test.ts')
    assert.deepEqual(layerFaults(files), [])
  })

  it('complain about a test file that none of them would run', () => {
    assert.deepEqual(layerFaults(['test/nowhere/lost.test.ts']), [
      'test/nowhere/lost.test.ts is in no layer of scripts/lib/layers.mjs',
    ])
  })

  it('take files that lie directly in test/ without those of its folders', () => {
    const [pure] = layers
    if (pure === undefined) return assert.fail('there is no layer')
    const files = ['test/config.test.ts', 'test/face/detector.test.ts', 'test/policy/decision.test.ts']
    assert.deepEqual(filesOf(pure, files), ['test/config.test.ts', 'test/policy/decision.test.ts'])
  })

  it('have names of their own', () => {
    assert.lengthOf(new Set(layers.map(({ name }) => name)), layers.length)
  })
})
