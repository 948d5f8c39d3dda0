/** What each command does, by its name. It is imported only when it is called. @type {Readonly<Record<string, () => Promise<import('./grammar.js').Work>>>} */
export const WORK = Object.freeze({
  inspect: async () => (await import('./inspect.js')).runInspect,
  verify: async () => (await import('./verify.js')).runVerify,
  'policy check': async () => (await import('./policy.js')).runCheck,
  'policy explain': async () => (await import('./policy.js')).runExplain,
  'policy from-token': async () => (await import('./from-token.js')).runFromToken,
  issuer: async () => (await import('./issuer.js')).runIssuer,
  'keys new': async () => (await import('./keys.js')).runNew,
  'keys rotate': async () => (await import('./keys.js')).runRotate,
  'keys public': async () => (await import('./keys.js')).runPublic,
  completion: async () => (await import('./completion/index.js')).runCompletion,
  help: async () => (await import('./help.js')).runHelp,
});
