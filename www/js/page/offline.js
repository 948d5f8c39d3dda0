/**
 * Keeps the page for use without a network. Where that is not possible, as in a private window, it is not missed.
 */
export function keepOffline() {
  if (!('serviceWorker' in navigator)) return;
  navigator.serviceWorker.register(/** @type {string} */ (workerUrl())).catch(() => {});
}

/** Trusted Types want to know who vouches for the address of a script: this policy makes one address, and no other. */
function workerUrl() {
  const address = 'service-worker.js';
  const types = /** @type {any} */ (globalThis).trustedTypes;
  return types ? types.createPolicy('service-worker', { createScriptURL: () => address }).createScriptURL('') : address;
}
