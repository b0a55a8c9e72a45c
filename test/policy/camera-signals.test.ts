import { assert } from 'chai'
import {
  findCameraSignals,
  type CameraReport,
  type CameraSignal,
  type CameraWords,
} from '../../src/policy/camera-signals.ts'

/** A webcam as Chrome reports it. */
const ordinary: CameraWords = {
  label: 'Integrated Camera (04f2:b6d9)',
  width: 640,
  height: 480,
  settings: { width: 640, height: 480, frameRate: 30.00003 },
  capabilities: { width: 1280, height: 720, frameRate: 30 },
}

const given = (changed: Partial<CameraWords> = {}): CameraReport => ({
  outcome: 'given',
  ...ordinary,
  ...changed,
})

/** As a page paces itself: a browser’s timers and a network waver. */
const lively = [0, 213, 421, 640, 843, 1060, 1268, 1489, 1702, 1911, 2124]

const signalsOf = (report: CameraReport): readonly CameraSignal[] => findCameraSignals(report, lively)

describe('What is odd about a camera', () => {
  it('is nothing with an ordinary webcam, a phone held upright, and a browser that cannot be asked', () => {
    const upright = { width: 480, height: 640, settings: { width: 480, height: 640, frameRate: 24 } }
    const { label, width, height, settings = {} } = ordinary
    const unasked = { outcome: 'given', label, width, height, settings } as const
    const reports: readonly CameraReport[] = [given(), given(upright), unasked]
    for (const report of reports) assert.deepEqual(signalsOf(report), [])
  })

  it('is a name under which programs offer their own picture as a camera', () => {
    const names = [
      'OBS Virtual Camera',
      'OBS-Camera',
      'ManyCam Virtual Webcam',
      'Snap Camera',
      'XSplit VCam',
      'Dummy video device (0x0000)',
      'DroidCam Source 3',
      'v4l2loopback',
      'NVIDIA Broadcast',
      'ＯＢＳ Ｖｉｒｔｕａｌ Ｃａｍｅｒａ',
    ]
    for (const label of names) assert.deepEqual(signalsOf(given({ label })), ['camera_known_virtual'], label)
  })

  it('is a name of random letters, as browsers give it to a canvas that a page draws itself', () => {
    const label = 'K5q/yKHunc1qQqYpBlZOfGk/Q1NHPqmH3xVTZw9sXkdSzygt+2eIbQYvTMFNtCSPeFpsxowbNnn+E2QLZvbUPA=='
    for (const each of [label, '{0f6f4d4e-3a43-4c0e-8f1e-2b1f8a5f7c22}']) {
      assert.deepEqual(signalsOf(given({ label: each })), ['camera_drawn_by_page'])
    }
    const long = given({ label: 'Logitech BRIO Ultra HD Webcam for Business (046d:085e)' })
    assert.deepEqual(signalsOf(long), [])
  })

  it('is no name at all, where permission was given and every camera has one', () => {
    assert.deepEqual(signalsOf(given({ label: ' ' })), ['camera_unnamed'])
  })

  it('is that the camera says nothing of what it can', () => {
    assert.deepEqual(signalsOf(given({ capabilities: {} })), ['camera_without_capabilities'])
  })

  it('is a picture of another size than the camera says, or larger than it can', () => {
    assert.deepEqual(signalsOf(given({ width: 1920, height: 1080 })), ['camera_size_inconsistent'])
    assert.deepEqual(signalsOf(given({ capabilities: { width: 320, height: 240 } })), [
      'camera_size_inconsistent',
    ])
  })

  it('is a picture of another size than was asked for, from a camera that could give it', () => {
    const large = { width: 1280, height: 720 }
    assert.deepEqual(signalsOf(given({ ...large, settings: { ...large, frameRate: 30 } })), [
      'camera_ignores_request',
    ])
  })

  it('is a frame rate that no webcam has, or none', () => {
    for (const frameRate of [0, 0.2, 1000, NaN]) {
      const settings = { width: 640, height: 480, frameRate }
      assert.deepEqual(signalsOf(given({ settings })), ['camera_frame_rate_odd'], String(frameRate))
    }
    assert.deepEqual(signalsOf(given({ settings: { width: 640, height: 480 } })), ['camera_frame_rate_odd'])
  })

  it('is that frames come like clockwork, but not that there are few of them or that some are late', () => {
    const every = (milliseconds: number, count: number): number[] =>
      Array.from({ length: count }, (_, index) => index * milliseconds)
    assert.deepEqual(findCameraSignals(given(), every(200, 14)), ['frames_too_regular'])
    const halting = [...every(200, 9), ...every(400, 9).map((at) => at + 2000)]
    assert.deepEqual(findCameraSignals(given(), halting), ['frames_too_regular'])
    assert.deepEqual(findCameraSignals(given(), every(200, 8)), [])
    assert.deepEqual(findCameraSignals(given(), []), [])
  })

  it('is that the page said nothing, or something else than our page does', () => {
    assert.deepEqual(signalsOf({ outcome: 'absent' }), ['camera_unreported'])
    assert.deepEqual(signalsOf({ outcome: 'malformed' }), ['camera_report_malformed'])
  })

  it('is told by several names where there are several', () => {
    const canvas = { label: '', capabilities: {}, settings: {} }
    assert.deepEqual(signalsOf(given(canvas)), [
      'camera_unnamed',
      'camera_without_capabilities',
      'camera_frame_rate_odd',
    ])
  })
})
