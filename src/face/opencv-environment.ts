/** What the OpenCV binding needs to find in the environment before it is loaded. */

/** Without the first it tries to build itself; without the second V8 dies under load. */
export const opencvEnvironment = {
  OPENCV4NODEJS_DISABLE_AUTOBUILD: '1',
  OPENCV4NODEJS_DISABLE_EXTERNAL_MEM_TRACKING: '1',
} as const
