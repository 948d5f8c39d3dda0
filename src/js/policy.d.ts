import type { ClaimTable } from './claims.js';

/**
 * A trust policy. It is checked when it is loaded, whatever its type here: the JSON Schema of the package
 * (`claimgate/policy.schema.json`) is for editors. A JSON import has wider types, hence the strings.
 */
export interface Policy {
  readonly version: number;
  readonly audience: string | readonly string[];
  readonly issuers: Readonly<Record<string, PolicyIssuer>>;
  readonly roles: Readonly<Record<string, PolicyRole>>;
  readonly $schema?: string;
}

export interface PolicyIssuer {
  /** `github`, `ghes`, `ghe.com` or `loopback`. */
  readonly kind: string;
  /** Kind `github`: the enterprise's slug. Kind `ghe.com`: true for the enterprise's own issuer. */
  readonly enterprise?: string | boolean;
  /** Kind `ghes`. */
  readonly host?: string;
  /** Kind `ghe.com`. */
  readonly subdomain?: string;
  /** Kind `loopback`: a local issuer for development. */
  readonly port?: number;
}

export interface PolicyRole {
  /** What it is for: explanations repeat it where they show the policy. At most 1024 bytes. */
  readonly description?: string;
  /** A name of `issuers`, or several of one GitHub instance. */
  readonly issuer: string | readonly string[];
  /** Those of the policy's audiences that a token for this role may have; all by default. */
  readonly audience?: string | readonly string[];
  /** A job that meets one of these rules has the role, unless a rule denies it. */
  readonly allow: readonly PolicyRule[];
  /** A job that meets one of these rules is refused, whatever else it meets. */
  readonly deny?: readonly PolicyRule[];
  readonly grant?: { readonly audience: string; readonly scope?: readonly string[]; readonly ttl?: number };
  /** Says that rules without an owner, repository or enterprise are meant. */
  readonly unscoped?: boolean;
}

/** Claims, and what each must match; all must. A claim that is not known is an error, also when the policy is loaded. */
export type PolicyRule = RuleMembers & ConditionIfPresent;

interface RuleMembers extends Readonly<ClaimTable<PolicyCondition>> {
  /** Whom the token is about: the job, by claims that its owner may choose. */
  readonly sub?: PolicyCondition;
  /** A custom property of the repository. */
  readonly [property: `repo_property_${string}`]: PolicyCondition;
  /** Claims that are newer than this release. */
  readonly claims?: PolicyNewClaims;
  /** What the rule is for: explanations repeat it where they show the policy. At most 1024 bytes. */
  readonly description?: string;
}

/**
 * An optional member may be `undefined`, which would be a condition less. What an index has may not, and patterns are indexes. No pattern
 * matches only the name itself: this one also matches a name that continues without lower-case letters, which no claim does. In an
 * annotated policy (`const policy: Policy = …`) such a name compiles, and is an error when the policy is loaded.
 */
type ConditionIfPresent = { readonly [Claim in `${keyof ClaimTable<unknown> | 'sub'}${Uppercase<string>}`]: PolicyCondition };

/** Claims that GitHub has added since this release. They are compared exactly; a token in which one is not a string is refused. */
export type PolicyNewClaims = { readonly [claim: string]: string | readonly string[] };

/**
 * A string is exact, a list is any of them. In a glob `*` stays within a segment, `**` crosses `/` and `:`. `has` asks for an element of a
 * custom property whose value is a list.
 */
export type PolicyCondition = PolicyPattern | readonly PolicyPattern[];
export type PolicyPattern = string | { readonly glob: string | readonly string[] } | { readonly has: string | readonly string[] };

/** A policy as a function takes it. TypeScript gives the rules of a JSON import members that are optional and `undefined`. */
export type PolicyInput = string | Widened<Policy>;

type Primitive = string | number | boolean | null | undefined;

type Widened<T> = T extends Primitive ? T : { readonly [K in keyof T]: Widened<T[K]> | ({} extends Pick<T, K> ? undefined : never) };

/**
 * What the type of a policy is checked with: every member must be one of `Shape`, since TypeScript itself finds unknown ones in some object
 * literals only, and none may be `undefined`. Optional members that are nothing but `undefined` are left out.
 */
export type Checked<T, Shape = Policy> = T extends Primitive
  ? T
  : Shape extends T
    ? T
    : T extends readonly unknown[]
      ? { [I in keyof T]: CheckedMember<T, I, Shape extends readonly (infer Item)[] ? Item : never> }
      : { [K in keyof T]: K extends NameIn<Shape> ? CheckedMember<T, K, MemberOf<Shape, K>> : `\`${K & string}\` is not known here` } & Documented<Shape>;

type CheckedMember<T, K extends keyof T, Shape> = undefined extends T[K]
  ? IsLeftOut<T, K> extends true
    ? unknown
    : 'a value that may not be undefined'
  : Checked<T[K], Shape>;

type IsLeftOut<T, K extends keyof T> = [T[K]] extends [undefined] ? ({} extends Pick<T, K> ? true : false) : false;

/** Adds nothing but the comments of the members, which editors show. */
type Documented<Shape> = PolicyRule extends Shape ? { readonly [K in keyof RuleMembers]?: unknown } : { readonly [K in keyof Shape]?: unknown };

/** The names of the members of each object in a union, and the types that a member has there. */
type NameIn<Shape> = Shape extends Primitive | readonly unknown[] ? never : PolicyRule extends Shape ? keyof RuleMembers : keyof Shape;
type MemberOf<Shape, K> = Shape extends Primitive | readonly unknown[] ? never : K extends keyof Shape ? Exclude<Shape[K], undefined> : never;
