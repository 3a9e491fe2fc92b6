import { stringify } from "yaml";
import { installObjects } from "./install-objects.ts";
import type { InstallOptions } from "./install-options.ts";

/** The manifests of an installation as YAML, with a word about what they are. */
export function renderInstall(options: InstallOptions): string {
  const documents = installObjects(options).map((object) =>
    stringify(object, { lineWidth: 0, aliasDuplicateObjects: false }),
  );
  return `${heading(options)}${documents.map((document) => `---\n${document}`).join("")}`;
}

function heading({ mode, namespace, image, version, sharedNamespaces }: InstallOptions): string {
  const lines = {
    full: [
      "everything that Tekton Triggers installs, by Tektite: webhook, controller, interceptors, roles.",
      `The namespace must exist: kubectl create namespace ${namespace}`,
    ],
    "sink-only": [
      "our listener under Tekton's own controller: the roles with which its interceptors run in its own process.",
      `Then change the argument of -el-image of Deployment ${namespace}/tekton-triggers-controller to ${image}:`,
      `kubectl -n ${namespace} edit deployment tekton-triggers-controller`,
    ],
    shared: [
      `one sink for every EventListener of ${sharedNamespaces.join(", ")}, at /NAMESPACE/NAME of Service tektite-shared-sink.`,
      `The namespaces must exist: kubectl create namespace ${namespace}`,
    ],
  }[mode];
  return [`Tektite ${version}: ${lines[0]}`, ...lines.slice(1)].map((line) => `# ${line}\n`).join("");
}
