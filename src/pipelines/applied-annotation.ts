type Annotations = Readonly<Record<string, string>>;

/** Annotations as one object hands them on to another: without what kubectl keeps for itself. */
export function withoutApplied(annotations: Annotations): Annotations {
  const { "kubectl.kubernetes.io/last-applied-configuration": _applied, ...rest } = annotations;
  return rest;
}
