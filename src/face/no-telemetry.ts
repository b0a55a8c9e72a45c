/** Imported before onnxruntime, whose official builds would otherwise report its use to their maker over the network. */

// Read once, when the library is loaded; without it, it also keeps a device id and a database in the home folder.
// eslint-disable-next-line no-restricted-properties -- it is told to the library, not read as a setting
process.env['ORT_DISABLE_TELEMETRY'] = '1'
