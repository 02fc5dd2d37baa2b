// Generated from proto/graft.proto by `npm run generate`: change that file, never this one.
import * as $protobuf from "protobufjs/minimal.js";
interface Long {
    readonly low: number;
    readonly high: number;
    readonly unsigned: boolean;
}

/** Namespace graft. */
export namespace graft {

    /**
     * Properties of a VoteRequest.
     * @deprecated Use graft.VoteRequest.$Properties instead.
     */
    interface IVoteRequest extends graft.VoteRequest.$Properties {
    }

    /** Represents a VoteRequest. */
    class VoteRequest {

        /**
         * Constructs a new VoteRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: graft.VoteRequest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** VoteRequest Term. */
        Term: (number|Long);

        /** VoteRequest Candidate. */
        Candidate: string;

        /** VoteRequest CurrentState. */
        CurrentState: Uint8Array;

        /** VoteRequest PreVote. */
        PreVote: boolean;

        /** VoteRequest LeadershipTransfer. */
        LeadershipTransfer: boolean;

        /** VoteRequest Incarnation. */
        Incarnation: (number|Long);

        /** VoteRequest Round. */
        Round: (number|Long);

        /** VoteRequest StandBy. */
        StandBy: boolean;

        /**
         * Encodes the specified VoteRequest message. Does not implicitly {@link graft.VoteRequest.verify|verify} messages.
         * @param message VoteRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: graft.VoteRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a VoteRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {graft.VoteRequest & graft.VoteRequest.$Shape} VoteRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): graft.VoteRequest & graft.VoteRequest.$Shape;
    }

    namespace VoteRequest {

        /** Properties of a VoteRequest. */
        interface $Properties {

            /** VoteRequest Term */
            Term?: (number|Long|null);

            /** VoteRequest Candidate */
            Candidate?: (string|null);

            /** VoteRequest CurrentState */
            CurrentState?: (Uint8Array|null);

            /** VoteRequest PreVote */
            PreVote?: (boolean|null);

            /** VoteRequest LeadershipTransfer */
            LeadershipTransfer?: (boolean|null);

            /** VoteRequest Incarnation */
            Incarnation?: (number|Long|null);

            /** VoteRequest Round */
            Round?: (number|Long|null);

            /** VoteRequest StandBy */
            StandBy?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a VoteRequest. */
        type $Shape = graft.VoteRequest.$Properties;
    }

    /**
     * Properties of a VoteResponse.
     * @deprecated Use graft.VoteResponse.$Properties instead.
     */
    interface IVoteResponse extends graft.VoteResponse.$Properties {
    }

    /** Represents a VoteResponse. */
    class VoteResponse {

