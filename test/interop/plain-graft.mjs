// A model of a plain graft peer, in a process of its own: node plain-graft.mjs <JSON of PlainGraftOptions>
// It is OUR code, written from what docs/interop.md says of nats-io/graft, its defects included. It shares no code with
// src/: a mistake of ours in the wire or the rules is not repeated here. It is not nats-io/graft.
// Says on stdout what test/processes/entries.ts describes; `started` also carries its `id`, and the `term` and
// `vote` of its log. SIGTERM closes it.
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { connect } from 'nats';
import protobuf from 'protobufjs';

const ELECTION_TIMEOUT_MIN_MS = 500;
const ELECTION_TIMEOUT_MAX_MS = 1000;
const HEARTBEAT_INTERVAL_MS = 100;
/** As often as the Node member does (test/processes/member.mjs). */
const ASK_INTERVAL_MS = 4;

const { cluster, size, servers, log, position } = JSON.parse(process.argv[2]);
const schema = readFileSync(new URL('go/plain-graft.proto', import.meta.url), 'utf8');
const wire = protobuf.parse(schema, { keepCase: true }).root;
const types = Object.fromEntries(
  ['VoteRequest', 'VoteResponse', 'Heartbeat'].map((name) => [name, wire.lookupType(`graft.${name}`)]),
);

// Drawn anew at every start.
const id = randomBytes(13).toString('hex');
let { CurrentTerm: term, VotedFor: vote } = readLog();
let state = 'FOLLOWER';
let leader = '';
let votes = 0;
let electionTimer;
let heartbeats;

// ---------------------------------------------------------------- log: in place, not synced, gone on close

function readLog() {
  if (!existsSync(log) || readFileSync(log).length === 0) return { CurrentTerm: 0, VotedFor: '' };
  const { SHA, Data } = JSON.parse(readFileSync(log, 'utf8'));
  const data = Buffer.from(Data, 'base64');
  const digest = createHash('sha1').update(data).digest('base64');
  if (digest !== SHA) throw new Error(`corrupt log ${log}`);
  return JSON.parse(data.toString());
}

function writeLog() {
  const data = Buffer.from(JSON.stringify({ CurrentTerm: term, VotedFor: vote }));
  const SHA = createHash('sha1').update(data).digest('base64');
  writeFileSync(log, JSON.stringify({ SHA, Data: data.toString('base64') }));
}

// ---------------------------------------------------------------- telling

function nowUs() {
  return Number(process.hrtime.bigint() / 1000n);
}

function say(entry) {
  writeSync(1, `${JSON.stringify({ atUs: nowUs(), ...entry })}\n`);
}

let saidTerm;
let saidLeading = false;
function ask() {
  const leads = state === 'LEADER';
  if (leads || saidLeading) say({ kind: 'answer', ...(leads && { term }), untilUs: nowUs() });
  saidLeading = leads;
  if (term !== saidTerm) say({ kind: 'term', term });
  saidTerm = term;
}

function become(to, ledTerm = term) {
  const from = state;
  if (from === to) return;
  state = to;
  clearInterval(heartbeats);
  say({ kind: 'state', from, to, term: from === 'LEADER' ? ledTerm : term, reason: 'model' });
  ask();
}

function follow(known) {
  if (known === leader) return;
  leader = known;
  say({ kind: 'leader', term, ...(known !== '' && { leader: known }) });
}

// ---------------------------------------------------------------- election

function restartElectionTimer() {
  clearTimeout(electionTimer);
  const spread = ELECTION_TIMEOUT_MAX_MS - ELECTION_TIMEOUT_MIN_MS;
  electionTimer = setTimeout(stand, ELECTION_TIMEOUT_MIN_MS + Math.random() * spread);
}

