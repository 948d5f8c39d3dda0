import { durableObjectReplay } from 'claimgate/replay';
import { createService } from './service.js';

export { ReplayObject } from 'claimgate/replay';

let service;

export default {
  fetch(request, env, context) {
    // Once for each isolate: the service holds the issuer's keys.
    service ??= createService({
      issuer: env.ISSUER,
      signingKeys: env.SIGNING_KEYS,
      apiSecret: env.API_SECRET,
      replay: durableObjectReplay(env.REPLAY),
    });
    return service.fetch(request, env, context);
  },
};
