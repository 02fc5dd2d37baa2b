// Generated from proto/graft.proto by `npm run generate`: change that file, never this one.
import type { WireInteger, WireReader } from './reader.js';
import type { WireWriter } from './writer.js';

export interface VoteRequest {
  Term: WireInteger;
  Candidate: string;
  CurrentState: Uint8Array | undefined;
  PreVote: boolean;
  LeadershipTransfer: boolean;
  Incarnation: WireInteger;
  Round: WireInteger;
  StandBy: boolean;
}

function noVoteRequest(): VoteRequest {
  return { Term: 0, Candidate: '', CurrentState: undefined, PreVote: false, LeadershipTransfer: false, Incarnation: 0, Round: 0, StandBy: false };
}

/** Fields that are there take the place of those of `fields`; whatever is unknown is skipped. */
export function readVoteRequest(reader: WireReader, fields = noVoteRequest()): VoteRequest {
  while (reader.pos < reader.len) {
    const tag = reader.tag();
    switch (tag) {
      case 8:
        fields.Term = reader.integer();
        break;
      case 18:
        fields.Candidate = reader.text();
        break;
      case 26:
        fields.CurrentState = reader.bytes();
        break;
      case 64:
        fields.PreVote = reader.bool();
        break;
      case 72:
        fields.LeadershipTransfer = reader.bool();
        break;
      case 80:
        fields.Incarnation = reader.integer();
        break;
      case 88:
        fields.Round = reader.integer();
        break;
      case 96:
        fields.StandBy = reader.bool();
        break;
      default:
        reader.skipType(tag & 7, 0, tag >>> 3);
    }
  }
  return fields;
}

export function writeVoteRequest(writer: WireWriter, fields: VoteRequest): void {
  if (fields.Term) {
    writer.tag(8).integer(fields.Term);
  }
  if (fields.Candidate) {
    writer.tag(18).string(fields.Candidate);
  }
  if (fields.CurrentState?.length) {
    writer.tag(26).bytes(fields.CurrentState);
  }
  if (fields.PreVote) {
    writer.tag(64).bool(fields.PreVote);
  }
  if (fields.LeadershipTransfer) {
    writer.tag(72).bool(fields.LeadershipTransfer);
  }
  if (fields.Incarnation) {
    writer.tag(80).integer(fields.Incarnation);
  }
  if (fields.Round) {
    writer.tag(88).integer(fields.Round);
  }
  if (fields.StandBy) {
    writer.tag(96).bool(fields.StandBy);
  }
}

export interface VoteResponse {
  Term: WireInteger;
  Granted: boolean;
  Voter: string;
  PreVote: boolean;
  Incarnation: WireInteger;
  Round: WireInteger;
  RetryAfterMs: number;
  StandsBy: boolean;
}

function noVoteResponse(): VoteResponse {
  return { Term: 0, Granted: false, Voter: '', PreVote: false, Incarnation: 0, Round: 0, RetryAfterMs: 0, StandsBy: false };
}

/** Fields that are there take the place of those of `fields`; whatever is unknown is skipped. */
export function readVoteResponse(reader: WireReader, fields = noVoteResponse()): VoteResponse {
  while (reader.pos < reader.len) {
    const tag = reader.tag();
    switch (tag) {
      case 8:
        fields.Term = reader.integer();
        break;
      case 16:
        fields.Granted = reader.bool();
        break;
      case 66:
        fields.Voter = reader.text();
        break;
      case 72:
        fields.PreVote = reader.bool();
        break;
      case 80:
        fields.Incarnation = reader.integer();
        break;
      case 88:
        fields.Round = reader.integer();
        break;
      case 96:
        fields.RetryAfterMs = reader.uint32();
        break;
      case 104:
        fields.StandsBy = reader.bool();
        break;
      default:
        reader.skipType(tag & 7, 0, tag >>> 3);
    }
  }
  return fields;
}

export function writeVoteResponse(writer: WireWriter, fields: VoteResponse): void {
  if (fields.Term) {
    writer.tag(8).integer(fields.Term);
  }
  if (fields.Granted) {
    writer.tag(16).bool(fields.Granted);
  }
  if (fields.Voter) {
    writer.tag(66).string(fields.Voter);
  }
  if (fields.PreVote) {
    writer.tag(72).bool(fields.PreVote);
  }
  if (fields.Incarnation) {
    writer.tag(80).integer(fields.Incarnation);
  }
  if (fields.Round) {
    writer.tag(88).integer(fields.Round);
  }
  if (fields.RetryAfterMs) {
    writer.tag(96).uint32(fields.RetryAfterMs);
  }
  if (fields.StandsBy) {
    writer.tag(104).bool(fields.StandsBy);
  }
}

export interface Heartbeat {
  Term: WireInteger;
  Leader: string;
  Round: WireInteger;
  Heir: string;
  Incarnation: WireInteger;
}

function noHeartbeat(): Heartbeat {
  return { Term: 0, Leader: '', Round: 0, Heir: '', Incarnation: 0 };
}

/** Fields that are there take the place of those of `fields`; whatever is unknown is skipped. */
export function readHeartbeat(reader: WireReader, fields = noHeartbeat()): Heartbeat {
  while (reader.pos < reader.len) {
    const tag = reader.tag();
    switch (tag) {
      case 8:
        fields.Term = reader.integer();
        break;
      case 18:
        fields.Leader = reader.text();
        break;
      case 64:
        fields.Round = reader.integer();
        break;
      case 74:
        fields.Heir = reader.text();
        break;
      case 80:
        fields.Incarnation = reader.integer();
        break;
      default:
        reader.skipType(tag & 7, 0, tag >>> 3);
    }
  }
  return fields;
}

