/** A policy language. */
export type PolicySystem =
  | 'claimgate'
  | 'aws'
  | 'azure'
  | 'google'
  | 'vault'
  | 'octo-sts'
  | 'pypi'
  | 'crates-io'
  | 'rubygems';

/** What is known beyond the text. */
export interface ReadOptions {
  /** The policy language. By default it is identified by the text. */
  readonly system?: PolicySystem;
  /** Values for what the text does not hold, by the names in `holes`: `{ 'var.org': 'acme' }`. */
  readonly inputs?: Readonly<Record<string, unknown>>;
  /** `org` for an octo-sts policy of the organisation's policy repository. */
  readonly kind?: 'org';
}

/** What is known beyond the text, and the token. */
export interface EvaluateOptions extends ReadOptions {
  /** The claims of a token, **not verified**. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** A place in the text, from 1. */
export interface TextPosition {
  line: number;
  /** In characters. */
  column: number;
}

/** A value that the text does not hold, such as `var.org`. */
export interface PolicyHole {
  name: string;
  /** The default that the text declares. It decides nothing, because it can be overridden. */
  default?: string;
  at: TextPosition;
}

/** Something that works differently from what it looks like. */
export interface PolicyFinding {
  /** A stable code. */
  code: string;
  grade: 'note' | 'caution' | 'dangerous';
  message: string;
  at: TextPosition;
}

/** What to change so that a condition holds. */
export interface PolicyAdvice {
  /** Who can change it: the owner of the policy, or the author of the workflow. */
  side: 'policy' | 'workflow';
  message: string;
}

/** A part of a policy, decided. */
export type PolicyPart = {
  /** Whether it holds. An error, which only CEL has, denies. */
  holds: 'true' | 'false' | 'error' | 'unknown';
  /** Why it fails, or cannot be decided. */
  because?: string[];
  at?: TextPosition;
} & (
  | { kind: 'all' | 'any'; parts: PolicyPart[] }
  | { kind: 'not'; part: PolicyPart }
  | { kind: 'place'; name: string; part: PolicyPart }
  | { kind: 'claim'; claim: string; operator: string; expected: string[]; found?: unknown; advice?: PolicyAdvice[] }
  | { kind: 'fixed'; subject: string }
  | { kind: 'omitted'; count: number }
);

/** What a policy is. */
export interface PolicyReading {
  system: PolicySystem;
  format: 'json' | 'yaml' | 'hcl' | 'bicep' | 'shell';
  holes: PolicyHole[];
  findings: PolicyFinding[];
  /** What was assumed, because the text does not say it. */
  assumptions: string[];
}

/** What a policy decides for a token, and why. */
export interface PolicyEvaluation extends PolicyReading {
  /** `unknown` if it depends on what the text does not hold, or on what the vendor does not document. */
  verdict: 'allow' | 'deny' | 'unknown';
  /** Why the verdict is unknown. */
  reasons: { message: string; hole?: string }[];
  /** The conditions for which the verdict is not `allow`. */
  deciding: PolicyPart[];
  /** The whole policy, part by part. */
  explanation: PolicyPart;
}

/**
 * Decides for a token as the policy's system would, and explains it. Nothing is verified: it is for people, and guards nothing.
 *
 * @param text a policy as it is pasted: JSON, YAML, Terraform, Bicep, or a command line
 * @throws {ClaimgateError} `document_syntax`, `document_unknown`, `document_too_large`, `policy_value`, `option_invalid`
 */
export function evaluate(text: string, options: EvaluateOptions): Promise<PolicyEvaluation>;

/**
 * Reads a policy without a token: its system, what it does not hold, and what works differently from what it looks like.
 *
 * @throws {ClaimgateError} as `evaluate`
 */
export function readPolicy(text: string, options?: ReadOptions): Promise<PolicyReading>;

export { ClaimgateError } from '../errors.js';
