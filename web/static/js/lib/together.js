// @ts-check
/** Keeps films of one moment together: the first leads, the others go where it is. Pure: no page, no clock. */

/** Further apart than this is heard; nearer is left alone, since each jump is seen. */
const APART_S = 0.15;

/**
 * Where a follower has to go, or null where it may stay. A film that is over stays at its end.
 * @param {{ at: number, isPlaying: boolean }} leader
 * @param {{ at: number, length: number, isPlaying: boolean }} follower
 * @returns {{ at: number | null, shouldPlay: boolean }}
 */
export function followed(leader, follower) {
  const length = Number.isFinite(follower.length) ? follower.length : Number.POSITIVE_INFINITY;
  const wanted = Math.min(leader.at, length);
  const isOver = leader.at >= length;
  return {
    at: Math.abs(follower.at - wanted) > APART_S ? wanted : null,
    shouldPlay: leader.isPlaying && !isOver,
  };
}
