import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseClusterName, parseNodeId } from '../../../src/core/names.js';
import { type BroadcastKind, ClusterSubjects, type DirectKind } from '../../../src/drivers/nats/subjects.js';

const BROADCAST: readonly BroadcastKind[] = ['heartbeat', 'voteRequest', 'preVoteRequest'];
const DIRECT: readonly DirectKind[] = ['voteResponse', 'heartbeatResponse', 'timeoutNow'];

/** Few tokens, the kinds' own among them, so that names run into each other as often as they can. */
const token = fc.constantFrom(
  ...['a', 'b', 'graft', 'heartbeat', 'vote_request', 'pre_vote_request'],
  ...['vote_response', 'heartbeat_response', 'timeout_now', 'status', 'step_down', 'answer'],
);
const cluster = fc.array(token, { minLength: 1, maxLength: 3 }).map((tokens) => parseClusterName(tokens.join('.')));
const id = token.map((text) => parseNodeId(text));

/** Who says what to whom, and the subject for it. */
const broadcastUse = fc.record({ cluster, kind: fc.constantFrom(...BROADCAST) }).map(({ cluster, kind }) => ({
  use: `${kind} to all of ${cluster}`,
  subject: new ClusterSubjects(cluster, { interop: false }).toAll(kind),
}));
const directUse = fc.record({ cluster, id, kind: fc.constantFrom(...DIRECT) }).map(({ cluster, id, kind }) => ({
  use: `${kind} to ${id} of ${cluster}`,
  subject: new ClusterSubjects(cluster, { interop: false }).toNode(id, kind),
}));
const inquiryUses = fc.record({ cluster, id }).chain(({ cluster, id }) => {
  const subjects = new ClusterSubjects(cluster, { interop: false });
  return fc.constantFrom(
    { use: `status of ${cluster}`, subject: subjects.inquiryOfAll('status') },
    { use: `step-down of ${id} of ${cluster}`, subject: subjects.inquiryOf(id, 'stepDown') },
    { use: `answer to ${id} of ${cluster}`, subject: subjects.answerTo(id) },
  );
});
const plainAnswer = fc.record({ cluster, id }).map(({ cluster, id }) => ({
  use: `plain graft's answer to ${id}`,
  subject: new ClusterSubjects(cluster, { interop: true }).toNode(id, 'voteResponse'),
}));
const anyUse = fc.oneof(broadcastUse, directUse, inquiryUses, plainAnswer);

describe('ClusterSubjects (DESIGN section 4)', () => {
  it('gives two different uses two different subjects, whatever clusters and ids are called', () => {
    fc.assert(
      fc.property(anyUse, anyUse, (one, other) => {
        expect(one.subject === other.subject).toBe(one.use === other.use);
      }),
      { numRuns: 20_000 },
    );
  });

  it('keeps cluster a.b apart from node b of cluster a, also when the node is called heartbeat', () => {
    const inner = new ClusterSubjects(parseClusterName('a.heartbeat'), { interop: false });
    const outer = new ClusterSubjects(parseClusterName('a'), { interop: false });
    const heard = (subjects: ClusterSubjects, id: string) => subjects.heardBy(parseNodeId(id)).map((it) => it.subject);
    const all = [...heard(inner, 'x'), ...heard(outer, 'heartbeat')];
    expect(new Set(all).size).toBe(all.length);
  });

  it('lies below graft.<cluster> with every subject, so that one permission covers a cluster', () => {
    fc.assert(
      fc.property(cluster, id, (cluster, id) => {
        const heard = new ClusterSubjects(cluster, { interop: false }).heardBy(id);
        expect(heard.every(({ subject }) => subject.startsWith(`graft.${cluster}.`))).toBe(true);
        expect(heard).toHaveLength(6);
      }),
    );
  });

  it("listens to nats-io/graft's three subjects alone in interop mode, and asks for answers as it does", () => {
    const subjects = new ClusterSubjects(parseClusterName('orders'), { interop: true });
    const a = parseNodeId('a');
    expect(subjects.heardBy(a)).toEqual([
      { subject: 'graft.orders.heartbeat', kind: 'heartbeat' },
      { subject: 'graft.orders.vote_request', kind: 'voteRequest' },
      { subject: 'graft.a.vote_response', kind: 'voteResponse' },
    ]);
    expect(subjects.replyTo(a, 'voteRequest')).toBe('graft.a.vote_response');
    expect(subjects.replyTo(a, 'heartbeat')).toBeUndefined();
  });

  it("still hears plain graft's heartbeats and vote requests out of interop mode, so that they can be reported", () => {
    const heard = new ClusterSubjects(parseClusterName('orders'), { interop: false }).heardBy(parseNodeId('a'));
    expect(heard).toEqual([
      { subject: 'graft.orders.heartbeat', kind: 'heartbeat' },
      { subject: 'graft.orders.vote_request', kind: 'voteRequest' },
      { subject: 'graft.orders.a.vote_response', kind: 'voteResponse' },
      { subject: 'graft.orders.pre_vote_request', kind: 'preVoteRequest' },
      { subject: 'graft.orders.a.heartbeat_response', kind: 'heartbeatResponse' },
      { subject: 'graft.orders.a.timeout_now', kind: 'timeoutNow' },
    ]);
  });

  it('answers people in inboxes and below their own token alone: nobody spells another subject for this node to speak on', () => {
    const subjects = new ClusterSubjects(parseClusterName('orders'), { interop: false });
    const may = (reply: string) => subjects.mayAnswerTo(reply);
    expect(['_INBOX.abc', '_INBOX.abc.1', 'graft.orders.x-1.answer'].filter((reply) => !may(reply))).toEqual([]);
    const others = ['', '_INBOX', '_INBOX.', '_INBOX.a b', '_INBOX.>', '_INBOX.*.x', '_INBOX.a..b', '_INBOX.a.\n'];
    others.push('$SYS.REQ.x', '$JS.API.STREAM.DELETE.x', 'app.orders', 'graft.orders.heartbeat', 'graft.orders.status');
    others.push('graft.orders.a.step_down', 'graft.orders.answer', 'graft.orders.a.b.answer', 'graft.bills.a.answer');
    expect(others.filter(may)).toEqual([]);
  });
});