export function writeHeartbeat(writer: WireWriter, fields: Heartbeat): void {
  if (fields.Term) {
    writer.tag(8).integer(fields.Term);
  }
  if (fields.Leader) {
    writer.tag(18).string(fields.Leader);
  }
  if (fields.Round) {
    writer.tag(64).integer(fields.Round);
  }
  if (fields.Heir) {
    writer.tag(74).string(fields.Heir);
  }
  if (fields.Incarnation) {
    writer.tag(80).integer(fields.Incarnation);
  }
}

export interface HeartbeatResponse {
  Term: WireInteger;
  Voter: string;
  Round: WireInteger;
  Incarnation: WireInteger;
  Priority: number;
}

function noHeartbeatResponse(): HeartbeatResponse {
  return { Term: 0, Voter: '', Round: 0, Incarnation: 0, Priority: 0 };
}

/** Fields that are there take the place of those of `fields`; whatever is unknown is skipped. */
export function readHeartbeatResponse(reader: WireReader, fields = noHeartbeatResponse()): HeartbeatResponse {
  while (reader.pos < reader.len) {
    const tag = reader.tag();
    switch (tag) {
      case 8:
        fields.Term = reader.integer();
        break;
      case 18:
        fields.Voter = reader.text();
        break;
      case 24:
        fields.Round = reader.integer();
        break;
      case 32:
        fields.Incarnation = reader.integer();
        break;
      case 40:
        fields.Priority = reader.uint32();
        break;
      default:
        reader.skipType(tag & 7, 0, tag >>> 3);
    }
  }
  return fields;
}

export function writeHeartbeatResponse(writer: WireWriter, fields: HeartbeatResponse): void {
  if (fields.Term) {
    writer.tag(8).integer(fields.Term);
  }
  if (fields.Voter) {
    writer.tag(18).string(fields.Voter);
  }
  if (fields.Round) {
    writer.tag(24).integer(fields.Round);
  }
  if (fields.Incarnation) {
    writer.tag(32).integer(fields.Incarnation);
  }
  if (fields.Priority) {
    writer.tag(40).uint32(fields.Priority);
  }
}

export interface TimeoutNow {
  Term: WireInteger;
  Leader: string;
}

function noTimeoutNow(): TimeoutNow {
  return { Term: 0, Leader: '' };
}

/** Fields that are there take the place of those of `fields`; whatever is unknown is skipped. */
export function readTimeoutNow(reader: WireReader, fields = noTimeoutNow()): TimeoutNow {
  while (reader.pos < reader.len) {
    const tag = reader.tag();
    switch (tag) {
      case 8:
        fields.Term = reader.integer();
        break;
      case 18:
        fields.Leader = reader.text();
        break;
      default:
        reader.skipType(tag & 7, 0, tag >>> 3);
    }
  }
  return fields;
}

export function writeTimeoutNow(writer: WireWriter, fields: TimeoutNow): void {
  if (fields.Term) {
    writer.tag(8).integer(fields.Term);
  }
  if (fields.Leader) {
    writer.tag(18).string(fields.Leader);
  }
}

export interface Frame {
  VoteRequest?: VoteRequest | undefined;
  VoteResponse?: VoteResponse | undefined;
  Heartbeat?: Heartbeat | undefined;
  HeartbeatResponse?: HeartbeatResponse | undefined;
  TimeoutNow?: TimeoutNow | undefined;
}

function noFrame(): Frame {
  return { VoteRequest: undefined, VoteResponse: undefined, Heartbeat: undefined, HeartbeatResponse: undefined, TimeoutNow: undefined };
}

/** Fields that are there take the place of those of `fields`; whatever is unknown is skipped. */
export function readFrame(reader: WireReader, fields = noFrame()): Frame {
  while (reader.pos < reader.len) {
    const tag = reader.tag();
    switch (tag) {
      case 10:
        fields = { ...noFrame(), VoteRequest: reader.nested(readVoteRequest, fields.VoteRequest) };
        break;
      case 18:
        fields = { ...noFrame(), VoteResponse: reader.nested(readVoteResponse, fields.VoteResponse) };
        break;
      case 26:
        fields = { ...noFrame(), Heartbeat: reader.nested(readHeartbeat, fields.Heartbeat) };
        break;
      case 34:
        fields = { ...noFrame(), HeartbeatResponse: reader.nested(readHeartbeatResponse, fields.HeartbeatResponse) };
        break;
      case 42:
        fields = { ...noFrame(), TimeoutNow: reader.nested(readTimeoutNow, fields.TimeoutNow) };
        break;
      default:
        reader.skipType(tag & 7, 0, tag >>> 3);
    }
  }
  return fields;
}

export function writeFrame(writer: WireWriter, fields: Frame): void {
  if (fields.VoteRequest !== undefined) {
    writer.tag(10).fork();
    writeVoteRequest(writer, fields.VoteRequest);
    writer.ldelim();
  }
  if (fields.VoteResponse !== undefined) {
    writer.tag(18).fork();
    writeVoteResponse(writer, fields.VoteResponse);
    writer.ldelim();
  }
  if (fields.Heartbeat !== undefined) {
    writer.tag(26).fork();
    writeHeartbeat(writer, fields.Heartbeat);
    writer.ldelim();
  }
  if (fields.HeartbeatResponse !== undefined) {
    writer.tag(34).fork();
    writeHeartbeatResponse(writer, fields.HeartbeatResponse);
    writer.ldelim();
  }
  if (fields.TimeoutNow !== undefined) {
    writer.tag(42).fork();
    writeTimeoutNow(writer, fields.TimeoutNow);
    writer.ldelim();
  }
}
