import { assert } from 'chai'
import { countRuns, worthAnotherTry } from '../../scripts/lib/outcomes.mjs'

const fine = { passed: ['one', 'two'], failed: [], skipped: [] }
const bad = { passed: ['four'], failed: ['three'], skipped: ['five'] }

describe('The counts of a test run', () => {
  it('are of every file, with the names of what was skipped', () => {
    assert.deepEqual(countRuns([{ code: 1, files: { a: fine, b: bad } }]), {
      passed: 3,
      failed: 1,
      skipped: 1,
      names: ['five'],
      unsteady: [],
    })
  })

  it('never call a crash a success', () => {
    assert.equal(countRuns([{ code: 0, files: undefined }]).failed, 1)
    assert.equal(countRuns([{ code: 137, files: { a: fine } }]).failed, 1)
    assert.equal(countRuns([{ code: 0, files: { a: fine } }]).failed, 0)
    const crashed = { code: 139, files: undefined }
    assert.equal(countRuns([{ code: 1, files: { a: fine, b: bad } }, crashed]).failed, 2)
  })

  it('take a file as its second run went, and name what passed only then', () => {
    const second = { passed: ['three', 'four'], failed: [], skipped: ['five'] }
    const counts = countRuns([
      { code: 1, files: { a: fine, b: bad } },
      { code: 0, files: { b: second } },
    ])
    assert.deepEqual(counts, { passed: 4, failed: 0, skipped: 1, names: ['five'], unsteady: ['three'] })
  })

  it('are of failures that stay where they fail twice', () => {
    const runs = [
      { code: 1, files: { a: fine, b: bad } },
      { code: 1, files: { b: bad } },
    ]
    assert.equal(countRuns(runs).failed, 1)
    assert.deepEqual(countRuns(runs).unsteady, [])
  })
})

describe('A second try', () => {
  it('is given to the few files that failed, and to no crash', () => {
    assert.deepEqual(worthAnotherTry({ code: 1, files: { a: fine, b: bad } }), ['b'])
    assert.deepEqual(worthAnotherTry({ code: 139, files: undefined }), [])
  })

  it('is not given where many fail: that is no chance', () => {
    assert.deepEqual(worthAnotherTry({ code: 1, files: { a: bad, b: bad, c: bad, d: bad } }), [])
  })
})
