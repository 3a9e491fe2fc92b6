import type { Status } from "../../../src/api/object.ts";

/** An endpoint's refusal, with the Status that says why. */
export class ProblemError extends Error {
  readonly status: Status;

  constructor(status: Status) {
    super(status.message ?? status.reason ?? "");
    this.status = status;
  }

  get code(): number {
    return this.status.code ?? 500;
  }
}

/** Whether asking again cannot help. */
export function isRefused(error: unknown): boolean {
  return error instanceof ProblemError && error.code >= 400 && error.code < 500;
}

/** Whether a part of an answer is a Status in the place of what was asked for. */
export function isStatus(part: object): part is Status {
  return "kind" in part && part.kind === "Status";
}
