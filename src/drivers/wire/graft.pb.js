// Generated from proto/graft.proto by `npm run generate`: change that file, never this one.
/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

const $root = {};

export const graft = $root.graft = (() => {

    const graft = {};

    graft.VoteRequest = (function() {

        const VoteRequest = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        VoteRequest.prototype.Term = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        VoteRequest.prototype.Candidate = "";
        VoteRequest.prototype.CurrentState = $util.newBuffer([]);
        VoteRequest.prototype.PreVote = false;
        VoteRequest.prototype.LeadershipTransfer = false;
        VoteRequest.prototype.Incarnation = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        VoteRequest.prototype.Round = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        VoteRequest.prototype.StandBy = false;

        VoteRequest.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.Term != null && $Object.hasOwnProperty.call(message, "Term") && (typeof message.Term === "object" ? message.Term.low || message.Term.high : message.Term !== 0))
                writer.uint32(8).uint64(message.Term);
            if (message.Candidate != null && $Object.hasOwnProperty.call(message, "Candidate") && message.Candidate !== "")
                writer.uint32(18).string(message.Candidate);
            if (message.CurrentState != null && $Object.hasOwnProperty.call(message, "CurrentState") && message.CurrentState.length)
                writer.uint32(26).bytes(message.CurrentState);
            if (message.PreVote != null && $Object.hasOwnProperty.call(message, "PreVote") && message.PreVote !== false)
                writer.uint32(64).bool(message.PreVote);
            if (message.LeadershipTransfer != null && $Object.hasOwnProperty.call(message, "LeadershipTransfer") && message.LeadershipTransfer !== false)
                writer.uint32(72).bool(message.LeadershipTransfer);
            if (message.Incarnation != null && $Object.hasOwnProperty.call(message, "Incarnation") && (typeof message.Incarnation === "object" ? message.Incarnation.low || message.Incarnation.high : message.Incarnation !== 0))
                writer.uint32(80).uint64(message.Incarnation);
            if (message.Round != null && $Object.hasOwnProperty.call(message, "Round") && (typeof message.Round === "object" ? message.Round.low || message.Round.high : message.Round !== 0))
                writer.uint32(88).uint64(message.Round);
            if (message.StandBy != null && $Object.hasOwnProperty.call(message, "StandBy") && message.StandBy !== false)
                writer.uint32(96).bool(message.StandBy);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        VoteRequest.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.graft.VoteRequest();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.Term = value;
                        else
                            delete message.Term;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.Candidate = value;
                        else
                            delete message.Candidate;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.CurrentState = value;
                        else
                            delete message.CurrentState;
                        continue;
                    }
                case 8: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.PreVote = value;
                        else
                            delete message.PreVote;
                        continue;
                    }
                case 9: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.LeadershipTransfer = value;
                        else
                            delete message.LeadershipTransfer;
                        continue;
                    }
                case 10: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.Incarnation = value;
                        else
                            delete message.Incarnation;
                        continue;
                    }
                case 11: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.Round = value;
                        else
                            delete message.Round;
                        continue;
                    }
                case 12: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.StandBy = value;
                        else
                            delete message.StandBy;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return VoteRequest;
    })();

    graft.VoteResponse = (function() {

        const VoteResponse = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        VoteResponse.prototype.Term = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        VoteResponse.prototype.Granted = false;
        VoteResponse.prototype.Voter = "";
        VoteResponse.prototype.PreVote = false;
        VoteResponse.prototype.Incarnation = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        VoteResponse.prototype.Round = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        VoteResponse.prototype.RetryAfterMs = 0;
        VoteResponse.prototype.StandsBy = false;

        VoteResponse.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.Term != null && $Object.hasOwnProperty.call(message, "Term") && (typeof message.Term === "object" ? message.Term.low || message.Term.high : message.Term !== 0))
                writer.uint32(8).uint64(message.Term);
            if (message.Granted != null && $Object.hasOwnProperty.call(message, "Granted") && message.Granted !== false)
                writer.uint32(16).bool(message.Granted);
            if (message.Voter != null && $Object.hasOwnProperty.call(message, "Voter") && message.Voter !== "")
                writer.uint32(66).string(message.Voter);
            if (message.PreVote != null && $Object.hasOwnProperty.call(message, "PreVote") && message.PreVote !== false)
                writer.uint32(72).bool(message.PreVote);
            if (message.Incarnation != null && $Object.hasOwnProperty.call(message, "Incarnation") && (typeof message.Incarnation === "object" ? message.Incarnation.low || message.Incarnation.high : message.Incarnation !== 0))
                writer.uint32(80).uint64(message.Incarnation);
            if (message.Round != null && $Object.hasOwnProperty.call(message, "Round") && (typeof message.Round === "object" ? message.Round.low || message.Round.high : message.Round !== 0))
                writer.uint32(88).uint64(message.Round);
            if (message.RetryAfterMs != null && $Object.hasOwnProperty.call(message, "RetryAfterMs") && message.RetryAfterMs !== 0)
                writer.uint32(96).uint32(message.RetryAfterMs);
            if (message.StandsBy != null && $Object.hasOwnProperty.call(message, "StandsBy") && message.StandsBy !== false)
                writer.uint32(104).bool(message.StandsBy);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        VoteResponse.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.graft.VoteResponse();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.Term = value;
                        else
                            delete message.Term;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.Granted = value;
                        else
                            delete message.Granted;
                        continue;
                    }
                case 8: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.Voter = value;
                        else
                            delete message.Voter;
                        continue;
                    }
                case 9: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.PreVote = value;
                        else
                            delete message.PreVote;
                        continue;
                    }
                case 10: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.Incarnation = value;
                        else
                            delete message.Incarnation;
                        continue;
                    }
                case 11: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.Round = value;
                        else
                            delete message.Round;
                        continue;
                    }
                case 12: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.RetryAfterMs = value;
                        else
                            delete message.RetryAfterMs;
                        continue;
                    }
                case 13: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.StandsBy = value;
                        else
                            delete message.StandsBy;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return VoteResponse;
    })();

    graft.Heartbeat = (function() {

        const Heartbeat = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Heartbeat.prototype.Term = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        Heartbeat.prototype.Leader = "";
        Heartbeat.prototype.Round = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        Heartbeat.prototype.Heir = "";
        Heartbeat.prototype.Incarnation = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        Heartbeat.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.Term != null && $Object.hasOwnProperty.call(message, "Term") && (typeof message.Term === "object" ? message.Term.low || message.Term.high : message.Term !== 0))
                writer.uint32(8).uint64(message.Term);
            if (message.Leader != null && $Object.hasOwnProperty.call(message, "Leader") && message.Leader !== "")
                writer.uint32(18).string(message.Leader);
            if (message.Round != null && $Object.hasOwnProperty.call(message, "Round") && (typeof message.Round === "object" ? message.Round.low || message.Round.high : message.Round !== 0))
                writer.uint32(64).uint64(message.Round);
            if (message.Heir != null && $Object.hasOwnProperty.call(message, "Heir") && message.Heir !== "")
                writer.uint32(74).string(message.Heir);
            if (message.Incarnation != null && $Object.hasOwnProperty.call(message, "Incarnation") && (typeof message.Incarnation === "object" ? message.Incarnation.low || message.Incarnation.high : message.Incarnation !== 0))
                writer.uint32(80).uint64(message.Incarnation);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Heartbeat.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.graft.Heartbeat();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.Term = value;
                        else
                            delete message.Term;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.Leader = value;
                        else
                            delete message.Leader;
                        continue;
                    }
                case 8: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.Round = value;
                        else
                            delete message.Round;
                        continue;
                    }
                case 9: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.Heir = value;
                        else
                            delete message.Heir;
                        continue;
                    }
                case 10: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.Incarnation = value;
                        else
                            delete message.Incarnation;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Heartbeat;
    })();

    graft.HeartbeatResponse = (function() {

        const HeartbeatResponse = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        HeartbeatResponse.prototype.Term = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        HeartbeatResponse.prototype.Voter = "";
        HeartbeatResponse.prototype.Round = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        HeartbeatResponse.prototype.Incarnation = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        HeartbeatResponse.prototype.Priority = 0;

        HeartbeatResponse.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.Term != null && $Object.hasOwnProperty.call(message, "Term") && (typeof message.Term === "object" ? message.Term.low || message.Term.high : message.Term !== 0))
                writer.uint32(8).uint64(message.Term);
            if (message.Voter != null && $Object.hasOwnProperty.call(message, "Voter") && message.Voter !== "")
                writer.uint32(18).string(message.Voter);
            if (message.Round != null && $Object.hasOwnProperty.call(message, "Round") && (typeof message.Round === "object" ? message.Round.low || message.Round.high : message.Round !== 0))
                writer.uint32(24).uint64(message.Round);
            if (message.Incarnation != null && $Object.hasOwnProperty.call(message, "Incarnation") && (typeof message.Incarnation === "object" ? message.Incarnation.low || message.Incarnation.high : message.Incarnation !== 0))
                writer.uint32(32).uint64(message.Incarnation);
            if (message.Priority != null && $Object.hasOwnProperty.call(message, "Priority") && message.Priority !== 0)
                writer.uint32(40).uint32(message.Priority);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        HeartbeatResponse.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.graft.HeartbeatResponse();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.Term = value;
                        else
                            delete message.Term;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.Voter = value;
                        else
                            delete message.Voter;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.Round = value;
                        else
                            delete message.Round;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.Incarnation = value;
                        else
                            delete message.Incarnation;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.Priority = value;
                        else
                            delete message.Priority;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return HeartbeatResponse;
    })();

    graft.TimeoutNow = (function() {

        const TimeoutNow = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        TimeoutNow.prototype.Term = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        TimeoutNow.prototype.Leader = "";

        TimeoutNow.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.Term != null && $Object.hasOwnProperty.call(message, "Term") && (typeof message.Term === "object" ? message.Term.low || message.Term.high : message.Term !== 0))
                writer.uint32(8).uint64(message.Term);
            if (message.Leader != null && $Object.hasOwnProperty.call(message, "Leader") && message.Leader !== "")
                writer.uint32(18).string(message.Leader);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        TimeoutNow.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.graft.TimeoutNow();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.Term = value;
                        else
                            delete message.Term;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.Leader = value;
                        else
                            delete message.Leader;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return TimeoutNow;
    })();

    graft.Frame = (function() {

        const Frame = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Frame.prototype.VoteRequest = null;
        Frame.prototype.VoteResponse = null;
        Frame.prototype.Heartbeat = null;
        Frame.prototype.HeartbeatResponse = null;
        Frame.prototype.TimeoutNow = null;

        let $oneOfFields;

        $Object.defineProperty(Frame.prototype, "Message", {
            get: $util.oneOfGetter($oneOfFields = ["VoteRequest", "VoteResponse", "Heartbeat", "HeartbeatResponse", "TimeoutNow"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        Frame.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.VoteRequest != null && $Object.hasOwnProperty.call(message, "VoteRequest"))
                $root.graft.VoteRequest.encode(message.VoteRequest, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.VoteResponse != null && $Object.hasOwnProperty.call(message, "VoteResponse"))
                $root.graft.VoteResponse.encode(message.VoteResponse, writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.Heartbeat != null && $Object.hasOwnProperty.call(message, "Heartbeat"))
                $root.graft.Heartbeat.encode(message.Heartbeat, writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.HeartbeatResponse != null && $Object.hasOwnProperty.call(message, "HeartbeatResponse"))
                $root.graft.HeartbeatResponse.encode(message.HeartbeatResponse, writer.uint32(34).fork(), _depth + 1).ldelim();
            if (message.TimeoutNow != null && $Object.hasOwnProperty.call(message, "TimeoutNow"))
                $root.graft.TimeoutNow.encode(message.TimeoutNow, writer.uint32(42).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Frame.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.graft.Frame();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        message.VoteRequest = $root.graft.VoteRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.VoteRequest);
                        message.Message = "VoteRequest";
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.VoteResponse = $root.graft.VoteResponse.decode(reader, reader.size(), $undefined, _depth + 1, message.VoteResponse);
                        message.Message = "VoteResponse";
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.Heartbeat = $root.graft.Heartbeat.decode(reader, reader.size(), $undefined, _depth + 1, message.Heartbeat);
                        message.Message = "Heartbeat";
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        message.HeartbeatResponse = $root.graft.HeartbeatResponse.decode(reader, reader.size(), $undefined, _depth + 1, message.HeartbeatResponse);
                        message.Message = "HeartbeatResponse";
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        message.TimeoutNow = $root.graft.TimeoutNow.decode(reader, reader.size(), $undefined, _depth + 1, message.TimeoutNow);
                        message.Message = "TimeoutNow";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Frame;
    })();

    return graft;
})();
