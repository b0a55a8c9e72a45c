/** What the capture page says on its own: why a camera did not start, and what to do about it. */

/** @typedef {{ readonly title: string, readonly text: string }} Help */

export const cameraHelp = /** @type {const} */ ({
  denied: {
    title: 'The camera was not allowed',
    text: 'Select the camera or lock icon beside the address, allow the camera for this site, and start it again.',
  },
  dismissed: {
    title: 'The browser is still waiting for your answer',
    text: 'The question whether this site may use the camera was closed. Start the camera again and choose “Allow”.',
  },
  blocked: {
    title: 'The camera is blocked in this browser',
    text: 'A policy of your browser or of your organisation switches cameras off for this site. Use your password, or ask whoever manages this device.',
  },
  system: {
    title: 'Your device keeps the camera from this browser',
    text: 'Open the privacy settings of your device, let this browser use the camera, and start it again.',
  },
  none: {
    title: 'No camera was found',
    text: 'Connect a camera, or open its shutter or switch, and start it again.',
  },
  in_use: {
    title: 'The camera is busy',
    text: 'Another app or tab is using it. Close video calls and camera apps, and start it again.',
  },
  insecure: {
    title: 'This address is not secure',
    text: 'Browsers give the camera to HTTPS addresses alone. Open this page by its https:// address, or use your password.',
  },
  framed: {
    title: 'This page is inside another page',
    text: 'The camera works only where Mien is open by itself. Open the sign-in in its own tab.',
  },
  unsupported: {
    title: 'This browser cannot use a camera',
    text: 'Open the page in a current version of Chrome, Edge, Firefox or Safari, or use your password.',
  },
  unsuitable: {
    title: 'This camera does not fit',
    text: 'It gives no picture that can be used here. Choose another camera in the browser’s settings for this site.',
  },
  silent: {
    title: 'The camera sends no picture',
    text: 'Check its shutter or cover, unplug it and plug it in again, and start it again.',
  },
  lost: {
    title: 'The camera went away',
    text: 'It was unplugged or switched off. Connect it, and start it again.',
  },
  hidden: {
    title: 'The camera was stopped',
    text: 'That happens whenever this page is out of sight. Start it again when you are ready.',
  },
  unknown: {
    title: 'The camera did not start',
    text: 'Reload the page and try again. If it happens again, use your password.',
  },
})

/** @typedef {keyof typeof cameraHelp} CameraFailure */

export const said = /** @type {const} */ ({
  start: 'Start camera',
  stop: 'Stop camera',
  starting: 'Starting the camera …',
  halfWay: 'Half way.',
  done: 'Done. The pictures are discarded.',
  saving: 'Saving …',
  offline: {
    title: 'No connection',
    text: 'The server cannot be reached. Check your connection, and start the camera again.',
  },
  stopped: 'That did not work',
  cameraFound: { title: 'A camera was connected', text: 'Start it when you are ready.' },
  /** @param {number} number @param {number} of */
  step: (number, of) => `Picture ${number} of ${of}`,
  /** Beside the oval, where there is little room. @param {number} number @param {number} of */
  stepShort: (number, of) => `${number} of ${of}`,
  /** @param {number} number @param {string} name */
  retake: (number, name) => ` picture ${number}, ${name.toLowerCase()}`,
  /** @param {number} seconds */
  wait: (seconds) =>
    `You can start the camera again in ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}.`,
  waitOver: 'You can start the camera again.',
})

/** @type {Readonly<Record<string, string>>} */
const poses = {
  front: 'Straight ahead',
  left: 'To your left',
  right: 'To your right',
  up: 'Chin up',
  down: 'Chin down',
}

/** @param {string} pose */
export function nameOfPose(pose) {
  return poses[pose] ?? 'Further picture'
}
