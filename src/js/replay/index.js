// `claimgate/replay`: what makes a token work once.
export { ReplayObject, durableObjectReplay } from './durable-object.js';
export { memoryReplay } from './memory.js';
export { denoKvReplay, redisReplay } from './stores.js';
