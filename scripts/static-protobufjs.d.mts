export type Fields = Readonly<Record<string, unknown>>;

/** A message of proto/graft.proto. `decode` throws when the payload is not protobuf. */
export interface StaticType {
  encode(fields: Fields): { finish(): Uint8Array };
  decode(payload: Uint8Array): Fields;
  toObject(decoded: Fields, options: { readonly defaults: boolean; readonly longs: StringConstructor }): Fields;
}

type MessageName = 'VoteRequest' | 'VoteResponse' | 'Heartbeat' | 'HeartbeatResponse' | 'TimeoutNow' | 'Frame';

/** Generates it, which takes a second, and loads it. */
export function staticProtobufjs(): Promise<Readonly<Record<MessageName, StaticType>>>;
