import { assert } from 'chai'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { digestOf, toMarkdown } from '../../bench/document.ts'
import { isMet, report as reportShape, type Report } from '../../bench/report.ts'
import { root } from '../../scripts/lib/root.mjs'

function readReport(): Report {
  return reportShape.parse(JSON.parse(readFileSync(join(root, 'docs', 'benchmarks.json'), 'utf8')))
}

describe('docs/benchmarks.md', () => {
  it('says what the run of docs/benchmarks.json measured, and nothing else', () => {
    assert.equal(readFileSync(join(root, 'docs', 'benchmarks.md'), 'utf8'), toMarkdown(readReport()))
  })

  it('has figures that nobody changed after the run', () => {
    const report = readReport()
    assert.equal(report.digest, digestOf(report))
    const [first, ...others] = report.sections
    assert.isDefined(first)
    const better = first.figures.map((figure) => ({ ...figure, median: figure.median / 2 }))
    const polished = { ...report, sections: [{ ...first, figures: better }, ...others] }
    assert.notEqual(digestOf(polished), report.digest)
  })

  it('names each goal that was missed before any figure', () => {
    const report = readReport()
    const [head = ''] = toMarkdown(report).split('\n## ')
    const [met, missed] = [true, false].map((wanted) =>
      report.sections.flatMap(({ figures }) => figures.filter((figure) => isMet(figure) === wanted)),
    )
    assert.include(head, `**Goals met**: ${met?.length ?? NaN}`)
    for (const { label } of missed ?? []) assert.include(head, label.replaceAll('**', ''))
  })

  it('has in each figure a median within what was measured', () => {
    const figures = readReport().sections.flatMap((section) => section.figures)
    assert.isAbove(figures.length, 20)
    for (const { label, least, median, most } of figures) {
      assert.isTrue(least <= median && median <= most, label)
    }
  })

  it('names the command that made it, the machine, the date, and a commit of this project', function () {
    const { command, commit, date, machine } = readReport()
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))
    assert.equal(command, 'npm run bench')
    assert.property(scripts, 'bench')
    assert.isAbove(machine.cores, 0)
    assert.isBelow(Date.parse(date), Date.now())
    if (!isWholeHistory()) this.skip()
    // Fails where the commit is none of those that led here.
    git('merge-base', '--is-ancestor', commit, 'HEAD')
  })
})

/** A download without its history, or with a part of it, cannot tell. */
function isWholeHistory(): boolean {
  try {
    return git('rev-parse', '--is-shallow-repository') === 'false'
  } catch {
    return false
  }
}

function git(...args: string[]): string {
  return execFileSync('git', args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim()
}
