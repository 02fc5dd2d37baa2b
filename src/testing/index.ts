/**
 * For who tests: whole simulated worlds; a simulated clock and network, and the driver that goes with them; the suite
 * that a driver must pass.
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
export type { CalmPlanOptions } from './simulation/calm-plan.js';
export { describePlan, describeSchedule } from './simulation/describe-plan.js';
export { drawPlan } from './simulation/draw-plan.js';
export type { Invariant, MemberView, WorldEvent, WorldView } from './simulation/invariant.js';
export type {
  Death,
  DiskPlan,
  Fault,
  Harm,
  MachinePlan,
  NetworkPlan,
  Plan,
  ScheduleItem,
  Shape,
  Whom,
} from './simulation/plan.js';
export { describeFailure, type FailureOptions } from './simulation/report.js';
export { type RunOptions, runWorld, type Verdict, type WorldReport } from './simulation/run-world.js';
export type { Service, ServiceContext, ServiceFactory } from './simulation/service.js';
export { type Shrunk, shrink } from './simulation/shrink.js';
export { allSometimes } from './simulation/sometimes/index.js';
export { Sometimes } from './simulation/sometimes/sometimes.js';
export { Trace } from './simulation/trace.js';
export type { Breach, Hearer } from './simulation/watch.js';
export { InvariantViolation, World, type WorldOptions } from './simulation/world.js';
