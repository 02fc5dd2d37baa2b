/** The wire, for drivers: messages to bytes and back (DESIGN section 4). */
export { decodeFrame, decodeMessage, MAX_PAYLOAD_BYTES } from './decode.js';
export { encodeFrame, encodeMessage } from './encode.js';
