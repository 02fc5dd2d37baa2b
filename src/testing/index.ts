/**
 * For who tests: a simulated clock and network, the driver that goes with them, and the suite that a driver must pass.
 */
export type { Rng } from '../core/random.js';
export { type Clock, systemClock, type Timer } from '../node/clock.js';
export type { Direction } from './cuts.js';
export type { DriverCapabilities } from './driver-suite/capabilities.js';
export type { SuiteLimits } from './driver-suite/limits.js';
export type { SuiteNetwork } from './driver-suite/suite-network.js';
export { type DriverSuiteOptions, describeRpcDriver, type SuiteRunner } from './driver-suite.js';
export type { DropReason, FrameCounts, FrameEvent, FrameFacts } from './frame-event.js';
export type { LinkConditions } from './link-conditions.js';
export { type Attachment, type Endpoint, MemoryNetwork, type MemoryNetworkOptions } from './memory-network.js';
export { MockRpcDriver, type MockRpcDriverOptions } from './mock-rpc-driver.js';
export { NodeClock, type NodeClockOptions } from './node-clock.js';
export { seededRng } from './random.js';
export { SimulatedClock, type SimulatedClockOptions } from './simulated-clock.js';
