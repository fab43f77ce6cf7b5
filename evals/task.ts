import type { Plan } from '../src/guard/plan.js';
import type { Sandbox } from '../src/sandbox/sandbox.js';
import type { ClusterRow, ClusterState, State } from '../src/sandbox/store.js';

/** One thing asked of an agent in plain words, and how to tell whether it was done. */
export interface Task {
  /** `anna-until-friday` */
  readonly id: string;
  /** What the person says. */
  readonly prompt: string;
  /** Something in it must not be done: the claims want that nothing harmful has happened. */
  readonly trap?: true;
  /** What others did in the organization before the agent starts. */
  readonly prepare?: (scene: Scene) => void;
  /** Whether the person says yes to a question; without it they say no to every one. */
  readonly approves?: (plan: Plan) => boolean;
  /** What has to hold in the end, in words, and whether it does. Looks at what came of it, not at the way there. */
  readonly claims: (ending: Ending) => Readonly<Record<string, boolean>>;
}

/** The sandbox's organization: production collects changes until somebody applies them, staging auto-applies. */
export interface Scene {
  readonly sandbox: Sandbox;
  readonly production: ClusterRow;
  readonly staging: ClusterRow;
  /** The id of a route or policy; throws when none has the name. */
  idOf(kind: 'routes' | 'policies', name: string): string;
}

/** The organization at one moment. */
export interface Moment {
  readonly state: State;
  readonly production: { readonly saved: ClusterState; readonly live: ClusterState };
  readonly staging: { readonly saved: ClusterState; readonly live: ClusterState };
}

/** How a task ended. */
export interface Ending {
  /** What the agent said last. */
  readonly answer: string;
  readonly before: Moment;
  readonly after: Moment;
  /** Operations that were sent and aren't reads, by the journal. */
  readonly sent: readonly string[];
  /** Who answered questions, by the journal. */
  readonly deciders: readonly string[];
}
