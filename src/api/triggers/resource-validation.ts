import { disallowedFields, type FieldErrors, fieldError, invalidValue, multipleOneOf, under } from "../field-error.ts";
import type { TriggersVersion } from "./defaulting.ts";
import { decodeStruct, type GoObject } from "./go-decode.ts";
import { structOf } from "./go-type.ts";
import { parsedJson, type RawJson } from "./json-source.ts";
import type { Container, EnvVar, KubernetesResource, PodSpec, PodTemplate } from "./objects.ts";
import { kubernetesTypes } from "./pod-types.ts";
import { customResourceTypes } from "./trigger-types.ts";

/** What a listener's `resources` may set of a pod (spec: resources, section 6). */
interface Allowed {
  readonly pod: ReadonlySet<string>;
  readonly container: ReadonlySet<string>;
}

const podFields = ["containers", "serviceAccountName", "tolerations", "nodeSelector"];
const newPodFields = ["affinity", "topologySpreadConstraints", "imagePullSecrets", "securityContext"];
const probes = ["livenessProbe", "readinessProbe", "startupProbe"];

function allowed(version: TriggersVersion, extraContainerFields: readonly string[]): Allowed {
  const isNew = version === "v1beta1";
  return {
    pod: new Set([...podFields, ...(isNew ? newPodFields : [])]),
    container: new Set(["resources", "env", ...extraContainerFields, ...(isNew ? ["securityContext"] : [])]),
  };
}

/** Paths start with `kubernetesResource`. */
export function validateKubernetesResource(resource: KubernetesResource, version: TriggersVersion): FieldErrors {
  const { replicas, serviceType, serviceLoadBalancerClass: loadBalancer, spec } = resource;
  return under("kubernetesResource", [
    ...(replicas !== undefined && replicas < 0 ? invalidValue(String(replicas), "spec.replicas") : []),
    ...validatePodTemplate(spec?.template, allowed(version, probes)),
    ...(loadBalancer !== undefined && serviceType !== "LoadBalancer"
      ? invalidValue(
          loadBalancer,
          "serviceLoadBalancerClass",
          "ServiceLoadBalancerClass is only needed for LoadBalancer service type",
        )
      : []),
  ]);
}

/** Paths start with `customResource`. What is no pod template in it is not looked at. */
export function validateCustomResource(resource: RawJson, version: TriggersVersion): FieldErrors {
  const decoded = decodeStruct(structOf(customResourceTypes, "WithPod"), resource.json, parsedJson, { strict: false });
  if (!decoded.ok) return under("customResource", invalidValue(decoded.error, "spec"));
  const { spec } = decoded.value as { readonly spec?: { readonly template?: PodTemplate } };
  return under("customResource", validatePodTemplate(spec?.template, allowed(version, [])));
}

function validatePodTemplate(template: PodTemplate | undefined, { pod, container }: Allowed): FieldErrors {
  const spec = template?.spec ?? {};
  const containers = spec.containers ?? [];
  const [only] = containers;
  return under("spec.template.spec", [
    ...(containers.length > 1 ? multipleOneOf("containers") : []),
    ...disallowedFields(...otherFields("PodSpec", spec, pod)),
    ...(only !== undefined && containers.length === 1
      ? under("containers", validateContainer(only, container), 0)
      : []),
  ]);
}

function validateContainer(container: Container, allowedFields: ReadonlySet<string>): FieldErrors {
  const env = container.env ?? [];
  const tls = env.filter(({ name }) => name === "TLS_CERT" || name === "TLS_KEY");
  return [
    ...disallowedFields(...otherFields("Container", container, allowedFields)),
    ...env.flatMap((each, i) => under("env", validateEnv(each), i)),
    ...(tls.length === 1
      ? fieldError(`Expected env's are TLS_CERT and TLS_KEY, but got only one env ${tls[0]?.name}`)
      : []),
  ];
}

const envFields = new Set(["name", "valueFrom"]);
const envSources = new Set(["secretKeyRef"]);

function validateEnv(env: EnvVar): FieldErrors {
  return [
    ...disallowedFields(...otherFields("EnvVar", env, envFields)),
    ...under("valueFrom", disallowedFields(...otherFields("EnvVarSource", env.valueFrom ?? {}, envSources))),
  ];
}

/** Fields set to anything but their zero value: an empty list counts as set. */
function otherFields(
  type: string,
  value: PodSpec | Container | EnvVar | object,
  allowedFields: ReadonlySet<string>,
): readonly string[] {
  const given = value as GoObject;
  return structOf(kubernetesTypes, type)
    .fields.filter(({ name, type: fieldType }) => {
      const field = given[name];
      if (allowedFields.has(name) || field === undefined || field === null) return false;
      return fieldType.kind === "pointer" || (field !== "" && field !== false && field !== 0);
    })
    .map(({ name }) => name);
}
