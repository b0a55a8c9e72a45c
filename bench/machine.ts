/** On what, from which sources and by which command a run was made. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { findHeaders } from '../scripts/lib/opencv-cache.mjs'
import { findOpenCv } from '../src/face/image-opencv.ts'
import { round, type Report } from './report.ts'

export const root = fileURLToPath(new URL('..', import.meta.url))

export function describeMachine(): Report['machine'] {
  const processors = cpus()
  return {
    processor: processors[0]?.model.trim() ?? 'unknown processor',
    cores: processors.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.version,
    onnxruntime: versionOf('onnxruntime-node'),
    opencv: findOpenCv() === undefined ? 'not built' : (findHeaders()?.version ?? 'of unknown version'),
    load: round(loadavg()[0] ?? 0),
  }
}

function versionOf(name: string): string {
  const manifest: unknown = JSON.parse(readFileSync(`${root}node_modules/${name}/package.json`, 'utf8'))
  if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) return 'unknown'
  return String(manifest.version)
}

/** The commit that lies here, and whether the measured sources are as it has them. */
export function describeSources(): Pick<Report, 'commit' | 'isCommitted'> {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
  const changed = git('status', '--porcelain', '--', 'src', 'bench', 'models', 'views', 'package-lock.json')
  return { commit: git('rev-parse', 'HEAD'), isCommitted: changed === '' }
}
