/** The HTTP driver (`graft-election/http`): nodes that know each other's addresses, and nothing between them. */

export { HttpInquirer, type HttpInquirerOptions } from './http-inquirer.js';
export { HttpRpcDriver, type HttpTransportCounts } from './http-rpc-driver.js';
export type { HttpDriverOptions, HttpListenOptions, HttpTlsOptions } from './options.js';
export type { PeerCounts } from './peer-link.js';
export type { HttpHandler } from './reception.js';
export type { Rejection } from './rejections.js';
