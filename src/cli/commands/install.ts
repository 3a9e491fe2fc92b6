import { parseLabelSelector } from "../../api/core/selectors.ts";
import { parseListenerJournal } from "../../controllers/triggers/listener-journal.ts";
import { err, ok, type Result } from "../../result.ts";
import { type Failure, usageFailure } from "../failure.ts";
import { type InstallMode, localImage, type ServedNamespaces } from "../install/install-options.ts";
import { aboutLocalImage, renderInstall } from "../install/render.ts";
import { version } from "../version.ts";

export interface InstallCommandOptions {
  readonly mode: InstallMode;
  readonly namespace: string;
  readonly image?: string;
  readonly journal: string;
  /** Comma-separated, of `shared`. */
  readonly namespaces?: string;
  /** Labels of namespaces, in place of their names. */
  readonly namespaceSelector?: string;
}

/** `tektite install`: prints the manifests of an installation, for kubectl, kustomize or a repository. */
export async function install(options: InstallCommandOptions): Promise<Result<void, Failure>> {
  const { mode, namespace, image = localImage(version), journal } = options;
  const served = servedBy(options);
  if (!served.ok) return err(usageFailure(served.error));
  const parsed = parseListenerJournal(journal);
  if (!parsed.ok) return err(usageFailure(`--journal: ${parsed.error}`));
  if (options.image === undefined) process.stderr.write(`${aboutLocalImage(version).join("\n")}\n`);
  process.stdout.write(renderInstall({ mode, namespace, image, version, served: served.value, journal }));
  return ok(undefined);
}

function servedBy({ mode, namespaces, namespaceSelector }: InstallCommandOptions): Result<ServedNamespaces, string> {
  const names = (namespaces ?? "").split(",").filter((name) => name !== "");
  const isChosen = names.length > 0 !== (namespaceSelector !== undefined);
  if (mode === "shared" ? !isChosen : names.length > 0 || namespaceSelector !== undefined) {
    return err(
      "--mode shared goes with --namespaces or --namespace-selector, which say whom it serves, and they with it",
    );
  }
  if (namespaceSelector === undefined) {
    const wrong = names.find((name) => !/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(name));
    return wrong === undefined ? ok({ kind: "named", names }) : err(`--namespaces: ${wrong} is no name of a namespace`);
  }
  const parsed = parseLabelSelector(namespaceSelector);
  if (namespaceSelector.trim() === "") return err("--namespace-selector: an empty one would serve every namespace");
  return parsed.ok
    ? ok({ kind: "labelled", selector: namespaceSelector })
    : err(`--namespace-selector: ${parsed.error}`);
}
