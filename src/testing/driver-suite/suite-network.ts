import type { ClusterName, NodeId } from '../../core/names.js';
import type { RpcDriver } from '../../drivers/rpc-driver.js';

/** A network for one case of the suite. */
export interface SuiteNetwork {
  /**
   * A new driver that has not been started. Where several drivers can share one connection, let them share it: the
   * suite then shows that closing one leaves the others working.
   */
  createDriver(): RpcDriver | Promise<RpcDriver>;
  /**
   * Puts `bytes`, which are no message, where the driver of the node `to` receives.
   * Needed when the capability `injectable` is claimed.
   */
  injectGarbage?(garbage: { readonly cluster: ClusterName; readonly to: NodeId; readonly bytes: Uint8Array }): unknown;
  /** Frees everything; called once the case has closed its drivers. */
  close(): Promise<void>;
}
