import type { Status } from "../api/object.ts";

/** Why a command ends without success: one sentence for people, and the exit code. */
export interface Failure {
  readonly message: string;
  /** 1 for what went wrong, 2 for a wrong call. */
  readonly exitCode: number;
}

export function failure(message: string): Failure {
  return { message, exitCode: 1 };
}

export function usageFailure(message: string): Failure {
  return { message, exitCode: 2 };
}

/** An API server's refusal, worded as kubectl words it. */
export function apiFailure(status: Status): Failure {
  const reason = status.reason === undefined || status.reason === "" ? "" : ` (${status.reason})`;
  if (status.reason === "ServiceUnavailable") {
    const { message = "the API server cannot be reached" } = status;
    const isOwn = /ECONNREFUSED (?:127\.|::1)/.test(message);
    return failure(isOwn ? `${message}: is \`tektite up\` running?` : message);
  }
  if (status.reason === "Invalid" && (status.details?.causes?.length ?? 0) > 0) {
    const causes = (status.details?.causes ?? []).map(({ field = "", message = "" }) => `* ${field}: ${message}`);
    return failure(
      `the ${status.details?.kind ?? "object"} "${status.details?.name ?? ""}" is invalid:\n${causes.join("\n")}`,
    );
  }
  return failure(`from server${reason}: ${status.message ?? ""}`);
}
