/** Bytes that a container's termination message may have (Kubernetes; spec: pipelines, section 4). */
export const maxTerminationMessageBytes = 4096;

/** The kinds of entries of a termination message, as Tekton numbers them. */
const entryType = { taskResult: 1, internal: 3, stepResult: 4, stepArtifacts: 5, taskArtifacts: 6 } as const;

interface Entry {
  readonly key: string;
  readonly value: string;
  readonly type: number;
}

/** What a step leaves behind. */
export interface TerminationFacts {
  /** When the command began. */
  readonly startedAt: Date;
  /** Recorded when a failure was passed over. */
  readonly exitCode?: number;
  readonly reason?: string;
  readonly taskResults: ReadonlyMap<string, string>;
  readonly stepResults: ReadonlyMap<string, string>;
  /** By the path of their file. */
  readonly stepArtifacts?: readonly [path: string, text: string];
  readonly taskArtifacts?: readonly [path: string, text: string];
}

/**
 * The message that the status keeps: a JSON list of the results, empty when there are none. Nothing when the whole
 * message, bookkeeping included, would be too long.
 */
export function terminationMessage(facts: TerminationFacts): string | undefined {
  const results: readonly Entry[] = [
    ...entries(facts.taskResults, entryType.taskResult),
    ...entries(facts.stepResults, entryType.stepResult),
    ...(facts.stepArtifacts === undefined ? [] : entries([facts.stepArtifacts], entryType.stepArtifacts)),
    ...(facts.taskArtifacts === undefined ? [] : entries([facts.taskArtifacts], entryType.taskArtifacts)),
  ];
  const bookkeeping: Entry[] = [{ key: "StartedAt", value: facts.startedAt.toISOString(), type: entryType.internal }];
  if (facts.exitCode !== undefined) {
    bookkeeping.push({ key: "ExitCode", value: String(facts.exitCode), type: entryType.internal });
  }
  if (facts.reason !== undefined) bookkeeping.push({ key: "Reason", value: facts.reason, type: entryType.internal });
  if (Buffer.byteLength(goJson([...results, ...bookkeeping])) > maxTerminationMessageBytes) return undefined;
  return results.length === 0 ? "" : goJson(results);
}

function entries(values: Iterable<readonly [string, string]>, type: number): readonly Entry[] {
  return [...values].map(([key, value]) => ({ key, value, type }));
}

/** JSON as Go's encoder writes it, which escapes more characters: the limit counts those bytes. */
function goJson(value: readonly Entry[]): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
