// The token service as `claimgate/exchange` makes it.
import { createExchange } from 'claimgate/exchange';

let exchange;

export default {
  fetch(request, env, context) {
    exchange ??= createExchange({
      policy: env.POLICY,
      issuer: env.ISSUER,
      signer: env.SIGNING_KEYS,
      keys: { github: env.GITHUB_KEYS },
    });
    return exchange(request, env, context);
  },
};
