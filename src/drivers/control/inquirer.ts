import type { ClusterName, NodeId } from '../../core/names.js';
import type { Inquiry, QuestionBody } from './question.js';

export interface Question {
  readonly cluster: ClusterName;
  readonly inquiry: Inquiry;
  /** Who is asked; every node of the cluster, if nobody is named. */
  readonly of: NodeId | undefined;
  readonly body: QuestionBody;
}

/** An answer, as it came: nothing in it is checked yet. */
export interface Arrival {
  readonly payload: Uint8Array;
  /** Milliseconds from the question to this answer. */
  readonly roundTripMs: number;
}

/** A node that could not be asked, or from which no answer can come any more. */
export interface AskFailure {
  readonly of: NodeId;
  readonly reason: string;
  /** It may have taken the question all the same. */
  readonly mayBeTaken: boolean;
}

/** Asks the nodes of clusters, over one transport. Takes part in nothing: it is no node, and counts toward no quorum. */
export interface Inquirer {
  /**
   * Gets ready to ask. Safe to call again.
   * @throws GraftError `DRIVER_FAILED`; or the reason of `signal`.
   */
  open(signal?: AbortSignal): Promise<void>;
  /**
   * Asks at once, and until `signal` aborts calls `hear` at each answer, and `fail` where the transport tells that none
   * will come.
   * @throws GraftError `DRIVER_DISCONNECTED` or `DRIVER_FAILED` when the question cannot be asked.
   */
  ask(
    question: Question,
    hear: (arrival: Arrival) => void,
    signal: AbortSignal,
    fail?: (failure: AskFailure) => void,
  ): void;
  /** What keeps answers about the status from coming, as far as the transport has told. */
  readonly obstacle: string | undefined;
  /** Closes what `open` opened, nothing else. Safe to call twice. Never rejects. */
  close(): Promise<void>;
}
