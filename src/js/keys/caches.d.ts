/** `claimgate/caches`: where keys can be kept outside of an isolate. Whoever can write there decides which keys are trusted. */
import type { KeyCache } from '../types.js';

/**
 * The Cache API: of a Worker's own data centre, of Deno, of a browser. On `workers.dev` Cloudflare's keeps nothing.
 *
 * @param cache the runtime's default one, or one named `claimgate`, unless given
 */
export function cacheApi(cache?: CacheLike): KeyCache;

/** A namespace of Workers KV. Its other readers see new keys up to a minute later. */
export function workersKv(namespace: KvNamespace): KeyCache;

/** Deno KV. An entry has at most 64 KiB there: enough for GitHub's keys many times over. */
export function denoKv(kv: DenoKv): KeyCache;

/** What is used of a `Cache`. */
export interface CacheLike {
  match(request: any): Promise<{ text(): Promise<string> } | undefined>;
  put(request: any, response: any): Promise<unknown>;
}

/** What is used of a `KVNamespace`. */
export interface KvNamespace {
  get(name: string): Promise<string | null>;
  put(name: string, text: string, options: { expirationTtl: number }): Promise<void>;
}

/** What is used of a `Deno.Kv`. */
export interface DenoKv {
  get(key: [string]): Promise<{ value: unknown }>;
  set(key: [string], value: string, options: { expireIn: number }): Promise<unknown>;
}
