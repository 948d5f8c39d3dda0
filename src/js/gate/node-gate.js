import { createGuard } from './guard.js';

/**
 * The gate as a middleware of Express, or in front of a handler of `node:http`. See `types.d.ts`.
 *
 * @param {import('../types.d.ts').GuardOptions} options
 * @returns {import('../types.d.ts').NodeMiddleware}
 */
export function createNodeGate(options) {
  const guard = createGuard(options);
  return async (request, response, next) => {
    try {
      request.job = await guard(request);
    } catch (error) {
      const answer = /** @type {import('../types.d.ts').GuardError} */ (error).getResponse();
      response.writeHead(answer.status, Object.fromEntries(answer.headers));
      response.end(await answer.text());
      return;
    }
    await next();
  };
}
