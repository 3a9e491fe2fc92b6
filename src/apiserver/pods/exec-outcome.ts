import type { JsonObject } from "../../json/value.ts";

/** How a remote command ended, as the error stream tells it. */
export type ExecOutcome =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "failed"; readonly message: string };

/** The text of the error stream: a Status from version 4 of the protocol on, plain words and only for failures before. */
export function outcomeText(outcome: ExecOutcome, structured: boolean): string {
  if (structured) return JSON.stringify(outcomeStatus(outcome));
  if (outcome.kind === "failed") return outcome.message;
  return outcome.code === 0 ? "" : `command terminated with non-zero exit code: exit status ${outcome.code}`;
}

function outcomeStatus(outcome: ExecOutcome): JsonObject {
  if (outcome.kind === "failed")
    return { metadata: {}, status: "Failure", message: outcome.message, reason: "InternalError", code: 500 };
  if (outcome.code === 0) return { metadata: {}, status: "Success" };
  return {
    metadata: {},
    status: "Failure",
    message: `command terminated with non-zero exit code: exit status ${outcome.code}`,
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: String(outcome.code) }] },
  };
}
