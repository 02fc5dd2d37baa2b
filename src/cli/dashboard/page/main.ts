// The page of graft dashboard: hears snapshots and shows each of them whole, so that none that was missed is missing.
import type { Snapshot } from '../page-protocol.js';
import { ChangeList } from './change-list.js';
import { connect } from './connection.js';
import { byId, setText } from './elements.js';
import { type Heir, NodeTable } from './node-table.js';
import { Ring } from './ring.js';
import { ServerClock } from './server-clock.js';
import { Sight } from './sight.js';
import { StepDown } from './step-down.js';
import { Summary } from './summary.js';
import { Timeline } from './timeline.js';

/** As often as an arc needs to move smoothly, and no more: this page stays open for days. */
const FRAME_MS = 50;

class Page {
  readonly #clock = new ServerClock();
  readonly #sight = new Sight();
  readonly #summary = new Summary();
  readonly #ring = new Ring(byId('ring'));
  readonly #stepDown = new StepDown();
  readonly #nodes = new NodeTable((heir) => this.#askToHandOver(heir));
  readonly #timeline = new Timeline();
  readonly #changes = new ChangeList();
  readonly #still = matchMedia('(prefers-reduced-motion: reduce)');
  #version: string | undefined;
  #newest: Snapshot | undefined;
  #drawnMs = 0;

  open(): void {
    connect({
      greet: ({ cluster, version, patienceMs, stepDownToken }) => {
        // Another version serves it now: its snapshots may be others.
        if (this.#version !== undefined && this.#version !== version) location.reload();
        this.#version = version;
        this.#sight.patienceMs = patienceMs;
        this.#stepDown.token = stepDownToken;
        setText(byId('cluster'), cluster);
        byId('watches-only').hidden = stepDownToken !== null;
      },
      show: (snapshot) => this.#show(snapshot),
      lose: (isRetried) => this.#sight.lose(isRetried),
    });
    requestAnimationFrame((atMs) => this.#draw(atMs));
  }

  #show(snapshot: Snapshot): void {
    this.#newest = snapshot;
    this.#clock.take(snapshot.atMs);
    this.#sight.gain();
    this.#summary.show(snapshot);
    this.#ring.show(snapshot);
    this.#stepDown.see(snapshot.leader);
    this.#nodes.show(snapshot, this.#stepDown.token !== null);
    this.#timeline.show(snapshot, this.#clock.nowMs);
    this.#changes.show(snapshot);
    this.#ring.lease.draw(0);
  }

  /** What moves between snapshots. */
  #draw(atMs: number): void {
    requestAnimationFrame((nextMs) => this.#draw(nextMs));
    if (atMs - this.#drawnMs < FRAME_MS) return;
    this.#drawnMs = atMs;
    const sinceMs = this.#clock.sinceToldMs;
    this.#sight.show(sinceMs);
    // What is out of sight moves to its end at once.
    if (!this.#still.matches || !this.#sight.isLive) this.#ring.lease.draw(sinceMs);
  }

  #askToHandOver(heir: Heir): void {
    const leader = this.#newest?.leader;
    if (leader !== undefined && leader !== null) this.#stepDown.ask(heir, leader);
  }
}

new Page().open();
