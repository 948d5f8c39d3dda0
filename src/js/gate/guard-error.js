import { ClaimgateError } from '../errors.js';

/**
 * What a guard throws instead of returning a job. See `types.d.ts`.
 *
 * Frameworks ignore what a hook returns, but none runs a handler after its hook threw. Each member is here because frameworks read it, so
 * that they answer with the right status and headers by themselves; everything in it is meant for the caller.
 */
export class GuardError extends ClaimgateError {
  /**
   * @param {import('../types.d.ts').ProblemDetails} problem
   * @param {Record<string, string>} [headers]
   * @param {Partial<import('../types.d.ts').ErrorDetails>} [details]
   */
  constructor(problem, headers, details) {
    super(problem.code, problem.detail ?? problem.title, details);
    this.problem = problem;
    // Koa and Express read `status`, Fastify and Nest `statusCode`. Koa assigns `status`, so it must be writable.
    this.status = problem.status;
    this.statusCode = problem.status;
    this.headers = { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers };
    // Koa and Nest send a message only if it is marked as safe to send, and log the others.
    this.expose = true;
  }

  /** Hono calls it, and it serves wherever a `Response` is returned. */
  getResponse() {
    return new Response(`${JSON.stringify(this.problem, null, 2)}\n`, { status: this.problem.status, headers: this.headers });
  }

  /** Elysia calls it. */
  toResponse() {
    return this.getResponse();
  }
}

GuardError.prototype.name = 'GuardError';
