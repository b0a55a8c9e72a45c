import { assert } from 'chai'
import { readCameraReport } from '../../src/interactions/camera-report.ts'

const ordinary = {
  label: 'Integrated Camera',
  width: 640,
  height: 480,
  settings: { width: 640, height: 480, frameRate: 30.00003 },
  capabilities: { width: 1280, height: 720, frameRate: 60 },
}

describe('The page’s report of its camera', () => {
  it('is read as it is given, without what is not asked for', () => {
    assert.deepEqual(readCameraReport({ ...ordinary, deviceId: 'abc' }), { outcome: 'given', ...ordinary })
    assert.deepEqual(readCameraReport(undefined), { outcome: 'absent' })
  })

  it('bars nobody where it is hostile: it is called malformed and left there', () => {
    const hostile: readonly unknown[] = [
      null,
      'OBS',
      [],
      {},
      { ...ordinary, label: 'x'.repeat(201) },
      { ...ordinary, label: { toString: 'x' } },
      { ...ordinary, width: -1 },
      { ...ordinary, height: 1e9 },
      { ...ordinary, settings: 'none' },
      { ...ordinary, settings: { frameRate: null } },
      { ...ordinary, capabilities: { width: 'wide' } },
    ]
    for (const report of hostile) {
      assert.deepEqual(readCameraReport(report), { outcome: 'malformed' }, JSON.stringify(report))
    }
  })
})
