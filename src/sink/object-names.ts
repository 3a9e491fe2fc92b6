import { createHash } from "node:crypto";
import type { JsonObject } from "../json/value.ts";
import type { TriggerVerdict } from "../triggers/verdict.ts";

/** Which object of which run of a trigger is to be named. */
interface NamedPlace {
  readonly verdict: Pick<TriggerVerdict, "eventId" | "listener" | "trigger">;
  /** Place in the TriggerTemplate. */
  readonly index: number;
  /** Counts the names that were taken already by other objects. */
  readonly candidate: number;
}

/** Completes an object's `metadata` when it has a `generateName` only. */
export type NamePolicy = (metadata: JsonObject, place: NamedPlace) => JsonObject;

/** Kubernetes' own alphabet and lengths for generated names. */
const alphabet = "bcdfghjklmnpqrstvwxz2456789";
const suffixLength = 5;
const maxPrefixLength = 63 - suffixLength;

/**
 * Derives the suffix from event, trigger and place in the template, so that creating again after a crash finds the
 * object which is already there (docs/architecture: one run per event, trigger and template entry).
 */
export const deterministicName: NamePolicy = (metadata, place) => {
  const { name, generateName } = metadata;
  if (typeof generateName !== "string" || generateName === "" || (typeof name === "string" && name !== "")) {
    return metadata;
  }
  return { ...metadata, name: generateName.slice(0, maxPrefixLength) + suffixOf(place) };
};

function suffixOf({ verdict, index, candidate }: NamedPlace): string {
  const { eventId, listener, trigger } = verdict;
  const source = [eventId, listener.namespace, listener.name, trigger.path, trigger.name, index, candidate];
  const hash = createHash("sha256").update(JSON.stringify(source)).digest();
  let number = hash.readUIntBE(0, 6);
  let suffix = "";
  for (let at = 0; at < suffixLength; at++) {
    suffix += alphabet[number % alphabet.length];
    number = Math.floor(number / alphabet.length);
  }
  return suffix;
}