        /**
         * Constructs a new VoteResponse.
         * @param [properties] Properties to set
         */
        constructor(properties?: graft.VoteResponse.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** VoteResponse Term. */
        Term: (number|Long);

        /** VoteResponse Granted. */
        Granted: boolean;

        /** VoteResponse Voter. */
        Voter: string;

        /** VoteResponse PreVote. */
        PreVote: boolean;

        /** VoteResponse Incarnation. */
        Incarnation: (number|Long);

        /** VoteResponse Round. */
        Round: (number|Long);

        /** VoteResponse RetryAfterMs. */
        RetryAfterMs: number;

        /** VoteResponse StandsBy. */
        StandsBy: boolean;

        /**
         * Encodes the specified VoteResponse message. Does not implicitly {@link graft.VoteResponse.verify|verify} messages.
         * @param message VoteResponse message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: graft.VoteResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a VoteResponse message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {graft.VoteResponse & graft.VoteResponse.$Shape} VoteResponse
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): graft.VoteResponse & graft.VoteResponse.$Shape;
    }

    namespace VoteResponse {

        /** Properties of a VoteResponse. */
        interface $Properties {

            /** VoteResponse Term */
            Term?: (number|Long|null);

            /** VoteResponse Granted */
            Granted?: (boolean|null);

            /** VoteResponse Voter */
            Voter?: (string|null);

            /** VoteResponse PreVote */
            PreVote?: (boolean|null);

            /** VoteResponse Incarnation */
            Incarnation?: (number|Long|null);

            /** VoteResponse Round */
            Round?: (number|Long|null);

            /** VoteResponse RetryAfterMs */
            RetryAfterMs?: (number|null);

            /** VoteResponse StandsBy */
            StandsBy?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a VoteResponse. */
        type $Shape = graft.VoteResponse.$Properties;
    }

    /**
     * Properties of a Heartbeat.
     * @deprecated Use graft.Heartbeat.$Properties instead.
     */
    interface IHeartbeat extends graft.Heartbeat.$Properties {
    }

    /** Represents a Heartbeat. */
    class Heartbeat {

        /**
         * Constructs a new Heartbeat.
         * @param [properties] Properties to set
         */
        constructor(properties?: graft.Heartbeat.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Heartbeat Term. */
        Term: (number|Long);

        /** Heartbeat Leader. */
        Leader: string;

        /** Heartbeat Round. */
        Round: (number|Long);

        /** Heartbeat Heir. */
        Heir: string;

        /** Heartbeat Incarnation. */
        Incarnation: (number|Long);

        /**
         * Encodes the specified Heartbeat message. Does not implicitly {@link graft.Heartbeat.verify|verify} messages.
         * @param message Heartbeat message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: graft.Heartbeat.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Heartbeat message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {graft.Heartbeat & graft.Heartbeat.$Shape} Heartbeat
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): graft.Heartbeat & graft.Heartbeat.$Shape;
    }

    namespace Heartbeat {

        /** Properties of a Heartbeat. */
        interface $Properties {

            /** Heartbeat Term */
            Term?: (number|Long|null);

            /** Heartbeat Leader */
            Leader?: (string|null);

            /** Heartbeat Round */
            Round?: (number|Long|null);

            /** Heartbeat Heir */
            Heir?: (string|null);

            /** Heartbeat Incarnation */
            Incarnation?: (number|Long|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Heartbeat. */
        type $Shape = graft.Heartbeat.$Properties;
    }

    /**
     * Properties of a HeartbeatResponse.
     * @deprecated Use graft.HeartbeatResponse.$Properties instead.
     */
    interface IHeartbeatResponse extends graft.HeartbeatResponse.$Properties {
    }

    /** Represents a HeartbeatResponse. */
    class HeartbeatResponse {

        /**
         * Constructs a new HeartbeatResponse.
         * @param [properties] Properties to set
         */
        constructor(properties?: graft.HeartbeatResponse.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** HeartbeatResponse Term. */
        Term: (number|Long);

        /** HeartbeatResponse Voter. */
        Voter: string;

        /** HeartbeatResponse Round. */
        Round: (number|Long);

        /** HeartbeatResponse Incarnation. */
        Incarnation: (number|Long);

        /** HeartbeatResponse Priority. */
        Priority: number;

        /**
         * Encodes the specified HeartbeatResponse message. Does not implicitly {@link graft.HeartbeatResponse.verify|verify} messages.
         * @param message HeartbeatResponse message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: graft.HeartbeatResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a HeartbeatResponse message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {graft.HeartbeatResponse & graft.HeartbeatResponse.$Shape} HeartbeatResponse
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): graft.HeartbeatResponse & graft.HeartbeatResponse.$Shape;
    }

    namespace HeartbeatResponse {

        /** Properties of a HeartbeatResponse. */
        interface $Properties {

            /** HeartbeatResponse Term */
            Term?: (number|Long|null);

            /** HeartbeatResponse Voter */
            Voter?: (string|null);

            /** HeartbeatResponse Round */
            Round?: (number|Long|null);

            /** HeartbeatResponse Incarnation */
            Incarnation?: (number|Long|null);

            /** HeartbeatResponse Priority */
            Priority?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a HeartbeatResponse. */
        type $Shape = graft.HeartbeatResponse.$Properties;
    }

    /**
     * Properties of a TimeoutNow.
     * @deprecated Use graft.TimeoutNow.$Properties instead.
     */
    interface ITimeoutNow extends graft.TimeoutNow.$Properties {
    }

    /** Represents a TimeoutNow. */
    class TimeoutNow {

        /**
         * Constructs a new TimeoutNow.
         * @param [properties] Properties to set
         */
        constructor(properties?: graft.TimeoutNow.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** TimeoutNow Term. */
        Term: (number|Long);

        /** TimeoutNow Leader. */
        Leader: string;

        /**
         * Encodes the specified TimeoutNow message. Does not implicitly {@link graft.TimeoutNow.verify|verify} messages.
         * @param message TimeoutNow message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: graft.TimeoutNow.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a TimeoutNow message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {graft.TimeoutNow & graft.TimeoutNow.$Shape} TimeoutNow
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): graft.TimeoutNow & graft.TimeoutNow.$Shape;
    }

    namespace TimeoutNow {

        /** Properties of a TimeoutNow. */
        interface $Properties {

            /** TimeoutNow Term */
            Term?: (number|Long|null);

            /** TimeoutNow Leader */
            Leader?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a TimeoutNow. */
        type $Shape = graft.TimeoutNow.$Properties;
    }

    /**
     * Properties of a Frame.
     * @deprecated Use graft.Frame.$Properties instead.
     */
    interface IFrame extends graft.Frame.$Properties {
    }

    /** Represents a Frame. */
    class Frame {

        /**
         * Constructs a new Frame.
         * @param [properties] Properties to set
         */
        constructor(properties?: graft.Frame.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Frame VoteRequest. */
        VoteRequest?: (graft.VoteRequest.$Properties|null);

        /** Frame VoteResponse. */
        VoteResponse?: (graft.VoteResponse.$Properties|null);

        /** Frame Heartbeat. */
        Heartbeat?: (graft.Heartbeat.$Properties|null);

        /** Frame HeartbeatResponse. */
        HeartbeatResponse?: (graft.HeartbeatResponse.$Properties|null);

        /** Frame TimeoutNow. */
        TimeoutNow?: (graft.TimeoutNow.$Properties|null);

        /** Frame Message. */
        Message?: ("VoteRequest"|"VoteResponse"|"Heartbeat"|"HeartbeatResponse"|"TimeoutNow");

        /**
         * Encodes the specified Frame message. Does not implicitly {@link graft.Frame.verify|verify} messages.
         * @param message Frame message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: graft.Frame.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Frame message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {graft.Frame & graft.Frame.$Shape} Frame
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): graft.Frame & graft.Frame.$Shape;
    }

    namespace Frame {

        /** Properties of a Frame. */
        interface $Properties {

            /** Frame VoteRequest */
            VoteRequest?: (graft.VoteRequest.$Properties|null);

            /** Frame VoteResponse */
            VoteResponse?: (graft.VoteResponse.$Properties|null);

            /** Frame Heartbeat */
            Heartbeat?: (graft.Heartbeat.$Properties|null);

            /** Frame HeartbeatResponse */
            HeartbeatResponse?: (graft.HeartbeatResponse.$Properties|null);

            /** Frame TimeoutNow */
            TimeoutNow?: (graft.TimeoutNow.$Properties|null);

            /** Frame Message */
            Message?: ("VoteRequest"|"VoteResponse"|"Heartbeat"|"HeartbeatResponse"|"TimeoutNow");

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Narrowed shape of a Frame. */
        type $Shape = {
          VoteRequest?: graft.VoteRequest.$Shape|null;
          VoteResponse?: graft.VoteResponse.$Shape|null;
          Heartbeat?: graft.Heartbeat.$Shape|null;
          HeartbeatResponse?: graft.HeartbeatResponse.$Shape|null;
          TimeoutNow?: graft.TimeoutNow.$Shape|null;
          $unknowns?: Uint8Array[];
        } & (
          ({ Message?: undefined; VoteRequest?: null; VoteResponse?: null; Heartbeat?: null; HeartbeatResponse?: null; TimeoutNow?: null }|{ Message?: "VoteRequest"; VoteRequest: graft.VoteRequest.$Shape; VoteResponse?: null; Heartbeat?: null; HeartbeatResponse?: null; TimeoutNow?: null }|{ Message?: "VoteResponse"; VoteRequest?: null; VoteResponse: graft.VoteResponse.$Shape; Heartbeat?: null; HeartbeatResponse?: null; TimeoutNow?: null }|{ Message?: "Heartbeat"; VoteRequest?: null; VoteResponse?: null; Heartbeat: graft.Heartbeat.$Shape; HeartbeatResponse?: null; TimeoutNow?: null }|{ Message?: "HeartbeatResponse"; VoteRequest?: null; VoteResponse?: null; Heartbeat?: null; HeartbeatResponse: graft.HeartbeatResponse.$Shape; TimeoutNow?: null }|{ Message?: "TimeoutNow"; VoteRequest?: null; VoteResponse?: null; Heartbeat?: null; HeartbeatResponse?: null; TimeoutNow: graft.TimeoutNow.$Shape })
        );
    }
}
