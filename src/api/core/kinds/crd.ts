import type { JsonObject } from "../../../json/value.ts";
import { definedNameProblems, groupProblems } from "../crd/defined-names.ts";
import { schemaProblems } from "../crd/structural-schema.ts";
import { type FieldProblem, invalid, notSupported, required } from "../field-problem.ts";
import { child, ensureChild, type Fields, items, setDefault, strings, text } from "../fields.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { nameProblems } from "../names.ts";

const cleanupFinalizer = "customresourcecleanup.apiextensions.k8s.io";

/** CustomResourceDefinition: defaults of names and conversion, and whether the schemas are structural. */
export const crdStrategy: KindStrategy = {
  nameRule: "subdomain",
  generation: true,
  default: (object) => {
    const spec = ensureChild(object, "spec");
    const names = ensureChild(spec, "names");
    const kind = text(names, "kind");
    if (text(names, "singular") === "" && kind !== "") names["singular"] = kind.toLowerCase();
    if (text(names, "listKind") === "" && kind !== "") names["listKind"] = `${kind}List`;
    const conversion = ensureChild(spec, "conversion");
    setDefault(conversion, "strategy", "None");
    const service = child(child(child(conversion, "webhook"), "clientConfig"), "service");
    if (service) setDefault(service, "port", 443);
  },
  prepareForCreate: (object) => {
    const storage = items(child(object, "spec"), "versions").filter((version) => version["storage"] === true);
    object["status"] = {
      conditions: null,
      acceptedNames: { plural: "", kind: "" },
      storedVersions: storage.slice(0, 1).map((version) => text(version, "name")),
    };
  },
  validate: (object) => {
    const spec = child(object, "spec") ?? {};
    const names = child(spec, "names") ?? {};
    const name = text(child(object, "metadata"), "name");
    const problems: FieldProblem[] = [];
    if (name !== `${text(names, "plural")}.${text(spec, "group")}`) {
      problems.push(invalid("metadata.name", name, 'must be spec.names.plural+"."+spec.group'));
    }
    problems.push(...groupProblems(text(spec, "group"), child(object, "metadata")));
    const scope = text(spec, "scope");
    if (scope !== "Cluster" && scope !== "Namespaced")
      problems.push(notSupported("spec.scope", scope, ["Cluster", "Namespaced"]));
    problems.push(...validateVersions(spec), ...definedNameProblems(names));
    const conversion = child(spec, "conversion") ?? {};
    const strategy = text(conversion, "strategy");
    if (strategy !== "None" && strategy !== "Webhook")
      problems.push(notSupported("spec.conversion.strategy", strategy, ["None", "Webhook"]));
    if (strategy === "Webhook" && !child(child(conversion, "webhook"), "clientConfig")) {
      problems.push(required("spec.conversion.webhookClientConfig", 'required when strategy is set to "Webhook"'));
    }
    if (spec["preserveUnknownFields"] === true) {
      problems.push(invalid("spec.preserveUnknownFields", true, "must be false"));
    }
    const stored = strings(child(object, "status"), "storedVersions");
    const storage = items(spec, "versions")
      .filter((version) => version["storage"] === true)
      .map((version) => text(version, "name"));
    const last = storage.at(-1);
    if (last !== undefined && stored.length > 0 && !stored.includes(last)) {
      problems.push(invalid("status.storedVersions", [...stored], `must have the storage version ${last}`));
    }
    const declared = items(spec, "versions").map((version) => text(version, "name"));
    stored.forEach((version, index) => {
      if (!declared.includes(version)) {
        problems.push(invalid(`status.storedVersions[${index}]`, version, stillStored(version)));
      }
    });
    return problems;
  },
  markDeleted: (object, time) => {
    const metadata = ensureChild(object, "metadata");
    delete metadata["deletionGracePeriodSeconds"];
    const finalizers = strings(metadata, "finalizers");
    if (!finalizers.includes(cleanupFinalizer)) metadata["finalizers"] = [...finalizers, cleanupFinalizer];
    const status = ensureChild(object, "status");
    status["conditions"] = [
      ...items(status, "conditions").filter((condition) => text(condition, "type") !== "Terminating"),
      {
        type: "Terminating",
        status: "True",
        lastTransitionTime: time,
        reason: "InstanceDeletionPending",
        message: "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
      },
    ];
  },
  prepareForUpdate: (object, old) => {
    const status = structuredClone(child(old, "status")) as Fields | undefined;
    if (!status) return;
    const stored = [...strings(status, "storedVersions")];
    for (const version of items(child(object, "spec"), "versions")) {
      const name = text(version, "name");
      if (version["storage"] === true && !stored.includes(name)) stored.push(name);
    }
    status["storedVersions"] = stored;
    object["status"] = status;
  },
  validateUpdate: (object, old) => {
    const problems: FieldProblem[] = [];
    const spec = child(object, "spec") ?? {};
    const before = child(old, "spec") ?? {};
    const names = child(spec, "names") ?? {};
    const namesBefore = child(before, "names") ?? {};
    const check = (field: string, value: string, valueBefore: string): void => {
      if (value !== valueBefore) problems.push(invalid(field, value, "field is immutable"));
    };
    // Objects are stored by scope and kind as soon as there can be some.
    const isEstablished = items(child(old, "status"), "conditions").some(
      (condition) => text(condition, "type") === "Established" && text(condition, "status") === "True",
    );
    if (isEstablished) {
      check("spec.scope", text(spec, "scope"), text(before, "scope"));
      check("spec.names.kind", text(names, "kind"), text(namesBefore, "kind"));
    }
    check("spec.group", text(spec, "group"), text(before, "group"));
    check("spec.names.plural", text(names, "plural"), text(namesBefore, "plural"));
    return problems;
  },
};

