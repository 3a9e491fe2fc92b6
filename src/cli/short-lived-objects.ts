import { setFlagsFromString } from "node:v8";

/**
 * For commands in which hardly anything outlives the event it belongs to. The engine of JavaScript would guess after a
 * while that some sorts of objects live long, and make them among the old ones, where each keeps a whole decoded event
 * alive until the next full collection; without the guess a backtest does a third more.
 */
export function expectShortLivedObjects(): void {
  setFlagsFromString("--no-allocation-site-pretenuring");
}
