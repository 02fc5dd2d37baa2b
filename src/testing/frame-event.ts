import type { ClusterName, NodeId } from '../core/names.js';

/** Why a frame was lost: a cut, chance, too many under way, or nobody who has the id. */
export type DropReason = 'cut' | 'chance' | 'overflow' | 'noReceiver';

/** What befell a frame, as a `MemoryNetwork.tap` hears it. A broadcast is one frame for each id. */
export type FrameEvent = FrameFacts &
  (
    | { readonly kind: 'sent' }
    | { readonly kind: 'delivered' }
    | { readonly kind: 'dropped'; readonly reason: DropReason }
  );

/** Which frame a {@link FrameEvent} is about. */
export interface FrameFacts {
  readonly atMs: number;
  readonly cluster: ClusterName;
  /** Absent for what a test injected. */
  readonly from: NodeId | undefined;
  readonly to: NodeId;
  /** Encoded by the library's codec, except what was injected. */
  readonly bytes: Uint8Array;
}

/** How many frames a network has carried. A broadcast counts once for each id, a repeat as one more delivered. */
export interface FrameCounts {
  readonly sent: number;
  readonly delivered: number;
  readonly dropped: number;
}