function stillStored(version: string): string {
  return `missing from spec.versions; ${version} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${version} and removes ${version} from status.storedVersions`;
}

/** A version as Go prints the internal type. */
function goVersion(version: Fields): JsonObject {
  return {
    Name: text(version, "name"),
    Served: version["served"] === true,
    Storage: version["storage"] === true,
    Deprecated: version["deprecated"] === true,
    DeprecationWarning: null,
    Schema: null,
    Subresources: null,
    AdditionalPrinterColumns: null,
    SelectableFields: null,
  };
}

function validateVersions(spec: Fields): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const versions = items(spec, "versions");
  // With a single version its schema and columns count as those of the whole definition.
  const single = versions.length === 1;
  versions.forEach((version, index) => {
    const at = `spec.versions[${index}]`;
    const name = text(version, "name");
    const problemsOfName = nameProblems("label1035", name, false);
    if (problemsOfName.length > 0) problems.push(invalid(`${at}.name`, name, problemsOfName.join(",")));
    const schema = child(child(version, "schema"), "openAPIV3Schema");
    if (!schema) problems.push(required(`${at}.schema.openAPIV3Schema`));
    else {
      const root = single ? "spec.validation.openAPIV3Schema" : `${at}.schema.openAPIV3Schema`;
      problems.push(...schemaProblems(schema, root));
    }
    items(version, "additionalPrinterColumns").forEach((column, number_) => {
      const field = `${single ? "spec" : at}.additionalPrinterColumns[${number_}]`;
      const type = text(column, "type");
      if (text(column, "name") === "") problems.push(required(`${field}.name`));
      if (type === "") problems.push(required(`${field}.type`, "must be one of boolean,date,integer,number,string"));
      else if (!["boolean", "date", "integer", "number", "string"].includes(type)) {
        problems.push(invalid(`${field}.type`, type, "must be one of boolean,date,integer,number,string"));
      }
      const path = text(column, "jsonPath");
      if (path === "") problems.push(required(`${field}.JSONPath`));
      else if (!path.startsWith("."))
        problems.push(invalid(`${field}.JSONPath`, path, "must be a simple json path starting with ."));
    });
  });
  if (new Set(versions.map((version) => text(version, "name"))).size < versions.length) {
    problems.push(invalid("spec.versions", versions.map(goVersion), "must contain unique version names"));
  }
  if (versions.filter((version) => version["storage"] === true).length !== 1) {
    problems.push(
      invalid("spec.versions", versions.map(goVersion), "must have exactly one version marked as storage version"),
    );
  }
  return problems;
}
