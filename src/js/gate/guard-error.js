import { ClaimgateError } from '../errors.js';

/**
 * What a guard throws instead of returning a job. See `types.d.ts`.
 *
 * Each member is here because frameworks read it, so that they answer with the right status and headers by themselves. All of it may be
 * shown to the caller.
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
    // Express sends the stack to the caller, unless it runs in production. Where an internal error came from is for `onError`.
    this.stack = `${this.name}: ${this.message}`;
  }

  /** What `problem` says is in the message and the details. */
  toJSON() {
    return { ...super.toJSON(), status: this.status };
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
