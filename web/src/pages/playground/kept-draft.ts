import { samples } from "./samples.ts";
import type { Draft } from "./use-playground.ts";

const key = "tektite-playground";
/** More is not kept: browsers give a site a few megabytes. */
const maxLetters = 1_000_000;

/** What was tried last in this window, else the first sample. */
export function keptDraft(): Draft {
  const [first] = samples;
  const start: Draft = {
    request: first?.request ?? "",
    mode: "manifests",
    manifests: first?.manifests ?? "",
    expression: "body.ref.startsWith('refs/heads/')",
  };
  try {
    const kept = JSON.parse(sessionStorage.getItem(key) ?? "{}") as Partial<Record<keyof Draft, unknown>>;
    const text = (name: "request" | "manifests" | "expression") => {
      const value = kept[name];
      return typeof value === "string" ? value : start[name];
    };
    return {
      request: text("request"),
      mode: kept.mode === "expression" ? "expression" : "manifests",
      manifests: text("manifests"),
      expression: text("expression"),
    };
  } catch {
    return start;
  }
}

/** Keeps a draft until the window is closed, so that a look at another page loses nothing. */
export function keepDraft(draft: Draft): void {
  const text = JSON.stringify(draft);
  if (text.length <= maxLetters) sessionStorage.setItem(key, text);
  else sessionStorage.removeItem(key);
}
