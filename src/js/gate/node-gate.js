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
    const { job, refusal } = await guard({ headers: { get: (name) => joined(request, name) } });
    if (refusal) {
      response.writeHead(refusal.status, Object.fromEntries(refusal.headers));
      response.end(await refusal.text());
      return;
    }
    request.job = job;
    await next();
  };
}

/**
 * A header as `Headers` would have it: several are one that makes no sense as a token, where Node takes the first.
 *
 * @param {import('../types.d.ts').NodeRequest} request
 * @param {string} name
 */
function joined({ headers, headersDistinct }, name) {
  return headersDistinct?.[name]?.join(', ') ?? headers[name]?.toString() ?? null;
}
