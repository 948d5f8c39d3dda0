/** `claimgate/replay`: what makes a token work once. */
import type { Request, Response } from '../platform.js';
import type { ReplayStore as Store } from '../types.js';

/** A store that an exchange can use, too. */
export type ReplayStore = Required<Store>;

export interface MemoryReplayOptions {
  /** How many tokens are kept: 100,000 unless given. When it is full, tokens are refused rather than others forgotten. */
  capacity?: number;
  /** The time in seconds since 1970; the system's clock unless given. */
  clock?: () => number;
}

/** In the memory of one process: for a single one, which forgets when it is started again. */
export function memoryReplay(options?: MemoryReplayOptions): ReplayStore;

/**
 * A namespace of Durable Objects, for Workers. The Worker exports their class, `ReplayObject`, and its configuration binds it:
 *
 * @example
 * export { ReplayObject } from 'claimgate/replay';
 *
 * const guard = createGuard({ policy, role: 'deploy', replay: durableObjectReplay(env.REPLAY) });
 *
 * @param options `shards`: how many objects share the tokens, 16 unless given; changing it forgets them
 */
export function durableObjectReplay(namespace: DurableObjects, options?: { shards?: number }): ReplayStore;

/** The class of the Durable Objects. */
export class ReplayObject {
  constructor(state: DurableObjectState);
  fetch(request: Request): Promise<Response>;
  alarm(): Promise<void>;
}

/** Deno KV: `denoKvReplay(await Deno.openKv())`. */
export function denoKvReplay(kv: DenoKv): ReplayStore;

/**
 * Redis 6.2 or newer, with the `maxmemory-policy` `noeviction`: `await redisReplay((command) => client.sendCommand(command))`.
 *
 * @param send sends a command and resolves with its answer: with `redis` `(command) => client.sendCommand(command)`, with `ioredis`
 *   `([name, ...rest]) => client.call(name, ...rest)`
 * @throws {ClaimgateError} with `option_invalid` if Redis evicts keys when its memory is full, or does not say.
 */
export function redisReplay(send: (command: string[]) => Promise<unknown>, options?: RedisReplayOptions): Promise<ReplayStore>;

export interface RedisReplayOptions {
  /** States that Redis evicts no keys, for servers that do not answer `INFO memory`. Default: false. */
  noEviction?: boolean;
}

/** What is used of a `DurableObjectNamespace`. */
export interface DurableObjects {
  idFromName(name: string): any;
  get(id: any): { fetch(url: string): Promise<{ readonly status: number; text(): Promise<string> }> };
}

/** What is used of a `DurableObjectState`. */
export interface DurableObjectState {
  readonly storage: {
    get(key: string): Promise<unknown>;
    put(key: string, value: number): Promise<unknown>;
    delete(keys: string[]): Promise<unknown>;
    list(options: { limit: number; startAfter?: string }): Promise<Map<string, any>>;
    getAlarm(): Promise<number | null>;
    setAlarm(time: number): Promise<unknown>;
  };
}

/** What is used of a `Deno.Kv`. */
export interface DenoKv {
  get(key: string[]): Promise<{ readonly versionstamp: string | null }>;
  atomic(): DenoAtomic;
}

/** What is used of a `Deno.AtomicOperation`. */
export interface DenoAtomic {
  check(check: { key: string[]; versionstamp: null }): DenoAtomic;
  set(key: string[], value: true, options: { expireIn: number }): DenoAtomic;
  commit(): Promise<{ ok: boolean }>;
}
