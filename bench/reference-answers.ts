/** Writes `models/reference-answers.json`: by what an inference server's networks are known (`src/face/remote/reference.ts`). */
import { writeFileSync } from 'node:fs'
import { openModel } from '../src/face/models.ts'
import { referenceInput, referencePath, sampleOutputs } from '../src/face/remote/reference.ts'
import { readNetworks } from './material.ts'

const { pad, ...others } = await readNetworks()
const answers: Record<string, unknown> = {}
for (const network of [...Object.values(others), ...pad]) {
  const model = await openModel(network)
  const sampled = sampleOutputs(await model.run(referenceInput(model.entry)))
  const rounded = Object.entries(sampled).map(([name, values]) => [
    name,
    values.map((each) => Number(each.toPrecision(6))),
  ])
  answers[model.entry.sha256] = Object.fromEntries(rounded)
}
writeFileSync(referencePath, `${JSON.stringify(answers)}\n`)
