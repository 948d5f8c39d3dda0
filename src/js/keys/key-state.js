/** How long nothing is fetched after a failure, in seconds: twice as long after each further one, up to the bound. */
const PAUSE_SECONDS = 5;
const MAX_PAUSE_SECONDS = 60;
/** The longest pause that an issuer can ask for with `Retry-After`, in seconds. */
const MAX_RETRY_AFTER = 3600;
/** How long a request waits for another one's attempt before it starts one itself, and the time between two such starts, in milliseconds. */
const TAKEOVER_MS = 500;
/** How long after its timeout an attempt may still end by itself, before it counts as cancelled, in milliseconds. */
const GRACE_MS = 500;

/**
 * Keys that are in use. Times are in seconds.
 *
 * @typedef {object} Kept
 * @property {string} jwks
 * @property {string} [etag]
 * @property {number} checked when the issuer was last asked, and they were its keys
 * @property {number} lifetime how long they are fresh from then on
 */

/**
 * One attempt to fetch the keys.
 *
 * @typedef {object} Attempt
 * @property {number} number attempts are numbered as they start
 * @property {number} began in milliseconds
 * @property {boolean} isRefetch whether it looks for keys that were not in the set
 * @property {Failure | undefined} failure the last failure when it started
 * @property {number | undefined} refetched when a refetch had last ended when it started, in seconds
 * @property {boolean} isOver whether it ended. In Workers a cancelled request takes its attempt along, and nothing reports that
 */

/**
 * The last failure, until an attempt succeeds.
 *
 * @typedef {object} Failure
 * @property {number} time in seconds
 * @property {number} pause how long nothing is fetched from then on, in seconds
 * @property {unknown} cause
 */

/**
 * What is known of one issuer's keys, and what may be done next. It has no I/O and no clock: `now` is the verifier's time in seconds,
 * `ms` the runtime's in milliseconds.
 *
 * Attempts can overlap, because one of a cancelled request cannot be told from a slow one. The newest keys win, and one outage is one
 * failure, however many attempts meet it.
 */
export class KeyState {
  /** @type {Kept | undefined} */
  kept;
  /** @type {Failure | undefined} */
  failure;
  /** How often keys were loaded or a failure was recorded: requests that wait look for a change of it. */
  outcomes = 0;
  /** @type {Attempt | undefined} */
  #last;
  /** The newest attempt that succeeded. */
  #succeeded = 0;
  /** @type {number | undefined} when a refetch last ended, in seconds */
  #refetched;
  #bounds;

  /** @param {{ timeoutMs: number, cooldown: number, maxStale: number }} bounds */
  constructor(bounds) {
    this.#bounds = bounds;
  }

  /** @param {number} now */
  isFresh(now, part = 1) {
    return this.kept !== undefined && isWithin(now, this.kept.checked, this.kept.lifetime * part);
  }

  /** @param {number} now */
  isUsable(now) {
    return this.isFresh(now) || isWithin(now, this.kept?.checked, this.#bounds.maxStale);
  }

  /**
   * Whether no request has to wait: once the issuer is known to be down, the keys in use are the best there are.
   *
   * @param {number} now
   */
  isGoodEnough(now) {
    return this.isFresh(now) || (this.failure !== undefined && this.isUsable(now));
  }

  /**
   * Whether an attempt is under way, as far as is known.
   *
   * @param {number} ms
   */
  isRunning(ms) {
    return this.#last?.isOver === false && isWithin(ms, this.#last.began, this.#bounds.timeoutMs + GRACE_MS);
  }

  /**
   * Whether a request may start an attempt: if none is running, or if it has waited long enough for one that may be cancelled.
   *
   * @param {number} now
   * @param {number} ms
   * @param {number} [since] when it began to wait, in milliseconds
   */
  mayBegin(now, ms, since = ms) {
    if (this.failure && isWithin(now, this.failure.time, this.failure.pause)) return false;
    return !this.isRunning(ms) || (ms - since >= TAKEOVER_MS && !isWithin(ms, this.#last?.began, TAKEOVER_MS));
  }

  /**
   * Whether a request has waited for longer than any attempt takes that was not cancelled.
   *
   * @param {number} ms
   * @param {number} since
   */
  isOverdue(ms, since) {
    return ms - since >= 2 * (this.#bounds.timeoutMs + GRACE_MS);
  }

  /**
   * Whether the cooldown of refetches is over. It counts from the end of the last one: one that was cancelled uses up none of it.
   *
   * @param {number} now
   */
  mayRefetch(now) {
    return !isWithin(now, this.#refetched, this.#bounds.cooldown);
  }

  /**
   * @param {number} ms
   * @param {boolean} isRefetch
   * @returns {Attempt}
   */
  begin(ms, isRefetch) {
    const { failure } = this;
    const number = (this.#last?.number ?? 0) + 1;
    return (this.#last = { number, began: ms, isRefetch, failure, refetched: this.#refetched, isOver: false });
  }

  /**
   * Whether an attempt's keys may replace those in use: not those of an attempt that started later.
   *
   * @param {Attempt} attempt
   */
  isNewest({ number }) {
    return number > this.#succeeded;
  }

  /**
   * @param {Attempt} attempt
   * @param {number} now
   */
  succeed(attempt, now) {
    this.#endRefetch(attempt, now);
    if (!this.isNewest(attempt)) return;
    this.#succeeded = attempt.number;
    this.failure = undefined;
    this.outcomes += 1;
  }

  /**
   * @param {Attempt} attempt
   * @param {number} now
   * @param {unknown} cause
   * @param {number} [retryAfter] the issuer's, in seconds
   */
  fail(attempt, now, cause, retryAfter) {
    this.#endRefetch(attempt, now);
    // Others have failed, or succeeded, since it started.
    if (!this.isNewest(attempt) || attempt.failure !== this.failure) return;
    const growing = Math.min(2 * (this.failure?.pause ?? PAUSE_SECONDS / 2), MAX_PAUSE_SECONDS);
    const pause = retryAfter === undefined ? growing : Math.min(Math.max(retryAfter, PAUSE_SECONDS), MAX_RETRY_AFTER);
    this.failure = { time: now, pause, cause };
    this.outcomes += 1;
  }

  /**
   * Starts the cooldown, once for several refetches at the same time: the first that ends serves all.
   *
   * @param {Attempt} attempt
   * @param {number} now
   */
  #endRefetch({ isRefetch, refetched }, now) {
    if (isRefetch && refetched === this.#refetched) this.#refetched = now;
  }

  /** @param {Attempt} attempt */
  end(attempt) {
    attempt.isOver = true;
  }

  /**
   * After how many seconds the issuer may be asked again.
   *
   * @param {number} now
   */
  retryAfter(now) {
    const { time, pause } = this.failure ?? { time: now, pause: PAUSE_SECONDS };
    return Math.min(Math.max(time + pause - now, 1), pause);
  }
}

/**
 * Whether a time was less than so long ago. One that is still to come, since a clock was set, was not.
 *
 * @param {number} now
 * @param {number | undefined} time
 * @param {number} span
 */
function isWithin(now, time, span) {
  return time !== undefined && now >= time && now - time < span;
}
