import { parentPort } from "node:worker_threads";
import { type PlaygroundInput, runPlayground } from "./playground.ts";

// A thread of its own: an expression that takes long holds up nothing else, and can be ended from outside.
parentPort?.on("message", async ({ input, nowMs }: { readonly input: PlaygroundInput; readonly nowMs: number }) => {
  parentPort?.postMessage(await runPlayground(input, nowMs));
});
