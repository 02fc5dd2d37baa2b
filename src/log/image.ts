import { GraftError } from '../core/errors.js';
import { decodeEnvelope, type Enveloped, encodeEnvelope, NEW_STATE } from './envelope.js';
import type { DurableState } from './term-log.js';

/**
 * The bytes of a log file: one JSON object, in which Go graft finds its own two fields and skips the others, in three
 * blocks. The middle one is graft's envelope; before and after it stand two copies, `A` and `B`. Each save overwrites
 * the middle and, in turn, one of the copies, which are neighbours: one write. The other copy is the save before and is
 * not touched, so whatever a crash leaves of a write, an envelope with a digest that is right is there: the old or the
 * new (rule 1).
 */
interface Block {
  readonly before: string;
  readonly after: string;
}

/** A page of the system's, and as much as most disks write in one piece: what is written to one leaves the next alone. */
export const BLOCK_BYTES = 4096;
const COPY_A: Block = { before: '{"A":', after: ',\n' };
const MIDDLE: Block = { before: '', after: ',\n' };
const COPY_B: Block = { before: '"B":', after: '}\n' };
/** A copy that was never written. */
const NO_COPY = 'null';

/** What a log file holds. */
export interface LogImage {
  readonly state: DurableState;
  /** The number of the last save, if the next one may be written over this file; undefined if it has to be replaced. */
  readonly save: number | undefined;
  /** A file that was made to be written over, whatever has become of it since. */
  readonly isOurs: boolean;
}

/** What no file, or an empty one, holds. */
export const NO_IMAGE: LogImage = { state: NEW_STATE, save: undefined, isOurs: false };

/** A save to an image: where it is written, and what. */
export interface Overwrite {
  readonly position: number;
  readonly bytes: Uint8Array;
}

/**
 * The bytes of a new file that holds `state`, as save number 1. A state that is too long for a block, as a vote in a Go
 * log may be, stands alone in its envelope, and can only be replaced.
 * @throws GraftError `INTERNAL` for a term that is no safe integer from 0.
 */
export function encodeImage(state: DurableState): { readonly bytes: Uint8Array; readonly save: number | undefined } {
  const envelope = encodeEnvelope({ state, save: 1 });
  if (!fits(envelope)) return { bytes: Buffer.from(encodeEnvelope({ state, save: undefined })), save: undefined };
  return { bytes: inBlocks([COPY_A, NO_COPY], [MIDDLE, fieldsOf(envelope)], [COPY_B, envelope]), save: 1 };
}

/** The bytes of {@link encodeImage} alone. */
export function encodeLog(state: DurableState): Uint8Array {
  return encodeImage(state).bytes;
}

/** Save number `save`, over an image that holds it or the one before; undefined when `state` is too long for a block. */
export function encodeOverwrite(state: DurableState, save: number): Overwrite | undefined {
  const envelope = encodeEnvelope({ state, save });
  if (!fits(envelope)) return undefined;
  const fields = fieldsOf(envelope);
  return isInB(save)
    ? { position: BLOCK_BYTES, bytes: inBlocks([MIDDLE, fields], [COPY_B, envelope]) }
    : { position: 0, bytes: inBlocks([COPY_A, envelope], [MIDDLE, fields]) };
}

/** The same in two, each of which leaves one of the two blocks alone: the middle, then the copy. */
export function blockByBlock({ position, bytes }: Overwrite): readonly Overwrite[] {
  const first = { position, bytes: bytes.subarray(0, BLOCK_BYTES) };
  const second = { position: position + BLOCK_BYTES, bytes: bytes.subarray(BLOCK_BYTES) };
  return position === BLOCK_BYTES ? [first, second] : [second, first];
}

/**
 * The state in the bytes of a log file; none at all are a new node's. `file` names it in errors.
 * @throws GraftError as {@link decodeImage}.
 */
export function decodeLog(bytes: Uint8Array, file: string): DurableState {
  return decodeImage(bytes, file).state;
}

/**
 * What the bytes of a log file hold: of an image the newest envelope that is whole; otherwise graft's one.
 * @throws GraftError `LOG_CORRUPT`, `LOG_TERM_TOO_LARGE`.
 */
export function decodeImage(bytes: Uint8Array, file: string): LogImage {
  if (bytes.length === 0) return NO_IMAGE;
  if (bytes.length !== 3 * BLOCK_BYTES) return ofGraft(bytes, file);
  const [a, middle, b] = [COPY_A, MIDDLE, COPY_B].map((block, index) => read(block, index, bytes, file));
  const newest = [a, middle, b].reduce((best, each) => (numberOf(each) > numberOf(best) ? each : best));
  // Not an image, or nothing in it is whole: the error says what is wrong with it as a file of graft's.
  if (newest?.save === undefined) return ofGraft(bytes, file);
  const { state, save } = newest;
  // Were the newest in the middle alone, the next save would overwrite the only one that is whole.
  const isWhole = middle?.save === save && (isInB(save) ? b : a)?.save === save;
  return { state, save: isWhole ? save : undefined, isOurs: true };
}

function ofGraft(bytes: Uint8Array, file: string): LogImage {
  return { state: decodeEnvelope(bytes, file).state, save: undefined, isOurs: false };
}

function isInB(save: number): boolean {
  return save % 2 === 1;
}

function numberOf(envelope: Enveloped | undefined): number {
  return envelope?.save ?? 0;
}

/** The envelope without its braces: its fields are the outer object's own. */
function fieldsOf(envelope: string): string {
  return envelope.slice(1, -1);
}

function fits(envelope: string): boolean {
  return Math.max(COPY_A.before.length, COPY_B.before.length) + envelope.length + COPY_A.after.length <= BLOCK_BYTES;
}

/** Blocks with their contents, filled up with spaces. All of it is ASCII: an envelope is JSON around base64. */
function inBlocks(...blocks: readonly (readonly [Block, string])[]): Uint8Array {
  const bytes = Buffer.allocUnsafe(blocks.length * BLOCK_BYTES).fill(' ');
  blocks.forEach(([{ before, after }, content], index) => {
    const start = index * BLOCK_BYTES;
    bytes.write(before + content, start, 'latin1');
    bytes.write(after, start + BLOCK_BYTES - after.length, 'latin1');
  });
  return bytes;
}

/** The envelope in a block; undefined when there is none, or not all of it. */
function read({ before, after }: Block, index: number, bytes: Uint8Array, file: string): Enveloped | undefined {
  const text = Buffer.from(bytes.subarray(index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES)).toString('latin1');
  if (!text.startsWith(before) || !text.endsWith(after)) return undefined;
  const content = text.slice(before.length, -after.length).trimEnd();
  try {
    return decodeEnvelope(Buffer.from(content.startsWith('{') ? content : `{${content}}`, 'latin1'), file);
  } catch (error) {
    if (error instanceof GraftError && error.code === 'LOG_CORRUPT') return undefined;
    throw error;
  }
}
