import { parseListenerJournal } from "../../controllers/triggers/listener-journal.ts";
import { err, ok, type Result } from "../../result.ts";
import { type Failure, usageFailure } from "../failure.ts";
import type { InstallMode } from "../install/install-options.ts";
import { renderInstall } from "../install/render.ts";
import { version } from "../version.ts";

export interface InstallCommandOptions {
  readonly mode: InstallMode;
  readonly namespace: string;
  readonly image?: string;
  readonly journal: string;
  /** Comma-separated, of `shared`. */
  readonly namespaces?: string;
}

/** `tektite install`: prints the manifests of an installation, for kubectl, kustomize or a repository. */
export async function install(options: InstallCommandOptions): Promise<Result<void, Failure>> {
  const sharedNamespaces = (options.namespaces ?? "").split(",").filter((name) => name !== "");
  if ((options.mode === "shared") !== sharedNamespaces.length > 0) {
    return err(usageFailure("--namespaces names those that --mode shared serves, and goes with it"));
  }
  const { mode, namespace, image = `tektite:${version}`, journal } = options;
  const parsed = parseListenerJournal(journal);
  if (!parsed.ok) return err(usageFailure(`--journal: ${parsed.error}`));
  process.stdout.write(renderInstall({ mode, namespace, image, version, sharedNamespaces, journal }));
  return ok(undefined);
}
