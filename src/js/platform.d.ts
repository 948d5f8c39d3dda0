/**
 * The platform's types: its own where they are part of the compilation, from the DOM, Node or Workers, and otherwise what is used of them.
 * So the package needs none of them.
 */

export type Request = typeof globalThis extends { Request: { prototype: infer T } } ? T : RequestLike;
export type Response = typeof globalThis extends { Response: { prototype: infer T } } ? T : ResponseLike;
export type AbortSignal = Request['signal'];

/** A `WebAssembly.Module`. */
export type WasmModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer T } } } ? T : object;

export interface RequestLike {
  readonly url: string;
  readonly method: string;
  readonly headers: HeadersLike;
  readonly signal: AbortSignalLike;
}

export interface ResponseLike {
  readonly status: number;
  readonly headers: HeadersLike;
  text(): Promise<string>;
  json(): Promise<any>;
}

export interface HeadersLike {
  get(name: string): string | null;
}

export interface AbortSignalLike {
  readonly aborted: boolean;
}
