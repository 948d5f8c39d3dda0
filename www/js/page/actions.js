/** @param {unknown} error */
const report = (error) => console.error(error);

/**
 * Asynchronous actions that write to the same places. The newest wins: an older one that is still running changes nothing any more.
 *
 * @param {(change: 1 | -1) => void} [count] called when an action starts, and when it has ended
 */
export function createActions(count = () => {}) {
  let newest = 0;
  return {
    /** Makes every action that is running an older one. */
    supersede() {
      newest += 1;
    },
    /**
     * @param {(isNewest: () => boolean) => Promise<unknown>} work asks after each `await`, before it changes anything
     * @param {(error: unknown) => void} [failed] called only for the newest action
     */
    async run(work, failed = report) {
      const own = (newest += 1);
      const isNewest = () => own === newest;
      count(1);
      try {
        await work(isNewest);
      } catch (error) {
        if (isNewest()) failed(error);
      } finally {
        count(-1);
      }
    },
  };
}