function stand() {
  if (state === 'LEADER') return;
  term += 1;
  vote = id;
  votes = 1;
  become('CANDIDATE');
  follow('');
  writeLog();
  restartElectionTimer();
  // Once a term, and never repeated.
  publish(`graft.${cluster}.vote_request`, 'VoteRequest', {
    Term: term,
    Candidate: id,
    CurrentState: encodePosition(),
  });
  countVotes();
}

function countVotes() {
  if (state !== 'CANDIDATE' || votes < Math.floor(size / 2) + 1) return;
  become('LEADER');
  follow(id);
  // The first one only at the next tick.
  heartbeats = setInterval(() => {
    publish(`graft.${cluster}.heartbeat`, 'Heartbeat', { Term: term, Leader: id });
  }, HEARTBEAT_INTERVAL_MS);
}

/** Responses are counted, not voters; a newer term in one is not looked at. */
function onVoteResponse({ Term, Granted }) {
  if (state !== 'CANDIDATE' || !Granted || Number(Term) !== term) return;
  votes += 1;
  countVotes();
}

function onVoteRequest({ Term, Candidate, CurrentState }) {
  const asked = Number(Term);
  const answer = (Granted) => publish(`graft.${Candidate}.vote_response`, 'VoteResponse', { Term: term, Granted });
  // A candidate that is behind is refused before its term is looked at.
  if (asked < term || !mayPass(CurrentState)) return answer(false);
  const ledTerm = term;
  if (asked > term) {
    term = asked;
    vote = '';
    become('FOLLOWER', ledTerm);
    follow('');
  }
  if (state === 'LEADER' || (vote !== '' && vote !== Candidate)) return answer(false);
  vote = Candidate;
  writeLog();
  answer(true);
  restartElectionTimer();
}

function onHeartbeat({ Term, Leader }) {
  const heard = Number(Term);
  if (heard < term) return;
  const ledTerm = term;
  // The vote of this very term is forgotten by a candidate that hears its leader.
  if (heard > term || state === 'CANDIDATE') {
    term = heard;
    vote = '';
    become('FOLLOWER', ledTerm);
    follow(Leader);
    writeLog();
  }
  if (state === 'FOLLOWER' && leader === '') follow(Leader);
  restartElectionTimer();
}

// ---------------------------------------------------------------- the application's position

function encodePosition() {
  const bytes = Buffer.alloc(position === undefined ? 0 : 8);
  if (position !== undefined) bytes.writeBigUInt64BE(BigInt(position));
  return bytes;
}

function mayPass(theirs) {
  if (position === undefined) return true;
  return theirs.length === 8 && Buffer.from(theirs).readBigUInt64BE() >= BigInt(position);
}

// ---------------------------------------------------------------- the wire

const connection = await connect({ servers, maxReconnectAttempts: -1, reconnectTimeWait: 50 });

function publish(subject, type, fields) {
  const reply = type === 'VoteRequest' ? { reply: `graft.${id}.vote_response` } : {};
  connection.publish(subject, types[type].encode(fields).finish(), reply);
}

function hear(subject, type, onMessage, fromId) {
  connection.subscribe(subject, {
    callback(error, { data }) {
      if (error !== null) throw error;
      const message = types[type].decode(data);
      if (fromId === undefined || message[fromId] !== id) onMessage(message);
      ask();
    },
  });
}

hear(`graft.${cluster}.heartbeat`, 'Heartbeat', onHeartbeat, 'Leader');
hear(`graft.${cluster}.vote_request`, 'VoteRequest', onVoteRequest, 'Candidate');
hear(`graft.${id}.vote_response`, 'VoteResponse', onVoteResponse);
await connection.flush();
restartElectionTimer();
const asking = setInterval(ask, ASK_INTERVAL_MS);
say({ kind: 'started', id, term, vote });
ask();

process.once('SIGTERM', async () => {
  clearTimeout(electionTimer);
  clearInterval(asking);
  become('CLOSED');
  rmSync(log, { force: true });
  say({ kind: 'closed' });
  await connection.close();
});
