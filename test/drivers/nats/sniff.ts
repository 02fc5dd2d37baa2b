import type { NatsConnectionLike, NatsMessageLike } from '../../../src/drivers/nats/index.js';

/** A message on the wire, as a stranger sees it. */
export interface Sniffed {
  readonly subject: string;
  /** Empty where there is none. */
  readonly reply: string;
}

/** Both majors' messages have more than the driver needs of them. */
type WholeMessage = NatsMessageLike & Partial<Sniffed>;

/** Everything that is said from now on, as a plain subscriber hears it. */
export async function sniff(connection: NatsConnectionLike, subject: string): Promise<readonly Sniffed[]> {
  const said: Sniffed[] = [];
  connection.subscribe(subject, {
    callback: (_, message: WholeMessage) => said.push({ subject: message.subject ?? '', reply: message.reply ?? '' }),
  });
  await connection.flush();
  return said;
}
