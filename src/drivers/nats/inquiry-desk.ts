import { GraftError } from '../../core/errors.js';
import { describe } from '../../core/names.js';
import { type Answer, type Asked, answerRefusal, answerStatus, answerStepDown } from '../control/answer.js';
import { decodeQuestion, type Inquiry } from '../control/question.js';
import type { NatsMessageLike } from './connection-like.js';
import type { ClusterSubjects } from './subjects.js';

/** How many questions are answered in {@link WINDOW_MS}; the rest is dropped. Whoever polls must not slow an election. */
const ANSWERS_IN_WINDOW = 100;
const WINDOW_MS = 1_000;

export interface InquiryDeskStart {
  readonly asked: Asked;
  readonly subjects: ClusterSubjects;
  readonly allowStepDown: boolean;
  /** Must not throw. */
  readonly publish: (subject: string, payload: Uint8Array) => void;
  readonly report: (error: GraftError) => void;
}

/** Answers people in a node's name. */
export class InquiryDesk {
  readonly #start: InquiryDeskStart;
  #windowStartMs = Number.NEGATIVE_INFINITY;
  #answersInWindow = 0;

  constructor(start: InquiryDeskStart) {
    this.#start = start;
  }

  /** Takes a question. Runs within the client's reader, so it never throws. */
  hear(inquiry: Inquiry, { data, reply }: NatsMessageLike): void {
    // Nobody to answer: the question is dropped. Its sender may have listened to something else.
    if (reply === undefined || reply === '' || !this.#hasTime()) return;
    if (!this.#start.subjects.mayAnswerTo(reply)) {
      const text = `somebody who asks for ${inquiry} wants the answer at ${describe(reply)}: answers go to inboxes only`;
      this.#start.report(new GraftError('MALFORMED_MESSAGE', text));
      return;
    }
    void this.#answer(inquiry, data).then((answer) => {
      this.#start.publish(reply, new TextEncoder().encode(JSON.stringify(answer)));
    });
  }

  async #answer(inquiry: Inquiry, data: Uint8Array): Promise<Answer> {
    const { asked, allowStepDown } = this.#start;
    const question = decodeQuestion(data);
    if ('error' in question) return answerRefusal(asked, question);
    if (inquiry === 'status') return answerStatus(asked);
    return await answerStepDown(asked, { allowStepDown, to: question.to });
  }

  #hasTime(): boolean {
    const nowMs = performance.now();
    if (nowMs - this.#windowStartMs >= WINDOW_MS) {
      this.#windowStartMs = nowMs;
      this.#answersInWindow = 0;
    }
    this.#answersInWindow += 1;
    return this.#answersInWindow <= ANSWERS_IN_WINDOW;
  }
}
