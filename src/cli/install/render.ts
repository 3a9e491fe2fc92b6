import { stringify } from "yaml";
import { installObjects } from "./install-objects.ts";
import { type InstallOptions, localImage } from "./install-options.ts";
import { accounts, servedRole } from "./permissions.ts";

/** The manifests of an installation as YAML, with a word about what they are. */
export function renderInstall(options: InstallOptions): string {
  const documents = installObjects(options).map((object) =>
    stringify(object, { lineWidth: 0, aliasDuplicateObjects: false }),
  );
  return `${heading(options)}${documents.map((document) => `---\n${document}`).join("")}`;
}

function heading(options: InstallOptions): string {
  const { mode, namespace, image, version } = options;
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
    shared: sharedHeading(options),
  }[mode];
  const about = image === localImage(version) ? aboutLocalImage(version) : [];
  return [`Tektite ${version}: ${lines[0]}`, ...lines.slice(1), ...about].map((line) => `# ${line}\n`).join("");
}

function sharedHeading({ namespace, served }: InstallOptions): readonly string[] {
  const where = "at /NAMESPACE/NAME of Service tektite-shared-sink.";
  const namespaces = `The namespaces must exist: kubectl create namespace ${namespace}`;
  if (served.kind === "named") {
    return [`one sink for every EventListener of ${served.names.join(", ")}, ${where}`, namespaces];
  }
  const { sharedSink } = accounts;
  return [
    `one sink for every EventListener of the namespaces with labels ${served.selector}, ${where}`,
    namespaces,
    "Each of these namespaces lets it in, to act as its service accounts:",
    `kubectl -n NAMESPACE create rolebinding ${sharedSink} --clusterrole=${servedRole} --serviceaccount=${namespace}:${sharedSink}`,
  ];
}

/** What to do before a cluster can pull the image that is named when no other is. */
export function aboutLocalImage(version: string): readonly string[] {
  const local = localImage(version);
  return [
    `Image ${local} is in no registry. Build it with the Dockerfile of this repository, push it, and name it with --image:`,
    `podman build -t REGISTRY/${local} . && podman push REGISTRY/${local}`,
    "Or load it into the nodes of the cluster under that name.",
  ];
}
