import type { GoObject } from "../../api/triggers/go-decode.ts";
import type { EventListener } from "../../api/triggers/objects.ts";
import { err, ok, type Result } from "../../result.ts";
import type { ListenerConfig } from "./listener-config.ts";

/** Annotation of an EventListener: where its sink keeps accepted events, in place of the controller's setting. */
export const journalAnnotation = "tektite.dev/journal";
/** Key of ConfigMap `config-defaults-triggers`: the same for all listeners, in place of the flag `-el-journal`. */
const journalKey = "default-journal";

const volumeName = "journal";
const folder = "/journal";
/** Above what the sink keeps by itself, write-ahead log included. */
const sizeLimit = "1Gi";

/** Where a sink keeps accepted events until their triggers have finished with them. */
export type ListenerJournal =
  | { readonly kind: "memory" }
  /** On the pod's own volume: a container that crashes loses nothing, a pod that is deleted does. */
  | { readonly kind: "emptyDir" }
  | { readonly kind: "claim"; readonly name: string }
  /** In the PostgreSQL database whose URL is in a Secret of the listener's namespace; shared by all replicas. */
  | { readonly kind: "postgres"; readonly secretName: string; readonly secretKey: string };

/** Reads `memory`, `emptyDir`, `claim:NAME` or `postgres-secret:NAME[/KEY]`, where KEY is `url` when it is left out. */
export function parseListenerJournal(text: string): Result<ListenerJournal, string> {
  if (text === "memory" || text === "emptyDir") return ok({ kind: text });
  const [, kind, name = "", key = "url"] =
    /^(claim|postgres-secret):([a-z0-9][a-z0-9.-]{0,252})(?:\/([-._a-zA-Z0-9]{1,253}))?$/.exec(text) ?? [];
  if (kind === "postgres-secret") return ok({ kind: "postgres", secretName: name, secretKey: key });
  if (kind === "claim" && !text.includes("/")) return ok({ kind, name });
  return err(`${JSON.stringify(text)} is none of memory, emptyDir, claim:NAME, postgres-secret:NAME[/KEY]`);
}

/** The setting in the data of `config-defaults-triggers`, undefined when it is silent; the error says what is wrong. */
export function journalIn(data: Readonly<Record<string, string>>): Result<string | undefined, string> {
  const text = Object.hasOwn(data, journalKey) ? data[journalKey] : undefined;
  if (text === undefined) return ok(undefined);
  const parsed = parseListenerJournal(text);
  return parsed.ok ? ok(text) : err(`${journalKey}: ${parsed.error}`);
}

/** What a journal adds to the workload of a sink; nothing for one in memory. */
export interface JournalParts {
  readonly args: readonly string[];
  readonly env: readonly GoObject[];
  readonly volumes: readonly GoObject[];
  readonly volumeMounts: readonly GoObject[];
  /** Whether two pods must never run at once, not even while one takes the place of the other. */
  readonly isExclusive: boolean;
}

const none: JournalParts = { args: [], env: [], volumes: [], volumeMounts: [], isExclusive: false };

/** The journal of a listener: its annotation's, else the controller's. The error says what is wrong with either. */
export function journalParts(
  listener: EventListener,
  { journal: setting }: Pick<ListenerConfig, "journal">,
): Result<JournalParts, string> {
  const annotations = listener.metadata?.annotations ?? {};
  const own = Object.hasOwn(annotations, journalAnnotation) ? annotations[journalAnnotation] : undefined;
  const parsed = parseListenerJournal(own ?? setting);
  // The setting was checked when it was read.
  if (!parsed.ok) return err(`annotation ${journalAnnotation}: ${parsed.error}`);
  const journal = parsed.value;
  switch (journal.kind) {
    case "memory":
      return ok(none);
    case "emptyDir":
      return ok({ ...none, ...onVolume({ emptyDir: { sizeLimit } }) });
    case "claim": {
      const replicas = listener.spec?.resources?.kubernetesResource?.replicas ?? 1;
      if (replicas > 1) return err(`${replicas} replicas cannot share the journal on claim ${journal.name}`);
      return ok({ ...none, ...onVolume({ persistentVolumeClaim: { claimName: journal.name } }), isExclusive: true });
    }
    case "postgres": {
      const secretKeyRef = { name: journal.secretName, key: journal.secretKey };
      return ok({ ...none, env: [{ name: "TEKTITE_JOURNAL_URL", valueFrom: { secretKeyRef } }] });
    }
    default:
      return journal satisfies never;
  }
}

function onVolume(source: GoObject): Pick<JournalParts, "args" | "volumes" | "volumeMounts"> {
  return {
    args: [`--journal-dir=${folder}`],
    volumes: [{ name: volumeName, ...source }],
    volumeMounts: [{ name: volumeName, mountPath: folder }],
  };
}
