import { assert } from 'chai'
import { readManifest } from '../../../src/face/manifest.ts'
import { readVerifiedModels, selectModels } from '../../../src/face/model-files.ts'
import { openModel } from '../../../src/face/models.ts'
import {
  isSameAnswer,
  readReferenceAnswers,
  referenceInput,
  sampleOutputs,
} from '../../../src/face/remote/reference.ts'
import { modelsDir } from '../../media.ts'

describe('The reference answers of the networks', function () {
  this.timeout(60_000)

  it('are those of every network of the manifest that a sign-in uses, and of no other', async function () {
    if (modelsDir === undefined) return this.skip()
    const answers = readReferenceAnswers()
    const { pad, ...others } = await readVerifiedModels(selectModels(readManifest()), [modelsDir])
    const networks = [...Object.values(others), ...pad]
    for (const network of networks) {
      const { entry } = network
      const model = await openModel(network)
      const found = sampleOutputs(await model.run(referenceInput(entry)))
      for (const other of networks) {
        const isOwn = other === network
        assert.equal(
          isSameAnswer(answers[other.entry.sha256] ?? {}, found),
          isOwn,
          `${entry.name}, ${other.entry.name}`,
        )
      }
    }
  })

  it('forgive how another processor rounds, and nothing more', () => {
    const wanted = { out: [1, -2, 3, 4] }
    assert.isTrue(isSameAnswer(wanted, { out: [1.001, -2.001, 3.002, 4.001] }))
    for (const out of [[1, -2, 3], [1, 2, 3, 4], [2, -4, 6, 8], [NaN, -2, 3, 4], [0, 0, 0, 0], []]) {
      assert.isFalse(isSameAnswer(wanted, { out }), out.join())
    }
    assert.isFalse(isSameAnswer(wanted, {}))
    assert.isFalse(isSameAnswer({}, {}))
  })
})
