import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ClusterClient } from '../../client/cluster-client.js';
import { GraftError } from '../../core/errors.js';
import { decodeQuestion, MAX_QUESTION_BYTES } from '../../drivers/control/question.js';
import { answerJson } from '../../drivers/http/answer.js';
import { readBody } from '../../drivers/http/read-body.js';

const BODY_LIMITS = { maxBytes: MAX_QUESTION_BYTES, timeoutMs: 5_000 };

/** Has the leader hand over, for a page that may ask for it: the body is the question that a node is asked. */
export class StepDownRoute {
  readonly #client: ClusterClient;
  readonly #signal: AbortSignal;
  #isUnderWay = false;

  /** @param signal ends what is under way. */
  constructor(client: ClusterClient, signal: AbortSignal) {
    this.#client = client;
    this.#signal = signal;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, BODY_LIMITS);
    const asked =
      'bytes' in body ? decodeQuestion(body.bytes) : { error: body.rejection, message: 'no body came whole' };
    if ('error' in asked) {
      response.shouldKeepAlive = false;
      answerJson(response, asked, 400);
      return;
    }
    if (this.#isUnderWay) {
      // A second one would make the one that has just taken over hand over again.
      answerJson(response, { error: 'busy', message: 'a step-down is under way' }, 409);
      return;
    }
    this.#isUnderWay = true;
    try {
      const { from, to, term } = await this.#client.stepDown({ ...asked, signal: this.#signal });
      answerJson(response, { from, to: to ?? null, term });
    } catch (error) {
      if (!(error instanceof GraftError)) throw error;
      answerJson(response, { error: error.code, message: error.message }, 409);
    } finally {
      this.#isUnderWay = false;
    }
  }
}
