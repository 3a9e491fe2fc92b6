/** Writes the manifests of deploy/ as `tektite install` prints them; with --check only says whether they are current. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import packageFile from "../package.json" with { type: "json" };
import { installObjects } from "../src/cli/install/install-objects.ts";
import { type InstallMode, type InstallOptions, localImage } from "../src/cli/install/install-options.ts";
import { renderInstall } from "../src/cli/install/render.ts";

const folder = join(import.meta.dirname, "..", "deploy");
const { version } = packageFile;
const base = { namespace: "tekton-pipelines", image: localImage(version), version, journal: "emptyDir" };

function options(mode: InstallMode, more: Partial<InstallOptions> = {}): InstallOptions {
  return { ...base, mode, served: { kind: "named", names: mode === "shared" ? ["default"] : [] }, ...more };
}

const bySelector = "$.Values.sharedNamespaceSelector";

/**
 * The chart's template of a mode, under a condition: the same objects, with its values in place of namespace, image and
 * namespaces.
 */
function template(mode: InstallMode, served: InstallOptions["served"]["kind"] = "named"): string {
  const placeholder = (name: string) => `__${name}__`;
  const objects = installObjects(
    options(mode, {
      namespace: placeholder("NAMESPACE"),
      image: placeholder("IMAGE"),
      journal: placeholder("JOURNAL"),
      served:
        served === "labelled"
          ? { kind: "labelled", selector: placeholder("SELECTOR") }
          : { kind: "named", names: mode === "shared" ? [placeholder("SERVED")] : [] },
    }),
  ).filter(({ kind }) => kind !== "CustomResourceDefinition");
  const documents = objects.map((object) => {
    const text = stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })
      .replaceAll("__NAMESPACE__", "{{ $.Release.Namespace }}")
      .replaceAll("__IMAGE__", "{{ $.Values.image }}")
      .replaceAll("__JOURNAL__", "{{ $.Values.journal }}")
      .replaceAll("__SELECTOR__", `{{ ${bySelector} }}`);
    // What is for each served namespace; elsewhere the list stands in an argument.
    if (object.metadata.namespace !== "__SERVED__") {
      return `---\n${text.replaceAll("__SERVED__", '{{ join "," $.Values.sharedNamespaces }}')}`;
    }
    return `{{- range $.Values.sharedNamespaces }}\n---\n${text.replaceAll("__SERVED__", "{{ . }}")}{{- end }}\n`;
  });
  const isMode = `eq .Values.mode "${mode}"`;
  const isServed = served === "labelled" ? bySelector : `not ${bySelector}`;
  const condition = mode === "shared" ? `and (${isMode}) (${isServed})` : isMode;
  return `{{- if ${condition} }}\n${documents.join("")}{{- end }}\n`;
}

const crds = installObjects(options("full")).filter(({ kind }) => kind === "CustomResourceDefinition");
const files: Readonly<Record<string, string>> = {
  "full.yaml": renderInstall(options("full")),
  "sink-only.yaml": renderInstall(options("sink-only")),
  "shared.yaml": renderInstall(options("shared")),
  "helm/Chart.yaml": stringify({
    apiVersion: "v2",
    name: "tektite",
    description: packageFile.description,
    type: "application",
    version,
    appVersion: version,
  }),
  "helm/crds/definitions.yaml": crds
    .map((object) => `---\n${stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })}`)
    .join(""),
  "helm/templates/full.yaml": template("full"),
  "helm/templates/sink-only.yaml": template("sink-only"),
  "helm/templates/shared.yaml": template("shared"),
  "helm/templates/shared-by-labels.yaml": template("shared", "labelled"),
};

const isCheck = process.argv.includes("--check");
let stale = 0;
for (const [name, text] of Object.entries(files)) {
  const path = join(folder, name);
  if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
  stale++;
  if (isCheck) process.stderr.write(`deploy/${name} is not current: run node scripts/render-deploy.ts\n`);
  else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    process.stdout.write(`deploy/${name}\n`);
  }
}
process.exitCode = isCheck && stale > 0 ? 1 : 0;
